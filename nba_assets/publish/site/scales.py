"""Positions on an axis, in percent of its length: a chart then fits any width without distortion."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

_LABEL = 9.0  # percent of a phone's width that the name of a month takes
_STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50)


@dataclass(frozen=True)
class Scale:
    """A linear axis.

    Attributes:
        low: value at 0 %.
        high: value at 100 %.
        step: distance between ticks.
    """

    low: float
    high: float
    step: float

    @classmethod
    def of(cls, values: Iterable[float | None], *, from_zero: bool = False, ticks: int = 5) -> Scale:
        """A scale over values, ending on ticks; NULL does not count.

        Args:
            values: what must fit.
            from_zero: begin at zero at the latest.
            ticks: about how many ticks.
        """
        known = [value for value in values if value is not None] + ([0.0] if from_zero else [])
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        span = high - low or 1.0
        step = next((step for step in _STEPS if span / step <= ticks), _STEPS[-1])
        return cls(
            math.floor(low / step) * step,
            max(math.ceil(high / step), math.floor(low / step) + 1) * step,
            step,
        )

    def at(self, value: float) -> float:
        """Position of a value, in percent, kept on the axis."""
        share = (value - self.low) / (self.high - self.low)
        return round(min(max(share, 0.0), 1.0) * 100, 2)

    @property
    def ticks(self) -> list[float]:
        """Values of the ticks, both ends included."""
        steps = round((self.high - self.low) / self.step)
        return [round(self.low + self.step * number, 6) for number in range(steps + 1)]


def month_labels(dates: Sequence[dt.date]) -> list[tuple[str, float]]:
    """Name and place, in percent, of the months of equally spaced dates; without those that lack the room."""
    starts = []
    for _, group in groupby(enumerate(dates), key=lambda item: (item[1].year, item[1].month)):
        place, date = next(group)
        starts.append((f"{date:%b}", round(100 * place / len(dates), 2)))
    return [
        (name, left)
        for (name, left), (_, right) in pairwise([*starts, ("", 100.0)])
        if right - left >= _LABEL
    ]


def plain_number(value: float) -> str:
    """A tick's label."""
    return f"{value:g}"
