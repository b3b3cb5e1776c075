"""Open gaps, overrides and healed gaps of the ledger, as short lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.calendar.partitions import (
    contiguous_ranges,
)
from nba_assets.reports.coverage.status import (
    COMPLETE,
    NAMES,
    OPEN,
)

NAMED_KEYS = 20
NO_CAUSE = "no reason is recorded"
_NUMBERS = re.compile(r"\d[\d.,:/-]*")


@dataclass(frozen=True)
class DateRange:
    """Neighbouring game dates."""

    first: str
    last: str
    dates: int


@dataclass(frozen=True)
class Gap:
    """Cells of the ledger that share a cause.

    Attributes:
        status: the worst of them.
        table: table that is to blame; NULL when none is recorded.
        cause: reason; the first of several that differ in figures only.
        similar: number of other rows with the same cause and other figures.
        cells: dates and tables concerned.
        tables: concerned tables in the order of the graph, each with its metrics and number of dates.
        ranges: dates concerned.
        keys: missing keys, the first twenty.
        commands: what heals it, oldest date first.
    """

    status: str
    table: str | None
    cause: str
    similar: bool
    cells: int
    tables: tuple[tuple[str, tuple[str, ...], int], ...]
    ranges: tuple[DateRange, ...]
    keys: tuple[str, ...]
    commands: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """An override or a healed gap: table, metrics, dates, and the reason or the moment."""

    table: str
    metrics: tuple[str, ...]
    ranges: tuple[DateRange, ...]
    words: str
    when: str


def open_gaps(ledger: pd.DataFrame, order: Mapping[str, int]) -> list[Gap]:
    """Gaps by cause: what fails first, then the most cells.

    Rows without a cause are grouped by their table. Causes that differ in figures only ('3 of 9 games') are
    one.

    Args:
        ledger: the ledger.
        order: position of each table in the graph.
    """
    rows = ledger[ledger["status"].isin(OPEN)]
    universe = _universe(ledger)
    like = rows["cause"].fillna(NO_CAUSE).astype(str).map(lambda words: _NUMBERS.sub("#", words))
    blamed = rows["cause_table"].where(
        rows["cause_table"].notna(), rows["table"].where(rows["cause"].isna(), "")
    )
    gaps = [_gap(group, order, universe) for _, group in rows.groupby([blamed.astype(str), like], sort=True)]
    return sorted(gaps, key=lambda gap: (NAMES.index(gap.status), -gap.cells, gap.table or "", gap.cause))


def _gap(rows: pd.DataFrame, order: Mapping[str, int], universe: list[str]) -> Gap:
    rows = rows.assign(place=rows["table"].map(order)).sort_values(["game_date", "place"], kind="stable")
    first = rows.iloc[0]
    tables = tuple(
        (str(table), _distinct(group["metric"]), group["game_date"].nunique())
        for (_, table), group in rows.groupby(["place", "table"], sort=True)
    )
    keys = dict.fromkeys(key for keys in rows["missing_keys"].dropna().unique() for key in keys.split("|"))
    return Gap(
        status=min(rows["status"].unique(), key=NAMES.index),
        table=None if pd.isna(first["cause_table"]) else str(first["cause_table"]),
        cause=NO_CAUSE if pd.isna(first["cause"]) else str(first["cause"]),
        similar=rows["cause"].dropna().drop_duplicates().size > 1,
        cells=len(rows[["game_date", "table"]].drop_duplicates()),
        tables=tables,
        ranges=_ranges(rows["game_date"], universe),
        keys=tuple(keys)[:NAMED_KEYS],
        commands=_distinct(rows["heal"].dropna()),
    )


def overrides(ledger: pd.DataFrame) -> list[Note]:
    """What was let through by hand, by table and reason, in order of the first date."""
    rows = ledger[ledger["status"].eq("OVERRIDDEN") | ledger["override_reason"].notna()]
    words = rows["override_reason"].fillna("no reason is recorded").astype(str)
    return _noted(rows, ledger, words, pd.Series("", index=rows.index))


def healed(ledger: pd.DataFrame) -> list[Note]:
    """What was open once and now holds, by table, cause and minute, in order of the first date."""
    rows = ledger[ledger["healed_at"].notna() & ledger["status"].isin(COMPLETE)]
    blamed = rows["cause_table"].astype(object).where(rows["cause_table"].notna(), "")
    words = blamed.str.cat(rows["cause"].fillna("").astype(object), sep=": ").str.strip(": ")
    return _noted(rows, ledger, words, rows["healed_at"].dt.strftime("%Y-%m-%d %H:%M UTC"))


def _noted(rows: pd.DataFrame, ledger: pd.DataFrame, words: pd.Series, when: pd.Series) -> list[Note]:
    universe = _universe(ledger)
    grouped = rows.groupby([rows["table"].astype(str), words.astype(str), when.astype(str)], sort=True)
    notes = [
        Note(table, _distinct(group["metric"]), _ranges(group["game_date"], universe), text, moment)
        for (table, text, moment), group in grouped
    ]
    return sorted(notes, key=lambda note: (note.ranges[0].first, note.table, note.words))


def _distinct(values: pd.Series) -> tuple[str, ...]:
    return tuple(map(str, values.unique()))


def _universe(ledger: pd.DataFrame) -> list[str]:
    """Game dates over which a range may run on: the calendar's, and those of the ledger."""
    if ledger.empty:
        return []
    first, last = ledger["game_date"].min().date(), ledger["game_date"].max().date()
    days = {day.isoformat() for day in finished_seasons().between(first, last)}
    return sorted(days | set(pd.DatetimeIndex(ledger["game_date"].unique()).strftime("%Y-%m-%d")))


def _ranges(dates: pd.Series, universe: list[str]) -> tuple[DateRange, ...]:
    days = pd.DatetimeIndex(dates.unique()).strftime("%Y-%m-%d")
    position = {day: number for number, day in enumerate(universe)}
    return tuple(
        DateRange(first, last, position[last] - position[first] + 1)
        for first, last in contiguous_ranges(days, universe)
    )
