"""Values of a file's columns in the types that parsers know, where a tool has written them in others."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import reduce
from typing import Any

import pyarrow as pa

from nba_assets.tabular.arrow_columns import is_text, pc, with_distinct

# What tools write for a missing value in a column of text.
_MISSING = pa.array(["nan", "none", "null", "<na>", "nat", "n/a"])


def as_values(table: pa.Table, encoded: Collection[str] = ()) -> pa.Table:
    """The same table: categories as their values, decimals as floats, bytes and nested values as text.

    Texts lose the blanks and line ends around them, and words for a missing value are NULL. Text that is not
    UTF-8 has the replacement character in place of what cannot be read: whoever needs the value refuses it
    by row, and names it.

    Args:
        table: a file's columns.
        encoded: names of columns that stay dictionaries.
    """
    for place, field in enumerate(table.schema):
        column = written = table.column(place)
        if isinstance(field.type, pa.DictionaryType) and field.name not in encoded:
            column = column.cast(field.type.value_type)
        if pa.types.is_decimal(column.type):
            column = column.cast(pa.float64())
        elif pa.types.is_nested(column.type):
            column = pa.chunked_array([pa.array(map(_json, column.to_pylist()), pa.string())])
        elif _is_bytes(column.type) or (is_text(column.type) and not _is_utf8(column)):
            column = _decoded(column)
        if is_text(column.type):
            column = with_distinct(column, _plain)
        if column is not written:
            table = table.set_column(place, field.name, column)
    return table


def without_headers(table: pa.Table) -> pa.Table:
    """The same table without rows that repeat its header: text files were joined first."""
    texts = [name for name in table.column_names if is_text(table.schema.field(name).type)]
    if not texts or texts[0] not in pc.unique(table.column(texts[0])).to_pylist():
        return table
    repeated = reduce(pc.and_, (pc.equal(table.column(name).cast(pa.string()), name) for name in texts))
    return table.filter(pc.invert(pc.fill_null(repeated, False)))


def _plain(texts: Any) -> Any:
    plain = pc.utf8_trim_whitespace(texts)
    missing = pc.is_in(pc.utf8_lower(plain), value_set=_MISSING)
    return pc.if_else(missing, pa.scalar(None, pa.string()), plain)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, default=str)


def _is_bytes(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _is_utf8(texts: pa.ChunkedArray) -> bool:
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if isinstance(column.type, pa.DictionaryType):
        column = column.cast(column.type.value_type)
    if _is_bytes(column.type):
        try:
            return column.cast(pa.string())
        except pa.ArrowInvalid:
            pass
    values: list[Any] = column.cast(pa.binary()).to_pylist()
    texts = [None if value is None else value.decode("utf-8", "replace") for value in values]
    return pa.chunked_array([pa.array(texts, pa.string())])
