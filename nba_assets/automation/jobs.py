"""Jobs over tables, and their run configuration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg

from nba_assets.assets.overrides import override_run_config
from nba_assets.assets.published_predictions import NAME as PUBLISHED
from nba_assets.lineage.graph import TableGraph
from nba_assets.modeling.systems.catalog import (
    ENSEMBLE,
    MODELS,
)

HISTORY_JOB = "history"
MODELS_JOB = "models"
RETRAIN_JOB = "retrain"
PUBLISH_JOB = "publish"
UPDATE_JOB = "update"
PREDICT_JOB = "predict"
TRAINED = tuple(model.name for model in MODELS)
JUDGED = (*TRAINED, ENSEMBLE, "model_evaluation", "model_registry")
# Learned systems beyond xgboost_v1, and the features only they read: a job of their own, for they take longer
# to train than everything else takes to compute.
MAIN_MODEL = "xgboost_v1"
LEARNED = ("ml_feature_store_v3", *(name for name in JUDGED if name != MAIN_MODEL), "model_performance")

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


def retrain_config(override_reason: str = "") -> dict[str, Any]:
    """Run configuration that trains on whatever date is asked for, and why in spite of a NO-GO."""
    return training_config(TRAINED, "every_date", "2020-12-22", override_reason)


def champion_config(system: str, reason: str) -> dict[str, Any]:
    """Run configuration of the registry: a person's champion, and why."""
    return {"ops": {"model_registry": {"config": {"champion": system, "reason": reason}}}}


def run_config(
    tables: Sequence[str],
    retrain: Mapping[str, str],
    let_through: Sequence[dt.date],
    reason: str,
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Run configuration of chosen tables: training, dates that a person lets through, and more."""
    training = training_config(tables, **retrain)["ops"]
    overrides = override_run_config(tables, let_through, reason) if let_through else {}
    given = (more or {}).get("ops", {})
    ops: dict[str, Any] = {}
    for table in tables:
        said = [known[table]["config"] for known in (training, overrides, given) if table in known]
        if said:
            ops[table] = {"config": {name: value for part in said for name, value in part.items()}}
    return {"ops": ops}


def jobs(graph: TableGraph) -> list[dg.UnresolvedAssetJobDefinition]:
    """Main job (tables of chosen dates), models, retraining, publishing; for a live day: predict, update."""
    return [
        dg.define_asset_job(
            HISTORY_JOB,
            selection=dg.AssetSelection.all() - dg.AssetSelection.assets(PUBLISHED, *LEARNED),
            description="Every table of the chosen dates, raw to graded; models as the calendar plans.",
            config=training_config([MAIN_MODEL]),
        ),
        dg.define_asset_job(
            MODELS_JOB,
            selection=dg.AssetSelection.all() - dg.AssetSelection.assets(PUBLISHED),
            description="The same and every other learned system; for some of its tables, choose them.",
            config=training_config(TRAINED),
        ),
        dg.define_asset_job(
            RETRAIN_JOB,
            selection=dg.AssetSelection.assets(*JUDGED),
            description="Every learned system trained on what is known before a date, measured and judged.",
            config=retrain_config(),
        ),
        dg.define_asset_job(
            PUBLISH_JOB,
            selection=dg.AssetSelection.assets(PUBLISHED),
            description="JSON documents and pages of the chosen dates, and of what is known by the newest.",
        ),
        dg.define_asset_job(
            PREDICT_JOB,
            selection=dg.AssetSelection.assets(*graph.before_tipoff),
            description="Predictions of a date and the tables they are made from.",
        ),
        dg.define_asset_job(
            UPDATE_JOB,
            selection=dg.AssetSelection.assets(*graph.names),
            description="Tables of a date, or those of them that new documents ask for; no training.",
        ),
    ]
