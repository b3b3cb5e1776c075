"""Quantiles become a distribution that covers what it says, and a line has the chance it deserves."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from nba_assets.modeling.bootstrap import BootstrapConfig
from nba_assets.modeling.evaluation.calibration_metrics import (
    distribution_metrics,
    reliability,
)
from nba_assets.modeling.fitting.catboost_params import QUANTILE_LEVELS
from nba_assets.modeling.fitting.distribution import (
    QUANTILES,
    Calibration,
    calibrate,
    calibrated,
    distribution_function,
    distribution_rows,
    moved_to,
    ordered,
    probability_over,
)

PLAIN = Calibration(
    shifts=(0.0,) * 5, line_weight=0.0, line_intercept=0.0, line_slope=1.0, rows=1, line_rows=0
)
FAST = BootstrapConfig(samples=50)


def normal_rows(count: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True quantiles, results, and means of rows that are normal."""
    draw = np.random.default_rng(seed)
    mean, spread = draw.uniform(8, 25, count), draw.uniform(3, 8, count)
    quantiles = mean[:, None] + spread[:, None] * norm.ppf(QUANTILE_LEVELS)
    return quantiles, draw.normal(mean, spread), mean


def test_the_distribution_of_a_normal_row_is_the_normal_one() -> None:
    quantiles = np.array([20.0 + 6.0 * norm.ppf(QUANTILE_LEVELS)])
    for points in (2.0, 11.0, 17.5, 20.0, 24.4, 33.0):
        assert distribution_function(quantiles, np.array([points]))[0] == pytest.approx(
            norm.cdf(points, 20, 6), abs=1e-9
        )


def test_half_a_point_and_a_push() -> None:
    quantiles = np.repeat([20.0 + 6.0 * norm.ppf(QUANTILE_LEVELS)], 3, axis=0)
    over = probability_over(quantiles, np.array([19.5, 20.0, np.nan]))
    assert over[0] == pytest.approx(1 - norm.cdf(19.5, 20, 6))
    above, below = 1 - norm.cdf(20.5, 20, 6), norm.cdf(19.5, 20, 6)
    assert over[1] == pytest.approx(above / (above + below)) and np.isnan(over[2])


def test_the_chance_of_going_over_falls_as_the_line_rises_even_where_quantiles_meet() -> None:
    quantiles = np.array([[0.0, 0.0, 0.0, 2.0, 5.0]])
    chances = [probability_over(quantiles, np.array([line]))[0] for line in np.arange(0.5, 20.0)]
    assert (np.diff(chances) < 0).all() and 0 < chances[-1] < chances[0] < 1


def test_quantiles_never_cross_and_are_never_negative() -> None:
    assert ordered(np.array([[3.0, -2.0, 5.0, 4.0, 9.0]])).tolist() == [[0.0, 3.0, 4.0, 5.0, 9.0]]


def test_calibration_repairs_quantiles_that_are_too_narrow_on_rows_it_has_not_seen() -> None:
    half = 12_000
    quantiles, actual, mean = normal_rows(2 * half)
    narrow = mean[:, None] + 0.5 * (quantiles - mean[:, None]) + 1.0
    none = np.full(half, np.nan)
    found = calibrate(narrow[:half], actual[:half], none, least_lines=100)
    said = calibrated(narrow[half:], none, found)
    before = np.mean((actual[half:] >= narrow[half:, 0]) & (actual[half:] <= narrow[half:, -1]))
    after = np.mean((actual[half:] >= said[:, 0]) & (actual[half:] <= said[:, -1]))
    assert before < 0.55 and after == pytest.approx(0.80, abs=0.02)
    assert np.mean(actual[half:] <= said[:, 2]) == pytest.approx(0.5, abs=0.03)
    assert found.line_weight == 0 and found.line_slope == 1


def test_a_line_that_knows_more_is_followed_and_one_that_knows_nothing_is_not() -> None:
    quantiles, actual, mean = normal_rows(4000)
    blind = np.repeat([16.0 + 9.0 * norm.ppf(QUANTILE_LEVELS)], 4000, axis=0)
    assert calibrate(blind, actual, np.round(mean) + 0.5, 500).line_weight > 0.8
    draw = np.random.default_rng(1)
    assert calibrate(quantiles, actual, mean + draw.normal(0, 12, 4000), 500).line_weight < 0.15
    few = np.where(np.arange(4000) < 499, mean, np.nan)
    assert calibrate(blind, actual, few, 500).line_weight == 0


