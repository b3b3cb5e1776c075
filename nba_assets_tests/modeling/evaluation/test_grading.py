"""The truth table of grading."""

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.evaluation.grading import (
    ACCURACY_COLUMNS,
    NO_BOX_ROW,
    NO_MINUTES,
    NO_POINTS,
    grade,
    ungraded,
)
from nba_assets.modeling.inputs import TEXT, DuplicateKeyError
from nba_assets.schemas.predictions import PREDICTION_ACCURACY

GAME = "0022400561"
KEY = ["game_id", "player_id"]


def prediction(player_id: int, points: float | None, line: float | None, side: str, **more: object) -> dict:
    return {
        "game_date": pd.Timestamp("2025-01-15"),
        "game_id": GAME,
        "player_id": player_id,
        "system": "hand_rules",
        "player_name": f"Player {player_id}",
        "team": "PHI",
        "opponent": "NYK",
        "predicted_points": points,
        "prob_over": None,
        "line": line,
        "recommendation": side,
        "model_id": None,
        "is_pregame": True,
        "is_doubtful": False,
        "source": "archive",
        **more,
    }


def graded_one(
    points: float | None, line: float | None, side: str, actual: int | None, closing: float | None = None
) -> pd.Series:
    results = pd.DataFrame(
        {
            "game_id": GAME,
            "player_id": [1, 2],
            "minutes": [30.0, 30.0],
            "pts": pd.array([actual, 9], dtype="Int64"),
        }
    )
    lines = pd.DataFrame({"game_id": [GAME], "player_id": [1], "points_line": [closing]}).astype(
        {"points_line": "float64"}
    )
    return grade(pd.DataFrame([prediction(1, points, line, side)]), results, lines).iloc[0]


@pytest.mark.parametrize(
    ("side", "line", "actual", "outcome"),
    [
        ("OVER", 20.5, 21, "correct"),
        ("OVER", 20.5, 20, "wrong"),
        ("OVER", 20.0, 20, "push"),
        ("UNDER", 20.5, 20, "correct"),
        ("UNDER", 20.5, 21, "wrong"),
        ("UNDER", 20.0, 20, "push"),
        ("PASS", 20.5, 30, "pass"),
        ("PASS", 20.0, 20, "pass"),
        ("NO_LINE", None, 30, "no_line"),
        ("OVER", 0.5, 0, "wrong"),
        ("UNDER", 0.5, 0, "correct"),
    ],
)
def test_outcome(side: str, line: float | None, actual: int, outcome: str) -> None:
    row = graded_one(22.0, line, side, actual)
    assert row["outcome"] == outcome
    assert row["actual_points"] == actual
    assert pd.isna(row["void_reason"])


@pytest.mark.parametrize(
    ("points", "actual", "signed", "within_3", "within_5"),
    [
        (20.0, 20, 0.0, True, True),
        (23.0, 20, 3.0, True, True),
        (16.9, 20, -3.1, False, True),
        (15.0, 20, -5.0, False, True),
        (25.1, 20, 5.1, False, False),
    ],
)
def test_errors(points: float, actual: int, signed: float, within_3: bool, within_5: bool) -> None:
    row = graded_one(points, None, "NO_LINE", actual)
    assert row["signed_error"] == pytest.approx(signed)
    assert row["absolute_error"] == pytest.approx(abs(signed))
    assert (row["within_3"], row["within_5"]) == (within_3, within_5)


@pytest.mark.parametrize(
    ("side", "line", "closing", "value"),
    [
        ("OVER", 20.5, 22.0, 1.5),
        ("OVER", 20.5, 19.5, -1.0),
        ("UNDER", 20.5, 19.5, 1.0),
        ("UNDER", 20.5, 22.0, -1.5),
        ("OVER", 20.5, 20.5, 0.0),
        ("OVER", 20.5, None, None),
        ("PASS", 20.5, 22.0, None),
        ("NO_LINE", None, 22.0, None),
    ],
)
def test_closing_line_value(
    side: str, line: float | None, closing: float | None, value: float | None
) -> None:
    row = graded_one(22.0, line, side, 20, closing)
    assert np.isnan(row["closing_line_value"]) if value is None else row["closing_line_value"] == value
    assert np.isnan(row["closing_line"]) if closing is None else row["closing_line"] == closing


def test_the_line_of_a_backfill_is_the_closing_one_so_its_movement_is_unknown() -> None:
    results = pd.DataFrame({"game_id": [GAME], "player_id": [1], "minutes": [20.0], "pts": [5]})
    lines = pd.DataFrame({"game_id": [GAME], "player_id": [1], "points_line": [22.0]})
    for is_pregame in (False, None):
        rows = pd.DataFrame([prediction(1, 22.0, 20.5, "OVER", is_pregame=is_pregame)])
        assert np.isnan(grade(rows, results, lines)["closing_line_value"].iloc[0])


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (None, NO_BOX_ROW),
        ({"minutes": None, "pts": None}, NO_MINUTES),
        ({"minutes": None, "pts": 0}, NO_MINUTES),
        ({"minutes": 12.0, "pts": None}, NO_POINTS),
    ],
)
@pytest.mark.parametrize("side", ["OVER", "UNDER", "PASS", "NO_LINE"])
def test_who_did_not_play_is_void_never_zero_points(result: dict | None, reason: str, side: str) -> None:
    box = [{"player_id": 2, "minutes": 30.0, "pts": 9}] + ([{"player_id": 1, **result}] if result else [])
    results = pd.DataFrame(box).assign(game_id=GAME).astype({"minutes": "float64", "pts": "Int64"})
    predictions = pd.DataFrame([prediction(1, 10.0, None if side == "NO_LINE" else 8.5, side)])
    row = grade(predictions, results, pd.DataFrame(columns=[*KEY, "points_line"])).iloc[0]
    assert row["outcome"] == "void"
    assert row["void_reason"] == reason
    assert pd.isna(row[["actual_points", "absolute_error", "signed_error", "within_3", "within_5"]]).all()


