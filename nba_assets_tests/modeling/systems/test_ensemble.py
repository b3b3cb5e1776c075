"""Weights come from the validation rows, and an ensemble is what its weights say."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.fitting.artefacts import ArtefactError
from nba_assets.modeling.fitting.distribution import Calibration
from nba_assets.modeling.systems.catalog import ensemble_output
from nba_assets.modeling.systems.ensemble import (
    EnsembleWeights,
    ensemble_points,
    fit_weights,
    is_ensemble,
    load,
    members_used,
    save,
)
from nba_assets.modeling.systems.predicting import SystemOutput
from nba_assets.storage.object_store import open_store

PLAIN = Calibration(
    residuals=((-4.0, 0.0, 0.0), (-2.0, 0.0, 0.0), (3.0, 0.0, 0.0), (6.0, 0.0, 0.0)),
    line_weight=0.0, line_intercept=0.0, line_slope=1.0, rows=1, line_rows=0,
)  # fmt: skip
NO_LINE = pd.Series(np.nan, index=range(4000))


def said(count: int = 4000, **noise: float) -> tuple[pd.DataFrame, pd.Series]:
    draw = np.random.default_rng(8)
    actual = pd.Series(draw.normal(15, 6, count))
    return pd.DataFrame({n: actual + draw.normal(0, s, count) for n, s in noise.items()}), actual


def test_independent_members_share_by_their_skill() -> None:
    points, actual = said(good=3.0, fair=4.0, poor=12.0)
    found = fit_weights(points, actual, NO_LINE, ["good", "fair", "poor"])
    assert found.weights["good"] > found.weights["fair"] > found.weights["poor"]
    assert sum(found.weights.values()) == pytest.approx(1.0) and found.weights == found.line_weights
    assert found.validation_mae < (points["good"] - actual).abs().mean()


def test_rows_with_a_line_have_weights_of_their_own_where_there_are_enough() -> None:
    points, actual = said(one=3.0, other=3.0)
    line = pd.Series(np.where(np.arange(4000) < 1000, 10.5, np.nan))
    points.loc[line.notna(), "one"] += np.random.default_rng(1).normal(0, 20, 1000)
    found = fit_weights(points, actual, line, ["one", "other"])
    assert found.line_weights["other"] > 0.9 > found.weights["other"]
    few = fit_weights(points, actual, line.where(line.index < 400), ["one", "other"])
    assert few.line_weights == few.weights
    mixed = ensemble_points({n: points[n] for n in points}, found, line)
    expected = sum(found.line_weights[n] * points.loc[0, n] for n in points)
    assert mixed[0] == pytest.approx(expected)


def test_a_member_that_does_not_predict_leaves_no_number() -> None:
    points, actual = said(one=3.0, other=3.0)
    found = fit_weights(points, actual, NO_LINE, ["one", "other"])
    assert set(members_used(found)) == {"one", "other"}
    points.loc[5, "one"] = np.nan
    mixed = ensemble_points({n: points[n] for n in points}, found, NO_LINE)
    assert np.isnan(mixed[5]) and mixed.notna().sum() == 3999
    with pytest.raises(KeyError):
        ensemble_points({"one": points["one"]}, found, NO_LINE)


def test_the_ensemble_has_the_distribution_around_its_points_and_asks_members_by_kind_of_row() -> None:
    """A member with weight on rows with a line alone was once forgotten: no prediction at all."""
    weights = EnsembleWeights(
        weights={"one": 0.0, "points_quantile": 1.0}, line_weights={"one": 1.0, "points_quantile": 0.0},
        rows=1, validation_mae=4.0,
    )  # fmt: skip
    quantiles = {"q10": 10.0, "q25": 15.0, "q50": 20.0, "q75": 25.0, "q90": 30.0}
    rows = pd.DataFrame({"predicted_points": [20.0, 20.0], "missing_terms": "", "reason": None})
    outputs = {
        "one": SystemOutput("one", rows.assign(predicted_points=[24.0, 24.0]), ("a",)),
        "points_quantile": SystemOutput("points_quantile", rows.assign(**quantiles), ("b",)),
    }
    said = ensemble_output(outputs, weights, PLAIN, pd.Series([np.nan, 24.5]), "ensemble_v1_x").rows
    assert said["predicted_points"].tolist() == [20.0, 24.0]
    assert said["q10"].tolist() == [16.0, 20.0] and said["q90"].tolist() == [26.0, 30.0]
    assert np.isnan(said["prob_over"][0]) and said["prob_over"][1] == pytest.approx(0.5, abs=0.05)


def test_an_ensemble_knows_and_reads_what_its_members_and_its_distribution_do() -> None:
    """A system beside it, trained later, once gave its date to the ensemble too."""
    weights = EnsembleWeights(weights={"one": 1.0}, line_weights={"one": 1.0}, rows=1, validation_mae=4.0)
    rows = pd.DataFrame({"predicted_points": [20.0], "missing_terms": "", "reason": None})
    rows = rows.assign(q10=10.0, q25=15.0, q50=20.0, q75=25.0, q90=30.0)
    trained = {"one": date(2025, 1, 6), "points_quantile": date(2025, 1, 8), "beside": date(2025, 1, 9)}
    outputs = {name: SystemOutput(name, rows, (name, "both"), name, day) for name, day in trained.items()}
    said = ensemble_output(outputs, weights, PLAIN, pd.Series([np.nan]), "ensemble_v1_x")
    assert said.trained_through == date(2025, 1, 8)
    assert set(said.inputs) == {"one", "points_quantile", "both"}


def test_weights_come_back_and_damaged_ones_are_refused(tmp_path: Path) -> None:
    points, actual = said(one=3.0, other=3.0)
    found = fit_weights(points, actual, NO_LINE, ["one", "other"])
    store = open_store(str(tmp_path))
    model_id, _ = save(found, {"one": "a", "other": "b"}, date(2025, 1, 1), store)
    assert load(store, model_id).weights == found
    assert load(store, model_id).members == {"one": "a", "other": "b"} and is_ensemble(model_id)
    path = tmp_path / f"{model_id}.json"
    path.write_bytes(path.read_bytes().replace(b"one", b"two"))
    with pytest.raises(ArtefactError, match="damaged"):
        load(store, model_id)
    path.unlink()
    with pytest.raises(ArtefactError, match="does not exist"):
        load(store, model_id)
