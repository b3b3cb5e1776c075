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
from nba_assets.modeling.fitting.distribution import (
    DISTRIBUTION,
    INTERVAL,
    QUANTILE_LEVELS,
    QUANTILES,
    Calibration,
    calibrate,
    distribution_around,
    distribution_function,
    distribution_rows,
    interval,
    probability_over,
    quantiles_around,
)

FIXED = ((-4.0, 0.0, 0.0), (-2.0, 0.0, 0.0), (3.0, 0.0, 0.0), (6.0, 0.0, 0.0))
PLAIN = Calibration(residuals=FIXED, line_intercept=0.0, line_slope=1.0, rows=1, line_rows=0)
FAST = BootstrapConfig(samples=50)


def normal_rows(count: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Means and results of rows that are normal, the wider the higher: 3 + mean / 5 points."""
    draw = np.random.default_rng(seed)
    mean = draw.uniform(12, 30, count)
    return mean, draw.normal(mean, 3 + mean / 5)


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


def test_residual_quantiles_are_those_the_rows_were_drawn_from() -> None:
    mean, actual = normal_rows(60_000)
    found = calibrate(mean, actual, np.full(len(mean), np.nan), least_lines=100)
    points = np.array([14.0, 20.0, 28.0])
    true = points[:, None] + (3 + points / 5)[:, None] * norm.ppf(QUANTILE_LEVELS)
    np.testing.assert_allclose(quantiles_around(points, found), true, atol=0.25)
    assert found.line_intercept == 0 and found.line_slope == 1


def test_an_interval_covers_rows_it_has_not_seen_high_points_and_low_ones_alike() -> None:
    mean, actual = normal_rows(24_000)
    found = calibrate(mean[:12_000], actual[:12_000], np.full(12_000, np.nan), least_lines=100)
    late, results = mean[12_000:], actual[12_000:]
    quantiles = quantiles_around(late, found)
    inside = (results >= quantiles[:, 0]) & (results <= quantiles[:, -1])
    for part in (late < 18, late >= 24):
        assert inside[part].mean() == pytest.approx(0.80, abs=0.02)


def test_the_interval_has_whole_ends_and_holds_nearest_to_four_fifths() -> None:
    centre, spread = np.array([1.5, 4.0, 9.0, 20.0, 31.3]), np.array([2.0, 4.0, 5.0, 7.0, 8.5])
    quantiles = np.maximum(centre[:, None] + spread[:, None] * norm.ppf(QUANTILE_LEVELS), 0.0)
    low, high = interval(quantiles)
    # The chance of whole points k is that of a normal result within half a point; none is below 0.
    ends = norm.cdf((np.stack([low - 0.5, high + 0.5]) - centre) / spread)
    inside = ends[1] - np.where(low == 0, 0.0, ends[0])
    assert low.tolist() == [0, 0, 3, 12, 21] and (high % 1 == 0).all()
    step = norm.pdf((high - centre) / spread) / spread  # chance of one more
    assert (np.abs(inside - 0.8) <= 0.55 * step).all()


def test_the_same_rows_give_the_same_calibration() -> None:
    mean, actual = normal_rows(2000)
    line = np.floor(mean) + 0.5
    assert calibrate(mean, actual, line, 100) == calibrate(mean, actual, line, 100)


def test_few_lines_leave_the_odds_as_they_are() -> None:
    mean, actual = normal_rows(4000)
    line = mean + np.random.default_rng(1).normal(0, 12, 4000)
    many, few = (
        calibrate(mean - 4, actual, np.where(np.arange(4000) < n, line, np.nan), 500) for n in (500, 499)
    )
    assert many.line_intercept > 0.1 and (few.line_intercept, few.line_slope) == (0.0, 1.0)
    assert (many.line_rows, few.line_rows) == (500, 499)


def test_chances_are_calibrated_on_other_rows_than_they_were_fitted_on() -> None:
    mean, actual = normal_rows(8000)
    line = np.floor(mean + np.random.default_rng(2).normal(0, 3, 8000)) + 0.5
    late, lines = mean[4000:], pd.Series(line[4000:])
    found = calibrate(mean[:4000], actual[:4000], line[:4000], 500)
    predictions = distribution_rows(late, lines, found)
    rows = predictions.assign(
        actual=np.round(actual[4000:]), line=lines, game_date=pd.Timestamp("2024-01-01")
    )
    scores = distribution_metrics(rows, FAST).set_index("metric")["value"]
    raw = distribution_rows(late, lines, PLAIN)["prob_over"]  # far too sure of itself
    unfit = distribution_metrics(rows.assign(prob_over=raw), FAST).set_index("metric")["value"]
    assert scores["ece"] < 0.03 < unfit["ece"]
    assert scores["log_loss"] < unfit["log_loss"]
    table = reliability(rows)
    assert int(table["rows"].sum()) == 4000 and (table["predicted"].diff().dropna() > 0).all()


def test_metrics_of_four_rows_by_hand() -> None:
    rows = pd.DataFrame({
        "game_date": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-02", "2024-01-02"]),
        "actual": [10.0, 30.0, 20.0, np.nan], "line": [9.5, 20.0, 20.0, 15.5],
        "prob_over": [0.65, 0.25, 0.45, 0.5],
    })  # fmt: skip
    rows[[*QUANTILES, *INTERVAL]] = [5.0, 8.0, 12.0, 18.0, 25.0, 6.0, 25.0]
    scores = distribution_metrics(rows, FAST).set_index("metric")
    assert scores.loc["coverage_80", "value"] == pytest.approx(2 / 3)  # 30 lies above 25
    assert scores.loc["interval_width_80", "value"] == 19.0
    assert scores.loc["ece", "rows"] == 2  # a push and a player who did not play are out
    assert scores.loc["ece", "value"] == pytest.approx((abs(0.65 - 1) + abs(0.25 - 1)) / 2)
    assert scores.loc["log_loss", "value"] == pytest.approx(-(np.log(0.65) + np.log(0.25)) / 2)
    error = np.array([10.0, 30.0, 20.0])[:, None] - np.array([5.0, 8.0, 12.0, 18.0, 25.0])
    levels = np.array(QUANTILE_LEVELS)
    assert scores.loc["pinball", "value"] == pytest.approx(
        np.where(error > 0, levels * error, (levels - 1) * error).mean()
    )


def test_an_empty_slate_has_every_column() -> None:
    predictions = distribution_rows(np.empty(0), pd.Series(dtype="float64"), PLAIN)
    assert set(predictions.columns) == {*DISTRIBUTION, "predicted_points"} and predictions.empty


def test_a_distribution_surrounds_its_point_and_none_surrounds_no_point() -> None:
    points = pd.Series([10.0, 3.0, 0.0, np.nan], index=[7, 8, 9, 10])
    found = distribution_around(points, pd.Series([np.nan, 3.5, np.nan, 8.5], index=points.index), PLAIN)
    expected = [[6, 8, 10, 13, 16], [0, 1, 3, 6, 9], [0, 0, 0, 3, 6], [np.nan] * 5]
    np.testing.assert_allclose(found[list(QUANTILES)].to_numpy(), expected)
    assert found["prob_over"].notna().tolist() == [False, True, False, False]


def test_who_scores_nothing_in_a_third_of_his_games_stays_inside_the_interval() -> None:
    """Quantiles below zero, or above a point of his, would leave every one of those games outside."""
    draw = np.random.default_rng(3)
    actual = np.where(draw.random(6000) < 1 / 3, 0.0, draw.integers(1, 10, 6000))
    point = draw.uniform(1.5, 4.5, 6000)
    found = quantiles_around(point, calibrate(point, actual, np.full(6000, np.nan), 100))
    inside = (actual >= found[:, 0]) & (actual <= found[:, -1])
    assert inside.mean() > 0.8 and inside[actual == 0].all()


@given(
    st.lists(st.tuples(*[st.floats(-9, 9)] * 3), min_size=4, max_size=4),
    st.floats(-2, 50),
)
def test_quantiles_never_cross_whatever_the_residuals_are(
    residuals: list[tuple[float, float, float]], point: float
) -> None:
    found = quantiles_around(np.array([point]), PLAIN.model_copy(update={"residuals": tuple(residuals)}))[0]
    assert found[2] == point and (np.diff(found) >= 0).all()
    assert 0 <= probability_over(found[None], np.array([10.5]))[0] <= 1
