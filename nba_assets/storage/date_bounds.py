"""Rows of a range and rows of its dates: where each date begins and ends, and neighbours put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from nba_assets.storage.partitions import DATE_COLUMN
from nba_assets.storage.recent_rows import Kept
from nba_assets.tabular.arrow_columns import pc


def date_bounds(rows: pa.Table, dates: Sequence[dt.date]) -> dict[dt.date, tuple[int, int]]:
    """First and last row of each date in a sorted table.

    Raises:
        ValueError: rows of other dates, or out of order.
    """
    days = rows.column(DATE_COLUMN).combine_chunks().cast(pa.int32()).to_numpy()
    if len(days) and (days[1:] < days[:-1]).any():
        raise ValueError("rows are not sorted by game_date")
    epoch = dt.date(1970, 1, 1).toordinal()
    numbers = np.array([date.toordinal() - epoch for date in dates], dtype=np.int32)
    starts, stops = days.searchsorted(numbers), days.searchsorted(numbers, side="right")
    if (stops - starts).sum() != len(days):
        stray = sorted(set(pc.unique(rows.column(DATE_COLUMN)).to_pylist()) - set(dates))
        raise ValueError(f"rows of dates that were not requested: {stray[:5]}")
    return {date: (int(a), int(b)) for date, a, b in zip(dates, starts, stops, strict=True)}


def joined(parts: Sequence[Kept]) -> list[pa.Table]:
    """Rows of consecutive parts, neighbours of one written range as one slice."""
    runs: list[Kept] = []
    for part in parts:
        if runs and runs[-1].rows is part.rows and runs[-1].stop == part.start:
            runs[-1] = replace(runs[-1], stop=part.stop)
        else:
            runs.append(part)
    return [run.rows.slice(run.start, run.stop - run.start) for run in runs]
