"""The slate of a date: its games, and every player who may play, with what each system predicts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Literal, Self

from pydantic import Field, model_validator

from nba_assets.publish.contract.base import Document, column

_PREDICTIONS = "player_prop_predictions"
_CONTEXT = "upcoming_player_game_context"
_LINES = "raw_player_points_lines"
_EXPECTED = "expected_minutes"


class Prediction(Document):
    """What one system predicts for one player."""

    system: str = column(_PREDICTIONS, "system")
    role: str = column(_PREDICTIONS, "role")
    predicted_points: float | None = column(_PREDICTIONS, "predicted_points")
    q10: float | None = column(_PREDICTIONS, "q10")
    q25: float | None = column(_PREDICTIONS, "q25")
    q50: float | None = column(_PREDICTIONS, "q50")
    q75: float | None = column(_PREDICTIONS, "q75")
    q90: float | None = column(_PREDICTIONS, "q90")
    low_80: float | None = column(_PREDICTIONS, "low_80")
    high_80: float | None = column(_PREDICTIONS, "high_80")
    prob_over: float | None = column(_PREDICTIONS, "prob_over")
    line: float | None = column(_PREDICTIONS, "line")
    edge: float | None = column(_PREDICTIONS, "edge")
    recommendation: str | None = column(_PREDICTIONS, "recommendation")
    model_id: str | None = column(_PREDICTIONS, "model_id")
    model_trained_through: str | None = column(_PREDICTIONS, "model_trained_through")
    predicted_at: dt.datetime | None = column(_PREDICTIONS, "predicted_at")
    is_pregame: bool | None = column(_PREDICTIONS, "is_pregame")
    reason: str | None = column(_PREDICTIONS, "reason")

    @model_validator(mode="after")
    def _explained(self) -> Self:
        if self.predicted_points is None and not self.reason:
            raise ValueError(f"{self.system}: neither a prediction nor a reason for its absence")
        return self


class Contribution(Document):
    """What one feature adds to a model's prediction."""

    feature: str = Field(description="Feature, as in ml_feature_store_v3.")
    value: float | None = Field(description="Its value; NULL where it is missing, which a model may use too.")
    unit: str = Field(description="Unit of the value.")
    definition: str = Field(description="What the feature is.")
    adds: float = Field(description="Points that it adds to the prediction; negative: takes away.")


class Explanation(Document):
    """Contributions to a model's prediction: start, contributions and rest add up to it."""

    start: float = Field(description="Points that every player starts from.")
    contributions: tuple[Contribution, ...] = Field(description="The largest contributions, largest first.")
    rest: float = Field(description="Points that everything else adds: other features and calibration.")


class Offer(Document):
    """The last prices of one book before tip-off."""

    book: str = column(_LINES, "book")
    line: float = column(_LINES, "line")
    over_price: float | None = column(_LINES, "over_price")
    under_price: float | None = column(_LINES, "under_price")
    captured_at: dt.datetime = column(_LINES, "captured_at")


class SlatePlayer(Document):
    """A player who may play, and every system's prediction for him."""

    game_id: str = column(_CONTEXT, "game_id")
    player_id: int = column(_CONTEXT, "player_id")
    player_name: str = column(_CONTEXT, "player_name")
    team: str = column(_CONTEXT, "team")
    opponent: str = column(_CONTEXT, "opponent")
    is_home: bool = column(_CONTEXT, "is_home")
    injury_status: str | None = column(_CONTEXT, "injury_status")
    points_line: float | None = column(_CONTEXT, "points_line")
    opening_points_line: float | None = column(_CONTEXT, "opening_points_line")
    line_captured_at: dt.datetime | None = column(_CONTEXT, "line_captured_at")
    line_books: int | None = column(_CONTEXT, "line_books")
    play_probability: float | None = column(_EXPECTED, "play_probability")
    start_probability: float | None = column(_EXPECTED, "start_probability")
    minutes_q50: float | None = column(_EXPECTED, "minutes_q50")
    offers: tuple[Offer, ...] = Field(description="Each book's last prices before tip-off.")
    predictions: tuple[Prediction, ...] = Field(
        min_length=1, description="Of the headline system and the baselines."
    )
    explanation: Explanation | None = Field(
        description="Of the headline system's prediction; NULL for a rule, or where its model cannot be read."
    )

    def by(self, system: str) -> Prediction | None:
        """The prediction of one system."""
        return next((found for found in self.predictions if found.system == system), None)


