"""Jobs of the code location.

What belongs here: what runs together. What does not: what a run does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dagster as dg

HISTORY_JOB = "history"
MODELS_JOB = "models"
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
    return {"ops": {name: {"config": dict(training)} for name in chosen}} if chosen else {}


def jobs() -> list[dg.UnresolvedAssetJobDefinition]:
    """The main job: every table of the dates chosen, models on the first game date of each month."""
    return [
        dg.define_asset_job(
            HISTORY_JOB,
            selection=dg.AssetSelection.all() - dg.AssetSelection.assets(*LEARNED),
            description="Every table of the chosen dates, raw to graded; models as the calendar plans.",
            config=training_config(["xgboost_v1"]),
        ),
        dg.define_asset_job(
            MODELS_JOB,
            selection=dg.AssetSelection.all(),
            description="The same and every other learned system; for some of its tables, choose them.",
            config=training_config(TRAINED),
        ),
    ]
