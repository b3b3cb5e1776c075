"""Where a number comes from.

What belongs here: one player's features, games and predictions on a date. What does not: computing them.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd
from rich.console import Console

from nba_assets.cli.report import print_frame
from nba_assets.domain.feature_registry import V2
from nba_assets.domain.player_names import name_forms
from nba_assets.lake import Lake
from nba_assets.object_store import open_store
from nba_assets.reports.reading import read_table
from nba_assets.settings import Settings

_GAMES = 20
_GAME_COLUMNS = (
    "game_id",
    "player_id",
    "opponent",
    "is_home",
    "minutes",
    "pts",
    "fga",
    "fta",
    "usage_rate",
    "zone_source",
)


def print_trace(console: Console, settings: Settings, player: str, date: dt.date, feature: str | None) -> int:
    """Print a player's features, the games before the date, and the predictions.

    Returns:
        Exit code: 1 when the player is not expected on the date.

    Raises:
        ValueError: there is no such feature.
    """
    declared = [item for item in V2 if feature is None or item.name == feature]
    if not declared:
        raise ValueError(f"no feature {feature}: one of {', '.join(item.name for item in V2)}")
    lake = Lake(open_store(settings.lake))
    rows = read_table(lake, "ml_feature_store_v2", dates=[date])
    mine = rows[rows["player_name"].map(lambda name: name_forms(name).base) == name_forms(player).base]
    if mine.empty:
        console.print(f"{player} is not expected on {date}: {len(rows)} players are")
        return 1
    row = mine.iloc[0]
    console.print(f"{row['player_name']}, {row['team']} against {row['opponent']}, game {row['game_id']}")
    values = pd.DataFrame(
        {"feature": [f.name for f in declared], "value": [row[f.name] for f in declared],
         "unit": [f.unit for f in declared], "definition": [f.definition for f in declared],
         "from": [f.source for f in declared]}
    )  # fmt: skip
    print_frame(console, "Features, known before tip-off", values)
    before = [day for day in lake.dates("player_game_summary") if day < date]
    games = read_table(lake, "player_game_summary", _GAME_COLUMNS, before)
    games = games[games["player_id"] == row["player_id"]].tail(_GAMES).drop(columns="player_id")
    games["game_date"] = games["game_date"].dt.date
    print_frame(console, f"His last {len(games)} games before the date, oldest first", games)
    predictions = read_table(lake, "player_prop_predictions", dates=[date])
    own = predictions[predictions["player_id"] == row["player_id"]]
    print_frame(
        console,
        "Predictions",
        own[["system", "predicted_points", "line", "recommendation", "model_id", "reason"]],
    )
    return 0
