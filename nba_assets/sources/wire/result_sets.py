"""The answers of stats.nba.com: named tables of headers and rows."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from nba_assets.sources.wire.documents import Node, Place, read_json


def result_set(document: Node, name: str) -> list[Node]:
    """Return the rows of a result set as objects keyed by header.

    Raises:
        BadInput: no such table, a row of another length, a header that is no text or is duplicated.
    """
    sets = document.nodes("resultSets")
    found = [table for table in sets if table.value.get("name") == name]
    if len(found) != 1:
        document.refuse("resultSets", f"{len(found)} tables named {name}, wanted one")
    headers = found[0].list("headers")
    if not all(isinstance(header, str) for header in headers) or len(set(headers)) != len(headers):
        found[0].refuse("headers", "a header that is no text, or is duplicated")
    rows: list[Node] = []
    for number, row in enumerate(found[0].list("rowSet")):
        if not isinstance(row, list) or len(row) != len(headers):
            found[0].refuse(f"rowSet[{number}]", f"not a row of {len(headers)} values")
        rows.append(Node(dict(zip(headers, row, strict=True)), document.place, f"{name}[{number}]"))
    return rows


def split_result_set(body: bytes, name: str, column: str, *, file: str) -> dict[str, bytes]:
    """A document of a whole season as one document per value of a column, such as each game date.

    Returns:
        By value in the order of the document, a document with the same result set and only its rows.

    Raises:
        BadInput: no such document or table, or a table without the column.
    """
    place = Place(file)
    document = read_json(body, place)
    tables = [table for table in document.nodes("resultSets") if table.value.get("name") == name]
    if len(tables) != 1 or column not in tables[0].list("headers"):
        place.refuse("resultSets", f"no table named {name} with a column {column}")
    headers, rows = tables[0].list("headers"), tables[0].list("rowSet")
    position = headers.index(column)
    parts: defaultdict[str, list[Any]] = defaultdict(list)
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(headers):
            place.refuse(f"rowSet[{number}]", f"not a row of {len(headers)} values")
        parts[str(row[position])].append(row)
    rest = {key: value for key, value in document.value.items() if key != "resultSets"}
    return {
        value: json.dumps(
            {**rest, "resultSets": [{"name": name, "headers": headers, "rowSet": part}]}
        ).encode()
        for value, part in parts.items()
    }
