"""How each learned system is fitted: its hyper-parameters, its fit, and the store of its features."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import BaseModel

from nba_assets.modeling.fitting.catboost_fit import fit_catboost
from nba_assets.modeling.fitting.catboost_params import CatBoostParams, QuantileParams
from nba_assets.modeling.fitting.training import FittedModel, fit_xgboost
from nba_assets.modeling.fitting.xgboost_params import (
    XGBoostExtendedParams,
    XGBoostParams,
    XGBoostV5Params,
)


@dataclass(frozen=True)
class Trainer:
    """How a model system is fitted: its hyper-parameters, its fit, and the store its features come from."""

    params: type[BaseModel]
    fit: Callable[[pd.DataFrame, Any, pd.Series], FittedModel]
    store: str


TRAINERS = {
    "xgboost_v5": Trainer(XGBoostV5Params, fit_xgboost, "ml_feature_store_v3"),
    "xgboost_v1": Trainer(XGBoostParams, fit_xgboost, "ml_feature_store_v2"),
    "catboost_v8": Trainer(CatBoostParams, fit_catboost, "ml_feature_store_v2"),
    "xgboost_extended": Trainer(XGBoostExtendedParams, fit_xgboost, "ml_feature_store_v3"),
    "lineup_aware": Trainer(XGBoostExtendedParams, fit_xgboost, "ml_feature_store_v3"),
    "points_quantile": Trainer(QuantileParams, fit_catboost, "ml_feature_store_v3"),
}
