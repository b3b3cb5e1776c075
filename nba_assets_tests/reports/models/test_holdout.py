"""Sides of the fixed experiments, and what is said of them."""

import pandas as pd
import pytest

from nba_assets.modeling.fitting.training import chronological_split
from nba_assets.modeling.systems.catalog import (
    BASELINES,
    ENSEMBLE,
    MODELS,
    POINTS_QUANTILE,
)
from nba_assets.reports.models import holdout as report
from nba_assets.reports.models.holdout import (
    _sides,
    by_lines,
)
from nba_assets_tests.reports.models.conftest import few_trees


def test_lines_are_tested_on_the_weeks_after_those_they_were_calibrated_on() -> None:
    days = ["2021-01-01", "2024-01-28", "2024-01-29", "2024-03-31", "2024-04-01", "2024-06-17", "2024-10-22"]
    rows = pd.DataFrame({"game_date": pd.to_datetime(days)}, index=range(10, 17))
    sides = by_lines(rows)
    assert sides.tolist() == ["train", "train", "validation", "validation", "test", "test"]
    assert sides.index.tolist() == [10, 11, 12, 13, 14, 15]  # what has no usable line is on no side


def test_sides_show_how_far_apart_they_are_and_on_which_side_of_the_results() -> None:
    predictions = pd.DataFrame(
        [
            ("train", 10, 8.0),
            ("train", 10, 14.0),
            ("validation", 10, 7.0),
            ("test", 10, 6.0),
            ("test", 4, 4.0),
        ],
        columns=["side", "actual", "one"],
    )
    (row,) = _sides(predictions, ["one"]).to_dict("records")
    assert (row["train"], row["validation"], row["test"]) == (3.0, 3.0, 2.0)
    assert row["gap"] == pytest.approx(0.5)
    assert (row["bias_train"], row["bias_validation"], row["bias_test"]) == (1.0, -3.0, -2.0)
    assert (row["above_train"], row["above_validation"], row["above_test"]) == (0.5, 1.0, 0.75)


def run(features: pd.DataFrame, results: pd.DataFrame) -> report.Holdout:
    """The experiment with models of a few trees."""
    with few_trees():
        return report.holdout(features, results, lambda rows: chronological_split(rows["game_date"]))


@pytest.fixture(scope="module")
def found(store: tuple[pd.DataFrame, pd.DataFrame]) -> report.Holdout:
    return run(*store)


def test_every_system_is_scored_on_the_same_test_rows(
    found: report.Holdout, store: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    test = found.predictions[found.predictions["side"].eq("test")]
    lined = {"all": test, "with_line": test[test["line"].notna()]}
    models = [model.name for model in MODELS]
    assert list(found.fitted) == list(found.seconds) == models
    for population, rows in lined.items():
        mae = found.scores[found.scores["metric"].eq("mae") & found.scores["population"].eq(population)]
        mae = mae.set_index("system")
        assert {*models, ENSEMBLE, *(rule.name for rule in BASELINES)} <= set(mae.index)
        assert mae["rows"].unique().tolist() == [len(rows)] and len(rows) > 20
        for name in models:
            assert mae.loc[name, "value"] == pytest.approx((rows[name] - rows["actual"]).abs().mean())
        averages = rows.merge(store[0][["game_id", "player_id", "points_avg_season"]])
        assert mae.loc["season_average", "value"] == pytest.approx(
            (averages["points_avg_season"] - averages["actual"]).abs().mean()
        )


def test_results_of_the_test_side_move_no_model_and_no_weight(
    found: report.Holdout, store: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    assert all(sum(e.weights.weights.values()) == pytest.approx(1.0) for e in found.ensembles.values())
    features, results = store
    begins = found.predictions.loc[found.predictions["side"].eq("test"), "game_date"].min()
    later = results["game_date"] >= begins
    changed = results.assign(pts=results["pts"].where(~later, 60 - results["pts"]))
    again = run(features, changed)
    names = [model.name for model in MODELS]
    pd.testing.assert_frame_equal(again.predictions[names], found.predictions[names])
    assert again.ensembles == found.ensembles
    assert not again.scores.equals(found.scores)


def test_the_distribution_is_measured_on_the_test_side_alone(found: report.Holdout) -> None:
    test = found.predictions[found.predictions["side"].eq("test")]
    scores = found.scores
    rows = scores[scores["metric"].eq("coverage_80") & scores["system"].eq(POINTS_QUANTILE)]
    rows = rows.set_index("population")["rows"]
    assert rows["all"] == len(test)
    assert rows["with_line"] == test["line"].notna().sum()
