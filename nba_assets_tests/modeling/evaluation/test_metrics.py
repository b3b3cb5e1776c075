"""Populations, metrics by hand, intervals over dates."""

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.bootstrap import BootstrapConfig
from nba_assets.modeling.evaluation.metrics import (
    evaluate,
    point_metrics,
    population_masks,
)
from nba_assets.modeling.inputs import MissingColumnsError

FAST = BootstrapConfig(samples=300)


def frame(dates: int = 60, players: int = 20, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    count = dates * players
    average = rng.uniform(1, 28, count)
    # A date shares part of its error: intervals must see dates, not rows.
    shared = np.repeat(rng.normal(0, 1.5, dates), players)
    actual = np.round(np.maximum(0, average + shared + rng.normal(0, 5, count)))
    return pd.DataFrame(
        {
            "game_date": np.repeat(pd.date_range("2024-11-10", periods=dates), players),
            "game_id": [f"{i // players:010d}" for i in range(count)],
            "player_id": np.tile(np.arange(players), dates),
            "actual": actual,
            "line": np.where(rng.random(count) < 0.3, np.round(average) + 0.5, np.nan),
            "points_avg_season": average,
            "is_bootstrap": False,
            "is_late_addition": False,
            "season_average": average,
            "model": average + 0.5 * (actual - average),
            "copy": average,
        }
    )


def metric(
    scores: pd.DataFrame, population: str, system: str, name: str, versus: str | None = None
) -> pd.Series:
    chosen = scores[
        scores["population"].eq(population)
        & scores["system"].eq(system)
        & scores["metric"].eq(name)
        & (scores["versus"].isna() if versus is None else scores["versus"].eq(versus))
    ]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_metrics_by_hand() -> None:
    found = point_metrics(pd.Series([10, 20, 30, 40]), pd.Series([13.0, 15.0, 30.0, 46.0]))
    assert found["mae"] == pytest.approx((3 + 5 + 0 + 6) / 4)
    assert found["rmse"] == pytest.approx(np.sqrt((9 + 25 + 0 + 36) / 4))
    assert found["bias"] == pytest.approx((3 - 5 + 0 + 6) / 4)
    assert found["within_3"] == 0.5
    assert found["within_5"] == 0.75
    assert found["share_above"] == (1 + 0.5) / 4  # 20 lies above 15, and 30 on 30


@pytest.mark.parametrize(
    ("average", "tier"),
    [
        (0.0, "bench"),
        (5.999, "bench"),
        (6.0, "role"),
        (11.999, "role"),
        (12.0, "starter"),
        (19.999, "starter"),
        (20.0, "star"),
        (35.0, "star"),
        (None, None),
    ],
)
def test_tiers_go_by_the_average_before_the_game(average: float | None, tier: str | None) -> None:
    row = frame(1, 1).assign(points_avg_season=average, actual=50.0).astype({"points_avg_season": "float64"})
    member = [
        name
        for name, mask in population_masks(row).items()
        if mask.iloc[0] and name in ("bench", "role", "starter", "star")
    ]
    assert member == ([] if tier is None else [tier])


def test_only_those_expected_who_played_outside_bootstrap_count() -> None:
    rows = frame(1, 5)
    rows.loc[0, "actual"] = np.nan
    rows.loc[1, "is_bootstrap"] = True
    rows.loc[2, "is_late_addition"] = True
    assert population_masks(rows)["all"].tolist() == [False, False, False, True, True]


def test_every_system_is_measured_on_identical_rows() -> None:
    rows = frame()
    rows.loc[rows.index[:100], "model"] = np.nan
    scores = evaluate(rows, ["season_average", "model"], ["season_average"], FAST)
    everyone = scores[scores["population"].eq("all")]
    assert set(everyone["rows"]) == {1100}
    assert set(everyone["left_out"]) == {100}
    assert set(everyone["dates"]) == {55}
    kept = rows.iloc[100:]
    expected = (kept["season_average"] - kept["actual"]).abs().mean()
    assert metric(scores, "all", "season_average", "mae")["value"] == pytest.approx(expected)


def test_the_interval_holds_the_value_and_the_paired_one_is_narrower() -> None:
    scores = evaluate(frame(), ["season_average", "model", "copy"], ["season_average"], FAST)
    assert (scores["low"].le(scores["value"]) & scores["value"].le(scores["high"])).mean() > 0.95
    mae = metric(scores, "all", "model", "mae")
    paired = metric(scores, "all", "model", "mae_difference", "season_average")
    base = metric(scores, "all", "season_average", "mae")
    assert paired["value"] == pytest.approx(mae["value"] - base["value"])
    assert paired["high"] < 0
    assert paired["high"] - paired["low"] < base["high"] - base["low"]
    same = metric(scores, "all", "copy", "mae_difference", "season_average")
    assert same[["value", "low", "high"]].tolist() == [0.0, 0.0, 0.0]


def test_the_interval_agrees_with_a_slow_bootstrap_over_dates() -> None:
    rows = frame()
    scores = evaluate(rows, ["season_average"], [], BootstrapConfig(samples=2000))
    by_date = [(g["season_average"] - g["actual"]).to_numpy() for _, g in rows.groupby("game_date")]
    rng = np.random.default_rng(0)
    drawn = [np.concatenate([by_date[i] for i in rng.integers(0, 60, 60)]).mean() for _ in range(2000)]
    bias = metric(scores, "all", "season_average", "bias")
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert bias["low"] == pytest.approx(low, abs=0.08)
    assert bias["high"] == pytest.approx(high, abs=0.08)
    # Rows resampled one by one would claim far more than the dates can bear.
    errors = np.concatenate(by_date)
    naive = 2 * 1.96 * errors.std() / np.sqrt(len(errors))
    assert bias["high"] - bias["low"] > 1.2 * naive


def test_the_same_seed_gives_the_same_intervals_in_any_row_order() -> None:
    rows = frame()
    first = evaluate(rows, ["season_average", "model"], ["season_average"], FAST)
    again = evaluate(rows, ["season_average", "model"], ["season_average"], FAST)
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    shuffled = evaluate(
        rows.sample(frac=1, random_state=2), ["season_average", "model"], ["season_average"], FAST
    )
    pd.testing.assert_frame_equal(first, shuffled)
    other = evaluate(
        rows, ["season_average", "model"], ["season_average"], BootstrapConfig(samples=300, seed=1)
    )
    assert not first["low"].equals(other["low"])


def test_over_under_accuracy_leaves_pushes_and_points_on_the_line_out() -> None:
    rows = frame(1, 6).assign(
        line=[10.0, 10.0, 10.0, 10.0, 10.0, np.nan],
        actual=[12.0, 12.0, 8.0, 10.0, 12.0, 12.0],
        model=[11.0, 9.0, 9.0, 11.0, 10.0, 11.0],
    )
    scores = evaluate(rows, ["model"], [], FAST)
    accuracy = metric(scores, "with_line", "model", "over_under_accuracy")
    assert accuracy["value"] == pytest.approx(2 / 3)
    assert accuracy["rows"] == 3
    assert metric(scores, "with_line", "model", "mae")["rows"] == 5


def test_the_market_line_is_a_baseline_where_it_exists() -> None:
    scores = evaluate(frame(), ["season_average", "model"], ["season_average"], FAST)
    market = scores[scores["system"].eq("market_line")]
    assert set(market["population"]) == {"with_line"}
    assert "over_under_accuracy" not in set(market["metric"])
    assert metric(scores, "with_line", "model", "mae_difference", "market_line")["value"] < 0


def test_an_empty_population_is_present_and_null() -> None:
    scores = evaluate(frame().assign(line=np.nan), ["season_average"], [], FAST)
    empty = scores[scores["population"].eq("with_line")]
    assert set(empty["rows"]) == {0}
    assert empty[["value", "low", "high"]].isna().all(axis=None)


def test_absent_systems_are_refused() -> None:
    with pytest.raises(MissingColumnsError, match="xgboost_v1"):
        evaluate(frame(), ["xgboost_v1"], [], FAST)
    with pytest.raises(MissingColumnsError, match="hand_rules"):
        evaluate(frame(), ["model"], ["hand_rules"], FAST)
