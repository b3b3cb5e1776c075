"""From a player's point, his median, to a distribution around it, and the probability of any line.

The quantiles around a point are a function of the point alone, fitted on rows that the point's model has not
seen: a distribution costs nothing beyond its point, and follows it wherever an ensemble moves it.

Between and beyond the five quantiles the distribution is a normal one bent to go through them: linear in the
normal score of the level. Points are whole: the chance of more than 10 is that of more than 10.5.
"""

from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import ndtr, ndtri

Floats = npt.NDArray[np.float64]
Line = tuple[float, float, float]

QUANTILE_LEVELS: Final = (0.10, 0.25, 0.50, 0.75, 0.90)
QUANTILES: Final = ("q10", "q25", "q50", "q75", "q90")
INTERVAL: Final = ("low_80", "high_80")
DISTRIBUTION: Final = (*QUANTILES, *INTERVAL, "prob_over")
SCORES: Final = np.array([NormalDist().inv_cdf(level) for level in QUANTILE_LEVELS])
LEAST_GAP: Final = 0.25  # points between neighbouring quantiles: a player who seldom plays has them all at 0
LEAST_LINES: Final = 500  # calibration rows without which the odds of going over stay as they are
_MIDDLE: Final = QUANTILE_LEVELS.index(0.5)
_OUTER: Final = tuple(level for level in QUANTILE_LEVELS if level != QUANTILE_LEVELS[_MIDDLE])
_PRIOR_ROWS: Final = 200.0  # how much data the belief "the probability is right as it is" counts for
_NEWTON_STEPS: Final = 25
_REWEIGHTINGS: Final = 60
_HALF_POINT: Final = 0.5
_INSIDE: Final = 0.8  # chance of ending within the interval
_MOST: Final = 0.99  # share of results at or below its end
_LEAST_RESIDUAL: Final = 0.05  # points: what a row that is hit exactly counts as missed by


class Calibration(BaseModel):
    """Calibration of a model's distribution on rows it has not seen; frozen, stored with the model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    residuals: tuple[Line, Line, Line, Line] = Field(
        description="Of q10, q25, q75, q90, less the point: constant, factors on the point and its root."
    )
    line_intercept: float = Field(description="Added to the log odds of going over a line.")
    line_slope: float = Field(description="Factor on the log odds of going over a line.")
    rows: int = Field(ge=0, description="Validation rows.")
    line_rows: int = Field(ge=0, description="Validation rows with a line.")


def calibrate(point: Floats, actual: Floats, line: Floats, least_lines: int = LEAST_LINES) -> Calibration:
    """Calibration of points on rows that their fit has not seen.

    Each residual quantile is a quantile regression on the point and its root. With at least `least_lines`
    rows with a line, the log odds of going over it are fitted too; otherwise they stay as the quantiles say.
    Arrays of one row per player-game; `line` is NaN without one; points. Raises ValueError without rows.
    """
    if not len(point):
        raise ValueError("no validation row to calibrate on")
    low, lower, upper, high = (_quantile_regression(_terms(point), actual - point, level) for level in _OUTER)
    lined = ~np.isnan(line)
    plain = Calibration(
        residuals=(low, lower, upper, high), line_intercept=0.0, line_slope=1.0,
        rows=len(point), line_rows=int(lined.sum()),
    )  # fmt: skip
    if lined.sum() < least_lines:
        return plain
    decided = lined & (actual != line)
    chance = probability_over(quantiles_around(point[decided], plain), line[decided])
    intercept, slope = _log_odds_fit(chance, (actual > line)[decided])
    return plain.model_copy(update={"line_intercept": intercept, "line_slope": slope})


def distribution_rows(point: Floats, line: pd.Series, calibration: Calibration) -> pd.DataFrame:
    """predicted_points and `distribution_around` them; index of `line`."""
    points = pd.Series(point, index=line.index, dtype="float64")
    return distribution_around(points, line, calibration).assign(predicted_points=points)


def distribution_around(points: pd.Series, line: pd.Series, calibration: Calibration) -> pd.DataFrame:
    """q10..q90 around points, their 80 % interval, and prob_over (NULL without a line); NULL around a NULL.

    Same index; points.
    """
    quantiles = quantiles_around(points.to_numpy(np.float64, na_value=np.nan), calibration)
    chance = over_the_line(quantiles, line.to_numpy(np.float64, na_value=np.nan), calibration)
    columns = np.column_stack([quantiles, *interval(quantiles), chance])
    return pd.DataFrame(columns, columns=list(DISTRIBUTION), index=points.index)


def quantiles_around(point: Floats, calibration: Calibration) -> Floats:
    """Quantiles around points, the point in the middle: they never cross, and below it none is negative.

    Points are whole: a lower quantile of less than half a point is 0, or games without a point would all lie
    below it.
    """
    middle = point[:, None]
    low, lower, upper, high = (middle + _terms(point) @ np.array([line]).T for line in calibration.residuals)
    low, lower = (np.minimum(np.where(side < _HALF_POINT, 0.0, side), middle) for side in (low, lower))
    upper = np.maximum(upper, middle)
    return np.hstack([np.minimum(low, lower), lower, middle, upper, np.maximum(high, upper)])


def interval(quantiles: Floats) -> tuple[Floats, Floats]:
    """First and last of the whole points among which a result lies with a chance of nearest to 80 %.

    It begins at the first whole points that the lower quantile reaches. Below 0 there is nothing to leave
    out, so the interval of a player who often scores nothing ends where 80 % of his games do, not 90 %.
    """
    low = np.ceil(np.maximum(quantiles[:, 0], 0.0))
    below = np.where(low > 0, distribution_function(quantiles, low - _HALF_POINT), 0.0)
    upper, high = quantiles[:, -2], quantiles[:, -1]
    beyond = (ndtri(np.minimum(below + _INSIDE, _MOST)) - SCORES[-2]) / (SCORES[-1] - SCORES[-2])
    return low, np.maximum(np.rint(upper + (high - upper) * beyond - _HALF_POINT), low)


def over_the_line(quantiles: Floats, line: Floats, calibration: Calibration) -> Floats:
    """Calibrated probability of going over each row's line, a push left out; NaN without a line."""
    odds = _log_odds(probability_over(quantiles, line))
    return _chance(calibration.line_intercept + calibration.line_slope * odds)


