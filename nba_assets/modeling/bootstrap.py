"""Intervals over dates: whole dates are drawn again, for the games of one date are not independent.

Belongs here: the resamples and the interval of whatever is computed from sums. Does not: the metrics
(evaluation, calibration_metrics, ablation).
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

Floats = npt.NDArray[np.float64]


class BootstrapConfig(BaseModel):
    """How the intervals are drawn: dates are resampled with replacement, all rows of a date together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    samples: int = Field(default=1000, ge=1, description="Resamples of the dates.")
    confidence: float = Field(
        default=0.95, gt=0, lt=1, description="Share of the resamples inside the interval."
    )
    seed: int = Field(default=42, ge=0, description="Seed of the resamples.")


class DateBootstrap:
    """The same resamples of the dates of some rows, for everything that is summed over these rows."""

    def __init__(self, dates: pd.Series, config: BootstrapConfig | None = None):
        """Take the date of each row."""
        self._config = config or BootstrapConfig()
        distinct, self._date_of_row = np.unique(dates.to_numpy(), return_inverse=True)
        self.dates = len(distinct)
        self._weights = _resamples(self.dates, self._config.samples, self._config.seed)

    def sums(self, terms: Floats) -> Floats:
        """Sums of each column of `terms`: first row the data as it is, then one row per resample."""
        by_date = [np.bincount(self._date_of_row, weights=each, minlength=self.dates) for each in terms.T]
        return self._weights @ np.column_stack(by_date)

    def means(self, terms: Floats) -> Floats:
        """Means in place of sums; NaN without rows."""
        sums = self.sums(np.column_stack([np.ones(len(terms)), terms]))
        return ratio(sums[:, 1:], sums[:, :1])

    def interval(self, values: Floats) -> dict[str, float]:
        """The value on the data, and the middle `confidence` of the resamples that have a value."""
        drawn = values[1:][~np.isnan(values[1:])]
        if len(drawn) == 0:
            return {"value": float(values[0]), "low": float("nan"), "high": float("nan")}
        low, high = np.quantile(drawn, self._ends)
        return {"value": float(values[0]), "low": float(low), "high": float(high)}

    def intervals(self, values: Floats) -> list[dict[str, float]]:
        """`interval` of each column; of many at once it takes a fraction of the time."""
        if np.isnan(values).any() or len(values) == 1:
            return [self.interval(column) for column in values.T]
        low, high = np.quantile(values[1:], self._ends, axis=0)
        return [
            dict(zip(("value", "low", "high"), map(float, each), strict=True))
            for each in zip(values[0], low, high, strict=True)
        ]

    @property
    def _ends(self) -> list[float]:
        tail = (1 - self._config.confidence) / 2
        return [tail, 1 - tail]


@lru_cache(maxsize=16)
def _resamples(dates: int, samples: int, seed: int) -> Floats:
    """How often each date counts: first row the data as it is, then one row per resample; not to be changed.

    The same for any rows of as many dates: the metrics of many systems share them.
    """
    if dates == 0:
        return np.ones((1 + samples, 0))
    draw = np.random.default_rng(seed).multinomial(dates, np.full(dates, 1 / dates), size=samples)
    weights = np.vstack([np.ones((1, dates)), draw.astype(np.float64)])
    weights.setflags(write=False)
    return weights


def ratio(part: Floats, whole: Floats) -> Floats:
    """Quotient of sums; NaN where a resample has no row."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return part / whole
