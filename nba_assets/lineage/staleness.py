"""What is stale: partitions whose code, schema or inputs are no longer those they were made from.

Nothing is computed: hashes of what a date used are made again from the stored rows, and compared with those
in the partition's stamp. Dates that the gate keeps shut are not stale, they are blocked: another run retries
them (``backfill --resume``).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from nba_assets.lineage.inputs import SOURCE, stamp
from nba_assets.lineage.reader import Reader
from nba_assets.lineage.table import Follows, Table
from nba_assets.lineage.windows import OWN
from nba_assets.quality.gate import Gate
from nba_assets.quality.verdict import Verdict
from nba_assets.schemas.catalog import TABLES
from nba_assets.sources.base import Source
from nba_assets.storage.lake import Lake
from nba_assets.storage.partition_file import DamagedPartitionError, Stamp

FROM_SOURCE = "source"  # the kind of a table that asks the source
_CODE, _SCHEMA = "code changed", "schema changed"


@dataclass(frozen=True)
class Stale:
    """A partition to materialize again, and why."""

    table: str
    date: dt.date
    reasons: tuple[str, ...]

    @property
    def by_data(self) -> bool:
        """Something that it was made from has changed, not its code or schema alone."""
        return any(not reason.startswith((_CODE, _SCHEMA)) for reason in self.reasons)


def with_later(table: Table, stale: Sequence[Stale], stored: Sequence[dt.date]) -> list[Stale]:
    """The same and, of a table that reads its own earlier rows, all later dates: each may change the next."""
    if not (stale and table.reads_itself):
        return list(stale)
    listed = {item.date: item for item in stale}
    why = (f"earlier {table.name}: made again",)
    return [listed.get(date, Stale(table.name, date, why)) for date in sorted(stored) if date >= min(listed)]


def reasons(made: Stamp, now: Stamp) -> tuple[str, ...]:
    """Why a partition is stale, in words; none when it is not.

    Args:
        made: its own stamp.
        now: the stamp it would get today.
    """
    found: list[str] = []
    if made.code_version != now.code_version:
        found.append(f"{_CODE}: {made.code_version} -> {now.code_version}")
    if made.schema_hash != now.schema_hash:
        found.append(f"{_SCHEMA}: {made.schema_hash} -> {now.schema_hash}")
    before, after = json.loads(made.inputs), json.loads(now.inputs)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            found.append(_input_words(name, before, after))
    return tuple(found)


def _input_words(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    if name == SOURCE:
        return "the source has other rows of this date"
    where = f"earlier {name.removeprefix('past ')}" if name.startswith("past ") else f"{name} of this date"
    if name not in before:
        return f"{where}: not read before"
    return f"{where}: {'changed' if name in after else 'no longer read'}"


def _is_idle(made: Stamp) -> bool:
    """Whether nothing was due on the date: no row was made from anything."""
    return Verdict.of_record(made.coverage).status == "EMPTY_OK"


class Staleness:
    """Finds stale partitions in a lake.

    Args:
        lake: the tables.
        gate: which of their dates may be read.
        source: what raw tables are made from.
    """

    def __init__(self, lake: Lake, gate: Gate, source: Source):
        self._lake = lake
        self._gate = gate
        self._source = source
        self._reader = Reader(lake, gate)

    def stale(self, table: Table, dates: Sequence[dt.date]) -> list[Stale]:
        """Stale partitions of a table among dates, in order."""
        made, now, damaged = self._compared(table, dates)
        found = self._reasons(table, made, now)
        found |= {date: (reason,) for date, reason in damaged.items()}
        return [Stale(table.name, date, found[date]) for date in sorted(found) if found[date]]

    def fresh(self, table: Table, dates: Sequence[dt.date]) -> list[dt.date]:
        """Dates that are stored, open at the gate, and made from the present rows of their inputs."""
        made, now, _ = self._compared(table, dates)
        return [date for date, found in self._reasons(table, made, now).items() if not found]

    def _reasons(
        self, table: Table, made: Mapping[dt.date, Stamp], now: Mapping[dt.date, Stamp]
    ) -> dict[dt.date, tuple[str, ...]]:
        """Why each date is stale; a date without work is when the tables that it follows have rows since."""
        found = {date: reasons(made[date], now[date]) for date in made}
        if isinstance(table.plan, Follows):
            idle = [date for date in made if _is_idle(made[date])]
            due = self._reader.followed(table.plan, idle)
            found |= dict.fromkeys(due, (f"{', '.join(table.plan.tables)}: made since",))
        return found

    def _compared(
        self, table: Table, dates: Sequence[dt.date]
    ) -> tuple[dict[dt.date, Stamp], dict[dt.date, Stamp], dict[dt.date, str]]:
        """Stamps of the open dates with open inputs: as they were made, and as they would be made now.

        The third are damaged partitions, each with the reason.
        """
        stored = self._gate.open(table.name, sorted(self._lake.stored(table.name, dates)))
        shut = self._reader.shut(table.inputs, stored)
        made, damaged = self._lake.stamps(table.name, [date for date in stored if date not in shut])
        idle = {date: made.pop(date) for date in [*made] if table.plan and _is_idle(made[date])}
        now: dict[dt.date, Stamp] = {}
        for part in table.parts(list(made)):
            if part:
                now |= self._now(table, {date: made[date] for date in part})
        return {date: made[date] for date in now} | idle, now | idle, damaged

    def _now(self, table: Table, made: Mapping[dt.date, Stamp]) -> dict[dt.date, Stamp]:
        """Stamps that the dates would get now; a date of which an input is damaged is blocked, not stale."""
        try:
            gathered = self._reader.gather(table.inputs, table.history, list(made))
        except DamagedPartitionError:
            damaged = self._reader.damaged(table.inputs, list(made))
            if not damaged:
                raise
            return self._now(table, {date: made[date] for date in made if date not in damaged})
        dates = gathered.dates
        fingerprints = self._fingerprints(table, made) if FROM_SOURCE in table.kinds else None
        used = gathered.used(self._own(table, dates), fingerprints)
        code = table.code_version
        return {date: stamp(code, table.schema.hash, used[date]) for date in dates}

    def _fingerprints(self, table: Table, made: Mapping[dt.date, Stamp]) -> dict[dt.date, str]:
        """Present fingerprints of the source; a date made from another kind of source keeps the stored one.

        A lake that went live in mid-season holds dates of an archive, which no landing zone speaks for.
        """
        now = self._source.fingerprint(table.name, list(made))
        before = {date: json.loads(stamp.inputs).get(SOURCE, "") for date, stamp in made.items()}
        return {
            date: stored if stored and not self._source.recognises(stored) else now[date]
            for date, stored in before.items()
        }

    def _own(self, table: Table, dates: list[dt.date]) -> pa.Table:
        """The stored rows, as far as windows are about them."""
        named = {name for item in table.history for window in item.uses if window.by and window.of == OWN
                 for name in window.subject_columns}  # fmt: skip
        schema = TABLES[table.name].arrow
        if not named:
            return schema.empty_table()
        return self._lake.read_undamaged(table.name, dates, schema, sorted(named)).table
