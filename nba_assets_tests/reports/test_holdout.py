"""Sides of the fixed experiments, and what is said of them."""

import pandas as pd
import pytest

from nba_assets.reports.holdout import _sides, by_lines


def test_lines_are_tested_on_the_weeks_after_those_they_were_calibrated_on() -> None:
    days = ["2021-01-01", "2024-01-28", "2024-01-29", "2024-03-31", "2024-04-01", "2024-06-17", "2024-10-22"]
    rows = pd.DataFrame({"game_date": pd.to_datetime(days)}, index=range(10, 17))
    sides = by_lines(rows)
    assert sides.tolist() == ["train", "train", "validation", "validation", "test", "test"]
    assert sides.index.tolist() == [10, 11, 12, 13, 14, 15]  # what has no usable line is on no side


def test_sides_say_how_far_apart_they_are_and_on_which_side_of_the_results() -> None:
    said = pd.DataFrame(
        [
            ("train", 10, 8.0),
            ("train", 10, 14.0),
            ("validation", 10, 7.0),
            ("test", 10, 6.0),
            ("test", 4, 4.0),
        ],
        columns=["side", "actual", "one"],
    )
    (row,) = _sides(said, ["one"]).to_dict("records")
    assert (row["train"], row["validation"], row["test"]) == (3.0, 3.0, 2.0)
    assert row["gap"] == pytest.approx(0.5)
    assert (row["bias_train"], row["bias_validation"], row["bias_test"]) == (1.0, -3.0, -2.0)
    assert (row["above_train"], row["above_validation"], row["above_test"]) == (0.5, 1.0, 0.75)
