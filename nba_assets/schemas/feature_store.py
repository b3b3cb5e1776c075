"""The feature stores: one typed column per declared feature."""

from __future__ import annotations

from nba_assets.domain.feature_store.feature_registry import EXTENDED, VERSION_EXTENDED
from nba_assets.domain.feature_store.ml_feature_store_v2 import HISTORY, IS_BOOTSTRAP, V2, VERSION
from nba_assets.schemas.columns import TableSchema, flag, number, text
from nba_assets.schemas.features import feature_field, feature_fields
from nba_assets.schemas.raw import GAME, OPPONENT, PLAYER, PLAYER_NAME, SEASON, SOURCE, TEAM

ML_FEATURE_STORE_V2 = TableSchema(
    "ml_feature_store_v2",
    "One row per game and player who may play it, or played: the 33 features known before tip-off.",
    ("game_id", "player_id"),
    (
        GAME,
        PLAYER,
        PLAYER_NAME,
        TEAM,
        OPPONENT,
        SEASON,
        *feature_fields(V2),
        text("feature_version", "Feature set.", values=(VERSION,)),
        text("missing_features", "Required features that are NULL, joined by |; empty when none."),
        number("quality_score", "Share of required features, capped when one is missing; less 5 for each missing game of his history, at most 30.", unit="0..100", low=0, high=100),
        text("quality_tier", "Tier of the score.", values=("gold", "silver", "bronze", "poor", "unusable")),
        feature_field(IS_BOOTSTRAP),
        flag("is_late_addition", "Played without being expected: never predicted."),
        flag("is_production_ready", "No required feature missing, no game of his history missing, not bootstrap, not a late addition."),
        *feature_fields(HISTORY),
        SOURCE,
    ),
)  # fmt: skip

ML_FEATURE_STORE_V3 = TableSchema(
    "ml_feature_store_v3",
    "One row per game and player who may play it, or played: the 33 features and those of v3_extended.",
    ("game_id", "player_id"),
    (
        GAME,
        PLAYER,
        PLAYER_NAME,
        TEAM,
        OPPONENT,
        SEASON,
        *feature_fields(EXTENDED),
        text("feature_version", "Feature set.", values=(VERSION_EXTENDED,)),
        feature_field(IS_BOOTSTRAP),
        flag("is_late_addition", "Played without being expected: never predicted."),
        *feature_fields(HISTORY),
        SOURCE,
    ),
)
