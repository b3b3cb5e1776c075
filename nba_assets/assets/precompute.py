"""Precompute assets: form of players and teams before a date, and the feature store made of it."""

from __future__ import annotations

import dagster as dg
import pandas as pd

from nba_assets.calendar.partitions import game_dates_between
from nba_assets.domain.feature_store import (
    extended_features,
    extended_form,
    extended_situation,
)
from nba_assets.domain.feature_store import (
    ml_feature_store_v2 as feature_store,
)
from nba_assets.domain.precompute import (
    composite_factors,
    missing_history,
    player_windows,
    team_windows,
)
from nba_assets.domain.zones import COARSE, columns
from nba_assets.lineage.inputs import (
    THREE_YEARS,
    YEAR,
    History,
    Input,
    Inputs,
)
from nba_assets.lineage.table import (
    Compute,
    Table,
)
from nba_assets.lineage.windows import Window

_PLAYERS = "upcoming_player_game_context"
_FEATURES = "ml_feature_store_v2"
_PLAYER_KEY = ("game_id", "player_id", "source")
_FORM = (
    "game_id", "player_id", "team", "opponent", "season", "pts", "minutes", "usage_rate", "ts_pct", "ftm",
)  # fmt: skip
_SCHEDULE = ("game_id", "home_team", "away_team", "status")
_SHOTS = ("game_id", "player_id", "fga", "fgm", "assisted_fgm", *columns(zones=COARSE))
_ALLOWED = tuple(columns("opponent_", COARSE))
_DEFENSE = ("game_id", "team", "defensive_rating", "opponent_pace", *_ALLOWED)
_DIFFERENCES = tuple(f"{zone}_difference_pp" for zone in COARSE)
# Of the form and the situation, what the two tables after them read: the others may change freely.
_CACHE_KEY = ("game_id", "player_id", "team", "opponent", "season", "source")
_FACTOR_SITUATION = (
    "game_id", "player_id", "team", "opponent", "source", "player_days_rest", "games_last_7_days",
    "minutes_last_7_days", "back_to_backs_last_14_days", "injury_status", "injury_captured_at",
    "is_late_addition",
)  # fmt: skip
_FACTOR_FORM = ("usage_rate_avg_season", "minutes_avg_last_10", "team_pace_last_10", "league_pace_season")
_FEATURE_SITUATION = (
    "game_id", "player_id", "player_name", "team", "opponent", "season", "season_type", "season_phase",
    "source", "is_home", "is_neutral", "is_late_addition", "is_back_to_back", "days_rest",
    "opponent_days_rest", "games_last_7_days", "injury_status", "points_line", "opening_points_line",
)  # fmt: skip
_FEATURE_FORM = (
    "games_in_history", "games_season", "points_avg_last_5", "points_avg_last_10", "points_avg_season",
    "points_std_last_10", "points_avg_last_2", "points_avg_3_before_last_2", "minutes_avg_last_5",
    "minutes_avg_last_10", "minutes_avg_season", "free_throw_points_share_last_10", "team_pace_last_10",
    "team_offensive_rating_last_10", "games_vs_opponent", "points_avg_vs_opponent",
    "points_per_minute_last_10", "missing_history_games",
)  # fmt: skip


# What player_windows.player_daily_cache reads of a player's games.
_FORM_WINDOWS = (
    Window(("player_id",), of=_PLAYERS),  # how many there are
    Window(("player_id",), ("pts", "minutes"), last=player_windows.DECAY_GAMES, of=_PLAYERS),
    Window(("player_id",), ("usage_rate", "ts_pct"), last=20, of=_PLAYERS),
    Window(("player_id",), ("ftm",), last=10, of=_PLAYERS),
    Window(("player_id", "season"), ("pts", "minutes", "usage_rate", "ts_pct"), of=_PLAYERS),
    Window(("player_id", "opponent"), ("pts",), of=_PLAYERS),
    # Which games there are, and whose player he was then: a game that is missing concerns its teams.
    Window(columns=("game_id",), days=missing_history.REACH_DAYS),
    Window(("player_id",), ("team",), days=missing_history.REACH_DAYS, of=_PLAYERS),
)
# What extended_features.extended_rows reads of player games: all of a player's own; and of everybody's, what
# the opponents' opponents scored, each beside what he used to score in the year before that game.
_EXTENDED_WINDOWS = (
    Window(("player_id",), extended_form.COLUMNS, of=_FEATURES),
    Window(
        columns=("player_id", "opponent", "is_starter", "minutes", "pts"),
        days=extended_situation.OPPONENT_DAYS + extended_situation.USUAL_DAYS,
    ),
)
_MARGIN_WINDOWS = (
    Window(("opponent",), ("pts",), days=extended_situation.OPPONENT_DAYS, of=_FEATURES),
    Window(("team",), ("margin",), days=extended_situation.OPPONENT_DAYS, of=_FEATURES),
    Window(("team",), ("margin",), days=extended_situation.OPPONENT_DAYS, of=_FEATURES, named=("opponent",)),
)


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
    open_dates = inputs.gathered.open_dates["raw_schedule"]
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


