"""The ledger as cells: one a game date and table, by season."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from nba_assets.reports.coverage.status import (
    NAMES,
    OPEN,
)

COLUMNS = (
    "game_date", "table", "metric", "expected", "actual", "share", "status", "cause_table", "cause",
    "missing_keys", "heal", "override_reason", "healed_at",
)  # fmt: skip
NO_CELL = len(NAMES)  # code of a date and table the ledger does not know
NAMED_CAUSES = 3
NAMED_KEYS = 3


@dataclass(frozen=True)
class Calendar:
    """Dates by tables.

    Attributes:
        dates: every game date of the ledger, in order.
        tables: tables in the order of the graph.
        metrics: (table, metric) pairs, in the order of the tables and of the ledger.
        worst: tables x dates: position in NAMES of the worst status, NO_CELL where the ledger has none.
        numbers: metrics x dates: expected, actual, share and status code; NaN where NULL.
        cells: rows of the ledger with ``date``, ``row`` (table) and ``code`` positions.
    """

    dates: pd.DatetimeIndex
    tables: tuple[str, ...]
    metrics: tuple[tuple[str, str], ...]
    worst: np.ndarray
    numbers: Mapping[str, np.ndarray]
    cells: pd.DataFrame

    @classmethod
    def of(cls, ledger: pd.DataFrame, order: Mapping[str, int]) -> Calendar:
        """Arrange a ledger.

        Raises:
            KeyError: a column, or the position of a table, is missing.
            ValueError: a status nobody knows, or a metric twice on a date.
        """
        ledger = ledger[list(COLUMNS)]
        unknown = sorted(set(ledger["status"].unique()) - set(NAMES))
        if unknown:
            raise ValueError(f"unknown statuses: {unknown}")
        names = ledger["table"].astype(str).unique()
        tables = tuple(sorted(names, key=lambda name: (order[name], name)))
        dates = pd.DatetimeIndex(np.sort(ledger["game_date"].unique()))
        code = ledger["status"].map({name: number for number, name in enumerate(NAMES)}).to_numpy(np.int64)
        row = ledger["table"].map({name: number for number, name in enumerate(tables)}).to_numpy(np.int64)
        date = dates.get_indexer(ledger["game_date"])
        worst = np.full((len(tables), len(dates)), NO_CELL, dtype=np.int64)
        np.minimum.at(worst, (row, date), code)
        cells = ledger.assign(date=date, row=row, code=code)
        metrics, numbers = _numbers(cells, len(dates))
        return cls(dates, tables, metrics, worst, numbers, cells)

    def seasons(self) -> dict[str, slice]:
        """Dates of each season by its name, oldest first."""
        year = np.asarray(self.dates.year) - (np.asarray(self.dates.month) < 10)
        edges = [*np.flatnonzero(np.diff(year, prepend=-1)).tolist(), len(year)]
        return {season_name(int(year[start])): slice(start, end) for start, end in pairwise(edges)}

    def open_cells(self, dates: slice = slice(None)) -> int:
        """Dates and tables that feed nothing."""
        return int((self.worst[:, dates] < len(OPEN)).sum())


def season_name(first_year: int) -> str:
    """'2024-25' for the season that starts in 2024."""
    return f"{first_year}-{(first_year + 1) % 100:02d}"


def _numbers(cells: pd.DataFrame, dates: int) -> tuple[tuple[tuple[str, str], ...], dict[str, np.ndarray]]:
    pairs = cells[["row", "table", "metric"]].drop_duplicates(["row", "metric"])
    pairs = pairs.sort_values("row", kind="stable")
    metrics = tuple(zip(pairs["table"].astype(str), pairs["metric"].astype(str), strict=True))
    position = pd.MultiIndex.from_frame(pairs[["row", "metric"]])
    where = position.get_indexer(pd.MultiIndex.from_frame(cells[["row", "metric"]])), cells["date"].to_numpy()
    if len(np.unique(where[0] * dates + where[1])) != len(cells):
        raise ValueError("the ledger has a metric twice on a date")
    numbers = {}
    for name in ("expected", "actual", "share", "code"):
        numbers[name] = np.full((len(metrics), dates), np.nan)
        numbers[name][where] = cells[name].to_numpy(np.float64, na_value=np.nan)
    return metrics, numbers


def season_payload(calendar: Calendar, dates: slice) -> dict[str, Any]:
    """What the page needs to say about any cell of a season, as plain JSON values.

    Texts that repeat from cell to cell (a cause, a command) stand once, in ``texts``.
    """
    tables = [
        {
            "name": table,
            "metrics": [
                {"name": metric, **{key: _plain(calendar.numbers[key][i, dates]) for key in calendar.numbers}}
                for i, (owner, metric) in enumerate(calendar.metrics)
                if owner == table
            ],
        }
        for table in calendar.tables
    ]
    texts: dict[str, int] = {}
    notes = _notes(calendar.cells, dates, texts)
    days = [f"{day:%Y-%m-%d}" for day in calendar.dates[dates]]
    return {"dates": days, "tables": tables, "notes": notes, "texts": list(texts)}


def _plain(values: np.ndarray) -> list[float | int | None]:
    return [
        None if value != value else int(value) if value == int(value) else round(value, 4)
        for value in values.tolist()
    ]


def _notes(cells: pd.DataFrame, dates: slice, texts: dict[str, int]) -> dict[str, dict[str, Any]]:
    """Cause, command, missing keys, reason and healing of the cells that have any, by 'row,date'."""
    said = cells[["cause", "heal", "override_reason", "healed_at", "missing_keys"]].notna().any(axis=1)
    inside = cells["date"].between(dates.start, dates.stop - 1)
    chosen = cells[said & inside].sort_values(["row", "date", "code"], kind="stable")
    notes: dict[str, dict[str, Any]] = {}
    for row in chosen.itertuples(index=False):
        note = notes.setdefault(f"{row.row},{row.date - dates.start}", {})
        if pd.notna(row.cause):
            blamed = "" if pd.isna(row.cause_table) else f"{row.cause_table}: "
            _add(note, "cause", blamed + str(row.cause), texts)
        for name in ("heal", "override_reason"):
            if pd.notna(getattr(row, name)):
                _add(note, name, str(getattr(row, name)), texts)
        if pd.notna(row.healed_at):
            _add(note, "healed", f"{row.healed_at:%Y-%m-%d %H:%M} UTC", texts)
        if pd.notna(row.missing_keys) and "keys" not in note:
            keys = str(row.missing_keys).split("|")
            note["keys"] = [*keys[:NAMED_KEYS], *(["…"] if len(keys) > NAMED_KEYS else [])]
    return notes


def _add(note: dict[str, Any], name: str, text: str, texts: dict[str, int]) -> None:
    number = texts.setdefault(text, len(texts))
    listed = note.setdefault(name, [])
    if number not in listed and len(listed) < NAMED_CAUSES:
        listed.append(number)
