"""The grading asset: what each prediction was worth."""

from __future__ import annotations

import dagster as dg

from nba_assets.lineage.inputs import (
    Input,
    Inputs,
)
from nba_assets.lineage.table import (
    Built,
    Table,
)
from nba_assets.modeling.evaluation.grading import CARRIED, grade
from nba_assets.modeling.evaluation.void_causes import void_causes
from nba_assets.modeling.systems.catalog import MARKET_ANCHORED
from nba_assets.modeling.systems.versions import counting


def _grade(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    schedule = inputs["raw_schedule"]
    postponed = schedule.loc[schedule["is_postponed"].to_numpy(bool), "game_id"]
    rows = grade(
        counting(inputs["player_prop_predictions"]),
        inputs["player_game_summary"],
        inputs["upcoming_player_game_context"],
        list(postponed),
    )
    causes = void_causes(rows, inputs["raw_lineups"], inputs["raw_injury_reports"], postponed)
    rows = rows.assign(void_cause=causes)
    errors = rows.groupby(["game_date", "system"])["absolute_error"].mean().dropna()
    notes: dict = {}
    for row in errors.reset_index().to_dict("records"):
        notes.setdefault(row["game_date"].date(), {})[f"mae_{row['system']}"] = float(row["absolute_error"])
    return Built(rows, notes=notes)


GRADING = (
    Table(
        "prediction_accuracy",
        group="grading",
        kinds=frozenset({"pandas", "parquet"}),
        compute=_grade,
        versioned=(grade, counting, void_causes),
        by_season=True,
        plotted=(f"mae_{MARKET_ANCHORED}", "mae_season_average"),
        inputs=(
            Input("raw_schedule"),
            Input("player_prop_predictions", (*CARRIED, "predicted_at")),
            Input("player_game_summary", ("game_id", "player_id", "minutes", "pts")),
            Input("upcoming_player_game_context", ("game_id", "player_id", "points_line")),
            Input("raw_lineups", ("game_id", "player_id", "kind", "role", "reason", "captured_at")),
            Input("raw_injury_reports", ("player_id", "status", "reason", "captured_at")),
        ),
    ),
)
