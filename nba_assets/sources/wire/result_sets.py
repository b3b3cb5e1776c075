"""The answers of stats.nba.com: named tables of headers and rows."""

from __future__ import annotations

from nba_assets.sources.wire.documents import Node


def result_set(document: Node, name: str) -> list[Node]:
    """Return the rows of a result set as objects keyed by header.

    Raises:
        BadInput: no such table, a row of another length, a header that is no text or stands twice.
    """
    sets = document.nodes("resultSets")
    found = [table for table in sets if table.value.get("name") == name]
    if len(found) != 1:
        document.refuse("resultSets", f"{len(found)} tables named {name}, wanted one")
    headers = found[0].list("headers")
    if not all(isinstance(header, str) for header in headers) or len(set(headers)) != len(headers):
        found[0].refuse("headers", "a header that is no text, or stands twice")
    rows: list[Node] = []
    for number, row in enumerate(found[0].list("rowSet")):
        if not isinstance(row, list) or len(row) != len(headers):
            found[0].refuse(f"rowSet[{number}]", f"not a row of {len(headers)} values")
        rows.append(Node(dict(zip(headers, row, strict=True)), document.place, f"{name}[{number}]"))
    return rows
