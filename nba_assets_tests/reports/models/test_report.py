"""The page of a model is one file, and a trace is a second way to the same number."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.evaluation.scorecard import side_metrics
from nba_assets.modeling.fitting.artefacts import (
    ModelArtefact,
    build_artefact,
)
from nba_assets.modeling.fitting.catboost_fit import fit_catboost
from nba_assets.modeling.fitting.catboost_params import CatBoostParams
from nba_assets.modeling.fitting.training import (
    chronological_split,
)
from nba_assets.modeling.fitting.training_rows import training_rows
from nba_assets.modeling.inputs import feature_matrix
from nba_assets.modeling.systems.ensemble import EnsembleWeights
from nba_assets.publish.site.model_report import render_model_report
from nba_assets.reports.features.trace import member_shares
from nba_assets.reports.models.report import (
    model_report,
    tier_errors,
)
from nba_assets_tests.modeling.conftest import FEATURES, TRAINED_AT, make_store


@pytest.fixture(scope="module")
def reported() -> tuple[ModelArtefact, pd.DataFrame, pd.DataFrame]:
    rows = training_rows(*make_store(30, 25), FEATURES)
    rows = rows.assign(line=np.floor(rows["points_avg_season"]) + 0.5)
    split = chronological_split(rows["game_date"])
    params = CatBoostParams(trees=20, learning_rate=0.2, refit=True)
    fitted = fit_catboost(rows, params, split)
    predictions = fitted.oof_predictions(rows, split)
    artefact = build_artefact(
        fitted, system="points_quantile", feature_set="test", code_version="test", trained_at=TRAINED_AT,
        metrics=side_metrics("points_quantile", predictions["predicted_points"], rows, split),
    )  # fmt: skip
    keys = rows[["game_date", "game_id", "player_id"]].assign(
        side=split, actual=rows["pts"].astype("float64"), line=rows["line"]
    )
    return artefact, keys.join(predictions), rows


def test_a_page_is_one_file_with_everything_in_it(reported: tuple) -> None:
    artefact, predictions, rows = reported
    averages = rows[["game_id", "player_id", "points_avg_season"]]
    report = model_report(artefact, predictions, averages)
    page = render_model_report(report)
    again = render_model_report(model_report(artefact, predictions, averages))
    assert page == again  # same model, same bytes
    assert artefact.model_id in page and "coverage_80" in page and "hand_rules" in page
    assert page.count("data:image/png;base64,") == 3
    assert 'src="http' not in page and "<script" not in page and "href" not in page


def test_words_of_others_are_escaped_on_the_page(reported: tuple) -> None:
    artefact, predictions, rows = reported
    report = model_report(artefact, predictions, rows[["game_id", "player_id", "points_avg_season"]])
    foreign = replace(
        report, gate="NO-GO <img src=x>", sides={"<b>test</b>": pd.DataFrame({"system": ["<i>"]})}
    )
    page = render_model_report(foreign)
    assert "NO-GO &lt;img src=x&gt;" in page and "&lt;b&gt;test&lt;/b&gt;" in page and "&lt;i&gt;" in page
    assert "<img src=x>" not in page and "<i>" not in page


def test_who_has_no_average_is_no_star() -> None:
    test = pd.DataFrame({
        "points_avg_season": [25.0, np.nan, 3.0, 25.0],
        "predicted_points": [20.0, 0.0, 2.0, 22.0], "actual": [22.0, 40.0, 3.0, 22.0],
    })  # fmt: skip
    assert tier_errors(test).to_dict() == {"bench": 1.0, "star": 1.0}


def test_the_parts_of_an_ensemble_sum_to_its_number() -> None:
    weights = EnsembleWeights(
        weights={"one": 0.25, "two": 0.75}, line_weights={"one": 0.125, "two": 0.375, "market_line": 0.5},
        rows=1, line_rows=0, validation_mae=4.0,
    )  # fmt: skip
    rows = pd.DataFrame({
        "system": ["one", "one", "two", "other"], "predicted_points": [9.0, 20.0, 10.0, 99.0],
        "model_id": ["one_old", "one_new", "two_1", "other_1"],
    })  # fmt: skip
    found = member_shares(weights, rows, None)
    assert found["model"].tolist() == ["one_new", "two_1"] and found["adds"].tolist() == [5.0, 7.5]
    assert member_shares(weights, rows, 12.5)["adds"].tolist() == [2.5, 3.75, 6.25]
    alone = member_shares(weights, rows[rows["system"] == "one"], None)
    assert alone["points"].isna().tolist() == [False, True] and np.isnan(alone["adds"].sum(skipna=False))


def test_contributions_sum_to_the_models_prediction(reported: tuple) -> None:
    artefact, _, rows = reported
    learner = artefact.learner
    matrix = feature_matrix(rows.head(20), learner.feature_names, np.float32)
    parts = learner.contributions(matrix)
    assert parts.shape == (20, len(learner.feature_names) + 1)
    np.testing.assert_allclose(parts.sum(axis=1), learner.points(matrix), atol=1e-6)
