"""Defects of features that coverage alone does not show: failures name the feature and its rows."""

from __future__ import annotations

import datetime as dt

import dagster as dg
import pandas as pd

from nba_assets.domain.feature_store.feature_registry import REQUIRED
from nba_assets.domain.feature_store.ml_feature_store_v2 import FROM_ZONES
from nba_assets.lineage.inputs import (
    YEAR,
    History,
    Input,
    Inputs,
)
from nba_assets.lineage.table import (
    Built,
    Table,
)
from nba_assets.quality.features.regressions import findings

_FEATURES = "ml_feature_store_v2"
NAMED_ROWS = 5
# Features that only an optional feed can tell: its absence is the feed's warning.
_OF_FEEDS = (*FROM_ZONES, "has_vegas_line")
_OF_FEATURES = ("coverage", "constant", "constant_window")  # a feed that may be absent only warns


def _drift(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    found = findings(
        inputs[_FEATURES],
        inputs.past[_FEATURES],
        inputs["upcoming_player_game_context"],
        inputs["raw_schedule"],
        inputs.past["player_game_summary"],
        inputs.dates,
    )
    required = found["feature"].isin(REQUIRED) & ~found["feature"].isin(_OF_FEEDS)
    optional = found["check"].isin(_OF_FEATURES) & ~required
    found["severity"] = found["severity"].mask(optional, "WARN")
    rows = found.assign(subject=found["feature"].fillna("rows"), source="feature_drift").drop(
        columns="feature"
    )
    failed = rows[rows["severity"].eq("FAIL")]
    problems: dict[dt.date, list[str]] = {}
    for row in failed.to_dict("records"):
        keys = f" ({_named(row['keys'])})" if isinstance(row["keys"], str) else ""
        problems.setdefault(row["game_date"].date(), []).append(f"{row['words']}{keys}")
    return Built(rows, problems, _counts(rows))


def _named(keys: str) -> str:
    """The first few rows; the stored findings and the evidence name more."""
    named = keys.split("|")
    return ", ".join(named[:NAMED_ROWS]) + (", ..." if len(named) > NAMED_ROWS else "")


def _counts(rows: pd.DataFrame) -> dict[dt.date, dict[str, int]]:
    counts = rows.groupby("game_date", as_index=False).agg(findings=("words", "size")).to_dict("records")
    return {row["game_date"].date(): {"findings": row["findings"]} for row in counts}


DRIFT = (
    Table(
        "feature_drift",
        group="feature_store",
        kinds=frozenset({"pandas", "parquet"}),
        compute=_drift,
        versioned=(findings,),
        inputs=(
            Input(_FEATURES),
            Input("upcoming_player_game_context", ("game_id", "player_id")),
            Input("raw_schedule"),
        ),
        history=(
            History(_FEATURES, YEAR),
            History("player_game_summary", YEAR, ("game_id", "player_id", "pts")),
        ),
    ),
)
