"""Jobs over tables, and their run configuration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg

from nba_assets.assets.bigquery import GROUP as BIGQUERY
from nba_assets.assets.factory.overrides import override_run_config
from nba_assets.assets.published_predictions import NAME as PUBLISHED
from nba_assets.assets.training.training_config import MONTHLY
from nba_assets.lineage.graph import TableGraph
from nba_assets.modeling.systems.catalog import LEARNED_SYSTEMS, MODELS

MAIN_JOB = "everything"
PUBLISH_JOB = "publish"
PREDICT_JOB = "predict"
RETRAIN_JOB = "retrain"
TRAINED = tuple(model.name for model in MODELS)
RETRAINED = (*LEARNED_SYSTEMS, "minutes_model", "model_evaluation", "model_registry")


def training_config(
    systems: Iterable[str] = (),
    retrain_calendar: str = MONTHLY,
    first_date: str = "",
    override_reason: str = "",
) -> dict[str, Any]:
    """Run configuration of training: which systems (all by default), when, and why in spite of a NO-GO."""
    training = {
        "systems": list(systems),
        "retrain_calendar": retrain_calendar,
        "first_date": first_date,
        "override_reason": override_reason,
    }
    return {"resources": {"training": {"config": training}}}


def retrain_config(override_reason: str = "") -> dict[str, Any]:
    """Run configuration that trains on every requested date, with the reason to train in spite of a NO-GO."""
    return training_config((), "every_date", dt.date.min.isoformat(), override_reason)


def champion_config(system: str, reason: str, share: float = 1.0) -> dict[str, Any]:
    """Run configuration of the registry: a person's champion, why, and the share of the games it serves."""
    decided = {"champion": system, "reason": reason, "share": share}
    return {"ops": {"model_registry": {"config": decided}}}


def run_config(
    retrain: Mapping[str, str],
    let_through: Sequence[dt.date],
    reason: str,
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Run configuration: training, dates that a person lets through, and more of single tables."""
    resources = training_config(**retrain)["resources"]
    if let_through:
        resources |= override_run_config(let_through, reason)
    return {"resources": resources, "ops": dict((more or {}).get("ops", {}))}


def jobs(
    graph: TableGraph, left_out: Sequence[dg.AssetChecksDefinition]
) -> list[dg.UnresolvedAssetJobDefinition]:
    """The main job, publishing; for a live day: predictions, retraining.

    Args:
        graph: the tables.
        left_out: checks that are no part of making a date.
    """
    present = dg.AssetSelection.checks(*left_out)
    return [
        dg.define_asset_job(
            MAIN_JOB,
            selection=dg.AssetSelection.all()
            - dg.AssetSelection.assets(PUBLISHED)
            - dg.AssetSelection.groups(BIGQUERY)
            - present,
            description="Every table of the chosen dates, from the source to graded predictions, every "
            "learned system on the first game date of each month, and the ledger.",
        ),
        dg.define_asset_job(
            PUBLISH_JOB,
            selection=dg.AssetSelection.assets(PUBLISHED),
            description="JSON documents and pages of chosen dates, and of what is known by the newest.",
        ),
        dg.define_asset_job(
            PREDICT_JOB,
            selection=dg.AssetSelection.assets(*graph.before_tipoff) - present,
            description="Predictions of a date yet to be played, and the tables they are made from.",
        ),
        dg.define_asset_job(
            RETRAIN_JOB,
            selection=dg.AssetSelection.assets(*RETRAINED),
            description="Every learned system trained on what is known before a date, whatever the calendar, "
            "measured and judged.",
            config=retrain_config(),
        ),
    ]
