"""Jobs over tables, and their run configuration.

What belongs here: what runs together. What does not: what a run does, the job that fetches (fetching.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from nba_assets.assets.coverage_page import NAME as PAGE
from nba_assets.assets.overrides import override_run_config
from nba_assets.automation.graph import TableGraph

HISTORY_JOB = "history"
PAGE_JOB = "page_of_coverage"
UPDATE_JOB = "update"
PREDICT_JOB = "predict"
RETRAIN_JOB = "retrain"
MODEL = "xgboost_v1"

RETRAIN_CALENDAR = "first_game_date_of_month"
FIRST_MODEL = "2022-12-01"


def history_config(retrain_calendar: str = RETRAIN_CALENDAR, first_date: str = FIRST_MODEL) -> dict[str, Any]:
    """Run configuration of the main job: when models are trained anew."""
    training = {"retrain_calendar": retrain_calendar, "first_date": first_date}
    return {"ops": {"xgboost_v1": {"config": training}}}


def run_config(
    tables: Sequence[str], retrain: Mapping[str, str], let_through: Sequence[dt.date], reason: str
) -> dict[str, Any]:
    """Run configuration of chosen tables: when models are trained, and which dates a person lets through."""
    training = history_config(**retrain)["ops"]
    overrides = override_run_config(tables, let_through, reason) if let_through else {}
    ops: dict[str, Any] = {}
    for table in tables:
        said = [known[table]["config"] for known in (training, overrides) if table in known]
        if said:
            ops[table] = {"config": {name: value for part in said for name, value in part.items()}}
    return {"ops": ops}


def retrain_config() -> dict[str, Any]:
    """Run configuration that trains on whatever date is asked for."""
    return history_config("every_date", "2020-12-22")


def jobs(graph: TableGraph) -> list[dg.UnresolvedAssetJobDefinition]:
    """The main job, the coverage page, and the parts of a live day: predict, update, retrain."""
    every = dg.AssetSelection.all() - dg.AssetSelection.assets(PAGE)
    return [
        dg.define_asset_job(
            HISTORY_JOB,
            selection=every,
            description="Every table of the chosen dates, raw to graded; models as the calendar plans.",
            config=history_config(),
        ),
        dg.define_asset_job(
            PAGE_JOB, selection=dg.AssetSelection.assets(PAGE), description="The coverage page, made anew."
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
        dg.define_asset_job(
            RETRAIN_JOB,
            selection=dg.AssetSelection.assets(MODEL),
            description="A model trained on what is known before a date.",
            config=retrain_config(),
        ),
    ]
