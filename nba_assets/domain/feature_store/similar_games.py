"""A player's past games that were like tonight's, and what he scored in them: similarity_balanced_v1.

Likeness, of 100 (models.md): 40 the opponent's defence, 30 rest, 15 venue, 15 form. A game in the same class
earns all of it; in the neighbouring class of defence, rest or form half of it. What is unknown on either side
earns nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nba_assets.domain.as_of import HISTORY_DAYS, PriorRows

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


def game_classes(rows: pd.DataFrame) -> pd.DataFrame:
    """Class of each game in the four respects, NaN where unknown.

    Args:
        rows: opponent_def_rating, player_days_rest, home_away, recent_trend.
    """
    rating = rows["opponent_def_rating"].to_numpy(np.float64, na_value=np.nan)
    rest = rows["player_days_rest"].to_numpy(np.float64, na_value=np.nan)
    return pd.DataFrame(
        {
            "defense": _class(rating, DEFENSE_EDGES),
            "rest": _class(rest, REST_EDGES),
            "venue": rows["home_away"].to_numpy(np.float64, na_value=np.nan),
            "form": np.sign(rows["recent_trend"].to_numpy(np.float64, na_value=np.nan)),
        },
        index=rows.index,
    )


def similar_game_columns(rows: pd.DataFrame, past: pd.DataFrame) -> dict[str, Floats]:
    """Mean points of the games most alike, weighted by likeness, and how many they are.

    Kept are games of the last three years with a likeness of 70 or more, at most the 20 most alike (the newer
    first among equals); NULL below 5.

    Args:
        rows: game_date, player_id and the columns of ``game_classes``.
        past: his games before: game_date, player_id, pts and the columns of ``game_classes``.

    Returns:
        similar_games_points and similar_games, aligned with ``rows``.
    """
    tonight = pd.concat([rows[["game_date", "player_id"]], game_classes(rows)], axis=1).reset_index(drop=True)
    before = pd.concat([past[["game_date", "player_id", "pts"]], game_classes(past)], axis=1)
    points, games = np.full(len(rows), np.nan), np.zeros(len(rows))
    for start in range(0, len(rows), _CHUNK):
        part = tonight.iloc[start : start + _CHUNK].reset_index(drop=True)
        mean, count = _most_alike(part, PriorRows(before, part, "player_id").within_days(HISTORY_DAYS))
        points[start : start + _CHUNK], games[start : start + _CHUNK] = mean, count
    return {"similar_games_points": points, "similar_games": games}


def _most_alike(tonight: pd.DataFrame, history: PriorRows) -> tuple[Floats, Floats]:
    depth = int(history.count.max(initial=0))
    likeness = np.zeros((len(tonight), depth), dtype=np.float32)  # every likeness is a multiple of 2.5
    scored = np.zeros((len(tonight), depth), dtype=np.float32)
    for name, (same, near) in WEIGHTS.items():
        wanted = tonight[name].to_numpy()
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


def _class(values: Floats, edges: tuple[float, ...]) -> Floats:
    return np.where(np.isnan(values), np.nan, np.searchsorted(np.array(edges), values, side="right"))
