"""Rows of a run by date: both their forms, those of some dates, and the reasons that stay with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from nba_assets.quality.gate import Shut
from nba_assets.schemas.columns import OVERRIDE, TableSchema
from nba_assets.tabular.arrow_columns import pc


def both_forms(schema: TableSchema, rows: pd.DataFrame | pa.Table) -> tuple[pd.DataFrame, pa.Table]:
    """Computed rows as a frame, and as they are stored."""
    if isinstance(rows, pa.Table):
        stored = schema.stored(rows)
        return schema.to_pandas(stored), stored
    frame = schema.conform(rows)
    return frame, schema.to_arrow(frame)


def rows_of(rows: pa.Table, dates: list[dt.date]) -> pa.Table:
    """Rows of some of the dates."""
    wanted = pa.array(dates, pa.date32())
    mask = pc.is_in(rows.column("game_date"), value_set=wanted)
    return rows if pc.all(mask, min_count=0).as_py() else rows.filter(mask)


def games_by_date(frame: pd.DataFrame) -> dict[Any, int]:
    """How many games a table has rows of, by date; empty for a table without games."""
    if "game_id" not in frame:
        return {}
    return frame.groupby("game_date")["game_id"].nunique().to_dict()


def joined(*reasons: str) -> str:
    """Distinct reasons as one text."""
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))


def shut_words(shut: Mapping[str, Shut]) -> tuple[str, ...]:
    """Inputs that may not be read, each with the reason."""
    return tuple(f"{table}: {reason}" for table, reason in shut.items())


def with_reasons(rows: pa.Table, reasons: Mapping[dt.date, str]) -> pa.Table:
    """Rows with the reasons of overridden dates; other dates keep a reason that the computation set."""
    overridden = {date: reason for date, reason in reasons.items() if reason}
    if not overridden:
        return rows
    dates = rows.column("game_date")
    places = pc.index_in(dates, value_set=pa.array(list(overridden), pa.date32()))
    own = rows.column(OVERRIDE.name)
    column = pc.coalesce(pa.array(list(overridden.values()), pa.string()).take(places), own)
    return rows.set_column(rows.schema.get_field_index(OVERRIDE.name), OVERRIDE.name, column)
