"""Books.

Points lines and closing lines, forecasts from what is known before tip-off plus each book's error.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import numpy as np
import pyarrow as pa

from nba_assets.simulation.league.calendar import Game
from nba_assets.simulation.league.franchises import Franchise
from nba_assets.simulation.league.layout import (
    SOURCE,
    to_table,
)
from nba_assets.simulation.league.names import plain
from nba_assets.simulation.league.rosters import Player

BOOKS = ("draftkings", "fanduel", "betmgm", "betrivers")
# Minutes before tip-off of each capture; the last one, after tip-off, exists for a few games only.
CAPTURES = (600, 290, 85, 18, -40)
_LATE_SHARE = 0.15
LEAST_MINUTES = 15.0
_OFFERED, _SHOWN = 0.95, 0.9
_MARGIN = 0.045
_SPREAD_SIGMA = 12.5


def event_id(game: Game) -> str:
    """Return the books' id of a game: 32 hex digits."""
    return hashlib.sha256(f"simulated {game.game_id}".encode()).hexdigest()[:32]


def points_lines(
    game: Game,
    franchises: tuple[Franchise, Franchise],
    players: list[Player],
    expected: np.ndarray,
    rng: np.random.Generator,
) -> pa.Table | None:
    """Return a game's points lines, one row per player, book and capture; None when no player has a line.

    Args:
        game: the game.
        franchises: home and away.
        players: players a line may be offered for.
        expected: capture x player: expected points as known at that moment, NaN where he is listed out.
        rng: the books' error.
    """
    view = _views(expected[: len(CAPTURES) - (rng.random() > _LATE_SHARE)], rng)
    line = np.floor(view) + 0.5
    capture, book, player = np.nonzero(np.isfinite(view))
    if not len(player):
        return None
    seconds = rng.integers(0, 60, view.shape[:2])
    over = _logistic((view - line)[capture, book, player] / (2.2 + 0.2 * line[capture, book, player]) * 1.7)
    stamps = [
        [_stamp(game.tipoff - dt.timedelta(minutes=CAPTURES[c]) + dt.timedelta(seconds=int(s))) for s in row]
        for c, row in enumerate(seconds)
    ]
    columns = {
        "source": SOURCE,
        "game_date": game.date.isoformat(),
        "commence_time": _stamp(game.tipoff),
        "event_id": event_id(game),
        "home_team": franchises[0].odds_name,
        "away_team": franchises[1].odds_name,
        "player": [plain(players[i].name) for i in player],
        "book": [BOOKS[b] for b in book],
        "line": line[capture, book, player],
        "over_price": american(over + _MARGIN / 2),
        "under_price": american(1 - over + _MARGIN / 2),
        "snapshot_at": [stamps[c][b] for c, b in zip(capture, book, strict=True)],
    }
    return to_table("points_lines", columns, len(player))


def closing_line(
    game: Game, franchises: tuple[Franchise, Franchise], scores: tuple[float, float], rng: np.random.Generator
) -> dict[str, Any]:
    """Return a game's consensus closing line from the expected scores (home, away).

    ``spread_point`` is the home side's handicap: negative when it is the favourite.
    """
    margin = scores[0] - scores[1] + float(rng.normal(0, 1.3))
    total = scores[0] + scores[1] + float(rng.normal(0, 2.0))
    home = _logistic(np.array([margin / _SPREAD_SIGMA * 1.7]))
    price = -110.0 + rng.integers(-6, 5, 4) / 2
    return {
        "event_id": event_id(game),
        "home_team": franchises[0].odds_name,
        "away_team": franchises[1].odds_name,
        "commence_time": _stamp(game.tipoff),
        "home_ml": float(american(home + _MARGIN / 2)[0]),
        "away_ml": float(american(1 - home + _MARGIN / 2)[0]),
        "home_spread_price": float(price[0]),
        # The archive's consensus lacks it for all but 91 of 2,838 games.
        "away_spread_price": float(price[1]) if rng.random() < 0.03 else None,
        "spread_point": round(-margin * 2) / 2 + 0.0,
        "total_over_price": float(price[2]),
        "total_under_price": float(price[3]),
        "total_point": round(total * 2) / 2,
    }


def _views(expected: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return what each book makes of the expectation: capture x book x player, NaN where it shows no line.

    A player's points are skewed, so the middle lies below the mean. The books share most of their error.
    """
    captures, players = expected.shape
    shape = (captures, len(BOOKS), players)
    mean = expected[:, None, :]
    shared = 0.5 * rng.normal(0, 1, players) + rng.normal(0, 0.25, (captures, 1, players)).cumsum(axis=0)
    view = mean * 0.97 + shared * (0.6 + 0.02 * mean) + rng.normal(0, 0.4, shape)
    shown = (rng.random(shape) < _SHOWN) & (rng.random(players) < _OFFERED) & (view > 1.2)
    return np.where(shown, view, np.nan)


def american(probability: np.ndarray) -> np.ndarray:
    """Return American prices, whole numbers, of implied probabilities."""
    p = np.clip(probability, 0.02, 0.98)
    return np.round(np.where(p >= 0.5, -100 * p / (1 - p), 100 * (1 - p) / p))


def _logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _stamp(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
