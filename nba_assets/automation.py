"""Jobs of the code location.

What belongs here: what runs together. What does not: what a run does.
"""

from __future__ import annotations

from typing import Any

import dagster as dg

HISTORY_JOB = "history"


RETRAIN_CALENDAR = "first_game_date_of_month"
FIRST_MODEL = "2022-12-01"


def history_config(retrain_calendar: str = RETRAIN_CALENDAR, first_date: str = FIRST_MODEL) -> dict[str, Any]:
    """Run configuration of the main job: when models are trained anew."""
    training = {"retrain_calendar": retrain_calendar, "first_date": first_date}
    return {"ops": {"xgboost_v1": {"config": training}}}


def jobs() -> list[dg.UnresolvedAssetJobDefinition]:
    """The main job: every table of the dates chosen, models on the first game date of each month."""
    return [
        dg.define_asset_job(
            HISTORY_JOB,
            selection=dg.AssetSelection.all(),
            description="Every table of the chosen dates, raw to graded; models as the calendar plans.",
            config=history_config(),
        )
    ]