class Absence(Document):
    """A player of the game who is listed Out."""

    game_id: str = column(_CONTEXT, "game_id")
    player_id: int = column(_CONTEXT, "player_id")
    player_name: str = column(_CONTEXT, "player_name")
    team: str = column(_CONTEXT, "team")


class UnpredictedTeam(Document):
    """A team that plays, and of which no player is predicted."""

    game_id: str = column(_CONTEXT, "game_id")
    team: str = column(_CONTEXT, "team")
    reason: Literal["nobody expected", "nobody predicted"] = Field(
        description="nobody expected: no earlier game and no report names a player who may play; "
        "nobody predicted: every player who may play is listed Out, or no system predicts him."
    )


class SlateGame(Document):
    """A game of the date."""

    game_id: str = column("raw_schedule", "game_id")
    season_type: str = column("raw_schedule", "season_type")
    home_team: str = column("raw_schedule", "home_team")
    away_team: str = column("raw_schedule", "away_team")
    tipoff_utc: dt.datetime | None = column("raw_schedule", "tipoff_utc")
    status: str = column("raw_schedule", "status")
    is_postponed: bool = column("raw_schedule", "is_postponed")
    home_spread: float | None = Field(
        description="Handicap of the home team in the last line before tip-off.",
        json_schema_extra={"unit": "points"},
    )
    game_total: float | None = column(_CONTEXT, "game_total")


class Headline(Document):
    """The system whose predictions are the headline of the date."""

    system: str = Field(description="Prediction system.")
    role: Literal["champion", "shadow", "baseline"] = Field(
        description="champion: it is served. Otherwise no system has earned that, and it is shown anyway."
    )
    has_distribution: bool = Field(description="It predicts quantiles, not only points.")


class Slate(Document):
    """Everything predicted for a date."""

    game_date: dt.date = Field(description="US Eastern date.")
    season: str = column("raw_schedule", "season")
    state: Literal["predicted", "waiting", "off_day"] = Field(
        description="waiting: games, and no predictions yet; off_day: no games."
    )
    headline: Headline | None = Field(description="NULL where nothing is predicted.")
    games: tuple[SlateGame, ...] = Field(description="By tip-off.")
    players: tuple[SlatePlayer, ...] = Field(description="By game, team and player.")
    absences: tuple[Absence, ...] = Field(description="Players listed Out, who are not predicted.")
    unpredicted: tuple[UnpredictedTeam, ...] = Field(
        description="Teams of a predicted slate that play without any predicted player."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Each player once, both teams of every game or a reason why not, and the state of the slate."""
        twice = [key for key, count in Counter(p.player_id for p in self.players).items() if count > 1]
        if twice:
            raise ValueError(f"{self.game_date}: players listed more than once: {twice[:3]}")
        present = {(player.game_id, player.team) for player in self.players}
        due = {
            (game.game_id, team)
            for game in self.games
            if not game.is_postponed
            for team in (game.home_team, game.away_team)
        }
        named = {(each.game_id, each.team) for each in self.unpredicted}
        lacking = sorted(due - present)
        if self.players and lacking != sorted(named):
            raise ValueError(
                f"{self.game_date}: no player of {lacking[:3]}, unpredicted are {sorted(named)[:3]}"
            )
        strangers = sorted(present - due)
        if strangers:
            raise ValueError(f"{self.game_date}: players of teams that do not play: {strangers[:3]}")
        state = "off_day" if not self.games else "predicted" if self.players else "waiting"
        if self.state != state or (self.headline is None) != (state != "predicted"):
            raise ValueError(f"{self.game_date}: {self.state} with {len(self.players)} players")
        return self
