"""Game ids and game dates of a file in the form of every table, where another form means the same.

A tool that exported the file may have taken ids for numbers, which lose their leading zeros, or dates for
moments at midnight. A moment of a time zone, or one that is not midnight, has lost its calendar day and is
left as it is: whoever reads it refuses it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from nba_assets.tabular.arrow_columns import is_text, pc

_GAMES = ("GAME_ID", "game_id")
_DATES = ("GAME_DATE", "game_date", "effective_date")
_ID_DIGITS = 10
_MIDNIGHT = r"[T ]00:00(:00(\.0+)?)?$"


def with_text_keys(table: pa.Table) -> pa.Table:
    """The same rows, ids as ten digits and dates as YYYY-MM-DD where the column means that."""
    for names, convert in ((_GAMES, _game_ids), (_DATES, _dates)):
        for name in (name for name in names if name in table.column_names):
            column = table.column(name)
            changed = convert(column)
            if changed is not column:
                table = table.set_column(table.column_names.index(name), name, changed)
    return table


def _game_ids(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_floating(kind) and pc.all(pc.equal(pc.floor(column), column)).as_py():
        column, kind = column.cast(pa.int64()), pa.int64()
    if pa.types.is_integer(kind):
        return pc.utf8_lpad(column.cast(pa.string()), _ID_DIGITS, "0")
    return column


def _dates(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_date(kind):
        return column.cast(pa.date32()).cast(pa.string())
    if pa.types.is_timestamp(kind) and kind.tz is None:
        days = column.cast(pa.date32(), safe=False)
        midnights = pc.all(pc.equal(days.cast(kind), column)).as_py()
        return days.cast(pa.string()) if midnights is not False else column
    if is_text(kind):
        return _changed(column, lambda texts: pc.replace_substring_regex(texts, _MIDNIGHT, ""))
    return column


def _changed(column: pa.ChunkedArray, convert: Callable[[Any], Any]) -> pa.ChunkedArray:
    """A text column with its distinct values converted; the same object where that changes nothing."""
    distinct = pc.unique(column).cast(pa.string())
    converted = convert(distinct)
    if converted.equals(distinct):
        return column
    return converted.take(pc.index_in(column.cast(pa.string()), value_set=distinct))
