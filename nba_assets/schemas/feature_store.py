"""The feature store: one typed column a feature, generated from the registry."""

from __future__ import annotations

from nba_assets.domain.feature_store.feature_registry import (
    EXTENDED,
    V2,
    VERSION,
    VERSION_EXTENDED,
    Feature,
)
from nba_assets.schemas.columns import Field, TableSchema, flag, integer, number, text
from nba_assets.schemas.raw import GAME, OPPONENT, PLAYER, PLAYER_NAME, SEASON, SOURCE, TEAM

_MISSING_GAMES = integer(
    "missing_history_games",
    "Games that his windows should hold and do not: above 0, no model learns from the row.",
    low=0,
)


def feature_field(feature: Feature) -> Field:
    """Column of a feature: its definition, unit, legal range and what NULL means."""
    nullable = feature.null_means != "never"
    words = f"{feature.definition[0].upper()}{feature.definition[1:]}."
    if nullable:
        words += f" NULL: {feature.null_means}."
    return number(
        feature.name, words, unit=feature.unit, nullable=nullable, low=feature.low, high=feature.high
    )


ML_FEATURE_STORE_V2 = TableSchema(
    "ml_feature_store_v2",
    "One row a player who may play a game, or played it: the 33 features known before tip-off.",
    ("game_id", "player_id"),
    (
        GAME,
        PLAYER,
        PLAYER_NAME,
        TEAM,
        OPPONENT,
        SEASON,
        *map(feature_field, V2),
        text("feature_version", "Feature set.", values=(VERSION,)),
        text("missing_features", "Required features that are NULL, joined by |; empty when none."),
        number("quality_score", "Share of required features, capped when one is missing; less 5 a missing game of his history, at most 30.", unit="0..100", low=0, high=100),
        text("quality_tier", "Tier of the score.", values=("gold", "silver", "bronze", "poor", "unusable")),
        flag("is_bootstrap", "First 14 days of a season."),
        flag("is_late_addition", "Played without being expected: never predicted."),
        flag("is_production_ready", "No required feature missing, no game of his history missing, not bootstrap, not a late addition."),
        integer("games_in_history", "His games of the last three years.", low=0),
        integer("games_season", "His games this season.", low=0, high=130),
        _MISSING_GAMES,
        SOURCE,
    ),
)  # fmt: skip

ML_FEATURE_STORE_V3 = TableSchema(
    "ml_feature_store_v3",
    "One row a player who may play a game, or played it: the 33 features and those of v3_extended.",
    ("game_id", "player_id"),
    (
        GAME,
        PLAYER,
        PLAYER_NAME,
        TEAM,
        OPPONENT,
        SEASON,
        *map(feature_field, EXTENDED),
        text("feature_version", "Feature set.", values=(VERSION_EXTENDED,)),
        flag("is_bootstrap", "First 14 days of a season."),
        flag("is_late_addition", "Played without being expected: never predicted."),
        _MISSING_GAMES,
        SOURCE,
    ),
)
