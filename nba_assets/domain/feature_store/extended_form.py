"""A player's form for ``v3_extended``: decayed means, long-run rates, roles, the last game."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nba_assets.domain.as_of import HISTORY_DAYS, PriorRows
from nba_assets.domain.feature_store.feature_registry import (
    HALF_LIVES,
    WEIGHTED,
)

Floats = npt.NDArray[np.float64]

WEIGHTED_GAMES = 160  # at a half-life of 40 games the weight that is cut off is 6 %
# What an attempt is worth at the league's usual make rates: luck of the night taken out of the points.
THREE_VALUE, TWO_VALUE, FREE_THROW_VALUE = 3 * 0.36, 2 * 0.53, 0.78
COLUMNS = ("game_id", "player_id", "team", "opponent", "season", "is_starter", "minutes", "pts", "fga",
           "fg3a", "fta", "reb", "ast", "usage_rate")  # fmt: skip
_BASE = {name: name for name, *_ in WEIGHTED} | {"points": "pts"}


def shot_value(games: pd.DataFrame) -> pd.Series:
    """Points a game's attempts would bring at the league's usual make rates.

    Args:
        games: fga, fg3a, fta.
    """
    twos = games["fga"] - games["fg3a"]
    return THREE_VALUE * games["fg3a"].astype("float64") + TWO_VALUE * twos + FREE_THROW_VALUE * games["fta"]


def form_columns(rows: pd.DataFrame, games: pd.DataFrame) -> dict[str, Floats]:
    """Features of a player's own games.

    Args:
        rows: players who may play: game_date, player_id, team, season.
        games: player_game_summary before the last of the dates (``COLUMNS``).

    Returns:
        One array a feature, aligned with ``rows``.
    """
    started = games["is_starter"].astype("float64")
    games = games.assign(
        shot_value=shot_value(games),
        started=started,
        points_started=games["pts"].astype("float64").where(started == 1),
        points_reserve=games["pts"].astype("float64").where(started == 0),
    )
    history = PriorRows(games, rows, "player_id").within_days(HISTORY_DAYS)
    weighted = history.last(WEIGHTED_GAMES)
    columns = {
        f"{name}_weighted_{half_life}": weighted.decayed_mean(_BASE[name], half_life)
        for name, *_ in WEIGHTED
        for half_life in HALF_LIVES
    }
    season = PriorRows(games, rows, ["player_id", "season"])
    columns |= _long_run(history, season)
    return columns | _roles(history, games, rows) | _projections(columns)


def _long_run(history: PriorRows, season: PriorRows) -> dict[str, Floats]:
    year = history.last(82)
    return {
        "ppm_last_82": year.ratio("pts", "minutes"),
        "ppm_season": season.ratio("pts", "minutes"),
        "shot_value_per_minute_last_82": year.ratio("shot_value", "minutes"),
        "points_avg_last_82": year.mean("pts"),
        "minutes_avg_season": season.mean("minutes"),
        "shot_value_avg_season": season.mean("shot_value"),
        "minutes_std_last_10": history.last(10).std("minutes"),
        "usage_rate_last_10": history.last(10).mean("usage_rate"),
        "games_3_years": history.count.astype(np.float64),
        "games_this_season": season.count.astype(np.float64),
    }


def _roles(history: PriorRows, games: pd.DataFrame, rows: pd.DataFrame) -> dict[str, Floats]:
    weighted, last = history.last(WEIGHTED_GAMES), history.last(1)
    with_team = PriorRows(games, rows, ["player_id", "team"]).within_days(HISTORY_DAYS)
    return {
        "minutes_last_game": last.mean("minutes"),
        "points_last_game": last.mean("pts"),
        "shot_value_last_game": last.mean("shot_value"),
        "starter_share_last_5": history.last(5).mean("started"),
        "started_last_game": last.mean("started"),
        "points_as_starter_weighted_15": weighted.decayed_mean("points_started", 15),
        "points_as_reserve_weighted_15": weighted.decayed_mean("points_reserve", 15),
        "rebounds_weighted_15": weighted.decayed_mean("reb", 15),
        "assists_weighted_15": weighted.decayed_mean("ast", 15),
        "games_with_team": with_team.count.astype(np.float64),
    }


def _projections(columns: dict[str, Floats]) -> dict[str, Floats]:
    """Minutes he lately gets, at the rate he scores in the long run."""
    rate = columns["ppm_last_82"]
    return {f"projected_points_{n}": columns[f"minutes_weighted_{n}"] * rate for n in (2, 6, 15)}
