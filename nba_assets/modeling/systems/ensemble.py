"""Weighted means of systems, the weights fitted on the validation window, never by hand.

On rows with a line the market is one of the members: of ensemble_v1 the line itself, of market_anchored the
median that lines and prices imply.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from nba_assets.modeling.fitting.distribution import Calibration, calibrate
from nba_assets.modeling.fitting.training import calibrates
from nba_assets.modeling.inputs import MARKET_LINE, require_columns

ENSEMBLE: Final = "ensemble_v1"
MARKET_ANCHORED: Final = "market_anchored"
LINEUPS_ANCHORED: Final = "lineups_anchored"
_NAMES: Final = (ENSEMBLE, MARKET_ANCHORED, LINEUPS_ANCHORED)
_LEAST_ERROR: Final = 1e-6  # points: of rows that are hit exactly
STEP: Final = 0.05  # weights are multiples of it: finer ones would describe the window, not the systems
LINE_PRIOR: Final = 0.7  # weight of the line where nothing is known about this season's lines; models.md
PRIOR_ROWS: Final = 1000.0  # how many rows with a line that belief counts for
Floats = npt.NDArray[np.float64]


class EnsembleWeights(BaseModel):
    """Weights of the members; they sum to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: dict[str, float] = Field(description="System to weight.")
    line_weights: dict[str, float] = Field(
        description="System to weight on rows with a line, and the weight of the line itself, `market_line`."
    )
    rows: int = Field(ge=1, description="Validation rows the weights were fitted on.")
    line_rows: int = Field(ge=0, description="Of these, rows with a line.")
    validation_mae: float = Field(ge=0, description="MAE of the ensemble on them.")


class StoredEnsemble(BaseModel):
    """A stored ensemble: weights, the distribution around its points, and the models it was fitted with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: EnsembleWeights
    calibration: Calibration
    members: dict[str, str] = Field(description="System to model id.")
    market: str = Field(description="Feature that `market_line` is the value of.")


class TooFewRowsError(ValueError):
    """The members share no validation row to weigh them by."""


def is_ensemble(model_id: str) -> bool:
    """Whether a model id is an ensemble's: its artefact holds weights, no learner."""
    return model_id.startswith(tuple(f"{name}_" for name in _NAMES))


def fit_ensemble(
    validation: pd.DataFrame, members: Sequence[str], market: str
) -> tuple[EnsembleWeights, Calibration]:
    """Weights fitted on some validation dates, and the distribution around their points on the others.

    In: validation rows with game_date, actual, line (NULL without one), a column of points per member, and
    `market`, the column that the market is a member by; rows that some member leaves out do not count. A
    window of one date, far too small for GO, gives both. Raises TooFewRowsError, MissingColumnsError.
    """
    require_columns(validation, ("game_date", "actual", "line", market, *members), "the validation rows")
    complete = validation.dropna(subset=["actual", *members])
    if complete.empty:
        raise TooFewRowsError(f"every member predicts none of {len(validation)} validation rows")
    calibrating = calibrates(complete["game_date"])
    weighing, other = complete[~calibrating], complete[calibrating]
    if weighing.empty or other.empty:
        weighing = other = complete
    weights = fit_weights(weighing[list(members)], weighing["actual"], weighing[market], members)
    points = ensemble_points({name: other[name] for name in members}, weights, other[market])
    predicted, actual, line = (
        column.to_numpy(np.float64, na_value=np.nan) for column in (points, other["actual"], other["line"])
    )
    calibration = calibrate(predicted, actual, line)
    return weights, calibration


