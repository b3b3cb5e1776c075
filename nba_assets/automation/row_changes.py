"""Whether new documents change any row: raw rows as landed against raw rows as stored.

A publisher writes documents anew, with another time in their heading, and the rows in them stay the same:
that is no news, and no reason to make a date again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import pandas as pd

from nba_assets.schemas.catalog import TABLES
from nba_assets.sources.landed.source import LiveSource
from nba_assets.storage.lake import Lake

_COMPARED = {
    "raw_player_boxscores": "player_boxscores",
    "raw_team_boxscores": "team_boxscores",
    "raw_play_by_play": "play_by_play",
    "raw_shot_chart": "shot_chart",
}


def changed_rows(
    source: LiveSource, lake: Lake, games: pd.DataFrame, date: dt.date, tables: Collection[str]
) -> set[str]:
    """Of raw tables whose documents are new, those whose rows are new too; others count as new."""
    return {table for table in tables if table not in _COMPARED or _differ(source, lake, games, date, table)}


def _differ(source: LiveSource, lake: Lake, games: pd.DataFrame, date: dt.date, table: str) -> bool:
    schema = TABLES[table]
    landed = schema.conform(getattr(source, _COMPARED[table])([date], games).rows)
    stored = schema.to_pandas(lake.read(table, [date], schema.arrow).table)
    columns = [name for name in landed.columns if name != "override_reason"]
    return not landed[columns].reset_index(drop=True).equals(stored[columns].reset_index(drop=True))
