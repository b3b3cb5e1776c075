"""Whether lines have moved since they were last taken into the tables.

A book writes its document anew every few minutes without moving a line; only a move is worth a run.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from nba_assets.schemas.catalog import TABLES
from nba_assets.sources.landed.source import LiveSource
from nba_assets.storage.lake import Lake

_KEYS = {
    "raw_game_lines": ["game_id", "book", "market"],
    "raw_player_points_lines": ["game_id", "player_name", "book"],
}
_VALUES = {
    "raw_game_lines": ["point", "home_price", "away_price"],
    "raw_player_points_lines": ["line", "over_price", "under_price"],
}


def moved_lines(source: LiveSource, lake: Lake, games: pd.DataFrame, date: dt.date) -> set[str]:
    """Tables of lines whose newest landed lines are not those stored."""
    no_players = TABLES["raw_player_boxscores"].empty()[["game_date", "player_id", "player_name", "team"]]
    landed = {
        "raw_game_lines": source.game_lines([date], games).rows,
        "raw_player_points_lines": source.points_lines([date], games, no_players).rows,
    }
    return {table for table, rows in landed.items() if _newest(table, rows) != _stored(table, lake, date)}


def _stored(table: str, lake: Lake, date: dt.date) -> set[tuple]:
    schema = TABLES[table]
    return _newest(table, schema.to_pandas(lake.read(table, [date], schema.arrow).table))


def _newest(table: str, rows: pd.DataFrame) -> set[tuple]:
    key = _KEYS[table]
    last = rows.sort_values(["captured_at", *key], kind="stable")
    newest = last[last["captured_at"].eq(last.groupby(["game_id", "book"])["captured_at"].transform("max"))]
    values = newest[[*key, *_VALUES[table]]].astype("object")
    return set(values.where(values.notna(), None).itertuples(index=False, name=None))
