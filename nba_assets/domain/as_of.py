"""Earlier rows of the same entity, strictly before a date.

Sums run over the lags in a fixed order and never over a running total of fractions, so a date computed alone
equals the same date computed in a range to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_EXACT = 2.0**53  # whole numbers below it add up without rounding
_DAYS = 1 << 20  # more days than any history has: entity and day share one sortable integer
_CHUNK = 8192  # targets at a time in a walk over the lags: their sums fit in the processor's cache
# Three years: the longest look-back of any feature of a player. A constant and not what was read, because a
# range of dates reads further back for its later dates than one of them alone would.
HISTORY_DAYS = 1096


class HorizonError(ValueError):
    """The history reaches a date that must not be known."""


class UndeclaredReadError(LookupError):
    """A computation asks for a column or a window that its table does not declare."""


@dataclass(frozen=True)
class _Column:
    """A column of the history in order of entity and day.

    Attributes:
        numbers: NaN where NULL.
        known: whether the value is not NULL.
    """

    numbers: Floats

    @cached_property
    def known(self) -> npt.NDArray[np.bool_]:
        return ~np.isnan(self.numbers)

    @cached_property
    def filled(self) -> Floats:
        """The values, 0 where NULL."""
        return np.where(self.known, self.numbers, 0.0)

    @cached_property
    def running_known(self) -> Ints:
        return _running(self.known.astype(np.int64))

    @cached_property
    def running(self) -> Floats | None:
        """Running totals of whole numbers, which add up exactly in any order; None for fractions."""
        if (np.floor(self.filled) == self.filled).all() and np.abs(self.filled).sum() < _EXACT:
            return _running(self.filled)
        return None


class PriorRows:
    """Earlier rows of each target's entity.

    Args:
        history: one row per entity and date, with ``game_date``.
        targets: rows to describe, with ``game_date``.
        by: columns that name the entity, in both frames.

    Raises:
        ValueError: an entity has two rows on a date.
    """

    def __init__(self, history: pd.DataFrame, targets: pd.DataFrame, by: str | Sequence[str]):
        keys = [by] if isinstance(by, str) else list(by)
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
        self._columns: dict[tuple[str, ...], _Column] = {}  # shared by every narrower view
        self._readable: frozenset[str] | None = None
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

    def some(self, targets: Ints) -> PriorRows:
        """Some of the targets, by position."""
        other = self._copy()
        for name in ("_wanted", "_wanted_days", "_start", "_stop"):
            setattr(other, name, getattr(self, name)[targets])
        return other

    def only(self, columns: Sequence[str]) -> PriorRows:
        """The same rows, of which these columns alone may be read."""
        other = self._copy()
        other._readable = frozenset({"game_date", *columns})
        return other

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
        other = self._copy()
        days = np.maximum(_day(end), 0)
        stop = np.searchsorted(self._position, self._wanted * _DAYS + days)
        other._stop = np.minimum(np.maximum(self._start, stop), self._stop)
        return other

    def skip(self, n: int) -> PriorRows:
        """The same targets, not seeing the ``n`` newest rows."""
        other = self._copy()
        other._stop = np.maximum(self._stop - n, self._start)
        return other

    def newest(self, column: str) -> pd.Series:
        """Value of the newest earlier row; NULL without one."""
        return self._at(column, self._stop - 1)

    def oldest(self, column: str) -> pd.Series:
        """Value of the oldest earlier row; NULL without one."""
        return self._at(column, self._start)

    def sum(self, column: str) -> Floats:
        """Sum of the known values; 0 without one."""
        return self._total(self._column(column))[0]

    def known(self, column: str) -> Ints:
        """Number of rows whose value is not NULL."""
        return _differences(self._column(column).running_known, self._start, self._stop)

    def mean(self, column: str, needs: int = 1) -> Floats:
        """Mean of the known values; NULL with fewer than ``needs``."""
        total, known = self._total(self._column(column))
        return _where(known >= needs, total, np.maximum(known, 1))

    def std(self, column: str, needs: int = 3) -> Floats:
        """Sample standard deviation of the known values; NULL with fewer than ``needs``."""
        values = self._column(column)
        total, known = self._total(values)
        mean = total / np.maximum(known, 1)
        squares = np.zeros(len(self))
        for _, rows, value in self._lags(values):
            squares[rows] += (value - mean[rows]) ** 2
        return np.sqrt(_where(known >= max(needs, 2), squares, np.maximum(known - 1, 1)))

    def ratio(self, numerator: str, denominator: str, needs: int = 1) -> Floats:
        """Sum over sum, rows with both known; NULL on a zero denominator or below ``needs`` rows."""
        top, known = self._total(self._column(numerator, denominator))
        bottom, _ = self._total(self._column(denominator, numerator))
        return _where((known >= needs) & (bottom != 0), top, np.where(bottom == 0, 1.0, bottom))

    def decayed_mean(self, column: str, half_life: float) -> Floats:
        """Mean whose weights halve every ``half_life`` rows back; NULL where nothing is known."""
        return self.decayed_means({column: [half_life]})[column, half_life]

    def decayed_means(self, half_lives: Mapping[str, Sequence[float]]) -> dict[tuple[str, float], Floats]:
        """:meth:`decayed_mean` of each column and each of its half-lives, in one walk over the lags.

        Args:
            half_lives: by column.
        """
        wanted = [(name, life) for name, lives in half_lives.items() for life in dict.fromkeys(lives)]
        found = {key: np.full(len(self), np.nan) for key in wanted}
        columns = {name: self._column(name) for name in half_lives}
        order = np.argsort(-self.count, kind="stable")  # those that see a lag are the first of them
        for first in range(0, len(self), _CHUNK):
            chosen = order[first : first + _CHUNK]
            for key, (total, weight) in self._decayed_totals(chosen, columns, wanted).items():
                found[key][chosen] = _where(weight > 0, total, np.where(weight > 0, weight, 1.0))
        return found

    def lags(self, column: str) -> Iterator[tuple[int, Ints, Floats]]:
        """From the newest row back: the lag, the targets with a known value at that lag, and the values."""
        return self._lags(self._column(column))

    def _copy(self) -> PriorRows:
        other = object.__new__(PriorRows)
        other.__dict__.update(self.__dict__)
        return other

    def _narrowed(self, start: Ints) -> PriorRows:
        other = self._copy()
        other._start = np.minimum(np.maximum(self._start, start), self._stop)
        return other

    def _checked(self, column: str) -> pd.Series:
        if self._readable is not None and column not in self._readable:
            raise UndeclaredReadError(f"column {column}: the window declares {sorted(self._readable)}")
        return self._history[column]

    def _column(self, name: str, beside: str | None = None) -> _Column:
        """A column in order; ``beside``: NULL where that one is NULL."""
        values = self._checked(name)
        other = None if beside is None else self._checked(beside)
        key = (name,) if beside is None else (name, beside)
        if key not in self._columns:
            numbers = _floats(values if other is None else values.where(other.notna()))
            self._columns[key] = _Column(numbers[self._order])
        return self._columns[key]

    def _at(self, column: str, places: Ints) -> pd.Series:
        last = len(self._order) - 1
        rows = np.where(self.count > 0, self._order[np.clip(places, 0, last)] if last >= 0 else -1, -1)
        return self._checked(column).reset_index(drop=True).reindex(rows).reset_index(drop=True)

    def _total(self, column: _Column) -> tuple[Floats, Ints]:
        """Sum and number of the known values.

        A running total would round fractions differently in a range than on a single date, so they are added
        lag by lag.
        """
        known = _differences(column.running_known, self._start, self._stop)
        if column.running is not None:
            return _differences(column.running, self._start, self._stop), known
        total = np.zeros(len(self))
        for _, rows, value in self._lags(column):
            total[rows] += value
        return total, known

    def _lags(self, column: _Column) -> Iterator[tuple[int, Ints, Floats]]:
        """From the newest row back: the lag, the targets with a known value at that lag, and the values."""
        deep = np.arange(len(self))
        for lag in range(int(self.count.max(initial=0))):
            deep = deep[self.count[deep] > lag]
            value = column.numbers[self._stop[deep] - 1 - lag]
            known = ~np.isnan(value)
            yield lag, deep[known], value[known]

    def _decayed_totals(
        self, chosen: Ints, columns: Mapping[str, _Column], wanted: Sequence[tuple[str, float]]
    ) -> dict[tuple[str, float], tuple[Floats, Floats]]:
        """Weighted sum and sum of weights of each wanted column and half-life.

        Args:
            chosen: targets, those with the most rows first.
            columns: by name.
            wanted: names and half-lives.
        """
        count, stop = self.count[chosen], self._stop[chosen]
        totals = {key: (np.zeros(len(chosen)), np.zeros(len(chosen))) for key in wanted}
        for lag in range(int(count.max(initial=0))):
            deep = int(np.searchsorted(-count, -lag))  # the first `deep` targets have a row at this lag
            places = stop[:deep] - 1 - lag
            rows = {name: (column.filled[places], column.known[places]) for name, column in columns.items()}
            for (name, life), (total, weight) in totals.items():
                value, known = rows[name]
                share = 0.5 ** (lag / life)
                total[:deep] += value * share
                weight[:deep] += known * share
        return totals


def _running(values: Any) -> Any:
    return np.concatenate([np.zeros(1, values.dtype), np.cumsum(values)])


def _differences(running: Any, start: Ints, stop: Ints) -> Any:
    return running[stop] - running[start]


def _floats(column: pd.Series) -> Floats:
    return column.to_numpy(np.float64, na_value=np.nan)


def _day(dates: pd.Series) -> Ints:
    return dates.to_numpy("datetime64[D]").astype(np.int64)


def _where(condition: npt.NDArray[np.bool_], numerator: Floats, denominator: Floats | Ints) -> Floats:
    return np.where(condition, numerator / denominator, np.nan)
