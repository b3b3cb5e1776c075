"""What a person may set for a training run in the launchpad."""

from __future__ import annotations

from typing import Any

import dagster as dg
from pydantic import BaseModel, Field, create_model

from nba_assets.modeling.fitting.trainers import Trainer
from nba_assets.modeling.fitting.training_gate import GateLimits

_EDITABLE = (int, float, bool)


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
