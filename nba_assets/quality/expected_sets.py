"""What metrics are counted against: expected sets of the schedule, and the frames a measure sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

ENTITLED_GAMES = 10  # a player with fewer earlier games may lack any feature
GAME = ["game_id"]
PLAYER = ["game_id", "player_id"]
TEAM = ["game_id", "team"]


class HistoryNotReadError(LookupError):
    """A metric needs history, which is not read for a date that is blocked."""


@dataclass(frozen=True)
class Frames:
    """What a table was computed from, or would be.

    Attributes:
        same_date: inputs of the same dates, by table.
        history: earlier inputs, by table; None for blocked dates, of which no history is read.
    """

    same_date: Mapping[str, pd.DataFrame]
    history: Mapping[str, pd.DataFrame] | None

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Same-date frame of a table."""
        return self.same_date[table]

    @property
    def past(self) -> Mapping[str, pd.DataFrame]:
        """History by table.

        Raises:
            HistoryNotReadError: it was not read.
        """
        if self.history is None:
            raise HistoryNotReadError
        return self.history


Measure = Callable[[pd.DataFrame, Frames, pd.DatetimeIndex], pd.DataFrame]


def final_games(frames: Frames) -> pd.DataFrame:
    """Games that are over: the expected set of everything that describes a game."""
    schedule = frames["raw_schedule"]
    return schedule[schedule["status"].eq("final").to_numpy(bool)]


def open_games(frames: Frames) -> pd.DataFrame:
    """Games that are or will be played."""
    schedule = frames["raw_schedule"]
    return schedule[~schedule["is_postponed"].to_numpy(bool)]


def two_teams(games: pd.DataFrame) -> pd.DataFrame:
    """game_date, game_id, team of both teams."""
    sides = [
        games.rename(columns={side: "team"})[["game_date", *TEAM]] for side in ("home_team", "away_team")
    ]
    return pd.concat(sides, ignore_index=True)
