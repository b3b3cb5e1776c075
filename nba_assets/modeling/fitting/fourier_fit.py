"""The fit of a median regression on random Fourier features.

Belongs here: everything between training rows and a fitted learner.
Does not: rows, split and calibration (training), predicting with the learner (learners).
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from nba_assets.modeling.fitting.fourier_params import (
    KNOWN_ENOUGH,
    OFFSET,
    OFTEN_MISSING,
    FourierParams,
)
from nba_assets.modeling.fitting.learners import Floats32, FourierLearner, blocks
from nba_assets.modeling.fitting.training import (
    TARGET,
    FittedModel,
    calibration_of,
    fit_facts,
    ordered_sides,
)
from nba_assets.modeling.inputs import feature_columns, feature_matrix

_WEIGHED = 1000  # rows of which the contributions are averaged
_EXACT = np.float32(1e-6)  # no error is smaller: the weight of a row is its inverse
_LEAST_ERROR = 0.15  # of the mean absolute error: a row that is met exactly does not weigh all


def fit_fourier(rows: pd.DataFrame, params: FourierParams, split: pd.Series) -> FittedModel:
    """Fit on the train side, calibrate on the validation side, then fit on all rows of the split; models.md.

    The learner of the train side is kept as `stopped`, for validation and test to judge. In: rows of
    `training_rows`; a side for each of them, or for some; a test side may be missing. The same rows in any
    order give the same bytes. Raises SplitError, DuplicateKeyError.
    """
    # The order of float additions, so the bytes of a model, depends on the number of threads. The limit stays
    # set: fits run side by side in one process, and the first to end would lift it for the others.
    threadpool_limits(1, user_api="blas")
    names = feature_columns(rows)
    ordered, sides = ordered_sides(rows, split)
    matrix, points = feature_matrix(ordered, names, np.float32), ordered[TARGET].to_numpy(np.float32)
    train = int((sides == "train").sum())  # the first rows: they are in order of time
    roots = np.sqrt(points + np.float32(OFFSET))
    untrained = _untrained(matrix[:train], names, params)
    terms = _terms(untrained, matrix)
    reweightings = params.reweightings if params.objective == "absolute" else 0
    stopped = untrained
    for _ in range(1 + reweightings):
        stopped = _reweighted(stopped, terms[:train], roots[:train], params.ridge)
    final = stopped if reweightings else untrained
    for _ in range(max(reweightings, 1)):
        final = _reweighted(final, terms, roots, params.ridge)
    return FittedModel(
        learner=_weighed(final, matrix),
        best_iteration=reweightings,
        params=params,
        calibration=calibration_of(stopped, ordered[sides == "validation"]),
        stopped=stopped,
        **fit_facts(ordered, sides, names, refit=True),
    )


def _untrained(matrix: Floats32, names: tuple[str, ...], params: FourierParams) -> FourierLearner:
    """Scales of the features by the rows, and cosines drawn at random; every factor is 0."""
    missing = np.isnan(matrix).mean(axis=0)
    known = missing <= KNOWN_ENOUGH
    center, spread = np.zeros(len(names), np.float32), np.full(len(names), np.inf, np.float32)
    center[known] = np.nanmean(matrix[:, known], axis=0, dtype=np.float64)
    spread[known] = np.nanstd(matrix[:, known], axis=0, dtype=np.float64)
    spread[spread < np.maximum(np.abs(center), 1.0) * 1e-6] = np.inf  # a constant
    gaps = np.flatnonzero(known & (missing > OFTEN_MISSING))
    draw = np.random.default_rng(params.seed)
    shape = len(names) + len(gaps), params.waves
    return FourierLearner(
        names=np.array(names),
        center=center,
        spread=spread,
        gaps=gaps,
        frequencies=(draw.normal(size=shape) * params.frequency).astype(np.float32),
        phases=draw.uniform(0, 2 * np.pi, params.waves).astype(np.float32),
        factors=np.zeros(1 + sum(shape), np.float32),
        weight=np.zeros(len(names), np.float32),
    )


def _terms(learner: FourierLearner, matrix: Floats32) -> Floats32:
    """What the factors of the learner belong to, of every row: no reweighting changes it.

    58,834 rows take .12 s, as much as two thirds of a reweighting, and 117 MB until the fit is done.
    """
    terms = np.empty((len(matrix), len(learner.factors)), np.float32)
    for rows in blocks(len(matrix)):
        terms[rows] = learner.terms(learner.standardized(matrix[rows]))
    return terms


def _reweighted(learner: FourierLearner, terms: Floats32, roots: Floats32, ridge: float) -> FourierLearner:
    """The learner with the factors of least squares, a row weighing the less the more it errs by them.

    Repeated, these are least absolute errors. By an untrained learner all rows weigh alike.
    """
    weights = np.ones_like(roots)
    if learner.factors.any():
        errors = np.abs(terms @ learner.factors - roots)
        usual = max(errors.mean(), _EXACT)
        weights = np.sqrt(usual / np.maximum(errors, _LEAST_ERROR * usual))
    count = len(learner.factors)
    squares, products = ridge * np.eye(count), np.zeros(count)
    for rows in blocks(len(terms)):
        weighted = terms[rows] * weights[rows, None]
        squares += weighted.T @ weighted
        products += weighted.T @ (roots[rows] * weights[rows])
    return replace(learner, factors=np.linalg.solve(squares, products).astype(np.float32))


def _weighed(learner: FourierLearner, matrix: Floats32) -> FourierLearner:
    """The learner with the mean contribution of each feature, over rows evenly spread in time."""
    some = matrix[:: max(len(matrix) // _WEIGHED, 1)]
    contributions = learner.contributions(some)[:, :-1]
    return replace(learner, weight=np.abs(contributions).mean(axis=0).astype(np.float32))
