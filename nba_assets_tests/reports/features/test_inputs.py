"""Every feature says which stored columns it is made from, and they exist."""

from nba_assets.domain.feature_store.feature_registry import (
    NAMES,
    V2,
)
from nba_assets.reports.features.inputs import ORIGINS
from nba_assets.schemas.catalog import TABLES


def test_every_feature_names_columns_that_there_are() -> None:
    assert tuple(ORIGINS) == NAMES
    for name, origin in ORIGINS.items():
        assert origin.formula and "\n" not in origin.formula
        for stored in origin.stored:
            schema = TABLES[stored.table]
            assert set(stored.columns) <= set(schema.columns), name
            assert ("team" if stored.whose in ("team", "opponent") else "player_id") in schema.key, name


def test_the_first_table_is_the_one_the_registry_names() -> None:
    for feature in V2:
        assert ORIGINS[feature.name].stored[0].table == feature.source, feature.name
