"""What is remembered of a publisher between processes: pace, closing, credits."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from pydantic import BaseModel


class HostRecord(BaseModel, frozen=True):
    """What the last process that made requests to a publisher has recorded.

    Attributes:
        interval: seconds kept between two requests.
        last: moment and game of the last request.
        group: the game.
        closed_until: until when it wants no requests.
        remaining: credits left of its allowance, as its newest answer stated.
        used: credits spent of it.
        stated_at: when that answer came.
    """

    interval: float | None = None
    last: dt.datetime | None = None
    group: str | None = None
    closed_until: dt.datetime | None = None
    remaining: float | None = None
    used: float | None = None
    stated_at: dt.datetime | None = None

    def used_in_month(self, now: dt.datetime) -> float:
        """Credits spent in the month of a moment: an allowance begins anew with each month (UTC)."""
        at = self.stated_at
        same = at is not None and (at.year, at.month) == (now.year, now.month)
        return self.used or 0.0 if same else 0.0


class HostRecords(Protocol):
    """Where records are kept."""

    def read(self, host: str) -> HostRecord:
        """The record of a publisher; an empty one if none is stored."""
        ...

    def write(self, host: str, record: HostRecord) -> None:
        """Replace the record of a publisher."""
        ...


class NoRecords:
    """Records of a session that remembers nothing."""

    def read(self, host: str) -> HostRecord:
        """See :class:`HostRecords`."""
        return HostRecord()

    def write(self, host: str, record: HostRecord) -> None:
        """See :class:`HostRecords`."""
