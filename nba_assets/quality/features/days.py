"""Feature rows as arrays by game date, and sums over the dates before each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from nba_assets.domain.feature_store.feature_registry import (
    NAMES,
    V2,
)
from nba_assets.quality.expected_sets import ENTITLED_GAMES

_SEASON = np.array([feature.needs == "season" for feature in V2])


@dataclass(frozen=True)
class FeatureDays:
    """Rows outside bootstrap, sorted by game date, game and player.

    Attributes:
        rows: the rows, index 0..n-1.
        values: rows x features.
        dates: the game dates that have such rows, in order.
        starts: first row of each date.
    """

    rows: pd.DataFrame
    values: np.ndarray
    dates: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, rows: pd.DataFrame) -> FeatureDays:
        """Arrays of feature rows of any dates in any order."""
        rows = rows[~rows["is_bootstrap"].to_numpy(bool)]
        rows = rows.sort_values(["game_date", "game_id", "player_id"], kind="stable", ignore_index=True)
        dates, starts = np.unique(rows["game_date"].to_numpy(), return_index=True)
        return cls(rows, rows[list(NAMES)].to_numpy(np.float64), dates, starts)

    @cached_property
    def known(self) -> np.ndarray:
        """Rows x features: not NULL."""
        return ~np.isnan(self.values)

    @cached_property
    def entitled(self) -> np.ndarray:
        """Rows x features: whether the history is long enough to expect the feature."""
        games = self.rows["games_in_history"].to_numpy() >= ENTITLED_GAMES
        season = self.rows["games_season"].to_numpy() > 0
        return games[:, None] & (season[:, None] | ~_SEASON)

    @cached_property
    def season_start(self) -> np.ndarray:
        """Position of the first date of its season, by date."""
        season = self.rows["season"].to_numpy(object)[self.starts]
        return np.unique(season, return_index=True)[1][np.unique(season, return_inverse=True)[1]]

    @cached_property
    def games(self) -> np.ndarray:
        """Games by date."""
        first = ~self.rows.duplicated(["game_date", "game_id"]).to_numpy()
        return self.by_date(first[:, None].astype(np.int64))[:, 0]

    @cached_property
    def filled(self) -> np.ndarray:
        """Rows x features: 0 where NULL, for sums."""
        return np.where(self.known, self.values, 0.0)

    def by_date(self, array: np.ndarray) -> np.ndarray:
        """Sums of rows x anything by date."""
        if not len(self.dates):
            return np.zeros((0, *array.shape[1:]), dtype=array.dtype)
        return np.add.reduceat(array, self.starts, axis=0)

    @cached_property
    def lowest(self) -> np.ndarray:
        """Dates x features: smallest value, infinite where all are NULL."""
        return self._extreme(np.minimum, np.inf)

    @cached_property
    def highest(self) -> np.ndarray:
        """Dates x features: largest value, minus infinite where all are NULL."""
        return self._extreme(np.maximum, -np.inf)

    def _extreme(self, pick: np.ufunc, none: float) -> np.ndarray:
        if not len(self.dates):
            return np.zeros((0, len(NAMES)))
        return pick.reduceat(np.where(self.known, self.values, none), self.starts, axis=0)

    def rows_of(self, date: int) -> slice:
        """Rows of the date in that position."""
        end = self.starts[date + 1] if date + 1 < len(self.starts) else len(self.rows)
        return slice(int(self.starts[date]), int(end))


def window_sums(by_date: np.ndarray, length: int, upto: int = 0) -> np.ndarray:
    """Sum over ``length`` dates that end ``upto`` dates before each date; 0 dates before is the date itself.

    The window is cut off at the first date. Each is summed by itself: differences of a running total would
    keep the rounding of all dates before, and so depend on where a run begins.
    """
    if not len(by_date):
        return by_date
    padded = np.concatenate([np.zeros((length - 1 + upto, *by_date.shape[1:]), by_date.dtype), by_date])
    windows = np.lib.stride_tricks.sliding_window_view(padded[: len(padded) - upto], length, axis=0)
    return windows.sum(axis=-1)


def window_extreme(by_date: np.ndarray, length: int, pick: np.ufunc, none: float) -> np.ndarray:
    """Smallest or largest over the ``length`` dates that end with each date."""
    if not len(by_date):
        return by_date
    padded = np.concatenate([np.full((length - 1, *by_date.shape[1:]), none), by_date])
    return pick.reduce(np.lib.stride_tricks.sliding_window_view(padded, length, axis=0), axis=-1)
