"""The fit of the CatBoost systems, and the calibration of their quantiles.

Belongs here: everything between training rows and a fitted CatBoost learner.
Does not: rows and split (training), what a calibration is (distribution), storing a model (artefacts).
"""

from typing import Any

import numpy as np
import pandas as pd
from catboost import CatBoostRegressor, Pool

from nba_assets.modeling.fitting.catboost_params import CatBoostParams, QuantileParams
from nba_assets.modeling.fitting.distribution import (
    Calibration,
    calibrate,
)
from nba_assets.modeling.fitting.learners import CatBoostLearner
from nba_assets.modeling.fitting.training import (
    TARGET,
    FittedModel,
    calibrates,
    fit_facts,
    ordered_sides,
)
from nba_assets.modeling.inputs import feature_columns, feature_matrix

# The line enters as a member of the ensembles: trees that saw it on a tenth of their rows learn it badly.
LINE_FEATURES = ("vegas_points_line", "vegas_opening_line", "vegas_line_move", "has_vegas_line")


def fit_catboost(rows: pd.DataFrame, params: CatBoostParams, split: pd.Series) -> FittedModel:
    """Fit on the train side, stop on the validation side, leave the test side alone; models.md.

    With `refit`, a second learner of as many trees is fitted on train and validation together; the first is
    kept as `stopped`, for validation to judge. Its distribution is calibrated with the first, on those
    validation dates on which no ensemble is weighed.
    In: rows of `training_rows`; a side for each of them, or for some. The same rows in any order give the
    same bytes. Raises SplitError, DuplicateKeyError.
    """
    names = feature_columns(rows)
    ordered, sides = ordered_sides(rows, split)
    train, validation = (ordered[sides == side] for side in ("train", "validation"))
    ignored = names_ignored(names, params)
    model = CatBoostRegressor(**params.to_catboost(), ignored_features=ignored)
    model.fit(
        _pool(train, names),
        eval_set=_pool(validation, names),
        early_stopping_rounds=params.early_stopping_rounds,
    )
    stopped = CatBoostLearner(model)
    best = int(model.get_best_iteration() or 0)
    final = stopped
    if params.refit:
        settings: dict[str, Any] = {**params.to_catboost(), "iterations": best + 1}
        again = CatBoostRegressor(**settings, ignored_features=ignored)
        final = CatBoostLearner(again.fit(_pool(ordered[sides != "test"], names)))
    return FittedModel(
        learner=final,
        best_iteration=best,
        params=params,
        calibration=_calibration(stopped, validation, params),
        stopped=stopped if params.refit else None,
        **fit_facts(ordered, sides, names),
    )


def names_ignored(names: tuple[str, ...], params: CatBoostParams) -> list[str]:
    """Features that the trees may not use: those of the line, in the system that takes it in otherwise."""
    return [name for name in names if name in LINE_FEATURES] if isinstance(params, QuantileParams) else []


def _pool(part: pd.DataFrame, names: tuple[str, ...]) -> Pool:
    return Pool(
        feature_matrix(part, names, np.float32),
        label=part[TARGET].to_numpy(np.float64),
        feature_names=list(names),
    )


def _calibration(
    learner: CatBoostLearner, validation: pd.DataFrame, params: CatBoostParams
) -> Calibration | None:
    if not isinstance(params, QuantileParams):
        return None
    validation = validation[calibrates(validation["game_date"])]
    return calibrate(
        learner.points(feature_matrix(validation, learner.feature_names, np.float32)),
        validation[TARGET].to_numpy(np.float64),
        validation["vegas_points_line"].to_numpy(np.float64, na_value=np.nan),
        params.least_lines,
    )
