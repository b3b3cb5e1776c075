"""Decisions of people: dates that an earlier run let through, and whether that still holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import pyarrow as pa

from nba_assets.quality.verdict import OVERRIDDEN, Verdict
from nba_assets.schemas.catalog import TABLES
from nba_assets.storage.lake import Lake


class Decisions:
    """Dates of a table that were let through although not complete, from the stored partitions.

    A decision was made on what a person saw, the rows and the verdict on them: it holds for these alone.

    Args:
        lake: the tables.
        table: name of the table.
    """

    def __init__(self, lake: Lake, table: str):
        self._lake = lake
        self._table = table

    def of(self, dates: Collection[dt.date]) -> dict[dt.date, Verdict]:
        """Verdicts of those of the dates that were let through."""
        if not dates:
            return {}
        stamps, _ = self._lake.stamps(self._table, sorted(dates))
        verdicts = {date: Verdict.of_record(stamp.coverage) for date, stamp in stamps.items()}
        return {date: verdict for date, verdict in verdicts.items() if verdict.status == OVERRIDDEN}

    def hold(self, date: dt.date, verdict: Verdict, rows: pa.Table) -> bool:
        """Whether the decision on a date was made on this verdict and these rows.

        Args:
            date: a date that was let through.
            verdict: what would be stored now.
            rows: the rows that would be.
        """
        stored = self._lake.read(self._table, [date], TABLES[self._table].arrow).table
        before = self.of([date])[date]
        return verdict.record == before.record and rows.equals(stored.select(rows.column_names))
