"""What a person may set for a training run in the launchpad."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

import dagster as dg
from pydantic import BaseModel, Field, create_model

from nba_assets.calendar.game_dates import Calendar
from nba_assets.modeling.fitting.trainers import Trainer
from nba_assets.modeling.fitting.training import RetrainCalendar, retrain_dates
from nba_assets.modeling.fitting.training_gate import GateLimits

MONTHLY = "first_game_date_of_month"
_CALENDAR_DAYS = 40  # reaches into the month and the week before any date
_WHOLE_SEASONS, _GAME_DATES = 2, 42  # that a first model learns from
_EDITABLE = (int, float, bool)


def run_config_of(params: type[BaseModel]) -> type[dg.Config]:
    """The same settings, descriptions and defaults, as Dagster's launchpad edits them."""
    fields: dict[str, Any] = {
        name: (field.annotation if field.annotation in _EDITABLE else str,
               Field(default=field.default, description=field.description))
        for name, field in params.model_fields.items()
    }  # fmt: skip
    return create_model(f"{params.__name__}Config", __base__=dg.Config, **fields)


class Training(dg.ConfigurableResource):
    """When the systems of a run are trained, once for all of them."""

    retrain_calendar: str = Field(
        default=MONTHLY,
        description="Dates of the run that are trained: first_game_date_of_month, weekly_monday, every_date. "
        "On the others a system has nothing to do, and keeps what is stored.",
    )
    first_date: str = Field(
        default="",
        description="Dates before it are not trained. Empty: two seasons and six weeks after the first game "
        "that the lake's calendar has.",
    )
    systems: list[str] = Field(default=[], description="Systems to train; all of the run by default.")
    override_reason: str = Field(
        default="",
        description="Why to train in spite of a NO-GO; stored with the models, and kept until their rows "
        "change. Empty: do not.",
    )

    def dates(self, system: str, dates: Sequence[dt.date], league: Calendar) -> list[dt.date]:
        """Of a run's dates, in order, those on which a system is trained.

        The calendar is the league's, whatever dates a run has.

        Raises:
            ValueError: an unknown calendar, or a first date that is none.
        """
        if self.systems and system not in self.systems:
            return []
        before = dates[0] - dt.timedelta(days=_CALENDAR_DAYS)
        first = dt.date.fromisoformat(self.first_date) if self.first_date else _first_training(league)
        calendar = cast("RetrainCalendar", self.retrain_calendar)
        planned = retrain_dates(league.between(before, dates[-1]), calendar, first)
        return sorted(set(planned) & set(dates))


def _first_training(league: Calendar) -> dt.date:
    """Date after two seasons and six weeks of games; of a shorter calendar its first: the gate decides."""
    seasons = [league.season(name) for name in sorted(league.seasons)]
    third = seasons[_WHOLE_SEASONS] if len(seasons) > _WHOLE_SEASONS else []
    return third[_GAME_DATES] if len(third) > _GAME_DATES else seasons[0][0]


def config_of(trainer: Trainer) -> type[dg.Config]:
    """Run configuration of a system: the gate's limits and its own hyper-parameters."""
    fields: dict[str, Any] = {}
    for name, params, words in (
        ("gate", GateLimits, "Least evidence for GO; less than the defaults is a NO-GO."),
        ("hyper_parameters", trainer.params, "The learner's."),
    ):
        config = run_config_of(params)
        fields[name] = (config, Field(default=config(), description=words))
    return create_model(f"{trainer.params.__name__}Training", __base__=dg.Config, **fields)
