"""What a feature is made from: features of other tables, and the stored values that they read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from nba_assets.domain.declarations.expressions import Column, Function, Own
from nba_assets.domain.declarations.feature import Feature, FeatureTable
from nba_assets.domain.declarations.statistics import Statistic
from nba_assets.domain.feature_store.feature_registry import FEATURE_TABLES
from nba_assets.reports.reading import read_table
from nba_assets.storage.lake import Lake

_CONTEXT = "upcoming_player_game_context"
_PLAYER = ["game_id", "player_id"]


@dataclass(frozen=True)
class Origin:
    """A declared feature, its table, and whose row of it is read.

    Attributes:
        table: where it is declared.
        feature: the feature.
        renamed: columns by which its row is found, and what they are called in the row that is described: the
            opponent's row is found by the opponent.
    """

    table: FeatureTable
    feature: Feature
    renamed: tuple[tuple[str, str], ...] = ()

    def row(self, described: pd.Series) -> pd.Series:
        """The described row as its table calls it."""
        row = described.copy()
        for name, called in self.renamed:
            row[name] = described[called]
        return row

    @property
    def columns(self) -> tuple[Column, ...]:
        """Stored columns that it reads."""
        parts = self.feature.value.parts()
        return tuple(dict.fromkeys(part for part in parts if isinstance(part, Column)))

    @property
    def statistics(self) -> tuple[Statistic, ...]:
        """Statistics of earlier games that it reads."""
        parts = self.feature.value.parts()
        return tuple(dict.fromkeys(part for part in parts if isinstance(part, Statistic)))

    @property
    def teammates(self) -> bool:
        """Whether the values of teammates count too."""
        return any(isinstance(part, Function) and part.teammates for part in self.feature.value.parts())

    @property
    def is_carried(self) -> bool:
        """Whether it is another table's value, unchanged."""
        return isinstance(self.feature.value, Column)


def origins(table: str, name: str) -> tuple[Origin, ...]:
    """A feature and all those that it is made from, in its own table and in those before it.

    Args:
        table: name of a table of features.
        name: feature.
    """
    return tuple(dict.fromkeys(_origins(FEATURE_TABLES[table], name)))


def _origins(table: FeatureTable, name: str, renamed: tuple[tuple[str, str], ...] = ()) -> Iterator[Origin]:
    origin = Origin(table, table[name], renamed)
    yield origin
    for part in origin.feature.value.parts():
        if isinstance(part, Own) and table.declares(part.name):
            yield from _origins(table, part.name, renamed)
        elif isinstance(part, Column) and part.source.table in FEATURE_TABLES:
            other = FEATURE_TABLES[part.source.table]
            if other.declares(part.name):
                names = tuple(zip(part.source.key, part.source.names, strict=True))
                yield from _origins(other, part.name, tuple(pair for pair in names if pair[0] != pair[1]))


def stored_inputs(lake: Lake, behind: tuple[Origin, ...], row: pd.Series, date: dt.date) -> pd.DataFrame:
    """The stored values that features were made from, as the lake has them.

    Args:
        lake: where the tables are.
        behind: the features.
        row: the player's feature row (game_date, game_id, player_id, team, opponent).
        date: its date.

    Returns:
        table, column, of (player or team), value: one row per stored value, in the order of the declarations.
    """
    wanted = dict.fromkeys(
        (column, mates) for origin in behind for column in origin.columns
        for mates in ((False, True) if origin.teammates else (False,))
    )  # fmt: skip
    parts = [
        _rows(lake, column, mates, row, date).assign(table=column.source.table, column=column.name)
        for column, mates in wanted
    ]
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["of", "value"])
    return found.reindex(columns=["table", "column", "of", "value"])


def _rows(lake: Lake, column: Column, mates: bool, row: pd.Series, date: dt.date) -> pd.DataFrame:
    """A column in the row described, or in those of his teammates; NULL where the table has no such row."""
    source = column.source
    key = [name for name in source.key if name != "game_date"]
    known = read_table(lake, source.table, (*key, column.name), [date])
    known = known.rename(columns={column.name: "value"}).astype({"value": "object"})
    if "player_id" not in source.key:
        mine = pd.Series(True, index=known.index)
        for name, called in zip(source.key, source.names, strict=True):
            mine &= known[name].eq(row[called])
        return known[mine.to_numpy(bool)].rename(columns={"team": "of"})[["of", "value"]]
    players = read_table(lake, _CONTEXT, (*_PLAYER, "team", "player_name"), [date])
    own = players["player_id"].eq(row["player_id"])
    together = players["game_id"].eq(row["game_id"]) & players["team"].eq(row["team"])
    chosen = players[(together & (~own if mates else own)).to_numpy(bool)]
    named = chosen[[*_PLAYER, "player_name"]].rename(columns={"player_name": "of"})
    return named.merge(known[[*_PLAYER, "value"]], on=_PLAYER, how="left")[["of", "value"]]