def _extended(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
    return extended_features.extended_rows(
        inputs["ml_feature_store_v2"],
        inputs["upcoming_player_game_context"],
        inputs["player_shot_zone_analysis"],
        inputs["team_defense_zone_analysis"],
        inputs.past["raw_schedule"],
        inputs.past["player_game_summary"],
        inputs.past["team_offense_game_summary"],
        inputs.past["ml_feature_store_v2"],
        inputs.past["upcoming_player_game_context"],
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
        (Input("upcoming_team_game_context", ("game_id", "team", "source")),),
        (
            History(
                "team_defense_game_summary",
                2 * YEAR,
                _DEFENSE,
                uses=(
                    Window(
                        ("team",),
                        _DEFENSE[2:],
                        last=team_windows.DEFENSE_GAMES,
                        of="upcoming_team_game_context",
                    ),
                    Window(columns=_ALLOWED, days=team_windows.LEAGUE_DAYS),
                ),
            ),
        ),
    ),
    _table(
        "player_shot_zone_analysis",
        _shot_zones,
        (player_windows.player_shot_zones,),
        (Input(_PLAYERS, _PLAYER_KEY),),
        (
            History(
                "player_game_summary",
                THREE_YEARS,
                _SHOTS,
                uses=(Window(("player_id",), _SHOTS[2:], last=20, of=_PLAYERS),),
            ),
        ),
    ),
    _table(
        "player_daily_cache",
        _daily_cache,
        (player_windows.player_daily_cache, missing_history.missing_history_games),
        (Input(_PLAYERS, _CACHE_KEY),),
        (
            History("player_game_summary", THREE_YEARS, _FORM, uses=_FORM_WINDOWS),
            History(
                "team_offense_game_summary",
                2 * YEAR,
                ("game_id", "team", "season", "pace", "offensive_rating"),
                uses=(
                    Window(("team",), ("pace", "offensive_rating"), last=10, of=_PLAYERS),
                    Window(("season",), ("pace",), of=_PLAYERS),
                ),
            ),
            History("raw_schedule", missing_history.REACH_DAYS, _SCHEDULE, dated=True),
        ),
    ),
    _table(
        "player_composite_factors",
        _factors,
        (composite_factors.player_composite_factors,),
        (
            Input(_PLAYERS, _FACTOR_SITUATION),
            Input("player_daily_cache", (*_CACHE_KEY, *_FACTOR_FORM)),
            Input(
                "player_shot_zone_analysis",
                (*_PLAYER_KEY, "primary_zone", *(f"{zone}_share" for zone in COARSE)),
            ),
            Input(
                "team_defense_zone_analysis", ("game_id", "team", "source", "opponent_pace", *_DIFFERENCES)
            ),
        ),
    ),
    _table(
        "ml_feature_store_v2",
        _features,
        (feature_store.feature_rows,),
        (
            Input(_PLAYERS, _FEATURE_SITUATION),
            Input("upcoming_team_game_context", ("game_id", "team", "win_pct")),
            Input("player_daily_cache", (*_CACHE_KEY, *_FEATURE_FORM)),
            Input(
                "player_shot_zone_analysis", ("game_id", "player_id", *(f"{zone}_share" for zone in COARSE))
            ),
            Input("team_defense_zone_analysis", ("game_id", "team", "defensive_rating", "opponent_pace")),
            Input("player_composite_factors"),
            Input("raw_player_boxscores", ("game_id", "player_id")),
        ),
        group="feature_store",
    ),
    _table(
        "ml_feature_store_v3",
        _extended,
        (extended_features.extended_rows,),
        (
            Input(_FEATURES),
            Input(_PLAYERS, extended_features.CONTEXT),
            Input("player_shot_zone_analysis", ("game_id", "player_id", "assisted_share")),
            Input("team_defense_zone_analysis", ("team", *_DIFFERENCES)),
        ),
        (
            History(
                "raw_schedule",
                YEAR,
                ("game_id", "season"),
                and_same_date=True,
                uses=(Window(("season",), of=_FEATURES),),
            ),
            History("player_game_summary", THREE_YEARS, extended_form.COLUMNS, uses=_EXTENDED_WINDOWS),
            History(
                "team_offense_game_summary",
                2 * YEAR,
                ("team", "opponent", "pts", "margin"),
                uses=_MARGIN_WINDOWS,
            ),
            History(
                _FEATURES,
                THREE_YEARS,
                extended_features.PAST_FEATURES,
                uses=(Window(("player_id",), extended_features.PAST_FEATURES, of=_FEATURES),),
            ),
            History(
                _PLAYERS,
                THREE_YEARS,
                extended_features.PAST_CONTEXT,
                uses=(Window(("player_id",), extended_features.PAST_CONTEXT, of=_FEATURES),),
            ),
        ),
        group="feature_store",
    ),
)
