"""The answers of stats.nba.com: named tables of headers and rows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from nba_assets.sources.wire.documents import Node, Place, read_json


def result_set(document: Node, name: str, columns: Sequence[str] = ()) -> list[Node]:
    """Return the rows of a result set as objects keyed by header.

    Args:
        document: the answer.
        name: of the table.
        columns: headers that it must have.

    Raises:
        BadInput: no such table or column, a row of another length, a header that is no text or is duplicated.
    """
    headers, rows = _table(document, name, columns)
    return [
        Node(dict(zip(headers, row, strict=True)), document.place, f"{name}[{number}]")
        for number, row in enumerate(rows)
    ]


def split_result_set(body: bytes, name: str, column: str, *, file: str) -> dict[str, bytes]:
    """A document of a whole season as one document per value of a column, such as each game date.

    Returns:
        By value in the order of the document, a document with the same result set and only its rows.

    Raises:
        BadInput: no such document or table, or a table without the column.
    """
    document = read_json(body, Place(file))
    headers, rows = _table(document, name, (column,))
    position = headers.index(column)
    parts: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        parts[str(row[position])].append(row)
    rest = {key: value for key, value in document.value.items() if key != "resultSets"}
    return {
        value: json.dumps(
            {**rest, "resultSets": [{"name": name, "headers": headers, "rowSet": part}]}
        ).encode()
        for value, part in parts.items()
    }


def _table(document: Node, name: str, columns: Sequence[str]) -> tuple[list[str], list[list[Any]]]:
    """Headers and rows of a result set."""
    found = [table for table in document.nodes("resultSets") if table.value.get("name") == name]
    if len(found) != 1:
        document.refuse("resultSets", f"{len(found)} tables named {name}, wanted one")
    headers, rows = found[0].list("headers"), found[0].list("rowSet")
    if not all(isinstance(header, str) for header in headers) or len(set(headers)) != len(headers):
        found[0].refuse("headers", "a header that is no text, or is duplicated")
    if lacking := [column for column in columns if column not in headers]:
        found[0].refuse("headers", f"{name} has no column {', '.join(lacking)}")
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(headers):
            found[0].refuse(f"rowSet[{number}]", f"not a row of {len(headers)} values")
    return headers, rows
