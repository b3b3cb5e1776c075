"""The one way to look back: windows over what was known strictly before a date.

Every window of the platform goes through :class:`PriorRows`. It finds the earlier rows by search, strictly
before the target's date, so a window cannot contain the game it describes. Sums run over the lags in a fixed
order and never over a running total, so a date computed alone equals the same date computed in a range to
the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_EXACT = 2.0**53  # whole numbers below it add up without rounding
_DAYS = 1 << 20  # more days than any history has: entity and day share one sortable integer
MAX_SEASON_GAMES = 130  # 82, play-in, 28 in the playoffs, and room
# Three years: as far as anything about a player looks back. Said here and not by what was read, because a
# range of dates reads further back for its later dates than one of them alone would.
HISTORY_DAYS = 1096


class PriorRows:
    """Earlier rows of each target's entity.

    Args:
        history: one row an entity and date, with ``game_date``.
        targets: rows to describe, with ``game_date``.
        by: columns that name the entity, in both frames.
        horizon: first date that must not be in the history; raises if it is. None for no bound.

    Raises:
        HorizonError: the history knows the horizon or later.
        ValueError: an entity has two rows on a date.
    """

    def __init__(
        self,
        history: pd.DataFrame,
        targets: pd.DataFrame,
        by: str | list[str],
        horizon: pd.Timestamp | None = None,
    ):
        if horizon is not None and len(history) and history["game_date"].max() >= horizon:
            raise HorizonError(
                f"history reaches {history['game_date'].max():%Y-%m-%d}, past {horizon:%Y-%m-%d}"
            )
        keys = [by] if isinstance(by, str) else by
        entities = pd.concat([history[keys], targets[keys]], ignore_index=True)
        codes = entities.groupby(keys, sort=True, dropna=False).ngroup().to_numpy(np.int64)
        past, wanted = codes[: len(history)], codes[len(history) :]
        past_days, wanted_days = _day(history["game_date"]), _day(targets["game_date"])
        position = past * _DAYS + past_days
        self._order = np.argsort(position, kind="stable")
        self._position = position[self._order]
        if len(self._position) and (np.diff(self._position) == 0).any():
            raise ValueError(f"an entity of {keys} has two rows on one date")
        self._history = history
        self._wanted = wanted
        self._wanted_days = wanted_days
        self._stop = np.searchsorted(self._position, wanted * _DAYS + wanted_days)
        self._start = np.searchsorted(self._position, wanted * _DAYS)

    def __len__(self) -> int:
        return len(self._wanted)

    @property
    def count(self) -> Ints:
        """Number of earlier rows."""
        return self._stop - self._start

    def since(self, first: pd.Series) -> PriorRows:
        """The same targets, seeing no row before ``first`` (a date for each target)."""
        days = np.maximum(_day(first), 0)
        return self._narrowed(np.searchsorted(self._position, self._wanted * _DAYS + days))

    def within_days(self, days: int) -> PriorRows:
        """The same targets, seeing the ``days`` days before their date."""
        first = np.maximum(self._wanted_days - days, 0)
        return self._narrowed(np.searchsorted(self._position, self._wanted * _DAYS + first))

    def last(self, n: int) -> PriorRows:
        """The same targets, seeing at most the ``n`` newest rows."""
        return self._narrowed(self._stop - n)

    def before(self, end: pd.Series) -> PriorRows:
        """The same targets, seeing no row on or after ``end`` (a date for each target)."""
        other = object.__new__(PriorRows)
        other.__dict__.update(self.__dict__)
        days = np.maximum(_day(end), 0)
        stop = np.searchsorted(self._position, self._wanted * _DAYS + days)
        other._stop = np.minimum(np.maximum(self._start, stop), self._stop)
        return other

    def skip(self, n: int) -> PriorRows:
        """The same targets, not seeing the ``n`` newest rows."""
        other = object.__new__(PriorRows)
        other.__dict__.update(self.__dict__)
        other._stop = np.maximum(self._stop - n, self._start)
        return other

    def _narrowed(self, start: Ints) -> PriorRows:
        other = object.__new__(PriorRows)
        other.__dict__.update(self.__dict__)
        other._start = np.minimum(np.maximum(self._start, start), self._stop)
        return other

    def newest(self, column: str) -> pd.Series:
        """Value of the newest earlier row; NULL without one."""
        return self._at(column, self._stop - 1)

    def oldest(self, column: str) -> pd.Series:
        """Value of the oldest earlier row; NULL without one."""
        return self._at(column, self._start)

    def sum(self, column: str) -> Floats:
        """Sum of the known values; 0 where there is none."""
        return self._total(_floats(self._history[column]))[0]

    def known(self, column: str) -> Ints:
        """Number of rows whose value is not NULL."""
        return self._total(_floats(self._history[column]))[1]

    def mean(self, column: str, needs: int = 1) -> Floats:
        """Mean of the known values; NULL with fewer than ``needs``."""
        total, known = self._total(_floats(self._history[column]))
        return _where(known >= needs, total, np.maximum(known, 1))

    def std(self, column: str, needs: int = 3) -> Floats:
        """Sample standard deviation of the known values; NULL with fewer than ``needs``."""
        values = _floats(self._history[column])
        total, known = self._total(values)
        mean = total / np.maximum(known, 1)
        squares = np.zeros(len(self))
        for _, rows, value in self._lags(values):
            squares[rows] += (value - mean[rows]) ** 2
        return np.sqrt(_where(known >= max(needs, 2), squares, np.maximum(known - 1, 1)))

    def ratio(self, numerator: str, denominator: str, needs: int = 1) -> Floats:
        """Sum over sum, rows with both known; NULL on a zero denominator or below ``needs`` rows."""
        both = self._history[numerator].notna() & self._history[denominator].notna()
        top, known = self._total(_floats(self._history[numerator].where(both)))
        bottom, _ = self._total(_floats(self._history[denominator].where(both)))
        return _where((known >= needs) & (bottom != 0), top, np.where(bottom == 0, 1.0, bottom))

    def decayed_mean(self, column: str, half_life: float) -> Floats:
        """Mean whose weights halve every ``half_life`` rows back; NULL where nothing is known."""
        total, weight = np.zeros(len(self)), np.zeros(len(self))
        for lag, rows, value in self._lags(_floats(self._history[column])):
            total[rows] += value * 0.5 ** (lag / half_life)
            weight[rows] += 0.5 ** (lag / half_life)
        return _where(weight > 0, total, np.where(weight > 0, weight, 1.0))

    def lags(self, column: str) -> Iterator[tuple[int, Ints, Floats]]:
        """From the newest row back: the lag, the targets that know a value there, and the values."""
        return self._lags(_floats(self._history[column]))

    def _at(self, column: str, places: Ints) -> pd.Series:
        last = len(self._order) - 1
        rows = np.where(self.count > 0, self._order[np.clip(places, 0, last)] if last >= 0 else -1, -1)
        return self._history[column].reset_index(drop=True).reindex(rows).reset_index(drop=True)

    def _total(self, values: Floats) -> tuple[Floats, Ints]:
        """Sum and number of the known values.

        Whole numbers add up exactly in any order, so a running total serves them; others are added lag by
        lag, which a running total would round differently in a range than on a single date.
        """
        ordered = values[self._order]
        there = ~np.isnan(ordered)
        numbers = np.where(there, ordered, 0.0)
        known = _differences(there.astype(np.int64), self._start, self._stop)
        if (np.floor(numbers) == numbers).all() and np.abs(numbers).sum() < _EXACT:
            return _differences(numbers, self._start, self._stop), known
        total = np.zeros(len(self))
        for _, rows, value in self._lags(values):
            total[rows] += value
        return total, known

    def _lags(self, values: Floats) -> Iterator[tuple[int, Ints, Floats]]:
        """From the newest row back: the lag, the targets that know a value there, and the values."""
        ordered = values[self._order]
        deep = np.arange(len(self))
        for lag in range(int(self.count.max(initial=0))):
            deep = deep[self.count[deep] > lag]
            value = ordered[self._stop[deep] - 1 - lag]
            known = ~np.isnan(value)
            yield lag, deep[known], value[known]


class HorizonError(ValueError):
    """History knows a date that it must not."""


def _differences(values: Any, start: Ints, stop: Ints) -> Any:
    running = np.concatenate([np.zeros(1, values.dtype), np.cumsum(values)])
    return running[stop] - running[start]


def _floats(column: pd.Series) -> Floats:
    return column.to_numpy(np.float64, na_value=np.nan)


def _day(dates: pd.Series) -> Ints:
    return dates.to_numpy("datetime64[D]").astype(np.int64)


def _where(condition: npt.NDArray[np.bool_], numerator: Floats, denominator: Floats | Ints) -> Floats:
    return np.where(condition, numerator / denominator, np.nan)
