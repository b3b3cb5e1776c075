"""The page of a model is one file, and a trace is a second way to the same number."""

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.evaluation.scorecard import side_metrics
from nba_assets.modeling.fitting.artefacts import (
    ModelArtefact,
    build_artefact,
)
from nba_assets.modeling.fitting.catboost_fit import fit_catboost
from nba_assets.modeling.fitting.catboost_params import QuantileParams
from nba_assets.modeling.fitting.training import (
    chronological_split,
    training_rows,
)
from nba_assets.modeling.inputs import feature_matrix
from nba_assets.modeling.systems.ensemble import EnsembleWeights
from nba_assets.reports.features.trace import (
    member_shares,
    trace_feature,
)
from nba_assets.reports.models.page import (
    model_page,
    tier_errors,
)
from nba_assets_tests.modeling.conftest import FEATURES, TRAINED_AT, make_store


@pytest.fixture(scope="module")
def told() -> tuple[ModelArtefact, pd.DataFrame, pd.DataFrame]:
    rows = training_rows(*make_store(30, 25), FEATURES)
    rows = rows.assign(vegas_points_line=np.floor(rows["points_avg_season"]) + 0.5)
    split = chronological_split(rows["game_date"])
    params = QuantileParams(trees=20, learning_rate=0.2, least_lines=50)
    fitted = fit_catboost(rows, params, split)
    said = fitted.out_of_sample(rows, split)
    artefact = build_artefact(
        fitted, system="points_quantile", feature_set="test", code_version="test", trained_at=TRAINED_AT,
        metrics=side_metrics("points_quantile", said["predicted_points"], rows, split),
    )  # fmt: skip
    keys = rows[["game_date", "game_id", "player_id"]].assign(
        side=split, actual=rows["pts"].astype("float64"), line=rows["vegas_points_line"]
    )
    return artefact, keys.join(said), rows


def test_a_page_is_one_file_with_everything_in_it(told: tuple) -> None:
    artefact, said, rows = told
    averages = rows[["game_id", "player_id", "points_avg_season"]]
    page = model_page(artefact, said, averages)
    assert page == model_page(artefact, said, averages)  # same model, same bytes
    assert artefact.model_id in page and "coverage_80" in page and "hand_rules" in page
    assert page.count("data:image/png;base64,") == 3
    assert 'src="http' not in page and "<script" not in page and "href" not in page


def test_who_has_no_average_is_no_star() -> None:
    test = pd.DataFrame({
        "points_avg_season": [25.0, np.nan, 3.0, 25.0],
        "predicted_points": [20.0, 0.0, 2.0, 22.0], "actual": [22.0, 40.0, 3.0, 22.0],
    })  # fmt: skip
    assert tier_errors(test).to_dict() == {"bench": 1.0, "star": 1.0}


def test_the_parts_of_an_ensemble_sum_to_its_number() -> None:
    weights = EnsembleWeights(
        weights={"one": 0.25, "two": 0.75}, line_weights={"one": 1.0, "two": 0.0}, rows=1, validation_mae=4.0
    )
    rows = pd.DataFrame({
        "system": ["one", "one", "two", "other"], "predicted_points": [9.0, 20.0, 10.0, 99.0],
        "model_id": ["one_old", "one_new", "two_1", "other_1"],
    })  # fmt: skip
    found = member_shares(weights, rows, has_line=False)
    assert found["model"].tolist() == ["one_new", "two_1"] and found["adds"].tolist() == [5.0, 7.5]
    assert member_shares(weights, rows, has_line=True)["adds"].tolist() == [20.0, 0.0]
    alone = member_shares(weights, rows[rows["system"] == "one"], has_line=False)
    assert alone["points"].isna().tolist() == [False, True] and np.isnan(alone["adds"].sum(skipna=False))


def test_contributions_sum_to_what_the_model_says(told: tuple) -> None:
    artefact, _, rows = told
    learner = artefact.learner
    matrix = feature_matrix(rows.head(20), learner.feature_names, np.float32)
    parts = learner.contributions(matrix)
    assert parts.shape == (20, len(learner.feature_names) + 1)
    np.testing.assert_allclose(parts.sum(axis=1), learner.points(matrix), atol=1e-6)


def games() -> pd.DataFrame:
    count = 8
    return pd.DataFrame({
        "game_date": pd.date_range("2024-11-01", periods=count), "game_id": [str(n) for n in range(count)],
        "opponent": ["BOS"] * 2 + ["NYK"] * 6, "season": ["2023-24"] * 3 + ["2024-25"] * 5,
        "pts": [10, 20, 30, 12, 14, 16, 18, 25], "minutes": [20.0, 20, 30, 30, 30, 40, 40, 40],
        "paint_fga": [3.0] * 7 + [np.nan], "mid_range_fga": 2.0, "three_fga": 2.0, "ftm": 2,
        "fga": 10, "fg3a": 4, "fta": 2, "reb": 5, "ast": 3, "usage_rate": [20.0, np.nan] * 4,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("name", "rows", "value"),
    [
        ("points_avg_last_5", 5, 17.0),
        ("points_avg_season", 5, 17.0),
        ("ppm_avg_last_10", 8, 145 / 250),
        ("points_std_last_10", 8, np.std([10, 20, 30, 12, 14, 16, 18, 25], ddof=1)),
        ("pct_paint", 8, 21 / 49),
        ("pct_free_throw", 8, 16 / 145),
        ("avg_points_vs_opponent", 6, 115 / 6),
        ("games_vs_opponent", 6, 6),
        ("usage_rate_last_10", None, None),
        ("opponent_pace", None, None),
    ],
)
def test_a_window_is_read_off_its_name(name: str, rows: int | None, value: float | None) -> None:
    found = trace_feature(name, games(), "2024-25", "NYK")
    if rows is None:
        assert found is None
        return
    assert found is not None and len(found.games) == rows and found.value == pytest.approx(value)


def test_a_game_without_zones_has_no_weight_in_a_share_of_shots() -> None:
    found = trace_feature("pct_paint", games(), "2024-25", "NYK")
    assert found is not None and np.isnan(found.games["weight"].iloc[-1])
    assert found.games["weight"].sum() == pytest.approx(1.0)


def test_too_few_games_give_no_value() -> None:
    for name, needs in (("points_std_last_10", 3), ("pct_free_throw", 5), ("avg_points_vs_opponent", 1)):
        for count in (needs - 1, needs):
            found = trace_feature(name, games().tail(count), "2024-25", "NYK")
            assert found is not None and np.isnan(found.value) == (count < needs), name


def test_weights_halve_and_unknown_games_have_none() -> None:
    found = trace_feature("points_weighted_2", games(), "2024-25", "NYK")
    assert found is not None
    weights = found.games["weight"].to_numpy()
    assert weights.sum() == pytest.approx(1.0) and weights[-3] == pytest.approx(weights[-1] / 2)
    assert found.games["adds"].sum() == pytest.approx(found.value)
    usage = trace_feature("usage_rate_weighted_6", games(), "2024-25", "NYK")
    assert (
        usage is not None and usage.games["weight"].isna().sum() == 4 and usage.value == pytest.approx(20.0)
    )
