"""Reads what a table declares from the lake, through the gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

import pandas as pd
import pyarrow as pa

from nba_assets.lineage.inputs import Gathered, History, Input, Inputs, OwnRows, ShutInputs
from nba_assets.lineage.table import Follows
from nba_assets.quality.gate import Gate, Shut
from nba_assets.quality.refusals import Refusals
from nba_assets.schemas.catalog import TABLES
from nba_assets.storage.lake import Lake, Slice
from nba_assets.storage.lake_calendar import lake_calendar
from nba_assets.storage.partitions import shared_out
from nba_assets.tabular.arrow_columns import pc

Item = TypeVar("Item")
Result = TypeVar("Result")


class Reader:
    """Reads declared inputs from the lake, through the gate."""

    def __init__(self, lake: Lake, gate: Gate):
        self._lake = lake
        self._gate = gate

    def shut(self, inputs: tuple[Input, ...], dates: list[dt.date]) -> ShutInputs:
        """Dates on which some same-date input may not be read: the reason, by table."""
        reasons: dict[dt.date, dict[str, Shut]] = {}
        found = self._at_once(lambda item: self._gate.shut(item.table, dates), inputs)
        for item, shut in zip(inputs, found, strict=True):
            for date, reason in shut.items():
                reasons.setdefault(date, {})[item.table] = reason
        return reasons

    def damaged(self, inputs: tuple[Input, ...], dates: list[dt.date]) -> set[dt.date]:
        """Dates on which some same-date input is stored and cannot be read."""
        return {
            date
            for item in inputs
            for date in self._lake.damaged(item.table, TABLES[item.table].arrow, dates)
        }

    def read(
        self,
        inputs: tuple[Input, ...],
        history: tuple[History, ...],
        dates: list[dt.date],
        shut: ShutInputs = MappingProxyType({}),
    ) -> Inputs:
        """Frames for the dates; arguments and errors as in :meth:`gather`."""
        gathered = self.gather(inputs, history, dates, shut)
        frames = {table: TABLES[table].to_pandas(rows) for table, rows in gathered.same.items()}
        past = {item.table: TABLES[item.table].to_pandas(rows) for item, rows in gathered.past.items()}
        return Inputs(dates, frames, past, gathered)

    def own(self, table: str, declared: OwnRows, dates: list[dt.date]) -> pd.DataFrame:
        """Rows that a table has stored of some dates; of a damaged partition nothing can be kept.

        Args:
            table: name of the table.
            declared: which of them.
            dates: dates to compute.
        """
        schema = TABLES[table]
        if declared.only is not None:
            flags = self._lake.read_undamaged(table, dates, schema.arrow, (declared.only,)).table
            chosen = flags.filter(flags.column(declared.only)).column("game_date")
            dates = pc.unique(chosen).to_pylist()
        return schema.to_pandas(self._lake.read_undamaged(table, dates, schema.arrow, declared.columns).table)

    def with_rows(self, table: str, dates: list[dt.date]) -> set[dt.date]:
        """Dates on which a table may be read and has a row; a damaged partition may have one."""
        schema = TABLES[table]
        open_dates = self._gate.open(table, dates)
        part = self._lake.read_undamaged(table, open_dates, schema.arrow, schema.key[:1])
        damaged = set(open_dates) - part.hashes.keys()
        return damaged.union(pc.unique(part.table.column("game_date")).to_pylist())

    def followed(self, plan: Follows, dates: list[dt.date]) -> list[dt.date]:
        """Dates on which the tables of a plan have rows, in order."""
        found = [self.with_rows(name, dates) for name in plan.tables]
        return sorted(set.intersection(*found) if plan.every else set.union(*found))

    def gather(
        self,
        inputs: tuple[Input, ...],
        history: tuple[History, ...],
        dates: list[dt.date],
        shut: ShutInputs = MappingProxyType({}),
    ) -> Gathered:
        """Stored rows for the dates.

        Args:
            inputs: same-date inputs.
            history: earlier inputs.
            dates: dates to compute, in order.
            shut: same-date inputs without rows, on dates that a person lets through: what an earlier,
                refused version left in the lake is not read in their stead.

        Raises:
            DamagedPartitionError: a same-date input is not as it was written.
        """
        same: dict[str, pa.Table] = {}
        contents: dict[str, Mapping[dt.date, str]] = {}
        overrides: dict[dt.date, list[str]] = {}

        def read(item: Input) -> Slice:
            days = [date for date in dates if item.table not in shut.get(date, {})]
            return self._lake.read(item.table, days, TABLES[item.table].arrow, item.columns)

        for item, part in zip(inputs, self._at_once(read, inputs), strict=True):
            same[item.table] = part.table
            if item.whole:
                contents[item.table] = part.hashes
            for date, reason in part.overrides.items():
                overrides.setdefault(date, []).append(reason)
        known = [item for item in history if not item.judges]
        past = dict(zip(known, self._at_once(lambda item: self._history(item, dates), known), strict=True))
        return Gathered(
            dates,
            same,
            {item: part.table for item, part in past.items()},
            overrides,
            {item.table: sorted(part.hashes) for item, part in past.items()},
            contents,
            {item: part.overrides for item, part in past.items() if part.overrides},
            {item: self._refused(item, dates) for item in history if item.judges},
            lake_calendar(self._lake.store),
        )

    def _at_once(self, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Results in order; from a bucket tables are read side by side, for the answers' way is long."""
        return shared_out(work, items, len(items) if self._lake.store.is_remote else 1)

    def _refused(self, item: History, dates: list[dt.date]) -> list[dt.date]:
        first, last = dates[0] - dt.timedelta(days=item.days), dates[-1]
        known = Refusals(self._lake.store).dates(item.table)
        return sorted(self._gate.refusals(item.table, [date for date in known if first <= date < last]))

    def _history(self, item: History, dates: list[dt.date]) -> Slice:
        newest = dt.timedelta(days=0 if item.and_same_date else 1)
        first, last = dates[0] - dt.timedelta(days=item.days), dates[-1] - newest
        days = self._gate.open_between(item.table, first, last)
        schema = TABLES[item.table].arrow
        # A damaged partition is a hole like any other: it costs the windows it should lie in.
        return self._lake.read_undamaged(item.table, days, schema, item.columns, keep=item.keep)
