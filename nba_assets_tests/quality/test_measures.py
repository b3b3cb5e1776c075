import numpy as np
import pandas as pd
import pytest

from nba_assets.quality.measures import COLUMNS, NAMED_KEYS, judge, keys_present, mean_share, rows_true
from nba_assets.quality.thresholds import Threshold, thresholds

DAYS = pd.DatetimeIndex(["2023-12-04", "2023-12-05", "2023-12-06"])
KEY = ["game_id", "player_id"]


def _frame(*rows: tuple[str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["game_date", *KEY])
    return frame.assign(game_date=pd.to_datetime(frame["game_date"]))


def test_keys_are_counted_by_date_and_the_missing_ones_named() -> None:
    expected = _frame(("2023-12-04", "g1", 1), ("2023-12-04", "g1", 2), ("2023-12-05", "g2", 3))
    actual = _frame(("2023-12-04", "g1", 2), ("2023-12-05", "g2", 3))
    found = keys_present("rows", expected, actual, KEY, DAYS)
    assert list(found.columns) == COLUMNS
    assert found["expected"].to_list() == [2, 1, 0]
    assert found["actual"].to_list() == [1, 1, 0]
    assert found["missing"].to_list() == ["g1/1", "", ""]


def test_a_key_counts_once_and_strangers_and_other_dates_count_nothing() -> None:
    expected = _frame(("2023-12-04", "g1", 1), ("2023-12-04", "g1", 1), ("2023-12-05", "g2", 2))
    actual = _frame(*[("2023-12-04", "g1", 1)] * 3, ("2023-12-04", "g9", 9), ("2023-12-04", "g2", 2))
    found = keys_present("rows", expected, actual, KEY, DAYS)
    assert found["expected"].to_list() == [1, 1, 0]
    assert found["actual"].to_list() == [1, 0, 0]


@pytest.mark.parametrize("count", [NAMED_KEYS - 1, NAMED_KEYS, NAMED_KEYS + 1, 100])
def test_missing_keys_are_named_up_to_twenty_in_order_and_counted_beyond(count: int) -> None:
    expected = _frame(*[("2023-12-04", "g1", player) for player in range(count, 0, -1)])
    found = keys_present("rows", expected, expected.iloc[:0], KEY, DAYS).iloc[0]
    assert (found["expected"], found["actual"]) == (count, 0)
    assert found["missing"].split("|") == [f"g1/{player}" for player in range(1, min(count, 20) + 1)]


def test_each_date_names_twenty_of_its_own() -> None:
    rows = [(day, "g", player) for day in ("2023-12-04", "2023-12-05") for player in range(30)]
    found = keys_present("rows", _frame(*rows), _frame(), KEY, DAYS)
    assert found["missing"].str.count("g/").to_list() == [20, 20, 0]


def test_an_unknown_condition_does_not_hold() -> None:
    rows = _frame(("2023-12-04", "g1", 1), ("2023-12-04", "g1", 2), ("2023-12-04", "g1", 3))
    found = rows_true("filled", rows, pd.Series([True, pd.NA, False], dtype="boolean"), KEY, DAYS)
    assert found["actual"].to_list() == [1, 0, 0]
    assert found["missing"].iloc[0] == "g1/2|g1/3"


def test_rows_keep_their_condition_whatever_their_index() -> None:
    rows = _frame(("2023-12-04", "g1", 1), ("2023-12-05", "g2", 2)).set_axis([7, 3])
    found = rows_true("filled", rows, pd.Series([False, True], index=[7, 3]), KEY, DAYS)
    assert found["actual"].to_list() == [0, 1, 0]
    assert found["missing"].iloc[0] == "g1/1"


def test_the_mean_of_a_score_counts_a_missing_score_as_nothing() -> None:
    rows = _frame(("2023-12-04", "g1", 1), ("2023-12-04", "g1", 2), ("2023-12-05", "g2", 3))
    limits = {"score": Threshold(fail_below=0.0)}
    found = judge(mean_share("score", rows, pd.Series([100.0, np.nan, 80.0]), DAYS), limits)
    assert found["share"].to_list()[:2] == [0.5, 0.8]
    assert np.isnan(found["share"].iloc[2])


# expected, actual, fail below, warn below -> status, at the very borders and beside them
BORDERS = [
    (100, 95, 0.95, 0.99, "WARN"),
    (100, 94, 0.95, 0.99, "FAIL"),
    (100, 99, 0.95, 0.99, "PASS"),
    (100, 98, 0.95, 0.99, "WARN"),
    (1000, 949, 0.95, 0.99, "FAIL"),
    (1000, 950, 0.95, 0.99, "WARN"),
    (1000, 990, 0.95, 0.99, "PASS"),
    (20, 19, 0.95, None, "PASS"),
    (20, 18, 0.95, None, "FAIL"),
    (3, 3, 1.0, None, "PASS"),
    (3, 2, 1.0, None, "FAIL"),
    (5, 0, 0.0, None, "PASS"),
    (5, 0, 0.0, 0.6, "WARN"),
    (5, 3, 0.0, 0.6, "PASS"),
    (5, 5, 0.95, 1.0, "PASS"),
    (0, 0, 1.0, 1.0, "EMPTY_OK"),
    (0, 0, 0.0, None, "EMPTY_OK"),
]


@pytest.mark.parametrize(("expected", "actual", "fail", "warn", "status"), BORDERS)
def test_a_share_on_a_border_has_reached_it(
    expected: int, actual: int, fail: float, warn: float | None, status: str
) -> None:
    measured = pd.DataFrame(
        {
            "game_date": DAYS[:1],
            "metric": "m",
            "expected": [float(expected)],
            "actual": [float(actual)],
            "missing": "",
        }
    )
    assert judge(measured, {"m": Threshold(fail_below=fail, warn_below=warn)})["status"].to_list() == [status]


@pytest.mark.parametrize(
    ("expected", "actual", "status"), [(25, 19, "WARN"), (25, 18, "FAIL"), (18, 9, "FAIL")]
)
def test_a_few_exceptions_do_not_fail_a_date_of_one_game(expected: int, actual: int, status: str) -> None:
    """Six of 25 had been traded the day before: 15 real games would have failed a date of their own."""
    rows = _frame(*[("2023-12-04", "g1", player) for player in range(expected)])
    measured = rows_true("expected_who_played", rows, rows["player_id"].lt(actual), KEY, DAYS[:1])
    found = judge(measured, thresholds().root["upcoming_player_game_context"])
    assert found["status"].to_list() == [status]


def test_each_metric_is_judged_by_its_own_threshold() -> None:
    measured = pd.DataFrame(
        {"game_date": DAYS[[0, 0]], "metric": ["a", "b"], "expected": 10.0, "actual": 9.0, "missing": ""}
    )
    limits = {"a": Threshold(fail_below=0.95), "b": Threshold(fail_below=0.5)}
    assert judge(measured, limits)["status"].to_list() == ["FAIL", "PASS"]


def test_a_metric_without_a_threshold_is_an_error_not_a_pass() -> None:
    measured = keys_present("rows", _frame(("2023-12-04", "g1", 1)), _frame(), KEY, DAYS)
    with pytest.raises(ValueError, match="without threshold: rows"):
        judge(measured, {"minutes": Threshold(fail_below=1.0)})
