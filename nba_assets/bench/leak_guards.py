"""What catches a leak: the guards of features.md and models.md as functions of frames.

Belongs here: checks that any feature computation, line table or split must pass. Does not: leaks (leak_lab).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from nba_assets.modeling.fitting.training import (
    SplitError,
    ordered_sides,
)
from nba_assets.modeling.inputs import PLAYER_KEY, require_columns

Compute = Callable[[pd.DataFrame], pd.DataFrame]

LEAST_HONEST_MAE: Final = 4.2  # points, all players expected and played; models.md
MOST_CORRELATION: Final = 0.85
ABSENT_SHARE: Final = 0.3  # of those who played, in the changed world of the shifting proof
_COUNTS: Final = ("pts", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "reb", "ast", "tov")


@dataclass(frozen=True)
class Finding:
    """Result of a guard: whether it caught something, and the evidence."""

    guard: str
    caught: bool
    evidence: str


def shifting_proof(compute: Compute, games: pd.DataFrame, date: pd.Timestamp, seed: int = 3) -> Finding:
    """Change every result dated `date` or later: no feature row of `date` or earlier may move.

    In: features of some games (game_date, game_id, player_id and float columns) as a function of
    player_game_summary; that table. Who played changes too: ids move among the rows of a date, and a third
    of them stay at home.
    """
    before, after = compute(games), compute(changed_results(games, date, seed))
    early = [frame[frame["game_date"] <= date].set_index(list(PLAYER_KEY)) for frame in (before, after)]
    shared = early[0].index.intersection(early[1].index)
    moved: dict[str, int] = {}
    for name in early[0].columns.drop("game_date"):
        one, other = (frame.loc[shared, name].to_numpy("float64", na_value=np.nan) for frame in early)
        count = int((~((one == other) | (np.isnan(one) & np.isnan(other)))).sum())
        if count:
            moved[str(name)] = count
    worst = sorted(moved.items(), key=lambda item: (-item[1], item[0]))[:3]
    words = ", ".join(f"{name} in {count}" for name, count in worst)
    evidence = f"{len(moved)} columns move: {words} of {len(shared)} rows" if moved else "no column moves"
    return Finding("shifting proof", bool(moved), evidence)


def changed_results(games: pd.DataFrame, date: pd.Timestamp, seed: int) -> pd.DataFrame:
    """player_game_summary in which every result from `date` on is another one, by other and fewer players."""
    changed = games.copy()
    later = np.flatnonzero(games["game_date"].to_numpy() >= date)
    draw = np.random.default_rng(seed)
    for name in (*_COUNTS, "minutes"):
        if name in games.columns:
            values = games[name].to_numpy("float64", na_value=np.nan).copy()
            values[later] = values[draw.permutation(later)] + draw.integers(1, 9, len(later))
            changed[name] = values
    who = games.iloc[later].assign(order=draw.random(len(later))).sort_values(["game_date", "order"])
    ids = games["player_id"].to_numpy().copy()
    ids[later] = who["player_id"].to_numpy()
    stayed_home = np.zeros(len(games), dtype=bool)
    stayed_home[later] = draw.random(len(later)) < ABSENT_SHARE
    return changed.assign(player_id=ids)[~stayed_home].reset_index(drop=True)


def honest_error(mae: float) -> Finding:
    """A test MAE under 4.2 on all players is a leak."""
    return Finding(
        "least honest MAE", mae < LEAST_HONEST_MAE, f"test MAE {mae:.3f}, honest from {LEAST_HONEST_MAE}"
    )


def target_correlation(rows: pd.DataFrame, names: list[str], target: str) -> Finding:
    """A single feature whose correlation with the target is above .85 is a leak."""
    found = rows[names].corrwith(rows[target].astype("float64")).abs().sort_values(ascending=False)
    name, value = str(found.index[0]), float(found.iloc[0])
    return Finding("correlation with the target", value > MOST_CORRELATION, f"{name}: {value:.3f}")


def late_lines(lines: pd.DataFrame, schedule: pd.DataFrame) -> Finding:
    """A line used must have been captured before tip-off.

    In: the lines used (game_id, captured_at, captured_before_tipoff); raw_schedule (game_id, tipoff_utc).
    """
    require_columns(lines, ("game_id", "captured_at", "captured_before_tipoff"), "the lines used")
    tipoff = lines["game_id"].map(schedule.set_index("game_id")["tipoff_utc"])
    known = lines["captured_before_tipoff"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    late = ~known | (lines["captured_at"] >= tipoff).fillna(False).to_numpy(dtype=bool)
    return Finding(
        "lines before tip-off", bool(late.any()), f"{int(late.sum())} of {len(lines)} not before tip-off"
    )


def sides_in_time(rows: pd.DataFrame, split: pd.Series) -> Finding:
    """A split whose sides share dates is refused by every fit."""
    try:
        ordered_sides(rows, split)
    except SplitError as error:
        return Finding("split by date", True, str(error))
    return Finding("split by date", False, "train, validation and test share no date")
