"""How each learned system is fitted: its hyper-parameters, its fit, and the store of its features."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import BaseModel

from nba_assets.modeling.fitting.catboost_fit import fit_catboost
from nba_assets.modeling.fitting.catboost_params import CatBoostParams
from nba_assets.modeling.fitting.fourier_fit import fit_fourier
from nba_assets.modeling.fitting.fourier_params import FourierParams
from nba_assets.modeling.fitting.training import FittedModel, fit_xgboost
from nba_assets.modeling.fitting.xgboost_params import (
    XGBoostExtendedParams,
    XGBoostParams,
)


@dataclass(frozen=True)
class Trainer:
    """How a model system is fitted: its library, hyper-parameters and fit, and the store of its features."""

    library: str
    params: type[BaseModel]
    fit: Callable[[pd.DataFrame, Any, pd.Series], FittedModel]
    store: str


TRAINERS = {
    "xgboost_v1": Trainer("xgboost", XGBoostParams, fit_xgboost, "ml_feature_store_v2"),
    "catboost_v8": Trainer("catboost", CatBoostParams, fit_catboost, "ml_feature_store_v2"),
    "xgboost_extended": Trainer("xgboost", XGBoostExtendedParams, fit_xgboost, "ml_feature_store_v3"),
    "lineup_aware": Trainer("xgboost", XGBoostExtendedParams, fit_xgboost, "ml_feature_store_v3"),
    "points_quantile": Trainer("numpy", FourierParams, fit_fourier, "ml_feature_store_v3"),
}
