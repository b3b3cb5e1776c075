"""The features of ``v3_extended``: the 33 of ``v2_33features`` and those declared in EXTRA."""

from __future__ import annotations

import pandas as pd

from nba_assets.domain.analytics.team_game_context import season_start
from nba_assets.domain.feature_store.extended_form import form_columns
from nba_assets.domain.feature_store.extended_situation import (
    active_columns,
    opponent_columns,
)
from nba_assets.domain.feature_store.feature_registry import (
    EXTENDED,
    NAMES,
    VERSION_EXTENDED,
)
from nba_assets.domain.feature_store.similar_games import similar_game_columns
from nba_assets.domain.zones import COARSE

_PLAYER = ["game_id", "player_id"]
_KEYS = ["game_date", *_PLAYER, "player_name", "team", "opponent", "season"]
_FLAGS = ["is_bootstrap", "is_late_addition", "missing_history_games"]
_SITUATION = (
    "days_rest", "player_days_rest", "minutes_last_7_days", "minutes_last_14_days", "teammates_out_minutes",
    "implied_team_total", "game_total", "spread",
)  # fmt: skip
CONTEXT = ("game_id", "player_id", "injury_status", "team_games_missed", *_SITUATION)
PAST_CONTEXT = ("game_id", "player_id", "player_days_rest")
PAST_FEATURES = ("game_id", "player_id", "opponent_def_rating", "home_away", "recent_trend")


def extended_rows(
    features: pd.DataFrame,
    context: pd.DataFrame,
    shots: pd.DataFrame,
    defense: pd.DataFrame,
    schedule: pd.DataFrame,
    games: pd.DataFrame,
    offense: pd.DataFrame,
    past_features: pd.DataFrame,
    past_context: pd.DataFrame,
) -> pd.DataFrame:
    """Every feature of every player who may play, or played.

    Args:
        features: ml_feature_store_v2, keyed by game_id and player_id.
        context: upcoming_player_game_context of the same rows (``CONTEXT``).
        shots: player_shot_zone_analysis of the same rows.
        defense: team_defense_zone_analysis of the dates, keyed by game_date and team.
        schedule: raw_schedule up to the last of the dates, back over a season (season, game_date).
        games: player_game_summary before the last of the dates (extended_form.COLUMNS).
        offense: team_offense_game_summary before it.
        past_features: ml_feature_store_v2 before it (``PAST_FEATURES``).
        past_context: upcoming_player_game_context before it (``PAST_CONTEXT``).

    Returns:
        ml_feature_store_v3, keyed by game_id and player_id.
    """
    rows = _joined(features, context, shots, defense)
    first = season_start(schedule, rows["game_date"], rows["season"])
    rows["season_day"] = (rows["game_date"] - first).dt.days.astype("float64")
    rows = rows.assign(**form_columns(rows, games))
    rows = rows.assign(**active_columns(rows), **opponent_columns(rows, games, offense))
    past = (
        games[["game_date", *_PLAYER, "pts"]]
        .merge(past_features[list(PAST_FEATURES)], on=_PLAYER, how="inner", validate="one_to_one")
        .merge(past_context[list(PAST_CONTEXT)], on=_PLAYER, how="inner", validate="one_to_one")
    )
    rows = rows.assign(**similar_game_columns(rows, past))
    values = rows[[feature.name for feature in EXTENDED]].astype("float64")
    kept = rows[[*_KEYS, *_FLAGS, "source"]].assign(feature_version=VERSION_EXTENDED)
    return pd.concat([kept, values], axis=1)


def _joined(
    features: pd.DataFrame, context: pd.DataFrame, shots: pd.DataFrame, defense: pd.DataFrame
) -> pd.DataFrame:
    differences = [f"{zone}_difference_pp" for zone in COARSE]
    allowed = defense[["game_date", "team", *differences]].rename(
        columns={"team": "opponent"}
        | {f"{zone}_difference_pp": f"opponent_{zone}_difference" for zone in COARSE}
    )
    return (
        features[[*_KEYS, *_FLAGS, "source", *NAMES]]
        .merge(
            context[list(CONTEXT)].rename(
                columns={"team_games_missed": "games_missed"}
            ),
            on=_PLAYER, how="left", validate="one_to_one",
        )
        .merge(
            shots[[*_PLAYER, "assisted_share"]].rename(columns={"assisted_share": "assisted_rate_last_10"}),
            on=_PLAYER, how="left", validate="one_to_one",
        )
        .merge(allowed, on=["game_date", "opponent"], how="left", validate="many_to_one")
    )  # fmt: skip
