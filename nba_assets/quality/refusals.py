"""Refusals: verdicts on dates that were not written, kept beside the tables until they heal, and after.

A date that fails keeps what was stored before, so its verdict needs a place of its own:
``_refused/{table}/{date}.json``. It names the bytes that were left in the lake, so it does not apply to any
later write. A later good run moves it to ``_healed/`` and adds the moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from nba_assets.quality.verdict import Problem, Verdict
from nba_assets.storage.object_store import ObjectStore
from nba_assets.storage.partitions import shared_out
from nba_assets.storage.records import read_record, record_bytes

# An underscore: no reader of tables takes them for tables.
_REFUSED, _HEALED = "_refused", "_healed"


@dataclass(frozen=True)
class Refusal:
    """The newest refusal of a date.

    Attributes:
        verdict: why it was not written.
        left: hash of the partition file that stayed in the lake; empty where none was stored, None where the
            refusal is damaged: then it concerns whatever is stored.
    """

    verdict: Verdict
    left: str | None


class Refusals:
    """Refusals of one lake."""

    def __init__(self, store: ObjectStore):
        self._store = store

    def read(self, table: str, dates: Collection[dt.date]) -> dict[dt.date, Refusal]:
        """Refusals of the dates; whether one is still in force depends on what is stored (gate.py)."""
        names = self._names(_REFUSED, table, dates)
        found = zip(names, shared_out(self._refusal, [*names.values()], self._store.at_once), strict=True)
        return {date: refusal for date, refusal in found if refusal is not None}

    def _refusal(self, name: str) -> Refusal | None:
        try:
            facts = self._facts(name)
        except ValueError as error:
            return Refusal(Verdict("FAIL", problems=(Problem(str(error)),)), None)
        return Refusal(Verdict.of_record(facts["verdict"]), facts["left"]) if facts is not None else None

    def dates(self, table: str) -> list[dt.date]:
        """Dates of a table with a refusal."""
        return sorted(_date(name) for name in self._store.list(f"{_REFUSED}/{table}/"))

    def listed(self) -> dict[str, set[dt.date]]:
        """Dates with a refusal, by table."""
        found: dict[str, set[dt.date]] = {}
        for name in self._store.list(f"{_REFUSED}/"):
            found.setdefault(name.split("/")[1], set()).add(_date(name))
        return found

    def damaged(self, table: str) -> dict[dt.date, str]:
        """Dates of a table whose refusal is not as it was written, each with the reason."""
        refusals = self.read(table, self.dates(table))
        return {date: found.verdict.words for date, found in refusals.items() if found.left is None}

    def healed(self, table: str, dates: Collection[dt.date]) -> dict[dt.date, dt.datetime]:
        """When the last refusal of each date healed."""
        names = self._names(_HEALED, table, dates)
        facts = shared_out(self._facts, [*names.values()], self._store.at_once)
        return {
            date: dt.datetime.fromisoformat(healed["healed_at"])
            for date, healed in zip(names, facts, strict=True)
            if healed is not None
        }

    def versions(self, table: str, dates: Collection[dt.date]) -> dict[dt.date, str]:
        """Version of each stored refusal: what :meth:`heal` may remove."""
        return {_date(name): version for name, version in self._versions(_REFUSED, table, dates).items()}

    def keep(
        self, table: str, verdicts: Mapping[dt.date, Verdict], file_hashes: Mapping[dt.date, str]
    ) -> None:
        """Record dates that were refused; the same verdict on the same bytes again changes nothing.

        Args:
            table: name of the table.
            verdicts: why, by date.
            file_hashes: hash of the stored partition, of those dates that have one.
        """

        def record(date: dt.date) -> None:
            facts = {"verdict": verdicts[date].record, "left": file_hashes.get(date, "")}
            self._write(_name(_REFUSED, table, date), facts)

        shared_out(record, [*verdicts], self._store.at_once)

    def heal(self, table: str, dates: Iterable[dt.date], versions: Mapping[dt.date, str]) -> None:
        """Mark refusals of dates that have just been written as healed.

        Args:
            table: name of the table.
            dates: dates that were written.
            versions: the refusals as they were before the write: one that another run has made since stays.
        """
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        refusals = self.read(table, versions.keys() & set(dates))

        def move(date: dt.date) -> None:
            healed = {"verdict": refusals[date].verdict.record, "healed_at": now.isoformat()}
            self._write(_name(_HEALED, table, date), healed)
            self._store.delete(_name(_REFUSED, table, date), versions[date])

        shared_out(move, [*refusals], self._store.at_once)

    def lift(self, versions: Mapping[dt.date, str], table: str, dates: Iterable[dt.date]) -> None:
        """Remove refusals of dates that a person has let through: nothing has healed.

        Args:
            versions: the refusals as they were before the write.
            table: name of the table.
            dates: dates that were written.
        """
        for date in versions.keys() & set(dates):
            self._store.delete(_name(_REFUSED, table, date), versions[date])

    def _names(self, folder: str, table: str, dates: Collection[dt.date]) -> dict[dt.date, str]:
        return {_date(name): name for name in self._versions(folder, table, dates)}

    def _versions(self, folder: str, table: str, dates: Collection[dt.date]) -> dict[str, str]:
        return (
            self._store.versions_of([_name(folder, table, date) for date in sorted(dates)]) if dates else {}
        )

    def _facts(self, name: str) -> dict[str, str] | None:
        """Content of an object; None if another run has removed it since it was listed."""
        try:
            return read_record(self._store.read(name), f"{self._store.root}/{name}")
        except FileNotFoundError:
            return None

    def _write(self, name: str, facts: Mapping[str, str]) -> None:
        data = record_bytes(facts)
        if not self._store.version(name) or self._store.read(name) != data:
            self._store.write(name, data)


def _date(name: str) -> dt.date:
    return dt.date.fromisoformat(name.rsplit("/", 1)[1].removesuffix(".json"))


def _name(folder: str, table: str, date: dt.date) -> str:
    return f"{folder}/{table}/{date}.json"