def test_zero_rounded_minutes_is_played() -> None:
    results = pd.DataFrame({"game_id": [GAME], "player_id": [1], "minutes": [0.0], "pts": [0]})
    lines = pd.DataFrame(columns=[*KEY, "points_line"])
    row = grade(pd.DataFrame([prediction(1, 4.0, 3.5, "UNDER")]), results, lines).iloc[0]
    assert (row["outcome"], row["actual_points"]) == ("correct", 0)


def test_a_system_that_did_not_predict_has_no_error_and_no_side() -> None:
    row = graded_one(None, 20.5, "PASS", 20)
    assert row["outcome"] == "pass"
    assert pd.isna(row[["absolute_error", "signed_error", "within_3", "within_5"]]).all()
    assert row["actual_points"] == 20


def test_a_game_without_results_is_not_graded_and_is_listed() -> None:
    predictions = pd.DataFrame(
        [prediction(1, 4.0, 3.5, "UNDER"), prediction(7, 4.0, 3.5, "UNDER", game_id="0022400999")]
    )
    results = pd.DataFrame({"game_id": [GAME], "player_id": [1], "minutes": [20.0], "pts": [5]})
    graded = grade(predictions, results, pd.DataFrame(columns=[*KEY, "points_line"]))
    assert graded["player_id"].tolist() == [1]
    assert tuple(graded.columns) == ACCURACY_COLUMNS
    assert ungraded(predictions, results)["player_id"].tolist() == [7]


def test_several_systems_of_one_player_are_graded_each() -> None:
    rows = [prediction(1, 4.0, 3.5, "OVER", system=name) for name in ("b", "a")]
    results = pd.DataFrame({"game_id": [GAME], "player_id": [1], "minutes": [20.0], "pts": [5]})
    graded = grade(pd.DataFrame(rows), results, pd.DataFrame(columns=[*KEY, "points_line"]))
    assert graded["system"].tolist() == ["a", "b"]
    assert graded["outcome"].tolist() == ["correct", "correct"]


@pytest.mark.parametrize(
    ("probability", "decile"), [(0.0, 0), (0.0999, 0), (0.1, 1), (0.55, 5), (0.9, 9), (1.0, 9)]
)
def test_calibration_decile(probability: float, decile: int) -> None:
    rows = pd.DataFrame([prediction(1, 4.0, 3.5, "OVER", prob_over=probability)])
    results = pd.DataFrame({"game_id": [GAME], "player_id": [1], "minutes": [20.0], "pts": [5]})
    graded = grade(rows, results, pd.DataFrame(columns=[*KEY, "points_line"]))
    assert graded["calibration_decile"].tolist() == [decile]


def test_grades_have_the_columns_and_types_of_the_table() -> None:
    results = pd.DataFrame({"game_id": [GAME], "player_id": [1], "minutes": [20.0], "pts": [5]})
    predictions = pd.DataFrame([prediction(1, 4.0, 3.5, "OVER"), prediction(2, 4.0, None, "NO_LINE")])
    text = ["game_id", "system", "player_name", "team", "opponent", "recommendation", "model_id", "source"]
    typed = predictions.astype(dict.fromkeys(text, TEXT)).astype(
        {"prob_over": "float64", "line": "float64", "is_pregame": "boolean"}
    )
    graded = grade(typed, results, pd.DataFrame(columns=[*KEY, "points_line"]))
    declared = {f.name: pd.api.types.pandas_dtype(f.frame_type) for f in PREDICTION_ACCURACY.own_fields}
    del declared["void_cause"]  # from lineups and reports, not from the result
    assert tuple(graded.columns) == ("game_date", *declared)
    assert graded.drop(columns="game_date").dtypes.to_dict() == declared


def test_no_distribution_no_decile() -> None:
    assert pd.isna(graded_one(22.0, 20.5, "OVER", 20)["calibration_decile"])


def test_an_unknown_recommendation_and_two_versions_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown recommendations MAYBE"):
        graded_one(22.0, 20.5, "MAYBE", 20)
    results = pd.DataFrame({"game_id": [GAME], "player_id": [1], "minutes": [20.0], "pts": [5]})
    twice = pd.DataFrame([prediction(1, 4.0, 3.5, "OVER")] * 2)
    with pytest.raises(DuplicateKeyError, match="player_prop_predictions"):
        grade(twice, results, pd.DataFrame(columns=[*KEY, "points_line"]))


def test_no_predictions_no_grades() -> None:
    none = pd.DataFrame([prediction(1, 4.0, 3.5, "OVER")]).iloc[:0]
    results = pd.DataFrame({"game_id": [GAME], "player_id": [1], "minutes": [20.0], "pts": [5]})
    graded = grade(none, results, pd.DataFrame(columns=[*KEY, "points_line"]))
    assert graded.empty
    assert tuple(graded.columns) == ACCURACY_COLUMNS
