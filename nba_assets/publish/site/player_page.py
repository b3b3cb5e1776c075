"""Content of a player's page: the next prediction with its contributions, and his season."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nba_assets.publish.contract.player import Player, PlayerGame
from nba_assets.publish.contract.slate import Prediction, SlatePlayer
from nba_assets.publish.headline import headline
from nba_assets.publish.site.scales import Scale, month_labels
from nba_assets.publish.site.text import count, points
from nba_assets.publish.site.why import why_steps

_HEIGHT = 240  # pixels of the season's chart
_MARGIN = 12
_HALF_DASH = 0.38  # of the distance between two games


@dataclass(frozen=True)
class NextGame:
    """The prediction for his entry in the newest slate."""

    player: SlatePlayer
    prediction: Prediction
    scale: Scale
    actual: float | None


@dataclass(frozen=True)
class PlacedGame:
    """A game at its place on the chart, in percent of its width."""

    game: PlayerGame
    x: float
    left: float
    right: float
    outside: bool


@dataclass(frozen=True)
class SeasonChart:
    """Games in order over an axis of points."""

    games: list[PlacedGame]
    scale: Scale
    months: list[tuple[str, float]]

    def y(self, amount: float) -> float:
        """Pixels from the top."""
        share = self.scale.at(amount) / 100
        return round(_HEIGHT - _MARGIN - share * (_HEIGHT - 2 * _MARGIN), 1)


def player_values(player: Player) -> dict[str, Any]:
    """What the template ``player`` takes."""
    upcoming = _next(player)
    steps = why_steps(upcoming.player.explanation, upcoming.prediction, player.evidence) if upcoming else []
    shown = [game for game in player.games if game.actual_points is not None or game.low_80 is not None]
    chart = _chart(shown) if shown else None
    played = [game for game in player.games if game.actual_points is not None]
    average = sum(game.actual_points or 0.0 for game in played) / len(played) if played else None
    return {
        "player": player,
        "next": upcoming,
        "steps": steps,
        "why_scale": Scale.of([edge for step in steps for edge in (step.start, step.to)]),
        "chart": chart,
        "played": len(played),
        "inside_words": _inside_words(shown),
        "deck": f"{points(average)} points a game over {count(len(played), 'game')} this season."
        if played
        else "No game yet this season.",
    }


def _next(player: Player) -> NextGame | None:
    entry = player.next_game
    if entry is None:
        return None
    rows = [{"system": p.system, "role": p.role, "predicted_points": p.predicted_points, "q50": p.q50}
            for p in entry.predictions]  # fmt: skip
    head = headline(rows)
    prediction = entry.by(head.system) if head else None
    if prediction is None:
        return None
    actual = next((g.actual_points for g in player.games if g.game_id == entry.game_id), None)
    extent = [prediction.predicted_points, prediction.high_80, prediction.line, actual]
    return NextGame(entry, prediction, Scale.of(extent, from_zero=True, ticks=6), actual)


def _chart(games: list[PlayerGame]) -> SeasonChart:
    width = 100 / len(games)
    placed = [
        PlacedGame(
            game=game,
            x=round((place + 0.5) * width, 2),
            left=round((place + 0.5 - _HALF_DASH) * width, 2),
            right=round((place + 0.5 + _HALF_DASH) * width, 2),
            outside=_outside(game),
        )
        for place, game in enumerate(games)
    ]
    extent = [amount for game in games for amount in (game.actual_points, game.high_80, game.line)]
    months = month_labels([game.game_date for game in games])
    return SeasonChart(placed, Scale.of(extent, from_zero=True), months)


def _outside(game: PlayerGame) -> bool:
    if game.actual_points is None or game.low_80 is None or game.high_80 is None:
        return False
    return not game.low_80 <= game.actual_points <= game.high_80


def _inside_words(games: list[PlayerGame]) -> str:
    known = [game for game in games if game.actual_points is not None and game.low_80 is not None]
    if not known:
        return ""
    return f"{sum(not _outside(game) for game in known)} of {len(known)} lay inside."
