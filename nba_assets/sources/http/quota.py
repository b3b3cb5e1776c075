"""What is left of a paid allowance, as the publisher's answers state it, and of the budget for a month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from nba_assets.sources.http.problems import Cause, FetchProblem
from nba_assets.sources.http.records import HostRecord

_REMAINING, _USED = "x-requests-remaining", "x-requests-used"


@dataclass(frozen=True)
class Allowance:
    """What may be spent on a publisher.

    Attributes:
        reserve: credits of the allowance that are never touched.
        budget: credits that may be spent in a month; None without a limit.
    """

    reserve: int
    budget: int | None = None


class Quotas:
    """Credits by host. Unknown until the first answer: that one request may go."""

    def __init__(self, allowances: Mapping[str, Allowance]):
        """Take allowances by host; hosts that sell none are not named."""
        self._allowances = dict(allowances)
        self._records: dict[str, HostRecord] = {}

    def resume(self, host: str, record: HostRecord) -> None:
        """Go on from what another process stored."""
        self._records[host] = record

    def record(self, host: str) -> HostRecord:
        """What the host last reported: remaining, used and when."""
        return self._records.get(host, HostRecord())

    def remaining(self, host: str) -> float | None:
        """Credits left, as the host last reported."""
        return self.record(host).remaining

    def check(self, host: str, cost: int, now: dt.datetime) -> None:
        """Raise unless allowance and budget cover a request; free ones always pass.

        Raises:
            FetchProblem: quota_spent.
        """
        allowance, record = self._allowances.get(host), self.record(host)
        if allowance is None or not cost:
            return
        # An allowance of another month has been filled up since.
        same_month = record.stated_at is not None and record.stated_at >= _month(now)
        left = record.remaining if same_month else None
        if left is not None and left - cost < allowance.reserve:
            raise FetchProblem(
                Cause.QUOTA,
                f"{left:g} left, the request costs {cost}, {allowance.reserve} are kept in reserve",
                whole_host=True,
            )
        used = record.used_in_month(now)
        if allowance.budget is not None and used + cost > allowance.budget:
            raise FetchProblem(
                Cause.QUOTA, f"{used:g} of the month's budget of {allowance.budget} spent", whole_host=True
            )

    def update(self, host: str, headers: Mapping[str, str], now: dt.datetime) -> None:
        """Take note of an answer's headers; one that states nothing changes nothing."""
        if host not in self._allowances:
            return
        remaining, used = _number(headers, _REMAINING), _number(headers, _USED)
        if remaining is None and used is None:
            return
        before = self.record(host)
        self._records[host] = HostRecord(
            remaining=before.remaining if remaining is None else remaining,
            used=before.used_in_month(now) if used is None else used,
            stated_at=now,
        )


def _month(now: dt.datetime) -> dt.datetime:
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    text = headers.get(name, "").strip()
    return float(text) if text.isascii() and text.replace(".", "", 1).isdigit() else None
