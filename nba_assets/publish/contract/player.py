"""A player's season: each game with what was predicted and what he scored, and the next prediction."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from nba_assets.publish.contract.base import Document, column
from nba_assets.publish.contract.evidence import PlayerEvidence
from nba_assets.publish.contract.slate import SlatePlayer

_PREDICTIONS = "player_prop_predictions"
_GRADES = "prediction_accuracy"


class PlayerGame(Document):
    """A game that he played, or for which he was predicted, and the headline system's prediction."""

    game_date: dt.date = Field(description="US Eastern date.")
    game_id: str = column(_PREDICTIONS, "game_id")
    team: str = column(_PREDICTIONS, "team")
    opponent: str = column(_PREDICTIONS, "opponent")
    actual_points: float | None = column(_GRADES, "actual_points")
    minutes: float | None = column(_GRADES, "minutes")
    system: str | None = Field(description="System of the prediction; NULL where he was not predicted.")
    predicted_points: float | None = column(_PREDICTIONS, "predicted_points")
    low_80: float | None = column(_PREDICTIONS, "low_80")
    high_80: float | None = column(_PREDICTIONS, "high_80")
    line: float | None = column(_PREDICTIONS, "line")
    recommendation: str | None = column(_PREDICTIONS, "recommendation")
    outcome: str | None = column(_GRADES, "outcome")


class PlayerScore(Document):
    """A system's errors with this player, over the graded games of the season."""

    system: str = column(_GRADES, "system")
    rows: int = Field(ge=1, description="Games it predicted and he played.")
    mae: float = Field(ge=0, description="Mean absolute error.", json_schema_extra={"unit": "points"})


class Player(Document):
    """A player's season up to a date."""

    player_id: int = column(_PREDICTIONS, "player_id")
    player_name: str = column(_PREDICTIONS, "player_name")
    team: str = column(_PREDICTIONS, "team")
    season: str = column("raw_schedule", "season")
    games: tuple[PlayerGame, ...] = Field(description="Oldest first.")
    scores: tuple[PlayerScore, ...] = Field(description="Best first.")
    next_game: SlatePlayer | None = Field(description="His entry in the newest slate, where he has one.")
    next_date: dt.date | None = Field(description="Date of that slate.")
    evidence: PlayerEvidence | None = Field(
        default=None,
        description="The rows behind the features that explain its prediction; NULL without an explanation.",
    )
