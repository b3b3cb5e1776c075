"""The grading assets: what each prediction was worth, and what the recommendations return as bets."""

from __future__ import annotations

import dagster as dg
import pandas as pd

from nba_assets.assets.season_figures import mae_by_date
from nba_assets.calendar.seasons import by_stretch
from nba_assets.lineage.inputs import (
    Input,
    Inputs,
)
from nba_assets.lineage.table import (
    Built,
    Plotted,
    Table,
)
from nba_assets.modeling.evaluation.bets import READ, paper_bets
from nba_assets.modeling.evaluation.grading import CARRIED, grade
from nba_assets.modeling.evaluation.void_causes import void_causes
from nba_assets.modeling.systems.versions import counting

_RESULTS = Input("player_game_summary", ("game_id", "player_id", "minutes", "pts"))
_CLOSING = Input("upcoming_player_game_context", ("game_id", "player_id", "points_line"))


def _grade(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    postponed = _postponed(inputs)
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


def _settle(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    bets = paper_bets(
        inputs["player_prop_predictions"],
        inputs["player_game_summary"],
        inputs["upcoming_player_game_context"],
        list(_postponed(inputs)),
    )
    profits = bets.groupby("game_date")["profit"].agg(["count", "sum"]).reset_index()
    notes = {
        row["game_date"].date(): {"priced_bets": row["count"], "profit": float(row["sum"])}
        for row in profits.to_dict("records")
    }
    return Built(bets, notes=notes)


def _postponed(inputs: Inputs) -> pd.Series:
    """Game ids of postponed games."""
    schedule = inputs["raw_schedule"]
    return schedule[schedule["is_postponed"].to_numpy(bool)]["game_id"]


def _mae(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean absolute error of two systems on each date, in points."""
    return mae_by_date(rows, "absolute_error")


def _profit(rows: pd.DataFrame) -> pd.DataFrame:
    """Profit of each date's priced bets."""
    return rows.groupby("game_date")["profit"].sum(min_count=1).to_frame("profit")


GRADING = (
    Table(
        "prediction_accuracy",
        group="grading",
        kinds=frozenset({"pandas", "parquet"}),
        compute=_grade,
        versioned=(grade, counting, void_causes),
        in_parts=by_stretch,
        plotted=Plotted(("system", "absolute_error"), _mae),
        inputs=(
            Input("raw_schedule"),
            Input("player_prop_predictions", (*CARRIED, "predicted_at")),
            _RESULTS,
            _CLOSING,
            Input("raw_lineups", ("game_id", "player_id", "kind", "role", "reason", "captured_at")),
            Input("raw_injury_reports", ("player_id", "status", "reason", "captured_at")),
        ),
    ),
    Table(
        "bets",
        group="grading",
        kinds=frozenset({"pandas", "parquet"}),
        compute=_settle,
        versioned=(paper_bets, grade),
        in_parts=by_stretch,
        plotted=Plotted(("profit",), _profit),
        inputs=(Input("raw_schedule"), Input("player_prop_predictions", READ), _RESULTS, _CLOSING),
    ),
)
