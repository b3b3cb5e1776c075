"""Jobs of the code location.

What belongs here: what runs together. What does not: what a run does.
"""

from __future__ import annotations

import dagster as dg

HISTORY_JOB = "history"


def jobs() -> list[dg.UnresolvedAssetJobDefinition]:
    """The main job: every table of the dates chosen, models on the first game date of each month."""
    return [
        dg.define_asset_job(
            HISTORY_JOB,
            selection=dg.AssetSelection.all(),
            description="Every table of the chosen dates, from raw to graded; models as the retrain calendar plans.",
            config={"ops": {"xgboost_v1": {"config": {"retrain_calendar": "first_game_date_of_month", "first_date": "2022-12-01"}}}},
        )
    ]
