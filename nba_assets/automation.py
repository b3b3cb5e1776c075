"""Jobs of the code location.

What belongs here: what runs together. What does not: what a run does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg

from nba_assets.assets.coverage_page import NAME as PAGE
from nba_assets.assets.overrides import override_run_config

HISTORY_JOB = "history"
MODELS_JOB = "models"
PAGE_JOB = "page_of_coverage"
# Learned systems beyond xgboost_v1, and the features only they read: a job of their own, for they take longer
# to train than everything else takes to compute.
LEARNED = (
    "ml_feature_store_v3", "xgboost_v5", "catboost_v8", "catboost_extended", "points_quantile", "ensemble_v1",
    "model_evaluation", "model_registry", "model_performance",
)  # fmt: skip
TRAINED = ("xgboost_v5", "xgboost_v1", "catboost_v8", "catboost_extended", "points_quantile")


RETRAIN_CALENDAR = "first_game_date_of_month"
FIRST_MODEL = "2022-12-01"


def training_config(
    systems: Iterable[str],
    retrain_calendar: str = RETRAIN_CALENDAR,
    first_date: str = FIRST_MODEL,
    override_reason: str = "",
) -> dict[str, Any]:
    """Run configuration of models: when they are trained anew, and why in spite of a NO-GO."""
    training = {
        "retrain_calendar": retrain_calendar,
        "first_date": first_date,
        "override_reason": override_reason,
    }
    chosen = [name for name in TRAINED if name in set(systems)]
    return {"ops": {name: {"config": dict(training)} for name in chosen}}


def run_config(
    tables: Sequence[str], retrain: Mapping[str, str], let_through: Sequence[dt.date], reason: str
) -> dict[str, Any]:
    """Run configuration of chosen tables: when models are trained, and which dates a person lets through."""
    training = training_config(tables, **retrain)["ops"]
    overrides = override_run_config(tables, let_through, reason) if let_through else {}
    ops: dict[str, Any] = {}
    for table in tables:
        said = [known[table]["config"] for known in (training, overrides) if table in known]
        if said:
            ops[table] = {"config": {name: value for part in said for name, value in part.items()}}
    return {"ops": ops}


def jobs() -> list[dg.UnresolvedAssetJobDefinition]:
    """The main job (every table of the dates chosen, models as the calendar plans), models, coverage page."""
    return [
        dg.define_asset_job(
            HISTORY_JOB,
            selection=dg.AssetSelection.all() - dg.AssetSelection.assets(PAGE, *LEARNED),
            description="Every table of the chosen dates, raw to graded; models as the calendar plans.",
            config=training_config(["xgboost_v1"]),
        ),
        dg.define_asset_job(
            MODELS_JOB,
            selection=dg.AssetSelection.all() - dg.AssetSelection.assets(PAGE),
            description="The same and every other learned system; for some of its tables, choose them.",
            config=training_config(TRAINED),
        ),
        dg.define_asset_job(
            PAGE_JOB, selection=dg.AssetSelection.assets(PAGE), description="The coverage page, made anew."
        ),
    ]
