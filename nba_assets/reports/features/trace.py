"""What one number of one player is made of.

A feature of games and their weights, an ensemble of its members.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nba_assets.domain.feature_store.extended_form import (
    WEIGHTED_GAMES,
    shot_value,
)
from nba_assets.domain.zones import COARSE
from nba_assets.modeling.systems.ensemble import EnsembleWeights

_COLUMN = {
    "points": "pts", "minutes": "minutes", "usage_rate": "usage_rate", "fga": "fga", "fta": "fta",
    "fg3a": "fg3a", "shot_value": "shot_value", "rebounds": "reb", "assists": "ast",
}  # fmt: skip
_LAST = re.compile(r"(?P<base>\w+)_avg_last_(?P<games>\d+)$")
_SEASON = re.compile(r"(?P<base>\w+)_avg_season$")
_WEIGHTED = re.compile(r"(?P<base>\w+)_weighted_(?P<half_life>\d+)$")
_PPM = re.compile(r"ppm(_avg)?_last_(?P<games>\d+)$")
# Sums over sums of the last ten games: numerator, denominator, games with both that it needs.
_SHARES = {
    **{f"pct_{zone}": (f"{zone}_fga", "zoned_fga", 1) for zone in COARSE},
    "pct_free_throw": ("ftm", "pts", 5),
}
_STD_GAMES, _STD_NEEDS = 10, 3


@dataclass(frozen=True)
class Trace:
    """The games behind a value: one row a game, oldest first, and the value they give."""

    games: pd.DataFrame
    value: float
    words: str


def trace_feature(name: str, games: pd.DataFrame, season: str, opponent: str) -> Trace | None:
    """Games behind a feature; None for a feature that is no window over the player's own games.

    Args:
        name: feature.
        games: the player's player_game_summary before the date, oldest first, of the last three years.
        season: season of the date.
        opponent: team he plays against on the date.
    """
    games = games.assign(shot_value=shot_value(games)).reset_index(drop=True)
    if name in _SHARES:
        zoned = games[[f"{zone}_fga" for zone in COARSE]].sum(axis=1, min_count=len(COARSE))
        return _ratio(games.assign(zoned_fga=zoned).tail(10), *_SHARES[name])
    if name in ("avg_points_vs_opponent", "games_vs_opponent"):
        return _against(games[games["opponent"].eq(opponent).to_numpy(dtype=bool)], name)
    if name == "points_std_last_10":
        return _spread(games.tail(_STD_GAMES))
    if (found := _PPM.match(name)) is not None:
        return _ratio(games.tail(int(found["games"])), "pts", "minutes")
    return _average(name, games, season)


def _average(name: str, games: pd.DataFrame, season: str) -> Trace | None:
    """A mean that a feature's name spells out; None for a name that does not."""
    for pattern in (_LAST, _SEASON, _WEIGHTED):
        found = pattern.match(name)
        if found is not None and found["base"] in _COLUMN:
            column = _COLUMN[found["base"]]
            if pattern is _LAST:
                chosen = games.tail(int(found["games"]))
                return _mean(chosen, column, np.ones(len(chosen)), "each counts the same")
            if pattern is _SEASON:
                chosen = games[games["season"].eq(season).to_numpy(dtype=bool)]
                return _mean(chosen, column, np.ones(len(chosen)), "each of this season counts the same")
            chosen = games.tail(WEIGHTED_GAMES)
            weights = 0.5 ** (np.arange(len(chosen))[::-1] / int(found["half_life"]))
            return _mean(chosen, column, weights, f"weights halve every {found['half_life']} games")
    return None


def _mean(games: pd.DataFrame, column: str, weights: np.ndarray, words: str) -> Trace:
    value = games[column].to_numpy("float64", na_value=np.nan)
    known = ~np.isnan(value)
    total = float(weights[known].sum())
    share = np.where(known, weights / total if total else np.nan, np.nan)
    shown = _shown(games).assign(**{column: value}, weight=share, adds=value * share)
    return Trace(shown, float(np.nansum(value * share)) if total else float("nan"), words)


def _against(games: pd.DataFrame, name: str) -> Trace:
    met = _mean(games, "pts", np.ones(len(games)), "each against tonight's opponent, 3 years")
    if name == "avg_points_vs_opponent":
        return met
    return Trace(met.games.drop(columns="adds").assign(weight=1.0), float(len(games)), met.words)


def _spread(games: pd.DataFrame) -> Trace:
    met = _mean(games, "pts", np.ones(len(games)), f"sample standard deviation, needs {_STD_NEEDS} games")
    points = met.games["pts"]
    value = float(points.std()) if points.count() >= _STD_NEEDS else float("nan")
    return Trace(met.games.drop(columns="adds"), value, met.words)


def _ratio(games: pd.DataFrame, top: str, bottom: str, needs: int = 1) -> Trace:
    """Sum over sum of the games that know both."""
    values = games[[top, bottom]].astype("float64")
    known = values.where(values.notna().all(axis=1))
    whole, count = float(known[bottom].sum()), int(known[bottom].count())
    shown = _shown(games).assign(
        **{top: values[top], bottom: values[bottom]}, weight=known[bottom] / whole if whole else np.nan
    )
    value = float(known[top].sum()) / whole if whole and count >= needs else float("nan")
    words = f"sum of {top} / sum of {bottom}" + (f", needs {needs} games" if needs > 1 else "")
    return Trace(shown, value, words)


def _shown(games: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"game_date": games["game_date"].dt.date, "game_id": games["game_id"],
                         "opponent": games["opponent"]})  # fmt: skip


def member_shares(weights: EnsembleWeights, predictions: pd.DataFrame, *, has_line: bool) -> pd.DataFrame:
    """What an ensemble's number for a player is made of.

    Args:
        weights: the ensemble's.
        predictions: the player's rows of player_prop_predictions on a date, the newest version last.
        has_line: whether his row has a line, which decides the weights.

    Returns:
        One row a member: member, model, points, weight, adds (points); a member without a row is NULL.
    """
    used = pd.Series(weights.line_weights if has_line else weights.weights)
    said = predictions.drop_duplicates("system", keep="last").set_index("system").reindex(used.index)
    points = said["predicted_points"].astype("float64")
    table = pd.DataFrame({"model": said["model_id"], "points": points, "weight": used, "adds": points * used})
    return table.rename_axis("member").reset_index()
