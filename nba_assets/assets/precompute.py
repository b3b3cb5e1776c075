"""Precompute assets: form of players and teams before a date, and the feature store made of it.

What belongs here: declarations and the order of calls. What does not: arithmetic.
"""

from __future__ import annotations

import dagster as dg
import pandas as pd

from nba_assets.assets.inputs import THREE_YEARS, YEAR, History, Input, Inputs
from nba_assets.assets.table import Compute, Table
from nba_assets.domain import (
    composite_factors,
    feature_store,
    missing_history,
    player_windows,
    team_windows,
)
from nba_assets.domain.zones import COARSE, columns
from nba_assets.partitions import game_dates_between

_CONTEXT = Input("upcoming_player_game_context")
_TEAMS = Input("upcoming_team_game_context")
_FORM = (
    "game_id",
    "player_id",
    "team",
    "opponent",
    "season",
    "pts",
    "minutes",
    "usage_rate",
    "ts_pct",
    "ftm",
)
_SCHEDULE = ("game_id", "home_team", "away_team", "status")
_SHOTS = ("game_id", "player_id", "fga", "fgm", "assisted_fgm", *columns(zones=COARSE))
_DEFENSE = ("game_id", "team", "defensive_rating", "opponent_pace", *columns("opponent_", COARSE))


def _defense_zones(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
    teams = inputs["upcoming_team_game_context"][["game_date", "team", "game_id", "source"]]
    return team_windows.team_defense_zones(teams, inputs.past["team_defense_game_summary"])


def _shot_zones(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
    return player_windows.player_shot_zones(
        inputs["upcoming_player_game_context"], inputs.past["player_game_summary"]
    )


def _daily_cache(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
    players, games = inputs["upcoming_player_game_context"], inputs.past["player_game_summary"]
    rows = player_windows.player_daily_cache(players, games, inputs.past["team_offense_game_summary"])
    open_dates = inputs.open_dates["raw_schedule"]
    calendar = game_dates_between(open_dates[0], inputs.dates[-1]) if open_dates else []
    rows["missing_history_games"] = missing_history.missing_history_games(
        players, games, inputs.past["raw_schedule"], open_dates, calendar
    )
    return rows


def _factors(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
    return composite_factors.player_composite_factors(
        inputs["upcoming_player_game_context"],
        inputs["player_daily_cache"],
        inputs["player_shot_zone_analysis"],
        inputs["team_defense_zone_analysis"],
    )


def _features(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
    return feature_store.feature_rows(
        inputs["upcoming_player_game_context"],
        inputs["upcoming_team_game_context"],
        inputs["player_daily_cache"],
        inputs["player_shot_zone_analysis"],
        inputs["team_defense_zone_analysis"],
        inputs["player_composite_factors"],
    )


def _table(
    name: str,
    compute: Compute,
    versioned: tuple,
    inputs: tuple,
    history: tuple = (),
    group: str = "precompute",
) -> Table:
    return Table(
        name,
        group=group,
        kinds=frozenset({"pandas", "parquet"}),
        compute=compute,
        versioned=versioned,
        inputs=inputs,
        history=history,
    )


PRECOMPUTE = (
    _table(
        "team_defense_zone_analysis",
        _defense_zones,
        (team_windows.team_defense_zones,),
        (_TEAMS,),
        (History("team_defense_game_summary", 2 * YEAR, _DEFENSE),),
    ),
    _table(
        "player_shot_zone_analysis",
        _shot_zones,
        (player_windows.player_shot_zones,),
        (_CONTEXT,),
        (History("player_game_summary", THREE_YEARS, _SHOTS),),
    ),
    _table(
        "player_daily_cache",
        _daily_cache,
        (player_windows.player_daily_cache, missing_history.missing_history_games),
        (_CONTEXT,),
        (
            History("player_game_summary", THREE_YEARS, _FORM),
            History(
                "team_offense_game_summary",
                2 * YEAR,
                ("game_id", "team", "season", "pace", "offensive_rating"),
            ),
            History("raw_schedule", missing_history.REACH_DAYS, _SCHEDULE),
        ),
    ),
    _table(
        "player_composite_factors",
        _factors,
        (composite_factors.player_composite_factors,),
        (
            _CONTEXT,
            Input("player_daily_cache"),
            Input("player_shot_zone_analysis"),
            Input("team_defense_zone_analysis"),
        ),
    ),
    _table(
        "ml_feature_store_v2",
        _features,
        (feature_store.feature_rows,),
        (
            _CONTEXT,
            _TEAMS,
            Input("player_daily_cache"),
            Input("player_shot_zone_analysis"),
            Input("team_defense_zone_analysis"),
            Input("player_composite_factors"),
            Input("raw_player_boxscores", ("game_id", "player_id")),
        ),
        group="feature_store",
    ),
)
