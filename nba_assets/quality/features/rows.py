"""Feature rows judged one by one: values in range, keys unique, no row without its context or its game."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from nba_assets.domain.feature_store.feature_registry import (
    NAMES,
    V2,
)
from nba_assets.quality.features.findings import (
    found,
    named_keys,
)

KEY = ["game_date", "game_id", "player_id"]
_LOW = np.array([feature.low for feature in V2])
_HIGH = np.array([feature.high for feature in V2])


def out_of_range(rows: pd.DataFrame) -> pd.DataFrame:
    """Values outside the range the registry declares.

    Args:
        rows: feature rows of the dates to judge.
    """
    values = rows[list(NAMES)].to_numpy(np.float64)
    row, feature = np.nonzero((values < _LOW) | (values > _HIGH))
    bad = rows[KEY].iloc[row].assign(feature=feature, value=values[row, feature])
    bad["limit"] = np.where(bad["value"] < _LOW[feature], _LOW[feature], _HIGH[feature])
    bad["excess"] = (bad["value"] - bad["limit"]).abs()
    groups = [
        (date, int(number), group, group.loc[group["excess"].idxmax()])
        for (date, number), group in bad.reset_index(drop=True).groupby(["game_date", "feature"], sort=True)
    ]
    return found(
        "range",
        np.array([date for date, *_ in groups], dtype="datetime64[ns]"),
        np.array([number for _, number, *_ in groups], dtype=np.int64),
        "FAIL",
        [float(worst["value"]) for *_, worst in groups],
        [float(worst["limit"]) for *_, worst in groups],
        [len(group) for _, _, group, _ in groups],
        [named_keys(group) for _, _, group, _ in groups],
        [
            f"{NAMES[number]} lies outside {_LOW[number]:g}..{_HIGH[number]:g} on {len(group):,} rows, "
            f"furthest {worst['value']:g}"
            for _, number, group, worst in groups
        ],
    )


def duplicates(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows whose key another row of the date has."""
    return _bad_rows(
        "duplicate", rows, rows.duplicated(KEY, keep=False), lambda n: f"{n:,} rows share their key"
    )


def orphans(rows: pd.DataFrame, context: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """Rows without a context row, without a game of the date, or of a team that does not play the game.

    Args:
        rows: feature rows of the dates to judge: KEY, team.
        context: upcoming_player_game_context: KEY.
        schedule: raw_schedule: game_date, game_id, home_team, away_team.
    """
    known = pd.MultiIndex.from_frame(context[KEY].drop_duplicates())
    games = schedule[["game_date", "game_id", "home_team", "away_team"]].drop_duplicates(
        ["game_date", "game_id"]
    )
    placed = rows[[*KEY, "team"]].merge(games, on=["game_date", "game_id"], how="left", indicator="place")
    off = placed["place"].ne("both").to_numpy()
    team = placed["team"].astype(object)
    plays = (team.eq(placed["home_team"]) | team.eq(placed["away_team"])).to_numpy(bool)
    alone = ~pd.MultiIndex.from_frame(rows[KEY]).isin(known)
    parts = [
        _bad_rows("no_context", rows, alone, lambda n: f"{n:,} rows have no upcoming_player_game_context"),
        _bad_rows("no_game", rows, off, lambda n: f"{n:,} rows are of games not in the date's schedule"),
        _bad_rows("not_in_game", rows, ~off & ~plays, lambda n: f"{n:,} rows are of teams not in the game"),
    ]
    return pd.concat(parts, ignore_index=True)


def _bad_rows(
    check: str, rows: pd.DataFrame, bad: np.ndarray | pd.Series, words: Callable[[int], str]
) -> pd.DataFrame:
    groups = list(rows.loc[np.asarray(bad, dtype=bool), KEY].groupby("game_date", sort=True))
    counts = [len(group) for _, group in groups]
    return found(
        check, np.array([date for date, _ in groups], dtype="datetime64[ns]"), None, "FAIL",
        counts, 0.0, counts, [named_keys(group) for _, group in groups], [words(n) for n in counts],
    )  # fmt: skip
