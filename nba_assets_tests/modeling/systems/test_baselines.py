"""The hand rules of models.md, every edge of every interval computed by hand."""

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.inputs import MissingColumnsError
from nba_assets.modeling.systems.baselines import (
    core_average,
    hand_rules,
    last_10_average,
    projected_points,
    season_average,
)

# A row whose terms are all 0: the averages alone speak, .35 * 10 + .40 * 20 + .25 * 30 = 19.
NEUTRAL = {
    "points_avg_last_5": 10.0,
    "points_avg_last_10": 20.0,
    "points_avg_season": 30.0,
    "fatigue_score": 85.0,
    "opponent_def_rating": 114.0,
    "back_to_back": 0.0,
    "home_away": 0.0,
    "minutes_avg_last_10": 27.0,
}
NEUTRAL_POINTS = 19.0


def one(**changes: float | None) -> pd.Series:
    frame = pd.DataFrame([{**NEUTRAL, **changes}]).astype("float64")
    return hand_rules(frame).iloc[0]


def test_weights_of_the_averages() -> None:
    assert one()["predicted_points"] == pytest.approx(NEUTRAL_POINTS)
    assert one()["missing_terms"] == ""


def test_the_core_is_the_averages_alone() -> None:
    frame = pd.DataFrame([NEUTRAL | {"fatigue_score": 10.0}, NEUTRAL | {"points_avg_last_5": None}])
    found = core_average(frame.astype("float64"))
    assert found["predicted_points"][0] == pytest.approx(NEUTRAL_POINTS)
    assert np.isnan(found["predicted_points"][1]) and found["missing_terms"][1] == "points_avg_last_5"


def test_projected_points_are_the_feature_and_nothing_takes_their_place() -> None:
    found = projected_points(pd.DataFrame({"projected_points_2": [12.5, np.nan]}))
    assert found["predicted_points"][0] == 12.5 and np.isnan(found["predicted_points"][1])


@pytest.mark.parametrize(
    ("column", "value", "term"),
    [
        ("fatigue_score", 0.0, -3.0),
        ("fatigue_score", 39.999, -3.0),
        ("fatigue_score", 40.0, -2.0),
        ("fatigue_score", 54.999, -2.0),
        ("fatigue_score", 55.0, -1.2),
        ("fatigue_score", 69.999, -1.2),
        ("fatigue_score", 70.0, -0.5),
        ("fatigue_score", 79.999, -0.5),
        ("fatigue_score", 80.0, 0.0),
        ("fatigue_score", 90.0, 0.0),
        ("fatigue_score", 90.001, 0.8),
        ("fatigue_score", 100.0, 0.8),
        ("opponent_def_rating", 105.999, -2.0),
        ("opponent_def_rating", 106.0, -1.2),
        ("opponent_def_rating", 109.999, -1.2),
        ("opponent_def_rating", 110.0, -0.5),
        ("opponent_def_rating", 112.999, -0.5),
        ("opponent_def_rating", 113.0, 0.0),
        ("opponent_def_rating", 115.999, 0.0),
        ("opponent_def_rating", 116.0, 0.8),
        ("opponent_def_rating", 120.0, 0.8),
        ("opponent_def_rating", 120.001, 1.5),
        ("back_to_back", 1.0, -2.5),
        ("home_away", 1.0, 1.3),
        ("minutes_avg_last_10", 24.999, -1.2),
        ("minutes_avg_last_10", 25.0, 0.0),
        ("minutes_avg_last_10", 29.999, 0.0),
        ("minutes_avg_last_10", 30.0, 0.4),
        ("minutes_avg_last_10", 36.0, 0.4),
        ("minutes_avg_last_10", 36.001, 0.8),
    ],
)
def test_each_term_and_each_edge(column: str, value: float, term: float) -> None:
    assert one(**{column: value})["predicted_points"] == pytest.approx(NEUTRAL_POINTS + term)


def test_terms_add_up() -> None:
    row = one(fatigue_score=45, opponent_def_rating=121, back_to_back=1, home_away=1, minutes_avg_last_10=33)
    assert row["predicted_points"] == pytest.approx(19.0 - 2.0 + 1.5 - 2.5 + 1.3 + 0.4)


@pytest.mark.parametrize(
    "column", ["fatigue_score", "opponent_def_rating", "back_to_back", "home_away", "minutes_avg_last_10"]
)
def test_a_missing_term_is_zero_and_named(column: str) -> None:
    row = one(**{column: None})
    assert row["predicted_points"] == pytest.approx(NEUTRAL_POINTS)
    assert row["missing_terms"] == column


def test_several_missing_terms_are_named_in_order() -> None:
    assert one(home_away=None, fatigue_score=None)["missing_terms"] == "fatigue_score|home_away"


@pytest.mark.parametrize("column", ["points_avg_last_5", "points_avg_last_10", "points_avg_season"])
def test_a_missing_main_average_gives_null_never_a_substitute(column: str) -> None:
    row = one(**{column: None})
    assert np.isnan(row["predicted_points"])
    assert row["missing_terms"] == column


def test_a_negative_sum_is_not_clipped() -> None:
    row = one(points_avg_last_5=0, points_avg_last_10=0, points_avg_season=0, fatigue_score=0, back_to_back=1)
    assert row["predicted_points"] == pytest.approx(-5.5)


def test_simple_averages_keep_null_and_index() -> None:
    frame = pd.DataFrame({"points_avg_season": [7.5, None], "points_avg_last_10": [None, 8.0]}, index=[9, 4])
    season, last_10 = season_average(frame), last_10_average(frame)
    assert season.index.tolist() == [9, 4]
    assert season["predicted_points"].tolist()[0] == 7.5
    assert season["missing_terms"].tolist() == ["", "points_avg_season"]
    assert last_10["predicted_points"].isna().tolist() == [True, False]


def test_nullable_columns_and_empty_frames_are_accepted() -> None:
    frame = pd.DataFrame([NEUTRAL]).astype("Float64").assign(home_away=pd.array([pd.NA], dtype="Int64"))
    assert hand_rules(frame)["missing_terms"].tolist() == ["home_away"]
    assert hand_rules(frame.iloc[:0]).empty


def test_an_absent_column_is_an_error_not_a_missing_value() -> None:
    with pytest.raises(MissingColumnsError, match="fatigue_score"):
        hand_rules(pd.DataFrame([NEUTRAL]).drop(columns="fatigue_score"))
