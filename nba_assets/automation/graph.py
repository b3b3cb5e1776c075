"""The tables as automation sees them: what depends on what on one date, and what is due before tip-off.

What belongs here: sets of tables. What does not: when they run (due.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nba_assets.assets.table import Table

PREDICTIONS = "player_prop_predictions"
RAW = "raw"


@dataclass(frozen=True)
class TableGraph:
    """Same-date dependencies; tables that are made on some dates only (models) are left out."""

    tables: tuple[Table, ...]

    @classmethod
    def of(cls, tables: Sequence[Table]) -> TableGraph:
        """The graph of the tables that every date has."""
        return cls(tuple(table for table in tables if table.plan is None))

    @property
    def names(self) -> list[str]:
        """Every table, in the order in which a date is made."""
        return [table.name for table in self.tables]

    @property
    def raw(self) -> list[str]:
        """Tables that come from the source."""
        return [table.name for table in self.tables if table.group == RAW]

    @property
    def derived(self) -> list[Table]:
        """Tables made from others through the gate: neither raw nor the ledger."""
        return [table for table in self.tables if table.group != RAW and not table.after]

    @property
    def before_tipoff(self) -> list[str]:
        """Predictions and what they are made from."""
        inputs = {table.name: [item.table for item in table.inputs] for table in self.tables}
        wanted, waiting = set(), [PREDICTIONS]
        while waiting:
            name = waiting.pop()
            wanted.add(name)
            waiting += [table for table in inputs[name] if table not in wanted]
        return [name for name in self.names if name in wanted]

    def dependants(self, changed: Collection[str]) -> list[str]:
        """The tables and all that is made from them on the same date; the ledger, which reads them all."""
        found = set(changed)
        for table in self.tables:  # in the order of the graph: inputs come first
            if found.intersection((*(item.table for item in table.inputs), *table.after)):
                found.add(table.name)
        return [name for name in self.names if name in found]
