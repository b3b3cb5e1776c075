"""Jobs of the code location.

What belongs here: what runs together. What does not: what a run does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from nba_assets.assets.coverage_page import NAME as PAGE
from nba_assets.assets.overrides import override_run_config

HISTORY_JOB = "history"
PAGE_JOB = "page_of_coverage"


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


def jobs() -> list[dg.UnresolvedAssetJobDefinition]:
    """The main job (every table of the dates chosen, models as the calendar plans) and the coverage page."""
    return [
        dg.define_asset_job(
            HISTORY_JOB,
            selection=dg.AssetSelection.all() - dg.AssetSelection.assets(PAGE),
            description="Every table of the chosen dates, raw to graded; models as the calendar plans.",
            config=history_config(),
        ),
        dg.define_asset_job(
            PAGE_JOB, selection=dg.AssetSelection.assets(PAGE), description="The coverage page, made anew."
        ),
    ]
