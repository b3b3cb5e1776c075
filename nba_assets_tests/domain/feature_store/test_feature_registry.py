"""The registry says what features.md says, feature by feature."""

from __future__ import annotations

import pytest

from nba_assets.domain.declarations.feature import FeatureTable
from nba_assets.domain.feature_store.feature_registry import (
    NAMES,
    REQUIRED,
    V2,
    VERSION,
    Feature,
    names_hash,
)
from nba_assets.domain.feature_store.ml_feature_store_v2 import ML_FEATURE_STORE_V2
from nba_assets.domain.feature_store.ml_feature_store_v3 import ML_FEATURE_STORE_V3
from nba_assets.schemas.catalog import TABLES

# features.md, written out: name, unit, lowest and highest legal value, in this order.
DESIGN = [
    ("points_avg_last_5", "points", 0, 83),
    ("points_avg_last_10", "points", 0, 83),
    ("points_avg_season", "points", 0, 83),
    ("points_std_last_10", "points", 0, 40),
    ("games_in_last_7_days", "games", 0, 5),
    ("fatigue_score", "0..100", 0, 100),
    ("shot_zone_mismatch_score", "pp", -12, 12),
    ("pace_score", "points", -3, 3),
    ("usage_spike_score", "points", -3, 3),
    ("rest_advantage", "days", -2, 2),
    ("injury_risk", "level", 0, 3),
    ("recent_trend", "level", -2, 2),
    ("minutes_change", "level", -2, 2),
    ("opponent_def_rating", "per 100", 80, 140),
    ("opponent_pace", "possessions", 80, 125),
    ("home_away", "flag", 0, 1),
    ("back_to_back", "flag", 0, 1),
    ("playoff_game", "flag", 0, 1),
    ("pct_paint", "fraction", 0, 1),
    ("pct_mid_range", "fraction", 0, 1),
    ("pct_three", "fraction", 0, 1),
    ("pct_free_throw", "fraction", 0, 1),
    ("team_pace", "possessions", 80, 125),
    ("team_off_rating", "per 100", 80, 140),
    ("team_win_pct", "fraction", 0, 1),
    ("vegas_points_line", "points", 0, 60),
    ("vegas_opening_line", "points", 0, 60),
    ("vegas_line_move", "points", -15, 15),
    ("has_vegas_line", "flag", 0, 1),
    ("avg_points_vs_opponent", "points", 0, 83),
    ("games_vs_opponent", "games", 0, 40),
    ("minutes_avg_last_10", "minutes", 0, 60),
    ("ppm_avg_last_10", "per minute", 0, 3),
]
# 29 is ours: a rookie has never met most opponents, and nothing may stand in for that.
NOT_REQUIRED = (6, 8, 10, 21, 24, 25, 26, 27, 29)


def test_names_order_units_and_ranges_are_those_of_the_design() -> None:
    assert VERSION == "v2_33features" and len(NAMES) == 33
    assert [(f.name, f.unit, f.low, f.high) for f in V2] == DESIGN
    assert tuple(name for name, *_ in DESIGN) == NAMES


def test_what_a_row_cannot_do_without() -> None:
    assert [number for number, feature in enumerate(V2) if not feature.required] == list(NOT_REQUIRED)
    assert tuple(name for number, name in enumerate(NAMES) if number not in NOT_REQUIRED) == REQUIRED


@pytest.mark.parametrize("feature", V2, ids=NAMES)
def test_every_feature_explains_itself(feature: Feature) -> None:
    assert feature.definition and feature.unit and feature.null_means
    assert feature.low < feature.high
    assert feature.source in TABLES and feature.needs in ("games", "season")


def test_the_stored_columns_follow_from_the_declarations() -> None:
    fields = {field.name: field for field in TABLES["ml_feature_store_v2"].fields}
    stored = [name for name in TABLES["ml_feature_store_v2"].columns if name in set(NAMES)]
    assert stored == list(NAMES)
    for feature in V2:
        field = fields[feature.name]
        assert (field.kind, field.unit, field.low, field.high) == (
            "number",
            feature.unit,
            feature.low,
            feature.high,
        )
        assert field.nullable == (feature.null_means != "never")
        assert feature.definition[1:] in field.description


def test_the_hash_of_names_depends_on_their_order() -> None:
    assert names_hash() == names_hash(NAMES) != names_hash(NAMES[::-1])
    assert names_hash(("ab", "c")) != names_hash(("a", "bc"))


@pytest.mark.parametrize("table", [ML_FEATURE_STORE_V2, ML_FEATURE_STORE_V3], ids=lambda table: table.name)
def test_every_carried_column_of_a_feature_store_is_stored(table: FeatureTable) -> None:
    """Counts of missing games were once computed and not stored: no model of the table could be trained."""
    assert set(table.carried) <= set(TABLES[table.name].columns)
    assert {feature.name for feature in table.features} <= set(TABLES[table.name].columns)
