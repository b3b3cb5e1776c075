"""Changing the results of some dates, seeded, without making them impossible."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain.raw import box_scores
from nba_assets_tests.domain.pipeline import Frames

Rows = np.ndarray
COUNTS = tuple(name.lower() for name in box_scores.COUNTS)


def scrambled(raw: Frames, first: str, last: str = "2100-01-01", seed: int = 3) -> Frames:
    """Raw tables in which every result dated ``first`` to ``last`` is another one."""
    draw = np.random.default_rng(seed)
    return raw | {
        "raw_player_boxscores": _players(raw["raw_player_boxscores"], first, last, draw),
        "raw_team_boxscores": _teams(raw["raw_team_boxscores"], first, last, draw),
        "raw_shot_chart": _shots(raw["raw_shot_chart"], first, last, draw),
        "raw_play_by_play": _events(raw["raw_play_by_play"], first, last, draw),
    }


def other_players(raw: Frames, first: str, seed: int = 3) -> Frames:
    """Raw tables in which others played from ``first`` on: ids and names move among a date's rows."""
    box = raw["raw_player_boxscores"].copy()
    draw = np.random.default_rng(seed)
    mixed = box.assign(order=draw.random(len(box))).sort_values(["game_date", "order"]).index
    moved = (box["game_date"] >= first).to_numpy()
    for name in ("player_id", "player_name"):
        box[name] = box[name].where(~moved, box[name].take(mixed).set_axis(box.index))
    return raw | {"raw_player_boxscores": box}


def not_played_yet(raw: Frames, first: str) -> Frames:
    """Raw tables on the morning of ``first``: nothing has happened from then on."""
    names = ("raw_player_boxscores", "raw_team_boxscores", "raw_shot_chart", "raw_play_by_play")
    past = {name: raw[name][raw[name]["game_date"] < first].reset_index(drop=True) for name in names}
    schedule = raw["raw_schedule"].copy()
    schedule.loc[schedule["game_date"] >= first, "status"] = "scheduled"
    return raw | past | {"raw_schedule": schedule}


def _chosen(rows: pd.DataFrame, first: str, last: str) -> Rows:
    return np.flatnonzero(rows["game_date"].between(first, last).to_numpy())


def _set(rows: pd.DataFrame, name: str, where: Rows, values: object) -> None:
    column = rows[name].copy()
    column.iloc[where] = values
    rows[name] = column


def _players(rows: pd.DataFrame, first: str, last: str, draw: np.random.Generator) -> pd.DataFrame:
    rows, where = rows.copy(), _chosen(rows, first, last)
    for name in COUNTS:
        mixed = rows[name].to_numpy()[draw.permutation(where)]
        _set(rows, name, where, mixed + draw.integers(1, 9, len(where)))
    _set(rows, "won", where, ~rows["won"].to_numpy()[where])
    _set(rows, "plus_minus", where, draw.integers(-30, 30, len(where)).astype(float))
    # Minutes change hands within a team: their sum must stay a game's.
    teams = rows.iloc[where].groupby(["game_id", "team"])["minutes"]
    _set(rows, "minutes", where, teams.transform(lambda minutes: np.roll(minutes.to_numpy(), 3)).to_numpy())
    return rows


def _teams(rows: pd.DataFrame, first: str, last: str, draw: np.random.Generator) -> pd.DataFrame:
    rows, where = rows.copy(), _chosen(rows, first, last)
    for name in COUNTS:
        mixed = rows[name].to_numpy()[draw.permutation(where)]
        _set(rows, name, where, mixed + draw.integers(1, 9, len(where)))
    _set(rows, "won", where, ~rows["won"].to_numpy()[where])
    _set(rows, "minutes", where, draw.choice([240.0, 265.0, 290.0], len(where)))
    return rows


def _shots(rows: pd.DataFrame, first: str, last: str, draw: np.random.Generator) -> pd.DataFrame:
    rows, where = rows.copy(), _chosen(rows, first, last)
    mixed = draw.permutation(where)
    for name in ("zone", "y", "value"):
        _set(rows, name, where, rows[name].take(mixed).array)
    _set(rows, "made", where, ~rows["made"].to_numpy()[where])
    return rows


def _events(rows: pd.DataFrame, first: str, last: str, draw: np.random.Generator) -> pd.DataFrame:
    rows, where = rows.copy(), _chosen(rows, first, last)
    shots = where[rows["event_type"].iloc[where].isin(["2pt", "3pt"]).to_numpy()]
    _set(rows, "qualifiers", shots, rows["qualifiers"].take(draw.permutation(shots)).array)
    _set(rows, "shot_made", shots, (~rows["shot_made"].iloc[shots]).array)
    return rows
