"""Every feature leads back to stored columns that exist, and to windows over earlier games."""

from __future__ import annotations

import pytest

from nba_assets.domain.feature_store.feature_registry import EXTRA, FEATURE_TABLES, NAMES, V2, Feature
from nba_assets.reports.features.inputs import origins
from nba_assets.schemas.catalog import TABLES


@pytest.mark.parametrize("table", FEATURE_TABLES)
def test_a_table_reads_columns_that_exist(table: str) -> None:
    declared = FEATURE_TABLES[table]
    for name, columns in (*declared.reads.items(), *declared.history_columns.items()):
        assert set(columns) <= set(TABLES[name].columns), name


@pytest.mark.parametrize("feature", EXTRA, ids=lambda feature: feature.name)
def test_every_feature_has_words_for_what_it_computes(feature: Feature) -> None:
    assert feature.value.formula and "\n" not in feature.value.formula
    assert feature.source in TABLES


@pytest.mark.parametrize("name", NAMES)
def test_a_feature_is_followed_through_the_tables(name: str) -> None:
    behind = origins("ml_feature_store_v3", name)
    assert [origin.table.name for origin in behind[:2]] == ["ml_feature_store_v3", "ml_feature_store_v2"]
    columns = [column for origin in behind for column in origin.columns]
    raw = {column.source.table for column in columns} - set(FEATURE_TABLES)
    assert raw or any(origin.statistics for origin in behind)
    assert raw <= {"upcoming_player_game_context", "upcoming_team_game_context"}


def test_the_table_that_a_feature_is_read_from_is_named() -> None:
    tables = {feature.name: feature.source for feature in V2}
    assert tables["points_avg_last_5"] == "player_daily_cache"
    assert tables["fatigue_score"] == "player_composite_factors"
    assert tables["team_win_pct"] == "upcoming_team_game_context"
    assert {feature.name: feature.source for feature in EXTRA}["ppm_last_82"] == "player_game_summary"
