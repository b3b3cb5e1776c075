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
from nba_assets.domain.feature_store.ml_feature_store_v3 import (
    EXTRA,
    LINEUP,
    MARKET,
    ML_FEATURE_STORE_V3,
    VERSION_EXTENDED,
)
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
VERSION_SELECTED = "v3_selected"
VERSION_LINEUPS = "v3_lineups"
VERSION_WITHOUT_LINES = "v3_without_lines"
EXTENDED = (*V2, *EXTRA, *LINEUP, *MARKET)
EVERY_NAME = tuple(feature.name for feature in EXTENDED)
EVERY_REQUIRED = tuple(feature.name for feature in EXTENDED if feature.required)
EXTRA_NAMES = tuple(feature.name for feature in EXTRA)
LINEUP_NAMES = tuple(feature.name for feature in LINEUP)
# Of the features of v3_extended, the sixty that CatBoost uses most on 2020-21 and 2021-22; on 2023-24 they err
# like all of them (MAE 4.418 against 4.417) in three fifths of the time. The five about tonight's rotation are
# newer: in place of six that counted the players of the last game they bring 4.422 to 4.414 there.
SELECTED_NAMES = (
    "points_avg_last_10", "points_avg_season", "pace_score", "opponent_def_rating", "playoff_game",
    "pct_three", "team_pace", "team_win_pct", "ppm_avg_last_10", "points_weighted_2",
    "points_weighted_6", "points_weighted_15", "points_weighted_40", "minutes_weighted_2",
    "minutes_weighted_15", "fga_weighted_2", "fga_weighted_6", "fga_weighted_40", "fta_weighted_2",
    "fta_weighted_15", "fg3a_weighted_2", "usage_rate_weighted_2", "usage_rate_weighted_6",
    "usage_rate_weighted_40", "shot_value_weighted_2", "shot_value_weighted_6",
    "shot_value_weighted_15", "shot_value_weighted_40", "ppm_last_82", "shot_value_per_minute_last_82",
    "points_avg_last_82", "minutes_avg_season", "shot_value_avg_season", "projected_points_2",
    "projected_points_6", "projected_points_15", "minutes_std_last_10", "minutes_last_game",
    "shot_value_last_game", "started_last_game", "points_as_starter_weighted_15",
    "points_as_reserve_weighted_15", "rebounds_weighted_15", "assists_weighted_15",
    "usage_rate_last_10", "season_day", "days_rest", "minutes_last_7_days", "minutes_last_14_days",
    "teammates_out_minutes", "implied_team_total", "expected_teammates_minutes",
    "expected_teammates_points", "expected_share_of_minutes", "expected_share_of_points", "expected_rank",
    "opponent_points_over_usual",
    "opponent_starters_over_usual", "opponent_points_allowed_last_10", "opponent_margin_weighted_15",
    "opponent_three_difference",
)  # fmt: skip
# Once lineups are announced, the rotation is as announced: on 2023-24, walked forward, 4.410 becomes 4.347.
_EXPECTED_ROTATION = (
    "expected_teammates_minutes", "expected_teammates_points", "expected_share_of_minutes",
    "expected_share_of_points", "expected_rank",
)  # fmt: skip
LINEUPS_NAMES = (*(name for name in SELECTED_NAMES if name not in _EXPECTED_ROTATION), *LINEUP_NAMES)
# All that is known before lineups, but for players' lines: few rows have one, other seasons have other books'.
_LINES = {"vegas_points_line", "vegas_opening_line", "vegas_line_move", "has_vegas_line"}
# Where a player shoots, and his games against like opponents: with them the mean of both medians errs on 2023-24
# by 4.396 points in place of 4.393 (means over four draws of the cosines).
_OF_NO_HELP = {
    "shot_zone_mismatch_score", "pct_paint", "pct_mid_range", "pct_three", "pct_free_throw",
    "opponent_paint_difference", "opponent_mid_range_difference", "opponent_three_difference",
    "similar_games_points", "similar_games", "avg_points_vs_opponent", "games_vs_opponent",
}  # fmt: skip
WITHOUT_LINES_NAMES = tuple(
    feature.name for feature in (*V2, *EXTRA) if feature.name not in _LINES | _OF_NO_HELP
)
FEATURE_SETS = {
    VERSION: NAMES,
    VERSION_SELECTED: SELECTED_NAMES,
    VERSION_LINEUPS: LINEUPS_NAMES,
    VERSION_WITHOUT_LINES: WITHOUT_LINES_NAMES,
}


def names_hash(names: tuple[str, ...] = NAMES) -> str:
    """Hash of names in order; a model refuses a frame whose hash differs."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
