"""The ledger as cells: one a game date and table, by season."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from nba_assets.calendar.seasons import season_of
from nba_assets.reports.coverage.status import COMPLETE, NAMES, OPEN

COLUMNS = (
    "game_date", "table", "metric", "expected", "actual", "share", "status", "cause_table", "cause",
    "missing_keys", "heal", "override_reason", "healed_at",
)  # fmt: skip
NO_CELL = len(NAMES)  # code of a date and table the ledger does not know
_COMPLETE = [NAMES.index(name) for name in COMPLETE]


@dataclass(frozen=True)
class Calendar:
    """Dates by tables.

    Attributes:
        dates: every game date of the ledger, in order.
        tables: tables in the order of the graph.
        worst: tables x dates: position in NAMES of the worst status, NO_CELL where the ledger has none.
    """

    dates: pd.DatetimeIndex
    tables: tuple[str, ...]
    worst: np.ndarray

    @classmethod
    def of(cls, ledger: pd.DataFrame, order: Mapping[str, int]) -> Calendar:
        """Arrange a ledger.

        Raises:
            KeyError: a column, or the position of a table, is missing.
            ValueError: an unknown status, or a metric duplicated on a date.
        """
        ledger = ledger[list(COLUMNS)]
        unknown = sorted(set(ledger["status"].unique()) - set(NAMES))
        if unknown:
            raise ValueError(f"unknown statuses: {unknown}")
        if ledger.duplicated(["game_date", "table", "metric"]).any():
            raise ValueError("the ledger has a metric twice on a date")
        names = ledger["table"].astype(str).unique()
        tables = tuple(sorted(names, key=lambda name: (order[name], name)))
        dates = pd.DatetimeIndex(np.sort(ledger["game_date"].unique()))
        code = ledger["status"].map({name: number for number, name in enumerate(NAMES)}).to_numpy(np.int64)
        row = ledger["table"].map({name: number for number, name in enumerate(tables)}).to_numpy(np.int64)
        date = dates.get_indexer(ledger["game_date"])
        worst = np.full((len(tables), len(dates)), NO_CELL, dtype=np.int64)
        np.minimum.at(worst, (row, date), code)
        return cls(dates, tables, worst)

    def seasons(self) -> dict[str, slice]:
        """Dates of each season by its name, oldest first."""
        seasons = np.array([season_of(date) for date in self.dates.date], dtype=str)
        names, starts = np.unique(seasons, return_index=True)
        edges = [*starts.tolist(), len(seasons)]
        return {str(name): slice(*edge) for name, edge in zip(names, pairwise(edges), strict=True)}

    def open_cells(self, dates: slice = slice(None)) -> int:
        """Dates and tables that feed nothing."""
        return int((self.worst[:, dates] < len(OPEN)).sum())


def complete_share(worst: np.ndarray) -> float | None:
    """Share of cells that are complete or proven empty, of those the ledger has; None without any."""
    known = worst[worst != NO_CELL]
    return float(np.isin(known, _COMPLETE).mean()) if known.size else None
