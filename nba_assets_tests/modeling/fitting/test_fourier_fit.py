"""Median regression on random Fourier features: arithmetic, determinism, contributions, and storing."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from nba_assets.modeling.fitting.fourier_fit import fit_fourier
from nba_assets.modeling.fitting.fourier_params import CLIP, OFFSET, FourierParams
from nba_assets.modeling.fitting.learners import FourierLearner, UnreadableModelError, read_fourier
from nba_assets.modeling.fitting.training import FittedModel, chronological_split
from nba_assets.modeling.inputs import feature_matrix
from nba_assets_tests.modeling.fitting.stored import assert_stored_and_proven

PARAMS = FourierParams(waves=30, ridge=1.0)


def fit(rows: pd.DataFrame, params: FourierParams = PARAMS) -> FittedModel:
    return fit_fourier(rows, params, chronological_split(rows["game_date"]))


def learner_of(fitted: FittedModel) -> FourierLearner:
    assert isinstance(fitted.learner, FourierLearner)
    return fitted.learner


@pytest.fixture(scope="module")
def smooth(rows: pd.DataFrame) -> FittedModel:
    return fit(rows)


def matrix_of(rows: pd.DataFrame, fitted: FittedModel) -> np.ndarray:
    return feature_matrix(rows, fitted.feature_names, np.float32)


def test_rows_in_any_order_on_any_number_of_threads_give_the_same_bytes(
    rows: pd.DataFrame, smooth: FittedModel
) -> None:
    mixed = rows.sample(frac=1.0, random_state=1)
    with threadpool_limits(2, user_api="blas"):
        other = fit(mixed)
    assert other.rows_hash == smooth.rows_hash
    assert other.learner.to_bytes() == smooth.learner.to_bytes()


def test_a_row_has_the_same_points_alone_and_among_others(rows: pd.DataFrame, smooth: FittedModel) -> None:
    matrix = matrix_of(rows, smooth)
    every = smooth.learner.points(np.tile(matrix, (8, 1)))  # more than are worked on at a time
    assert every.reshape(8, -1).tolist() == [smooth.learner.points(matrix).tolist()] * 8
    assert [float(smooth.learner.points(matrix[n : n + 1])[0]) for n in range(99)] == every[:99].tolist()
    assert smooth.learner.points(matrix[:0]).tolist() == []


def test_rows_that_are_all_alike_are_met(rows: pd.DataFrame) -> None:
    assert fit(rows.assign(pts=7)).predict(rows).sub(7).abs().max() < 0.1


def test_a_mean_is_the_least_squares_of_the_roots(rows: pd.DataFrame) -> None:
    """Held against a solver of rows, with the penalty as rows of its own."""
    fitted = fit(rows, PARAMS.model_copy(update={"objective": "squared"}))
    learner = learner_of(fitted)
    terms = learner.terms(learner.standardized(matrix_of(rows, fitted))).astype(np.float64)
    penalty = np.sqrt(PARAMS.ridge) * np.eye(terms.shape[1])
    roots = np.sqrt(rows["pts"].to_numpy(np.float64) + OFFSET)
    design, target = np.vstack([terms, penalty]), np.concatenate([roots, np.zeros(terms.shape[1])])
    expected = terms @ np.linalg.lstsq(design, target, rcond=None)[0]
    np.testing.assert_allclose(fitted.predict(rows), np.maximum(expected**2 - OFFSET, 0), atol=2e-3)


def test_reweighting_seeks_the_median(rows: pd.DataFrame) -> None:
    """A tenth of the rows have forty points more: a mean follows them, a median hardly does."""
    lucky = np.random.default_rng(5).random(len(rows)) < 0.1
    far = rows.assign(pts=rows["pts"] + 40 * lucky)
    mean, median = (
        fit(far, PARAMS.model_copy(update={"objective": objective, "reweightings": 6}))
        for objective in ("squared", "absolute")
    )
    usual = rows["pts"].mean()
    assert abs(median.predict(rows).mean() - usual) < 0.4 * (mean.predict(rows).mean() - usual)


def test_the_second_fit_sees_all_rows_and_the_first_is_what_validation_judges(rows: pd.DataFrame) -> None:
    split = chronological_split(rows["game_date"])
    unseen = split.ne("train").to_numpy(dtype=bool)
    changed = rows.assign(pts=rows["pts"].where(~unseen, rows["pts"] + 40))
    one, other = fit(rows), fit(changed)
    judged = [fitted.oof_predictions(rows, split)["predicted_points"] for fitted in (one, other)]
    assert judged[0].equals(judged[1])
    assert other.predict(rows).mean() > one.predict(rows).mean() + 1


def test_what_is_hardly_known_or_never_varies_is_not_learned_from(rows: pd.DataFrame) -> None:
    number = np.arange(len(rows))
    changed = rows.assign(
        fatigue_score=np.where(number % 3 == 0, 50.0, np.nan), back_to_back=1.0, injury_risk=np.nan,
        home_away=rows["home_away"].where(number % 4 != 0),
    )  # fmt: skip
    learner = learner_of(fit(changed))
    unused = {"fatigue_score", "back_to_back", "injury_risk"}
    assert set(learner.importance()) == set(learner.feature_names) - unused
    assert [learner.feature_names[n] for n in learner.gaps] == ["home_away"]


def test_a_row_far_away_says_no_more_than_one_at_the_border(rows: pd.DataFrame, smooth: FittedModel) -> None:
    learner = learner_of(smooth)
    border = learner.center + CLIP * np.where(np.isinf(learner.spread), 0, learner.spread)
    far = np.vstack([border, border * 100 + 1e6]).astype(np.float32)
    np.testing.assert_allclose(*learner.points(far), rtol=1e-5)


def test_contributions_of_one_feature_are_its_integral() -> None:
    """Points are (2 + z)^2 - .5: from the mean, 3.5, a row two deviations above it has 12 more."""
    one = np.ones(1, np.float32)
    learner = FourierLearner(
        names=np.array(["a"]), center=10 * one, spread=5 * one, gaps=np.array([], np.int64),
        frequencies=np.zeros((1, 1), np.float32), phases=0 * one,
        factors=np.array([2, 1, 0], np.float32), weight=one,
    )  # fmt: skip
    matrix = np.array([[20], [10], [np.nan]], np.float32)
    assert learner.points(matrix).tolist() == [15.5, 3.5, 3.5]
    np.testing.assert_allclose(learner.contributions(matrix), [[12, 3.5], [0, 3.5], [0, 3.5]], atol=1e-6)


def test_contributions_sum_to_the_prediction(rows: pd.DataFrame) -> None:
    missing = rows.assign(home_away=rows["home_away"].where(np.arange(len(rows)) % 4 != 0))
    fitted = fit(missing)
    learner, matrix = learner_of(fitted), matrix_of(missing, fitted)
    parts = learner.contributions(matrix)
    np.testing.assert_allclose(parts.sum(axis=1), learner.points(matrix), atol=1e-3)
    assert len(set(parts[:, -1])) == 1
    away = learner.feature_names.index("home_away")
    assert np.abs(parts[::4, away]).max() > 0  # that it is NULL is what the feature adds there


def test_an_npz_comes_back_as_it_was_and_a_damaged_one_is_refused(
    rows: pd.DataFrame, smooth: FittedModel, tmp_path: Path
) -> None:
    assert_stored_and_proven(smooth, rows, tmp_path, "points_quantile", ".npz")


def test_what_is_no_model_is_not_read(smooth: FittedModel) -> None:
    whole = smooth.learner.to_bytes()
    other = io.BytesIO()
    np.savez(other, names=np.array(["a"]))
    pickled = io.BytesIO()
    np.savez(pickled, names=np.array([{}], dtype=object))
    for data in (b"", b"no model", whole[: len(whole) // 2], other.getvalue(), pickled.getvalue()):
        with pytest.raises(UnreadableModelError):
            read_fourier(data)
    assert read_fourier(whole).to_bytes() == whole


def test_every_parameter_is_described() -> None:
    assert all(field.description for field in FourierParams.model_fields.values())