def fit_weights(
    points: pd.DataFrame, actual: pd.Series, line: pd.Series, members: Sequence[str]
) -> EnsembleWeights:
    """The weights, multiples of STEP and not negative, with the least MAE on rows no member was fitted on.

    In: points of each member, one column a system; points scored; lines, NULL without one; rows that some
    member leaves out do not count. On rows with a line the line is one more member (`line_weight`), and the
    others share what it leaves in the same proportions. Raises ValueError without rows, MissingColumnsError.
    """
    require_columns(points, members, "the points of the members")
    complete = points[list(members)].notna().all(axis=1) & actual.notna()
    values = points.loc[complete, list(members)].to_numpy(np.float64)
    target = actual[complete].to_numpy(np.float64)
    lines = line[complete].to_numpy(np.float64, na_value=np.nan)
    if not len(values):
        raise ValueError("no validation row that every member predicts")
    units = _descend(values, target)
    mixed: Floats = np.asarray(values @ (units * STEP), np.float64)
    lined = ~np.isnan(lines)
    to_line = line_weight(mixed[lined], target[lined], lines[lined])
    blended = np.where(lined, mixed + to_line * (lines - mixed), mixed)
    weights = {name: float(units[i] * STEP) for i, name in enumerate(members)}
    return EnsembleWeights(
        weights=weights,
        line_weights={name: weight * (1 - to_line) for name, weight in weights.items()}
        | {MARKET_LINE: to_line},
        rows=len(values),
        line_rows=int(lined.sum()),
        validation_mae=float(np.abs(blended - target).mean()),
    )


def line_weight(points: Floats, actual: Floats, line: Floats) -> float:
    """Weight of the line beside the models' points: least MAE, drawn towards LINE_PRIOR; a multiple of STEP.

    In: points of the models, results and lines of validation rows with a line. The prior costs what
    PRIOR_ROWS more rows would whose best weight is LINE_PRIOR: of errors spread like Laplace's distribution
    with mean m, a weight that is w off costs w**2 * mean((line - points)**2) / (2 m) per row. So without a
    row the weight is the prior, and with very many it is what they say, 1 included: then the models add
    nothing to the line.
    """
    if not len(line):
        return LINE_PRIOR
    candidates = np.linspace(0.0, 1.0, round(1 / STEP) + 1).round(2)
    errors = np.array([np.abs(points + weight * (line - points) - actual).sum() for weight in candidates])
    curvature = np.square(line - points).mean() / (2 * max(errors.min() / len(line), _LEAST_ERROR))
    cost = errors + PRIOR_ROWS * curvature * np.square(candidates - LINE_PRIOR)
    return float(candidates[int(np.argmin(cost))])


def _descend(values: Floats, target: Floats) -> npt.NDArray[np.int64]:
    """Weights in steps: from the best single member on, the best move of one step, while it helps."""
    units = round(1 / STEP)
    singles = np.eye(values.shape[1], dtype=np.int64) * units
    found = min(singles, key=lambda single: _loss(values, target, single))
    error = _loss(values, target, found)
    while (better := _best_move(values, target, found)) is not None and better[0] < error - 1e-12:
        error, found = better
    return found


def _best_move(
    values: Floats, target: Floats, found: npt.NDArray[np.int64]
) -> tuple[float, npt.NDArray[np.int64]] | None:
    """The best way of moving one step of weight from a member to another."""
    moves: list[tuple[float, npt.NDArray[np.int64]]] = []
    for giver in np.flatnonzero(found):
        for taker in range(len(found)):
            if taker != giver:
                moved = found.copy()
                moved[giver] -= 1
                moved[taker] += 1
                moves.append((_loss(values, target, moved), moved))
    return min(moves, key=lambda move: move[0], default=None)


def _loss(values: Floats, target: Floats, units: npt.NDArray[np.int64]) -> float:
    return float(np.abs(values @ (units * STEP) - target).mean())


def ensemble_points(outputs: Mapping[str, pd.Series], weights: EnsembleWeights, line: pd.Series) -> pd.Series:
    """Weighted mean of the members' points; NULL where a member with weight does not predict.

    In: points by system and the line of each row (NULL without one), same index. Raises
    KeyError when a member with weight is absent.
    """
    with_line = {**outputs, MARKET_LINE: line}
    bare, lined = (_weighted(with_line, chosen) for chosen in (weights.weights, weights.line_weights))
    return bare.where(line.isna(), lined).astype("float64")


def members_used(weights: EnsembleWeights) -> list[str]:
    """Models with weight."""
    return [name for name, weight in weights.weights.items() if weight > 0]


def _weighted(outputs: Mapping[str, pd.Series], weights: Mapping[str, float]) -> pd.Series:
    parts = [weight * outputs[name] for name, weight in weights.items() if weight > 0]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