def probability_over(quantiles: Floats, line: Floats) -> Floats:
    """Chance of more points than the line, of the chance of not exactly as many; NaN without a line."""
    whole = np.floor(line) == line
    over = 1.0 - distribution_function(quantiles, np.where(whole, line + 0.5, line))
    under = distribution_function(quantiles, np.where(whole, line - 0.5, line))
    return over / (over + under)


def probability_of_push(quantiles: Floats, line: Floats) -> Floats:
    """Chance of exactly as many points as each row's line: 0 unless it is whole; NaN without a line."""
    whole = np.floor(line) == line
    above, below = (distribution_function(quantiles, line + step) for step in (0.5, -0.5))
    return np.where(whole, above - below, 0.0 * line)


def distribution_function(quantiles: Floats, points: Floats) -> Floats:
    """Chance of at most this many points, row by row."""
    gaps = np.maximum(np.diff(quantiles, axis=1), LEAST_GAP)
    knots = np.concatenate([np.zeros((len(gaps), 1)), np.cumsum(gaps, axis=1)], axis=1)
    knots = knots + (quantiles[:, [_MIDDLE]] - knots[:, [_MIDDLE]])  # the median stays where it is
    segment = np.clip((points[:, None] >= knots).sum(axis=1) - 1, 0, len(SCORES) - 2)
    row = np.arange(len(knots))
    low, high = knots[row, segment], knots[row, segment + 1]
    score = SCORES[segment] + (SCORES[segment + 1] - SCORES[segment]) * (points - low) / (high - low)
    return _normal(score)


def _terms(point: Floats) -> Floats:
    return np.column_stack([np.ones_like(point), point, np.sqrt(np.maximum(point, 0.0))])


def _quantile_regression(terms: Floats, target: Floats, level: float) -> Line:
    """Factors on the terms with the least pinball loss, by reweighted least squares."""
    factors = np.linalg.lstsq(terms, target, rcond=None)[0]
    for _ in range(_REWEIGHTINGS):
        residual = target - terms @ factors
        weight = np.where(residual > 0, level, 1 - level) / np.maximum(np.abs(residual), _LEAST_RESIDUAL)
        weighted = terms.T * weight
        factors = np.linalg.lstsq(weighted @ terms, weighted @ target, rcond=None)[0]
    constant, slope, root = map(float, factors)
    return constant, slope, root


def _log_odds(chance: Floats) -> Floats:
    kept = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.log(kept / (1 - kept))


def _chance(odds: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-odds))


def _log_odds_fit(chance: Floats, over: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Intercept and slope of the log odds by Newton's method, drawn towards 0 and 1 by _PRIOR_ROWS."""
    odds = _log_odds(chance)
    design = np.column_stack([np.ones_like(odds), odds])
    prior = np.array([0.0, 1.0])
    ridge = _PRIOR_ROWS / 4 * np.eye(2)
    found = prior.copy()
    for _ in range(_NEWTON_STEPS):
        predicted = _chance(design @ found)
        slope = design.T @ (over - predicted) - ridge @ (found - prior)
        curve = (design * (predicted * (1 - predicted))[:, None]).T @ design + ridge
        found = found + np.linalg.solve(curve, slope)
    return float(found[0]), float(found[1])


def _normal(score: Floats) -> Floats:
    """Standard normal distribution function."""
    return np.asarray(ndtr(score), np.float64)
