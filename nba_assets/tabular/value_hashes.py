"""Hashes of values in arrow tables: the same values give the same hash, however a file stores them.

A sum of row hashes is taken modulo 2**64, so the hash of any stretch of rows is the difference of two running
sums: a thousand dates, each with its own windows into three years, cost a few passes over the rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from nba_assets.tabular.arrow_columns import (
    is_text,
    pc,
)

Hashes = npt.NDArray[np.uint64]
Days = npt.NDArray[np.int64]

_START = np.uint64(0x243F6A8885A308D3)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_NULL = np.uint64(0xA4093822299F31D0)
_FOLD = np.uint64(29)


def mixed(values: Hashes) -> Hashes:
    """Spread each value over all 64 bits, so that sums of them distinguish different rows (splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def chained(hashes: Hashes, more: Hashes) -> Hashes:
    """A hash of both, in this order."""
    hashes = (hashes ^ more) * _FACTOR
    return hashes ^ (hashes >> _FOLD)


def row_hashes(table: pa.Table, columns: Sequence[str]) -> Hashes:
    """Hash of each row's values of the named columns; their order does not count, NULL is a value."""
    hashes = np.full(table.num_rows, _START)
    for name in sorted(columns):
        hashes = chained(hashes, _bits(table.column(name)))
    return mixed(hashes)


def day_numbers(dates: Sequence[dt.date]) -> Days:
    """Days since 1970 of dates."""
    return np.array(dates, dtype="datetime64[D]").astype(np.int64)


def days_of(table: pa.Table) -> Days:
    """Days since 1970 of the rows' ``game_date``."""
    days = table.column("game_date").cast(pa.date32()).cast(pa.int32())
    return days.to_numpy().astype(np.int64)


def running_sums(hashes: Hashes) -> Hashes:
    """Sums of the first 0, 1, 2, ... hashes, modulo 2**64."""
    return np.concatenate([np.zeros(1, np.uint64), np.cumsum(hashes, dtype=np.uint64)])


def sums_by_date(days: Days, hashes: Hashes, dates: Sequence[dt.date]) -> Hashes:
    """Sum of the hashes of each date's rows; 0 without a row. ``days`` must be sorted."""
    wanted = day_numbers(dates)
    running = running_sums(hashes)
    return running[days.searchsorted(wanted, side="right")] - running[days.searchsorted(wanted)]


def in_order(days: Days, hashes: Hashes) -> Hashes:
    """Row hashes in which the row's place within its date counts too. ``days`` must be sorted."""
    place = np.arange(len(days)) - days.searchsorted(days)
    return mixed(hashes + _FACTOR * place.astype(np.uint64))


def texts(hashes: Hashes) -> list[str]:
    """Sixteen digits each."""
    return [f"{value:016x}" for value in hashes.tolist()]


def _bits(column: pa.ChunkedArray) -> Hashes:
    """64 bits a value that differ when the values do."""
    if is_text(column.type):
        return _text_bits(column)
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    column = column.cast(kind)
    if pa.types.is_null(kind):
        return np.full(len(column), _NULL)
    if pa.types.is_boolean(kind):
        numbers, zero = column.cast(pa.int8()).cast(pa.int64()), 0
    elif pa.types.is_floating(kind):
        numbers, zero = column.cast(pa.float64()), 0.0
    elif pa.types.is_date32(kind):
        numbers, zero = column.cast(pa.int32()).cast(pa.int64()), 0
    else:
        numbers, zero = column.cast(pa.int64()), 0
    if not numbers.null_count:
        return numbers.to_numpy().view(np.uint64)
    bits = pc.fill_null(numbers, zero).to_numpy().view(np.uint64)
    return np.where(pc.is_null(numbers).to_numpy(), _NULL, bits)


def _text_bits(column: pa.ChunkedArray) -> Hashes:
    """Hash of each distinct text once: a season of events has 600,000 rows and few hundred kinds of most."""
    whole: Any = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], column.type)
    encoded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    distinct = encoded.dictionary.to_numpy(zero_copy_only=False).astype(object)
    hashes = np.append(pd.util.hash_array(distinct, categorize=False), _NULL)
    codes = pc.fill_null(encoded.indices, len(distinct)).to_numpy(zero_copy_only=False)
    return hashes[codes]
