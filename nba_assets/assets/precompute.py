"""Precompute assets: form of players and teams before a date, and the feature stores made of it."""

from __future__ import annotations

import dagster as dg
import pandas as pd

from nba_assets.domain.declarations.evaluation import KnownDates
from nba_assets.domain.declarations.feature import FeatureTable
from nba_assets.domain.feature_store.feature_registry import FEATURE_TABLES
from nba_assets.domain.feature_store.ml_feature_store_v2 import FROM_ZONES, without_zones
from nba_assets.lineage.feature_tables import history_of, inputs_of
from nba_assets.lineage.inputs import Input, Inputs
from nba_assets.lineage.table import ColumnGroup, Table
from nba_assets.quality.validation import Unit


def _table(features: FeatureTable, *judged_by: Input, groups: tuple[ColumnGroup, ...] = ()) -> Table:
    """The asset of a table of features.

    Args:
        features: its declaration.
        judged_by: inputs that its coverage is counted against, and nothing is computed from.
        groups: columns that may be withheld.
    """

    def compute(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
        return features.compute(inputs.frames, inputs.past, pd.Timestamp(inputs.dates[-1]), _known(inputs))

    return Table(
        features.name,
        group="feature_store" if features.name.startswith("ml_feature_store") else "precompute",
        kinds=frozenset({"pandas", "parquet"}),
        compute=compute,
        versioned=features.functions,
        declaration=features.declaration,
        inputs=(*inputs_of(features), *judged_by),
        history=history_of(features),
        refuses=Unit.ROW,
        groups=groups,
    )


def _known(inputs: Inputs) -> KnownDates:
    """Game dates of the league from the first that could be read, and those that could."""
    open_dates = inputs.gathered.open_dates
    first = min((dates[0] for dates in open_dates.values() if dates), default=inputs.dates[-1])
    return KnownDates(inputs.gathered.calendar.between(first, inputs.dates[-1]), open_dates)


_GROUPS = {"ml_feature_store_v2": (ColumnGroup(FROM_ZONES, without_zones),)}
# A feature store covers those who played, too.
_JUDGED_BY = {"ml_feature_store_v2": (Input("raw_player_boxscores", ("game_id", "player_id")),)}

PRECOMPUTE = tuple(
    _table(table, *_JUDGED_BY.get(name, ()), groups=_GROUPS.get(name, ()))
    for name, table in FEATURE_TABLES.items()
)
