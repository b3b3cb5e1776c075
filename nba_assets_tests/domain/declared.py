"""Rows of declared tables from small frames made by hand."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from nba_assets.domain.declarations.evaluation import NO_DATES, AsOf, KnownDates
from nba_assets.domain.declarations.feature import FeatureTable
from nba_assets.domain.declarations.sources import Past
from nba_assets.schemas.catalog import TABLES

NO_SCHEDULE = KnownDates((), {"raw_schedule": ()})


def computed(table: FeatureTable, **frames: pd.DataFrame) -> pd.DataFrame:
    """Rows of a table in a range that ends long after them.

    Args:
        table: its declaration.
        **frames: tables that it reads, on the same date or before; without one, it has no row.
    """
    known = {name: TABLES[name].empty() for name in (*table.reads, *table.history_columns)} | frames
    history = {name: known[name] for name in table.history_columns}
    return table.compute(known, history, pd.Timestamp("2100-01-01"), NO_SCHEDULE)


def known_past(windows: Iterable[Past], **history: pd.DataFrame) -> AsOf:
    """The past as declared windows hold it, with a horizon long after it.

    Args:
        windows: what is declared.
        **history: earlier rows by table.
    """
    return AsOf(history, windows, pd.Timestamp("2100-01-01"), NO_DATES)
