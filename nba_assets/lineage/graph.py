"""The tables as automation sees them: what depends on what on one date, and what is due before tip-off."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from nba_assets.lineage.table import Table

PREDICTIONS = "player_prop_predictions"
EXPECTED_MINUTES = "expected_minutes"
REGISTRY = "model_registry"
RAW = "raw"


@dataclass(frozen=True)
class TableGraph:
    """Same-date dependencies; tables that are made on some dates only (models) are left out."""

    tables: tuple[Table, ...]

    @classmethod
    def of(cls, tables: Sequence[Table]) -> TableGraph:
        """The graph of the tables that every date has."""
        return cls(tuple(table for table in tables if table.plan is None))

    @cached_property
    def names(self) -> list[str]:
        """Every table, in the order in which a date is made."""
        return [table.name for table in self.tables]

    @cached_property
    def raw(self) -> list[str]:
        """Tables that come from the source."""
        return [table.name for table in self.tables if table.group == RAW]

    @cached_property
    def derived(self) -> list[Table]:
        """Tables made from others through the gate: neither raw nor the ledger."""
        return [table for table in self.tables if table.group != RAW and not table.after]

    @cached_property
    def read(self) -> dict[str, set[str]]:
        """By table, those that it reads on its own date, as inputs or as the newest of a history."""
        known = set(self.names)
        found: dict[str, set[str]] = {}
        for table in self.tables:
            same = {item.table for item in table.inputs}
            same |= {item.table for item in table.history if item.and_same_date}
            found[table.name] = same & known
        return found

    @cached_property
    def before_tipoff(self) -> list[str]:
        """Predictions, expected minutes and what they are made from."""
        wanted: set[str] = set()
        waiting = [name for name in self.names if name in (PREDICTIONS, EXPECTED_MINUTES)]
        while waiting:
            name = waiting.pop()
            wanted.add(name)
            waiting += self.read[name] - wanted
        return [name for name in self.names if name in wanted]

    def dependants(self, changed: Collection[str]) -> list[str]:
        """The tables and all that is made from them on the same date; the ledger, which reads them all."""
        found = set(changed)
        for table in self.tables:  # in the order of the graph: inputs come first
            if found and (table.after or found & self.read[table.name]):
                found.add(table.name)
        return [name for name in self.names if name in found]
