"""Grading predictions against results: rows of prediction_accuracy.

Belongs here: errors, outcome against the line, closing-line value, and why a prediction is void.
Does not: aggregates over rows (evaluation) and which version of a prediction counts (the caller's choice).
"""

from collections.abc import Collection
from typing import Final

import numpy as np
import pandas as pd

from nba_assets.modeling.inputs import PLAYER_KEY, TEXT, require_columns, require_unique

PREDICTION_KEY: Final = (*PLAYER_KEY, "system")
CARRIED: Final = (
    "game_date",
    *PREDICTION_KEY,
    "player_name",
    "team",
    "opponent",
    "predicted_points",
    "prob_over",
    "line",
    "recommendation",
    "model_id",
    "is_pregame",
    "is_doubtful",
    "source",
)
ACCURACY_COLUMNS: Final = (
    "game_date",
    *PREDICTION_KEY,
    "player_name",
    "team",
    "opponent",
    "predicted_points",
    "actual_points",
    "minutes",
    "absolute_error",
    "signed_error",
    "within_3",
    "within_5",
    "recommendation",
    "outcome",
    "void_reason",
    "line",
    "closing_line",
    "closing_line_value",
    "calibration_decile",
    "model_id",
    "is_pregame",
    "is_doubtful",
    "source",
)
NO_BOX_ROW: Final = "did not play: no box row in a game that has results"
NO_MINUTES: Final = "did not play: box row without minutes"
GAME_POSTPONED: Final = "the game was postponed"
NO_POINTS: Final = "points unknown: box row without points"


def grade(
    predictions: pd.DataFrame,
    results: pd.DataFrame,
    closing_lines: pd.DataFrame,
    postponed: Collection[str] = (),
) -> pd.DataFrame:
    """Rows of prediction_accuracy, key (game_id, player_id, system), sorted by date and key.

    In: player_prop_predictions, one version a key; player_game_summary (key, minutes, pts);
    upcoming_player_game_context (key, points_line: the last usable line, NULL without one). Points.
    A game without any result row is not graded: its rows are absent (see `ungraded`). Within a game that
    has results, a player without a row did not play: void, never 0 points. So is every prediction of a
    game among `postponed`.
    Raises MissingColumnsError, DuplicateKeyError.
    """
    require_columns(predictions, CARRIED, "player_prop_predictions")
    require_columns(results, (*PLAYER_KEY, "minutes", "pts"), "player_game_summary")
    require_columns(closing_lines, (*PLAYER_KEY, "points_line"), "the closing lines")
    require_unique(predictions, PREDICTION_KEY, "player_prop_predictions")
    require_unique(results, PLAYER_KEY, "player_game_summary")
    require_unique(closing_lines, PLAYER_KEY, "the closing lines")
    over = predictions["game_id"].isin([*results["game_id"].unique(), *postponed])
    ready = predictions.loc[over, list(CARRIED)]
    rows = ready.merge(
        results[[*PLAYER_KEY, "minutes", "pts"]], on=list(PLAYER_KEY), how="left", indicator="_result"
    ).merge(closing_lines[[*PLAYER_KEY, "points_line"]], on=list(PLAYER_KEY), how="left")
    rows = rows.sort_values(["game_date", *PREDICTION_KEY], ignore_index=True)
    moved = rows["game_id"].isin(list(postponed)).to_numpy(bool)
    rows["void_reason"] = _void_reasons(rows).mask(moved, GAME_POSTPONED)
    graded = _with_errors(rows.rename(columns={"points_line": "closing_line"}))
    graded["outcome"] = _outcomes(graded)
    graded["closing_line_value"] = _closing_line_value(graded)
    graded["calibration_decile"] = _calibration_decile(graded["prob_over"])
    # A join with a frame that holds keys as objects (an empty one) would have made them objects.
    return graded[list(ACCURACY_COLUMNS)].astype({"game_id": TEXT, "player_id": "int64"})


def ungraded(predictions: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """Keys of predictions whose game has no result row yet: (game_date, game_id, player_id, system)."""
    require_columns(predictions, ("game_date", *PREDICTION_KEY), "player_prop_predictions")
    columns = ["game_date", *PREDICTION_KEY]
    waiting = predictions.loc[~predictions["game_id"].isin(results["game_id"]), columns]
    return waiting.sort_values(columns, ignore_index=True)


def _void_reasons(rows: pd.DataFrame) -> pd.Series:
    absent = rows["_result"].eq("left_only").to_numpy()
    no_minutes = rows["minutes"].isna().to_numpy()
    no_points = rows["pts"].isna().to_numpy()
    reason = np.select([absent, no_minutes, no_points], [NO_BOX_ROW, NO_MINUTES, NO_POINTS], default="")
    return pd.Series(reason, index=rows.index, dtype=TEXT).where(absent | no_minutes | no_points)


def _with_errors(rows: pd.DataFrame) -> pd.DataFrame:
    played = rows["void_reason"].isna()
    actual = pd.Series(rows["pts"].to_numpy("float64", na_value=np.nan), index=rows.index).where(played)
    signed = rows["predicted_points"].astype("float64") - actual
    absolute = signed.abs()
    known = absolute.notna()
    return rows.assign(
        actual_points=actual,
        closing_line=rows["closing_line"].astype("float64"),
        minutes=rows["minutes"].astype("float64").where(played),
        signed_error=signed,
        absolute_error=absolute,
        within_3=(absolute <= 3).astype("boolean").where(known),
        within_5=(absolute <= 5).astype("boolean").where(known),
    )


def _outcomes(rows: pd.DataFrame) -> pd.Series:
    """void, no_line, pass, push, correct or wrong, the first that applies, in this order."""
    actual = rows["actual_points"].to_numpy("float64", na_value=np.nan)
    line = rows["line"].to_numpy("float64", na_value=np.nan)
    side = rows["recommendation"].to_numpy(dtype=object)
    over, under = side == "OVER", side == "UNDER"
    outcome = np.select(
        [
            rows["void_reason"].notna().to_numpy(),
            side == "NO_LINE",
            side == "PASS",
            actual == line,
            (over & (actual > line)) | (under & (actual < line)),
            over | under,
        ],
        ["void", "no_line", "pass", "push", "correct", "wrong"],
        default="unknown",
    )
    if (outcome == "unknown").any():
        found = sorted({str(value) for value in side[outcome == "unknown"]})
        raise ValueError(f"unknown recommendations {', '.join(found)}")
    return pd.Series(outcome, index=rows.index, dtype=TEXT)


def _closing_line_value(rows: pd.DataFrame) -> pd.Series:
    """Points by which the line moved the recommended way: OVER closing - line, UNDER line - closing.

    NULL unless it was predicted before tip-off: the line of a backfill is the closing one.
    """
    pregame = rows["is_pregame"].astype("boolean").fillna(False).to_numpy(bool)
    moved = (rows["closing_line"] - rows["line"].astype("float64")).where(pregame)
    side = rows["recommendation"].to_numpy(dtype=object)
    value = np.select([side == "OVER", side == "UNDER"], [moved, -moved], default=np.nan)
    return pd.Series(value, index=rows.index, dtype="float64") + 0.0


def _calibration_decile(prob_over: pd.Series) -> pd.Series:
    """Band of a probability, 0 for [0, .1) to 9 for [.9, 1]; NULL from a system without a distribution."""
    band = np.minimum(np.floor(prob_over.to_numpy("float64", na_value=np.nan) * 10), 9)
    return pd.Series(band, index=prob_over.index).astype("Int64")
