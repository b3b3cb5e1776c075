"""Weights come from the validation rows, and an ensemble is what its weights say."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.fitting.artefacts import ArtefactError
from nba_assets.modeling.fitting.distribution import Calibration
from nba_assets.modeling.fitting.documents import load_document, save_document
from nba_assets.modeling.fitting.training import calibrates
from nba_assets.modeling.inputs import MissingColumnsError
from nba_assets.modeling.systems.catalog import ensemble_output
from nba_assets.modeling.systems.ensemble import (
    LINE_PRIOR,
    EnsembleWeights,
    StoredEnsemble,
    TooFewRowsError,
    ensemble_points,
    fit_ensemble,
    fit_weights,
    is_ensemble,
    line_weight,
    members_used,
)
from nba_assets.modeling.systems.predicting import SystemOutput
from nba_assets.storage.object_store import open_store

PLAIN = Calibration(
    residuals=((-4.0, 0.0, 0.0), (-2.0, 0.0, 0.0), (3.0, 0.0, 0.0), (6.0, 0.0, 0.0)),
    line_intercept=0.0, line_slope=1.0, rows=1, line_rows=0,
)  # fmt: skip
NO_LINE = pd.Series(np.nan, index=range(4000))


def predictions(count: int = 4000, **noise: float) -> tuple[pd.DataFrame, pd.Series]:
    draw = np.random.default_rng(8)
    actual = pd.Series(draw.normal(15, 6, count))
    return pd.DataFrame({n: actual + draw.normal(0, s, count) for n, s in noise.items()}), actual


def test_independent_members_share_by_their_skill() -> None:
    points, actual = predictions(good=3.0, fair=4.0, poor=12.0)
    found = fit_weights(points, actual, NO_LINE, ["good", "fair", "poor"])
    assert found.weights["good"] > found.weights["fair"] > found.weights["poor"]
    assert sum(found.weights.values()) == pytest.approx(1.0) == sum(found.line_weights.values())
    assert found.line_weights["market_line"] == LINE_PRIOR  # no line was seen
    assert found.validation_mae < (points["good"] - actual).abs().mean()


@pytest.mark.parametrize(("line_noise", "expected"), [(0.5, 1.0), (3.0, 0.5), (40.0, 0.05)])
def test_the_line_weighs_what_it_knows_beyond_the_models(line_noise: float, expected: float) -> None:
    points, actual = predictions(count=40_000, one=3.0)
    line = actual + np.random.default_rng(1).normal(0, line_noise, len(actual))
    found = fit_weights(points, actual, line, ["one"])
    assert found.line_weights["market_line"] == pytest.approx(expected, abs=0.051)
    assert found.line_rows == found.rows == 40_000


def test_few_lines_hardly_move_the_prior_weight() -> None:
    """Without lines on the validation rows the line had no weight, and 4.986 was served beside its 4.934."""
    points, actual = predictions(count=40_000, one=3.0)
    useless = (actual + np.random.default_rng(1).normal(0, 40.0, len(actual))).to_numpy()
    values, target = points["one"].to_numpy(), actual.to_numpy()
    weights = [line_weight(values[:n], target[:n], useless[:n]) for n in (0, 20, 500, 40_000)]
    assert weights[0] == LINE_PRIOR and weights[-1] <= 0.05
    assert weights == sorted(weights, reverse=True) and weights[1] >= LINE_PRIOR - 0.05


def test_points_with_a_line_are_between_the_line_and_the_models() -> None:
    weights = EnsembleWeights(
        weights={"one": 0.5, "other": 0.5}, line_weights={"one": 0.15, "other": 0.15, "market_line": 0.7},
        rows=1, line_rows=0, validation_mae=4.0,
    )  # fmt: skip
    points = {"one": pd.Series([20.0, 20.0]), "other": pd.Series([10.0, 10.0])}
    mixed = ensemble_points(points, weights, pd.Series([np.nan, 25.0]))
    assert mixed.tolist() == pytest.approx([15.0, 22.0])


def test_weights_and_distribution_are_fitted_on_dates_apart() -> None:
    """A weight fitted on the rows that calibrated a member once knew their results twice."""
    points, actual = predictions(one=3.0, other=4.0)
    dates = pd.Series(pd.date_range("2024-01-01", periods=40)).repeat(100).reset_index(drop=True)
    rows = points.assign(game_date=dates, actual=actual, line=actual.round() + 0.5)
    weights, calibration = fit_ensemble(rows, ["one", "other"], "line")
    other = calibrates(rows["game_date"])
    assert (weights.rows, calibration.rows) == (int((~other).sum()), int(other.sum()))
    moved = rows.assign(actual=rows["actual"].where(~other, rows["actual"] + 9))
    again = fit_ensemble(moved, ["one", "other"], "line")
    assert again[0] == weights and again[1] != calibration


def test_a_member_that_does_not_predict_leaves_no_number() -> None:
    points, actual = predictions(one=3.0, other=3.0)
    found = fit_weights(points, actual, NO_LINE, ["one", "other"])
    assert set(members_used(found)) == {"one", "other"}
    points.loc[5, "one"] = np.nan
    mixed = ensemble_points({n: points[n] for n in points}, found, NO_LINE)
    assert np.isnan(mixed[5]) and mixed.notna().sum() == 3999
    with pytest.raises(KeyError):
        ensemble_points({"one": points["one"]}, found, NO_LINE)


def test_the_ensemble_has_its_own_distribution_around_its_points() -> None:
    rows = pd.DataFrame({"predicted_points": [20.0, 20.0], "missing_terms": "", "reason": None})
    outputs = {"one": SystemOutput("one", rows, ("a",)), "other": SystemOutput("other", rows, ("b",))}
    line = pd.Series([np.nan, 24.5])
    features = pd.DataFrame({"vegas_points_line": line, "market": line - 1})
    content = stored({"one": 1.0, "other": 0.0}, 0.8)
    output = ensemble_output("market_anchored", outputs, content, features, "market_anchored_x")
    assert output.rows["predicted_points"].tolist() == pytest.approx([20.0, 22.8])
    assert output.rows["q10"].tolist() == pytest.approx([16.0, 18.8])
    assert np.isnan(output.rows["prob_over"][0]) and 0.3 < output.rows["prob_over"][1] < 0.45


def test_a_system_of_lineups_waits_for_them_whatever_its_members_weigh() -> None:
    """Without weight for the member that reads lineups it once predicted before they were announced."""
    rows = pd.DataFrame({"predicted_points": [20.0, 20.0], "missing_terms": "", "reason": None})
    unready = rows.assign(predicted_points=np.nan)
    outputs = {
        "lineup_aware": SystemOutput("lineup_aware", unready, ("a",)),
        "points_quantile": SystemOutput("points_quantile", rows, ("b",)),
    }
    features = pd.DataFrame({"vegas_points_line": np.nan, "market": np.nan, "starts_tonight": [1.0, np.nan]})
    content = stored({"lineup_aware": 0.0, "points_quantile": 1.0}, 0.7)
    output = ensemble_output("lineups_anchored", outputs, content, features, "lineups_anchored_x")
    assert output.rows["predicted_points"].tolist() == pytest.approx([20.0, np.nan], nan_ok=True)
    assert output.rows["q50"].isna().tolist() == [False, True]
    assert output.rows["reason"].tolist() == [pd.NA, "starts_tonight is not known yet"]
    assert set(output.inputs) == {"b", "vegas_points_line", "market", "starts_tonight"}
    with pytest.raises(MissingColumnsError, match="starts_tonight"):
        ensemble_output("lineups_anchored", outputs, content, features[["vegas_points_line", "market"]], "x")
    other = ensemble_output("market_anchored", outputs, content, features, "market_anchored_x")
    assert other.rows["predicted_points"].tolist() == [20.0, 20.0]


def test_an_ensemble_knows_and_reads_what_its_members_do_and_the_line() -> None:
    """A system beside it, trained later, once gave its date to the ensemble too."""
    rows = pd.DataFrame({"predicted_points": [20.0], "missing_terms": "", "reason": None})
    trained = {"one": date(2025, 1, 6), "other": date(2025, 1, 8), "beside": date(2025, 1, 9)}
    outputs = {name: SystemOutput(name, rows, (name, "both"), name, day) for name, day in trained.items()}
    content = stored({"one": 0.5, "other": 0.5}, 0.7)
    features = pd.DataFrame({"vegas_points_line": [np.nan], "market": [np.nan]})
    output = ensemble_output("ensemble_v1", outputs, content, features, "ensemble_v1_x")
    assert output.trained_through == date(2025, 1, 8)
    assert set(output.inputs) == {"one", "other", "both", "vegas_points_line", "market"}


@pytest.mark.parametrize(
    ("days", "expected"), [([1, 2, 3], [0, 1, 0]), ([2, 4, 6], [1, 0, 1]), ([3, 5, 5], [1, 0, 0])]
)
def test_a_small_window_weighs_and_calibrates(days: list[int], expected: list[int]) -> None:
    """A window of two dates, both odd, once left nothing to calibrate on: no quantiles and no ensemble."""
    dates = pd.Series(pd.Timestamp("1970-01-01") + pd.to_timedelta(days, unit="D"))
    assert calibrates(dates).tolist() == [bool(second) for second in expected]
    points, actual = predictions(count=3, one=3.0)
    rows = points.assign(actual=actual, line=np.nan, game_date=dates)
    weights, calibration = fit_ensemble(rows, ["one"], "line")
    assert weights.rows + calibration.rows == 3
    one_date = rows.assign(game_date=rows["game_date"].iloc[0])
    weights, calibration = fit_ensemble(one_date, ["one"], "line")
    assert weights.rows == calibration.rows == 3
    with pytest.raises(TooFewRowsError, match="none of 3 validation rows"):
        fit_ensemble(rows.assign(one=np.nan), ["one"], "line")


def stored(weights: dict[str, float], to_line: float) -> StoredEnsemble:
    lined = {name: weight * (1 - to_line) for name, weight in weights.items()} | {"market_line": to_line}
    content = EnsembleWeights(weights=weights, line_weights=lined, rows=1, line_rows=0, validation_mae=4.0)
    members = {name: name for name in weights}
    return StoredEnsemble(weights=content, calibration=PLAIN, members=members, market="market")


def test_weights_come_back_and_damaged_ones_are_refused(tmp_path: Path) -> None:
    points, actual = predictions(one=3.0, other=3.0)
    found = fit_weights(points, actual, NO_LINE, ["one", "other"])
    store = open_store(str(tmp_path))
    members = {"one": "a", "other": "b"}
    content = StoredEnsemble(weights=found, calibration=PLAIN, members=members, market="market")
    model_id, _ = save_document(content, "market_anchored", date(2025, 1, 1), store)
    assert load_document(StoredEnsemble, store, model_id) == content and is_ensemble(model_id)
    path = tmp_path / f"{model_id}.json"
    path.write_bytes(path.read_bytes().replace(b"one", b"two"))
    with pytest.raises(ArtefactError, match="damaged"):
        load_document(StoredEnsemble, store, model_id)
    path.unlink()
    with pytest.raises(ArtefactError, match="does not exist"):
        load_document(StoredEnsemble, store, model_id)
