"""Refusals: verdicts on dates that were not written, kept beside the tables until they heal, and after.

A date that fails keeps what was stored before, so its verdict needs a place of its own:
``_refused/{table}/{date}.json``, one object, replaced whole. Healing keeps the verdict and adds the moment.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nba_assets.quality.verdict import Verdict
from nba_assets.storage.object_store import ObjectStore

_FOLDER = "_refused"  # an underscore: no reader of tables takes it for one


@dataclass(frozen=True)
class Refusal:
    """The newest refusal of a date; healed once a later run has written it."""

    verdict: Verdict
    healed_at: dt.datetime | None = None

    @property
    def open(self) -> bool:
        """The date has not been good since."""
        return self.healed_at is None


class Refusals:
    """Refusals of one lake."""

    def __init__(self, store: ObjectStore):
        self._store = store

    def read(self, table: str) -> dict[dt.date, Refusal]:
        """Every refusal of a table, open and healed."""
        found: dict[dt.date, Refusal] = {}
        for name in self._store.list(f"{_FOLDER}/{table}/"):
            facts = json.loads(self._store.read(name))
            healed = facts.get("healed_at")
            date = dt.date.fromisoformat(name.rsplit("/", 1)[1].removesuffix(".json"))
            found[date] = Refusal(
                Verdict.of_record(facts["verdict"]), dt.datetime.fromisoformat(healed) if healed else None
            )
        return found

    def keep(self, table: str, verdicts: Mapping[dt.date, Verdict]) -> None:
        """Record dates that were refused; the same verdict again changes nothing."""
        for date, verdict in verdicts.items():
            self._write(table, date, {"verdict": verdict.record})

    def heal(self, table: str, dates: Iterable[dt.date]) -> None:
        """Mark the open refusals among dates that have just been written as healed."""
        known = self.read(table)
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        for date in dates:
            if date in known and known[date].open:
                healed = {"verdict": known[date].verdict.record, "healed_at": now.isoformat()}
                self._write(table, date, healed)

    def _write(self, table: str, date: dt.date, facts: Mapping[str, str]) -> None:
        self._store.write(f"{_FOLDER}/{table}/{date}.json", json.dumps(facts).encode())
