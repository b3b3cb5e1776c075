"""The fit of the CatBoost systems.

Belongs here: everything between training rows and a fitted CatBoost learner.
Does not: rows, split and calibration (training), storing a model (artefacts).
"""

from typing import Any

import numpy as np
import pandas as pd
from catboost import CatBoostRegressor, Pool

from nba_assets.modeling.fitting.catboost_params import CatBoostParams
from nba_assets.modeling.fitting.learners import CatBoostLearner
from nba_assets.modeling.fitting.training import (
    TARGET,
    FittedModel,
    calibration_of,
    fit_facts,
    ordered_sides,
)
from nba_assets.modeling.inputs import feature_columns, feature_matrix


def fit_catboost(rows: pd.DataFrame, params: CatBoostParams, split: pd.Series) -> FittedModel:
    """Fit on the train side, stop on the validation side, leave the test side alone; models.md.

    With `refit`, a second learner of as many trees is fitted on all rows of the split; the first is kept as
    `stopped`, for validation and test to judge. Its distribution is calibrated with the first, on those
    validation dates on which no ensemble is weighed.
    In: rows of `training_rows`; a side for each of them, or for some; a test side may be missing. The same
    rows in any order give the same bytes. Raises SplitError, DuplicateKeyError.
    """
    names = feature_columns(rows)
    ordered, sides = ordered_sides(rows, split)
    train, validation = (ordered[sides == side] for side in ("train", "validation"))
    model = CatBoostRegressor(**params.to_catboost())
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
        again = CatBoostRegressor(**settings)
        final = CatBoostLearner(again.fit(_pool(ordered, names)))
    return FittedModel(
        learner=final,
        best_iteration=best,
        params=params,
        calibration=calibration_of(stopped, validation),
        stopped=stopped if params.refit else None,
        **fit_facts(ordered, sides, names, refit=params.refit),
    )


def _pool(part: pd.DataFrame, names: tuple[str, ...]) -> Pool:
    return Pool(
        feature_matrix(part, names, np.float32),
        label=part[TARGET].to_numpy(np.float64),
        feature_names=list(names),
    )
