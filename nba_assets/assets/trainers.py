"""How each model system is fitted, and what of it a person may set in the launchpad.

What belongs here: fit, hyper-parameters and store of a system; run configuration. What does not: which rows a
fit sees, what becomes of it (models.py), fitting itself (modeling/).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pandas as pd
from pydantic import BaseModel, Field, create_model

from nba_assets.modeling.catboost_fit import fit_catboost
from nba_assets.modeling.catboost_params import CatBoostParams, ExtendedParams, QuantileParams
from nba_assets.modeling.training import FittedModel, fit_xgboost
from nba_assets.modeling.training_gate import GateLimits
from nba_assets.modeling.xgboost_params import XGBoostExtendedParams, XGBoostParams

_EDITABLE = (int, float, bool)


@dataclass(frozen=True)
class Trainer:
    """How a model system is fitted: its hyper-parameters, its fit, and the store its features come from."""

    params: type[BaseModel]
    fit: Callable[[pd.DataFrame, Any, pd.Series], FittedModel]
    store: str


TRAINERS = {
    "xgboost_v5": Trainer(XGBoostParams, fit_xgboost, "ml_feature_store_v3"),
    "xgboost_v1": Trainer(XGBoostParams, fit_xgboost, "ml_feature_store_v2"),
    "catboost_v8": Trainer(CatBoostParams, fit_catboost, "ml_feature_store_v2"),
    "catboost_extended": Trainer(ExtendedParams, fit_catboost, "ml_feature_store_v3"),
    "xgboost_extended": Trainer(XGBoostExtendedParams, fit_xgboost, "ml_feature_store_v3"),
    "points_quantile": Trainer(QuantileParams, fit_catboost, "ml_feature_store_v3"),
}


def _run_config_of(params: type[BaseModel]) -> type[dg.Config]:
    """The same settings, descriptions and defaults, as Dagster's launchpad edits them."""
    fields: dict[str, Any] = {
        name: (field.annotation if field.annotation in _EDITABLE else str,
               Field(default=field.default, description=field.description))
        for name, field in params.model_fields.items()
    }  # fmt: skip
    return create_model(f"{params.__name__}Config", __base__=dg.Config, **fields)


class TrainingConfig(dg.Config):
    """What a person may set for a training run, whatever the system."""

    retrain_calendar: str = Field(
        default="every_date",
        description="Dates of the run that are trained: every_date, weekly_monday, first_game_date_of_month.",
    )
    first_date: str = Field(default="2020-12-22", description="Dates before it are not trained.")
    override_reason: str = Field(
        default="", description="Why to train in spite of a NO-GO; stored with the model. Empty: do not."
    )


def config_of(trainer: Trainer) -> type[dg.Config]:
    """TrainingConfig with the gate's limits and the system's own hyper-parameters."""
    fields: dict[str, Any] = {}
    for name, params, words in (
        ("gate", GateLimits, "Least evidence for GO; less than the defaults is a NO-GO."),
        ("hyper_parameters", trainer.params, "The learner's."),
    ):
        config = _run_config_of(params)
        fields[name] = (config, Field(default=config(), description=words))
    return create_model(f"{trainer.params.__name__}Training", __base__=TrainingConfig, **fields)
