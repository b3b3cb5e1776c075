"""Selection of tables by name."""

from __future__ import annotations

from nba_assets.assets.tables import ALL_TABLES

LEDGER = "coverage"


def chosen_tables(text: str) -> list[str]:
    """Tables of a list like ``raw_schedule,team_offense_game_summary+``, in the order of the graph.

    A plus adds the tables that are made from it on the same date; the ledger is always included.

    Raises:
        ValueError: a name that is no table.
    """
    known = {table.name for table in ALL_TABLES}
    wanted: set[str] = {LEDGER}
    for part in filter(None, (name.strip() for name in text.split(","))):
        name = part.removesuffix("+")
        if name not in known:
            raise ValueError(f"{name}: no such table; tables are {', '.join(sorted(known))}")
        wanted |= made_from(name) if part.endswith("+") else {name}
    return [table.name for table in ALL_TABLES if table.name in wanted]


def made_from(name: str) -> set[str]:
    """A table and the tables that read it, or what is made from it, on the same date."""
    found = {name}
    for table in ALL_TABLES:
        if found & {item.table for item in table.inputs}:
            found.add(table.name)
    return found
