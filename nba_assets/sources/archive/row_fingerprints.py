"""Hashes of an archive's rows by date: a corrected file changes those of the corrected dates alone.

Numbers are hashed as floats: a writer that stores a whole number as 7.0 corrects nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from nba_assets.tabular.arrow_columns import (
    by_distinct,
    pc,
)
from nba_assets.tabular.value_hashes import (
    Days,
    Hashes,
    chained,
    day_numbers,
    in_order,
    row_hashes,
    running_sums,
    sums_by_date,
    texts,
)

_NO_DAY = np.iinfo(np.int64).min  # sorts before every date, and is never requested


def rows_by_date(table: pa.Table, date_column: str, dates: Sequence[dt.date]) -> Hashes:
    """Hash of the rows that a text column puts under each date, in their order; 0 without a row."""
    days, hashes = _in_order_of_days(table, _days(table.column(date_column)))
    return sums_by_date(days, hashes, dates)


def rows_in_windows(
    table: pa.Table, moments: Sequence[str], firsts: Sequence[dt.date], lasts: Sequence[dt.date]
) -> Hashes:
    """Hash of the rows any of whose texts starts with a day of each window, or with no day; 0 without one."""
    found = np.zeros(len(firsts), np.uint64)
    if not len(firsts):
        return found
    first_days, last_days = day_numbers(firsts), day_numbers(lasts)
    for name in (name for name in moments if name in table.column_names):
        days = _days(table.column(name))
        near = (days >= first_days.min()) & (days <= last_days.max()) | (days == _NO_DAY)
        given = near & pc.is_valid(table.column(name)).to_numpy()
        # A run of one date hashes a few days, not seasons.
        days, hashes = _in_order_of_days(table.filter(pa.array(given)), days[given])
        running = running_sums(hashes)
        first, stop = days.searchsorted(first_days), days.searchsorted(last_days, "right")
        found += running[stop] - running[first] + running[days.searchsorted(_NO_DAY, "right")]
    return found


def games_by_date(games: pd.DataFrame, dates: Sequence[dt.date]) -> Hashes:
    """Hash of each date's games, in any order."""
    days, hashes = _games(games)
    return sums_by_date(days, hashes, dates)


def games_in_windows(games: pd.DataFrame, firsts: Sequence[dt.date], lasts: Sequence[dt.date]) -> Hashes:
    """Hash of the games of each window, both ends included."""
    days, hashes = _games(games)
    running = running_sums(hashes)
    first, stop = days.searchsorted(day_numbers(firsts)), days.searchsorted(day_numbers(lasts), "right")
    return running[stop] - running[first]


def fingerprints_by_date(rows: Hashes, games: Hashes, dates: Sequence[dt.date]) -> dict[dt.date, str]:
    """Fingerprint of each date from its rows and the games they are about; "" without a row."""
    both = texts(chained(rows, games))
    return {date: text if row else "" for date, text, row in zip(dates, both, rows.tolist(), strict=True)}


def _games(games: pd.DataFrame) -> tuple[Days, Hashes]:
    ordered = games.sort_values(["game_date", "game_id"], ignore_index=True)
    table = pa.Table.from_pandas(ordered, preserve_index=False)
    days = ordered["game_date"].to_numpy("datetime64[D]").astype(np.int64)
    return days, row_hashes(table, table.column_names)


def _in_order_of_days(table: pa.Table, days: Days) -> tuple[Days, Hashes]:
    """Day and hash of each row, sorted by day; the rows of a day keep their order, and it counts."""
    alike = pa.table({name: _alike(table.column(name)) for name in table.column_names})
    hashes = row_hashes(alike, alike.column_names)
    if (days[1:] < days[:-1]).any():
        order = np.argsort(days, kind="stable")
        days, hashes = days[order], hashes[order]
    return days, in_order(days, hashes)


def _alike(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.float64(), safe=False) if pa.types.is_integer(column.type) else column


def _days(column: pa.ChunkedArray) -> Days:
    """Days since 1970 of texts that start with a day; ``_NO_DAY`` for others and NULL."""
    whole = pa.concat_arrays(
        [chunk.cast(pa.string()) for chunk in column.chunks] or [pa.array([], pa.string())]
    )
    days = by_distinct(
        whole,
        lambda distinct: pc.strptime(
            pc.utf8_slice_codeunits(distinct, 0, 10), format="%Y-%m-%d", unit="s", error_is_null=True
        ).cast(pa.date32()),
    )
    return pc.fill_null(days.cast(pa.int32()).cast(pa.int64()), _NO_DAY).to_numpy(zero_copy_only=False)
