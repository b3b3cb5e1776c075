"""Every table of features, and the sets of features that models read, in their order."""

from __future__ import annotations

import hashlib

from nba_assets.domain.declarations.feature import Feature, FeatureTable
from nba_assets.domain.feature_store.ml_feature_store_v2 import (
    ML_FEATURE_STORE_V2,
    NAMES,
    REQUIRED,
    V2,
    VERSION,
)
from nba_assets.domain.feature_store.ml_feature_store_v3 import EXTRA, ML_FEATURE_STORE_V3, VERSION_EXTENDED
from nba_assets.domain.precompute.player_composite_factors import PLAYER_COMPOSITE_FACTORS
from nba_assets.domain.precompute.player_daily_cache import PLAYER_DAILY_CACHE
from nba_assets.domain.precompute.player_shot_zone_analysis import PLAYER_SHOT_ZONE_ANALYSIS
from nba_assets.domain.precompute.team_defense_zone_analysis import TEAM_DEFENSE_ZONE_ANALYSIS

__all__ = ["EXTRA", "NAMES", "REQUIRED", "V2", "VERSION", "VERSION_EXTENDED", "Feature"]

# In the order in which a date is made.
FEATURE_TABLES: dict[str, FeatureTable] = {
    table.name: table
    for table in (
        TEAM_DEFENSE_ZONE_ANALYSIS,
        PLAYER_SHOT_ZONE_ANALYSIS,
        PLAYER_DAILY_CACHE,
        PLAYER_COMPOSITE_FACTORS,
        ML_FEATURE_STORE_V2,
        ML_FEATURE_STORE_V3,
    )
}
VERSION_V5 = "v5_21features"
EXTENDED = (*V2, *EXTRA)
EVERY_NAME = tuple(feature.name for feature in EXTENDED)
EVERY_REQUIRED = tuple(feature.name for feature in EXTENDED if feature.required)
EXTRA_NAMES = tuple(feature.name for feature in EXTRA)
# Made for a rule each, not for the models: a rule's result as an input would hide what the model finds.
RULE_ONLY = ("similar_games_points", "similar_games", "assisted_rate_last_10")
EXTENDED_NAMES = tuple(name for name in EVERY_NAME if name not in RULE_ONLY)
V5_NAMES = (
    "points_avg_last_5", "points_avg_last_10", "points_avg_season", "points_std_last_10",
    "minutes_avg_last_10", "fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score",
    "opponent_def_rating", "opponent_pace", "home_away", "days_rest", "back_to_back", "pct_paint",
    "pct_mid_range", "pct_three", "assisted_rate_last_10", "team_pace", "team_off_rating",
    "usage_rate_last_10",
)  # fmt: skip
FEATURE_SETS = {VERSION: NAMES, VERSION_EXTENDED: EXTENDED_NAMES, VERSION_V5: V5_NAMES}


def names_hash(names: tuple[str, ...] = NAMES) -> str:
    """Hash of names in order; a model refuses a frame whose hash differs."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
