"""From five quantiles of a player's points to a calibrated distribution, and the probability of any line.

Belongs here: calibration on the validation window, the distribution function, the pull towards the line.
Does not: fitting quantiles (catboost_fit), what is done with a probability (predicting).

Between and beyond the five quantiles the distribution is a normal one bent to go through them: linear in the
normal score of the level. Points are whole: the chance of more than 10 is that of more than 10.5.
"""

from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import ndtr

from nba_assets.modeling.fitting.catboost_params import QUANTILE_LEVELS

Floats = npt.NDArray[np.float64]

QUANTILES: Final = ("q10", "q25", "q50", "q75", "q90")
DISTRIBUTION: Final = (*QUANTILES, "prob_over")
SCORES: Final = np.array([NormalDist().inv_cdf(level) for level in QUANTILE_LEVELS])
LEAST_GAP: Final = 0.25  # points between neighbouring quantiles: a player who seldom plays has them all at 0
LEAST_SPREAD: Final = 1.0
_MIDDLE: Final = QUANTILE_LEVELS.index(0.5)
_LINE_WEIGHTS: Final = np.linspace(0.0, 1.0, 21)
_PRIOR_ROWS: Final = 200.0  # how much data the belief "the probability is right as it is" counts for
_NEWTON_STEPS: Final = 25


class Calibration(BaseModel):
    """What validation says about raw quantiles; frozen, stored with the model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shifts: tuple[float, float, float, float, float] = Field(
        description="Added to each quantile, as a share of the row's distance from q10 to q90."
    )
    line_weight: float = Field(
        ge=0, le=1, description="Share of the way from the model's median to the line, where there is one."
    )
    line_intercept: float = Field(description="Added to the log odds of going over a line.")
    line_slope: float = Field(description="Factor on the log odds of going over a line.")
    rows: int = Field(ge=0, description="Validation rows.")
    line_rows: int = Field(ge=0, description="Validation rows with a line.")


def calibrate(raw: Floats, actual: Floats, line: Floats, least_lines: int) -> Calibration:
    """Calibration of raw quantiles on rows that the fit has not seen.

    Each quantile is shifted until the share of results at or below it is its level (conformal, in units of
    the row's spread). With at least `least_lines` rows with a line, the weight of the line is the one with
    the least MAE, and the log odds are fitted again; otherwise the line is not used. Arrays of one row a
    player-game; `line` is NaN without one; points. Raises ValueError without rows.
    """
    if not len(raw):
        raise ValueError("no validation row to calibrate on")
    raw = ordered(raw)
    spread = _spread(raw)
    shifts = tuple(
        float(np.quantile((actual - raw[:, i]) / spread, level)) for i, level in enumerate(QUANTILE_LEVELS)
    )
    plain = Calibration(
        shifts=shifts, line_weight=0.0, line_intercept=0.0, line_slope=1.0, rows=len(raw),
        line_rows=int((~np.isnan(line)).sum()),
    )  # fmt: skip
    lined = ~np.isnan(line)
    if lined.sum() < least_lines:
        return plain
    middle = calibrated(raw, np.full(len(raw), np.nan), plain)[:, _MIDDLE]
    errors = [np.abs(middle + weight * (line - middle) - actual)[lined].mean() for weight in _LINE_WEIGHTS]
    pulled = plain.model_copy(update={"line_weight": float(_LINE_WEIGHTS[int(np.argmin(errors))])})
    decided = lined & (actual != line)
    chance = probability_over(calibrated(raw[decided], line[decided], pulled), line[decided])
    intercept, slope = _log_odds_fit(chance, (actual > line)[decided])
    return pulled.model_copy(update={"line_intercept": intercept, "line_slope": slope})


def distribution_rows(raw: Floats, line: pd.Series, calibration: Calibration) -> pd.DataFrame:
    """predicted_points (the median), q10..q90 and prob_over (NULL without a line); index of `line`."""
    lines = line.to_numpy(np.float64, na_value=np.nan)
    quantiles = calibrated(ordered(raw), lines, calibration) if len(lines) else np.empty((0, len(QUANTILES)))
    chance = over_the_line(quantiles, lines, calibration)
    said = pd.DataFrame(quantiles, columns=list(QUANTILES), index=line.index)
    return said.assign(predicted_points=said["q50"], prob_over=chance)


def moved_to(
    points: pd.Series, shape: pd.DataFrame, line: pd.Series, calibration: Calibration
) -> pd.DataFrame:
    """A distribution moved until its point is another one: q10..q90 and prob_over (NULL without a line).

    Above its point it is shifted; below, it is stretched, so that nothing stays nothing: on 2023-24 the
    shift alone left 30 % of the bench, most of them without a point, outside an 80 % interval.
    In: the points wanted; predicted_points and q10..q90 of the distribution; the line of each row; the
    distribution's calibration. Same index, points.
    """
    said = shape[list(QUANTILES)].to_numpy(np.float64, na_value=np.nan)
    middle = shape["predicted_points"].to_numpy(np.float64, na_value=np.nan)[:, None]
    point = points.to_numpy(np.float64, na_value=np.nan)[:, None]
    lower, upper = said[:, :_MIDDLE], said[:, _MIDDLE:]
    share = np.maximum(lower, 0.0) / np.where(middle > 0, middle, 1.0)
    below = np.where(lower > 0, share * np.maximum(point, 0.0), lower)
    moved = np.hstack([np.minimum(below, point), upper + (point - middle)])
    lines = line.to_numpy(np.float64, na_value=np.nan)
    chance = over_the_line(moved, lines, calibration)
    return pd.DataFrame(moved, columns=list(QUANTILES), index=shape.index).assign(prob_over=chance)


def over_the_line(quantiles: Floats, line: Floats, calibration: Calibration) -> Floats:
    """Calibrated probability of going over each row's line, a push left out; NaN without a line."""
    odds = _log_odds(probability_over(quantiles, line))
    return _chance(calibration.line_intercept + calibration.line_slope * odds)


def ordered(raw: Floats) -> Floats:
    """Quantiles that do not cross: each row sorted, never negative."""
    return np.maximum(np.sort(raw, axis=1), 0.0)


def calibrated(raw: Floats, line: Floats, calibration: Calibration) -> Floats:
    """Shifted quantiles, pulled towards the line where there is one."""
    quantiles = raw + np.array(calibration.shifts) * _spread(raw)[:, None]
    quantiles = np.maximum.accumulate(quantiles, axis=1)
    pull = calibration.line_weight * (line - quantiles[:, _MIDDLE])
    return quantiles + np.where(np.isnan(line), 0.0, pull)[:, None]


def probability_over(quantiles: Floats, line: Floats) -> Floats:
    """Chance of more points than the line, of the chance of not exactly as many; NaN without a line."""
    whole = np.floor(line) == line
    over = 1.0 - distribution_function(quantiles, np.where(whole, line + 0.5, line))
    under = distribution_function(quantiles, np.where(whole, line - 0.5, line))
    return over / (over + under)


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


def _spread(raw: Floats) -> Floats:
    return np.maximum(raw[:, -1] - raw[:, 0], LEAST_SPREAD)


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
        said = _chance(design @ found)
        slope = design.T @ (over - said) - ridge @ (found - prior)
        curve = (design * (said * (1 - said))[:, None]).T @ design + ridge
        found = found + np.linalg.solve(curve, slope)
    return float(found[0]), float(found[1])


def _normal(score: Floats) -> Floats:
    """Standard normal distribution function."""
    return np.asarray(ndtr(score), np.float64)
