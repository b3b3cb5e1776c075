"""Results of a date and the grades of its predictions."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from nba_assets.publish.contract.base import Document, column

_GRADES = "prediction_accuracy"


class Grade(Document):
    """How one system's prediction fared."""

    system: str = column(_GRADES, "system")
    predicted_points: float | None = column(_GRADES, "predicted_points")
    absolute_error: float | None = column(_GRADES, "absolute_error")
    signed_error: float | None = column(_GRADES, "signed_error")
    recommendation: str | None = column(_GRADES, "recommendation")
    outcome: str | None = column(_GRADES, "outcome")
    line: float | None = column(_GRADES, "line")
    closing_line: float | None = column(_GRADES, "closing_line")
    closing_line_value: float | None = column(_GRADES, "closing_line_value")


class GradedPlayer(Document):
    """A predicted player, what he scored, and every system's grade."""

    game_id: str = column(_GRADES, "game_id")
    player_id: int = column(_GRADES, "player_id")
    player_name: str = column(_GRADES, "player_name")
    team: str = column(_GRADES, "team")
    opponent: str = column(_GRADES, "opponent")
    actual_points: float | None = column(_GRADES, "actual_points")
    minutes: float | None = column(_GRADES, "minutes")
    void_reason: str | None = column(_GRADES, "void_reason")
    grades: tuple[Grade, ...] = Field(min_length=1, description="Of the headline system and the baselines.")


class FinalScore(Document):
    """Points of both teams of a finished game."""

    game_id: str = column("raw_schedule", "game_id")
    home_team: str = column("raw_schedule", "home_team")
    away_team: str = column("raw_schedule", "away_team")
    home_points: int = Field(ge=0, description="Points of the home team.")
    away_points: int = Field(ge=0, description="Points of the visitors.")


class SystemScore(Document):
    """A system's errors on a date, over the players who played."""

    system: str = column(_GRADES, "system")
    rows: int = Field(ge=1, description="Players it predicted and who played.")
    mae: float = Field(ge=0, description="Mean absolute error.", json_schema_extra={"unit": "points"})
    bias: float = Field(description="Mean of prediction less points.", json_schema_extra={"unit": "points"})
    correct: int = Field(ge=0, description="OVER and UNDER that were right.")
    wrong: int = Field(ge=0, description="OVER and UNDER that were wrong.")


class Results(Document):
    """What happened on a date, and what the predictions for it were worth."""

    game_date: dt.date = Field(description="US Eastern date.")
    games: tuple[FinalScore, ...] = Field(description="Games with a box score.")
    systems: tuple[SystemScore, ...] = Field(description="Best first.")
    players: tuple[GradedPlayer, ...] = Field(description="Graded players; empty before grading.")
