"""A player's past games that were like tonight's, and what he scored in them: similarity_balanced_v1.

Likeness, of 100 (models.md): 40 the opponent's defence, 30 rest, 15 venue, 15 form. A game in the same class
earns all of it; in the neighbouring class of defence, rest or form half of it. What is unknown on either side
earns nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from nba_assets.domain.as_of import PriorRows
from nba_assets.domain.declarations.expressions import Function
from nba_assets.domain.declarations.sources import Derived, Stored

Floats = npt.NDArray[np.float64]

DEFENSE_EDGES = (
    106.0,
    110.0,
    113.0,
    116.0,
    120.0,
)  # points per 100 possessions, as the hand rules class them
REST_EDGES = (2.0, 3.0, 4.0)  # a day, two, three, more
WEIGHTS = {"defense": (40.0, 20.0), "rest": (30.0, 15.0), "venue": (15.0, 0.0), "form": (15.0, 7.5)}
LEAST_LIKENESS = 70.0
MOST_GAMES, LEAST_GAMES = 20, 5
_CHUNK = 20_000  # targets at a time: a row of likenesses for each of them must fit in memory


def class_of_defense(rows: pd.DataFrame) -> Floats:
    """Class of the opponent's defense."""
    return _class(rows["opponent_def_rating"], DEFENSE_EDGES)


def class_of_rest(rows: pd.DataFrame) -> Floats:
    """Class of the player's rest."""
    return _class(rows["player_days_rest"], REST_EDGES)


def class_of_form(rows: pd.DataFrame) -> Floats:
    """Sign of the player's trend."""
    return np.sign(rows["recent_trend"].to_numpy(np.float64, na_value=np.nan))


_CLASSES = {
    "defense": (class_of_defense, "opponent_def_rating"),
    "rest": (class_of_rest, "player_days_rest"),
    "form": (class_of_form, "recent_trend"),
}


def similar_games(rows: pd.DataFrame, past: PriorRows) -> dict[str, Floats]:
    """Mean points of the games most alike, weighted by likeness, and how many they are.

    Kept are games of the last three years with a likeness of 70 or more, at most the 20 most alike (the newer
    first among equals); NULL below 5.

    Args:
        rows: opponent_def_rating, player_days_rest, home_away, recent_trend.
        past: the player's games: pts, and their classes as of then: defense, rest, venue, form.

    Returns:
        similar_games_points and similar_games, aligned with ``rows``.
    """
    tonight = {name: compute(rows) for name, (compute, _) in _CLASSES.items()}
    tonight["venue"] = rows["home_away"].to_numpy(np.float64, na_value=np.nan)
    points, games = np.full(len(rows), np.nan), np.zeros(len(rows))
    for start in range(0, len(rows), _CHUNK):
        part = np.arange(start, min(start + _CHUNK, len(rows)))
        points[part], games[part] = _most_alike(
            {name: values[part] for name, values in tonight.items()}, past.some(part)
        )
    return {"similar_games_points": points, "similar_games": games}


def _most_alike(tonight: Mapping[str, Floats], history: PriorRows) -> tuple[Floats, Floats]:
    depth = int(history.count.max(initial=0))
    likeness = np.zeros((len(history), depth), dtype=np.float32)  # every likeness is a multiple of 2.5
    scored = np.zeros((len(history), depth), dtype=np.float32)
    for name, (same, near) in WEIGHTS.items():
        wanted = tonight[name]
        for lag, targets, values in history.lags(name):
            apart = np.abs(wanted[targets] - values)
            likeness[targets, lag] += np.select([apart == 0, apart == 1], [same, near], 0.0)
    for lag, targets, values in history.lags("pts"):
        scored[targets, lag] = values
    likeness[likeness < LEAST_LIKENESS] = 0.0
    best = np.argsort(-likeness, axis=1, kind="stable")[:, :MOST_GAMES]  # lags ascend: newer first
    weight = np.take_along_axis(likeness, best, axis=1).astype(np.float64)
    points = np.take_along_axis(scored, best, axis=1).astype(np.float64)
    count, total = (weight > 0).sum(axis=1), weight.sum(axis=1)
    mean = (weight * points).sum(axis=1) / np.where(total > 0, total, 1.0)
    return np.where(count >= LEAST_GAMES, mean, np.nan), count.astype(np.float64)


def _class(column: pd.Series, edges: tuple[float, ...]) -> Floats:
    values = column.to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isnan(values), np.nan, np.searchsorted(np.array(edges), values, side="right"))


def past_classes(stored: Mapping[str, Stored]) -> tuple[Derived, ...]:
    """Classes of an earlier game, from what was known before it.

    Args:
        stored: tables of opponent_def_rating, player_days_rest, home_away and recent_trend, by column.
    """
    classes = [
        Derived(name, Function(compute, (stored[column][column],)))
        for name, (compute, column) in _CLASSES.items()
    ]
    return (*classes, Derived("venue", stored["home_away"]["home_away"]))
