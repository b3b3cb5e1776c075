"""Whole tables of a lake as frames, for reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import pandas as pd

from nba_assets.schemas.catalog import TABLES
from nba_assets.storage.lake import Lake


def read_table(
    lake: Lake, table: str, columns: Sequence[str] | None = None, dates: Collection[dt.date] | None = None
) -> pd.DataFrame:
    """Rows of a table as stored, all dates by default; a report reads past the gate.

    Of many dates a damaged one is left out.

    Raises:
        DamagedPartitionError: the only date is damaged.
    """
    schema = TABLES[table]
    wanted = lake.dates(table) if dates is None else dates
    read = lake.read if len(wanted) == 1 else lake.read_undamaged
    return schema.to_pandas(read(table, wanted, schema.arrow, columns).table)
