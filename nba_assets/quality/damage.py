"""Damage to a lake: objects that are not as they were written, and how to get them back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nba_assets.quality.explanations import heal_command
from nba_assets.quality.refusals import Refusals
from nba_assets.schemas.catalog import TABLES
from nba_assets.storage.lake import Lake


@dataclass(frozen=True)
class Damage:
    """One damaged object.

    Attributes:
        reason: what is wrong; it names the object.
        table: table to materialize again; None for an object that is to be deleted.
        date: date to materialize again.
    """

    reason: str
    table: str | None = None
    date: dt.date | None = None

    @property
    def remedy(self) -> str | None:
        """The command that heals it and all that was made from it."""
        if self.table is None or self.date is None:
            return None
        return heal_command(self.table, [self.date])


def damages(lake: Lake, tables: Sequence[str]) -> Iterator[Damage]:
    """Every damaged object of a lake, table by table: each file is read whole.

    Args:
        lake: the lake.
        tables: its tables.
    """
    try:
        lake.kind()
    except ValueError as error:
        yield Damage(str(error))
    refusals = Refusals(lake.store)
    for table in tables:
        for date, reason in lake.damaged(table, TABLES[table].arrow).items():
            yield Damage(reason, table, date)
        for date, reason in refusals.damaged(table).items():
            yield Damage(reason, table, date)