def test_chances_are_calibrated_on_other_rows_than_they_were_fitted_on() -> None:
    quantiles, actual, mean = normal_rows(8000)
    line = np.floor(mean + np.random.default_rng(2).normal(0, 3, 8000)) + 0.5
    bold = mean[:, None] + 0.4 * (quantiles - mean[:, None])  # far too sure of itself
    found = calibrate(bold[:4000], actual[:4000], line[:4000], 500)
    said = distribution_rows(bold[4000:], pd.Series(line[4000:]), found)
    rows = said.assign(actual=np.round(actual[4000:]), line=line[4000:], game_date=pd.Timestamp("2024-01-01"))
    scores = distribution_metrics(rows, FAST).set_index("metric")["value"]
    raw = distribution_rows(bold[4000:], pd.Series(line[4000:]), PLAIN)["prob_over"]
    unfit = distribution_metrics(rows.assign(prob_over=raw), FAST).set_index("metric")["value"]
    assert scores["ece"] < 0.03 < unfit["ece"]
    assert scores["log_loss"] < unfit["log_loss"]
    table = reliability(rows)
    assert int(table["rows"].sum()) == 4000 and (table["said"].diff().dropna() > 0).all()


def test_metrics_of_four_rows_by_hand() -> None:
    rows = pd.DataFrame({
        "game_date": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-02", "2024-01-02"]),
        "actual": [10.0, 30.0, 20.0, np.nan], "line": [9.5, 20.0, 20.0, 15.5],
        "prob_over": [0.65, 0.25, 0.45, 0.5],
    })  # fmt: skip
    rows[list(QUANTILES)] = [5.0, 8.0, 12.0, 18.0, 25.0]
    scores = distribution_metrics(rows, FAST).set_index("metric")
    assert scores.loc["coverage_80", "value"] == pytest.approx(2 / 3)  # 30 lies above 25
    assert scores.loc["interval_width_80", "value"] == 20.0
    assert scores.loc["ece", "rows"] == 2  # a push and a player who did not play are out
    assert scores.loc["ece", "value"] == pytest.approx((abs(0.65 - 1) + abs(0.25 - 1)) / 2)
    assert scores.loc["log_loss", "value"] == pytest.approx(-(np.log(0.65) + np.log(0.25)) / 2)
    error = np.array([10.0, 30.0, 20.0])[:, None] - np.array([5.0, 8.0, 12.0, 18.0, 25.0])
    levels = np.array(QUANTILE_LEVELS)
    assert scores.loc["pinball", "value"] == pytest.approx(
        np.where(error > 0, levels * error, (levels - 1) * error).mean()
    )


def test_an_empty_slate_has_every_column() -> None:
    said = distribution_rows(np.empty((0, 5)), pd.Series(dtype="float64"), PLAIN)
    assert set(said.columns) == {*QUANTILES, "predicted_points", "prob_over"} and said.empty


def shape_of(rows: list[list[float]]) -> pd.DataFrame:
    shape = pd.DataFrame(rows, columns=list(QUANTILES))
    return shape.assign(predicted_points=shape["q50"])


def test_a_moved_distribution_is_shifted_above_its_point_and_stretched_below() -> None:
    shape = shape_of([[0, 2, 4, 8, 12], [2, 5, 10, 14, 20], [0, 0, 0, 1, 3], [1, 2, 4, 6, 9]])
    points = pd.Series([5.0, 8.0, 0.5, np.nan])
    moved = moved_to(points, shape, pd.Series([np.nan] * 4), PLAIN)
    expected = [[0, 2.5, 5, 9, 13], [1.6, 4, 8, 12, 18], [0, 0, 0.5, 1.5, 3.5], [np.nan] * 5]
    np.testing.assert_allclose(moved[list(QUANTILES)].to_numpy(), expected)


def test_who_scores_nothing_in_a_third_of_his_games_stays_inside_the_interval() -> None:
    """A shift by half a point would leave every one of those games outside."""
    draw = np.random.default_rng(3)
    actual = pd.Series(np.where(draw.random(3000) < 1 / 3, 0, draw.integers(1, 10, 3000))).astype("float64")
    raw = np.tile(np.quantile(actual, QUANTILE_LEVELS), (len(actual), 1))
    moved = moved_to(actual * 0 + raw[0, 2] + 0.5, shape_of(raw.tolist()), actual * np.nan, PLAIN)
    assert actual.between(moved["q10"], moved["q90"]).mean() > 0.8
    assert (np.diff(moved[list(QUANTILES)].to_numpy()) >= 0).all()


@given(
    st.lists(st.floats(0, 40), min_size=5, max_size=5).map(sorted),
    st.floats(-2, 50),
)
def test_a_moved_distribution_has_the_point_asked_for_and_never_crosses(
    quantiles: list[float], point: float
) -> None:
    moved = moved_to(pd.Series([point]), shape_of([quantiles]), pd.Series([10.5]), PLAIN)
    found = moved[list(QUANTILES)].to_numpy()[0]
    assert found[2] == pytest.approx(point, abs=1e-9)
    assert (np.diff(found) >= -1e-9).all()
    assert 0 <= moved["prob_over"].iloc[0] <= 1
