"""The record of the prediction systems: who serves, how good each is, and how well calibrated."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from nba_assets.publish.contract.base import Document, column

_PERFORMANCE = "model_performance"
_REGISTRY = "model_registry"


class Window(Document):
    """A system's graded predictions of some days up to a date."""

    population: str = column(_PERFORMANCE, "population")
    window: str = column(_PERFORMANCE, "window")
    rows: int = column(_PERFORMANCE, "rows")
    mae: float = column(_PERFORMANCE, "mae")
    bias: float = column(_PERFORMANCE, "bias")
    picks: int = column(_PERFORMANCE, "picks")
    accuracy: float | None = column(_PERFORMANCE, "accuracy")
    state: str = column(_PERFORMANCE, "state")


class System(Document):
    """A prediction system and what is known of it."""

    system: str = column(_PERFORMANCE, "system")
    kind: str = Field(
        description="rule, model or ensemble.", json_schema_extra={"enum": ["rule", "model", "ensemble"]}
    )
    about: str = Field(description="What it is.")
    is_baseline: bool = Field(description="A learned system must beat it.")
    state: str | None = Field(description="What it is in the registry; NULL for a rule.")
    since: str | None = Field(description="Date of that state.")
    model_id: str | None = Field(description="Its newest model.")
    trained_for: str | None = Field(description="Date that model was trained for.")
    verdict: str | None = Field(description="The registry's reason for the state.")
    windows: tuple[Window, ...] = Field(description="How it has fared of late.")


class Score(Document):
    """A value with its interval."""

    value: float | None = Field(description="Estimate; NULL without rows.")
    low: float | None = Field(description="Lower end of the 95 % interval over dates.")
    high: float | None = Field(description="Upper end.")


class SeasonScore(Document):
    """A system's errors in a season, on the rows of every compared system."""

    season: str = column("raw_schedule", "season")
    population: str = Field(description="all: every player who played; with_line: those with a line.")
    system: str = Field(description="Prediction system, or market_line.")
    rows: int = Field(ge=1, description="Rows, the same for every system of the season and population.")
    dates: int = Field(ge=1, description="Game dates behind them.")
    mae: Score = Field(description="Mean absolute error.", json_schema_extra={"unit": "points"})
    bias: float = Field(description="Mean of prediction less points.", json_schema_extra={"unit": "points"})
    difference: Score | None = Field(
        description="Its MAE less that of the reference on the same rows; negative is better.",
        json_schema_extra={"unit": "points"},
    )
    reference: str | None = Field(description="What the difference is to.")


class ReliabilityBin(Document):
    """Predictions of one tenth of the probability of going over the line."""

    system: str = Field(description="Prediction system.")
    bin: int = Field(ge=0, le=9, description="Tenth of prob_over.")
    predicted: float = Field(ge=0, le=1, description="Mean prob_over.")
    observed: float = Field(ge=0, le=1, description="Share that went over.")
    rows: int = Field(ge=1, description="Predictions; pushes do not count.")


class QuantileLevel(Document):
    """How often results lay at or below a predicted quantile."""

    system: str = Field(description="Prediction system.")
    level: float = Field(gt=0, lt=1, description="Level of the quantile.")
    observed: float = Field(ge=0, le=1, description="Share of results at or below it.")
    rows: int = Field(ge=1, description="Results.")


class EdgeBucket(Document):
    """Paper bets of a system by the size of their edge, settled at the offers that were recommended."""

    system: str = Field(description="Prediction system.")
    low: float | None = Field(description="Least edge; NULL: no limit.", json_schema_extra={"unit": "points"})
    high: float | None = Field(
        description="Edge below this; NULL: no limit.", json_schema_extra={"unit": "points"}
    )
    correct: int = Field(ge=0, description="Won.")
    wrong: int = Field(ge=0, description="Lost.")
    pushes: int = Field(ge=0, description="Neither: the result was the line.")
    hit_rate: Score = Field(description="Won among the decided.")
    break_even: float | None = Field(
        description="Mean share that breaks even at the prices offered; NULL without a price."
    )
    profit: Score = Field(
        description="Mean profit on a unit staked, of bets with a price.", json_schema_extra={"unit": "units"}
    )


class Record(Document):
    """Every system: who serves, what the predictions as served were worth."""

    game_date: dt.date = Field(description="Newest date that counts.")
    champion: str | None = Field(description="System that serves; NULL: none has earned it.")
    champion_by_hand: bool = Field(description="A person chose it.")
    break_even: float | None = Field(
        description="Mean share of won bets that breaks even at the prices offered; NULL without a price."
    )
    systems: tuple[System, ...] = Field(description="In the order of the registry of systems.")
    seasons: tuple[SeasonScore, ...] = Field(description="Newest season first, best system first.")
    reliability: tuple[ReliabilityBin, ...] = Field(description="Calibration of prob_over.")
    quantiles: tuple[QuantileLevel, ...] = Field(description="Calibration of the quantiles.")
    edges: tuple[EdgeBucket, ...] = Field(description="Picks by edge.")
