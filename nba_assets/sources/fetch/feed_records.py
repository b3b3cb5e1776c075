"""What became of asking for each feed lately: the evidence of its health, beside the landing zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from pydantic import BaseModel

from nba_assets.sources.fetch.fetcher import Outcome, Result
from nba_assets.storage.object_store import ObjectStore

_ANSWERS = (Result.STORED, Result.UNCHANGED)
_FAILURES = (Result.REFUSED, Result.FAILED, Result.QUARANTINED)


class FeedRecord(BaseModel, frozen=True):
    """One feed, as of its newest fetch of a day that is not past.

    Attributes:
        asked_at: when it was last requested.
        answered_at: when its publisher last gave a document, new or known.
        waits: documents in a row that were not published yet.
        failures: documents in a row that were refused, broken or not to be had.
        cause: why the newest one was not to be had.
    """

    asked_at: dt.datetime | None = None
    answered_at: dt.datetime | None = None
    waits: int = 0
    failures: int = 0
    cause: str | None = None

    def after(self, outcomes: Sequence[Outcome], now: dt.datetime) -> FeedRecord:
        """The record after another fetch."""
        record = self
        for outcome in outcomes:
            if outcome.result in _ANSWERS:
                record = FeedRecord(answered_at=now)
            elif outcome.result in _FAILURES:
                changed = {"failures": record.failures + 1, "cause": outcome.cause}
                record = record.model_copy(update=changed)
            elif outcome.result is Result.WAIT:
                record = record.model_copy(update={"waits": record.waits + 1, "cause": outcome.cause})
        return record.model_copy(update={"asked_at": now})


class FeedRecords:
    """Records as objects ``feeds/{feed}.json``."""

    def __init__(self, store: ObjectStore):
        self._store = store

    def read(self, feed: str) -> FeedRecord:
        """The record of a feed; an empty one if it was never requested."""
        try:
            return FeedRecord.model_validate_json(self._store.read(_name(feed)))
        except FileNotFoundError:
            return FeedRecord()

    def add(self, outcomes: Sequence[Outcome], now: dt.datetime) -> None:
        """Take note of a fetch."""
        for feed in sorted({outcome.document.feed for outcome in outcomes}):
            mine = [outcome for outcome in outcomes if outcome.document.feed == feed]
            record = self.read(feed).after(mine, now)
            self._store.write(_name(feed), record.model_dump_json().encode())


def _name(feed: str) -> str:
    return f"feeds/{feed}.json"
