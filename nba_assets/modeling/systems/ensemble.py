"""ensemble_v1: a weighted mean of systems, the weights fitted on the validation window, never by hand.

Belongs here: fitting and storing weights, and the ensemble's points and distribution.
Does not: the members (training, catboost_fit), who serves (assets).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from nba_assets.modeling.fitting.artefacts import (
    REMEDY,
    SHORT_HASH_DIGITS,
    ArtefactError,
    ArtefactStore,
    model_name,
    read,
)
from nba_assets.modeling.inputs import require_columns

SYSTEM: Final = "ensemble_v1"
LEAST_LINES: Final = 500  # validation rows without which lines have no weights of their own
STEP: Final = 0.05  # weights are multiples of it: finer ones would describe the window, not the systems
Floats = npt.NDArray[np.float64]


class EnsembleWeights(BaseModel):
    """Weights of the members; they sum to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: dict[str, float] = Field(description="System to weight.")
    line_weights: dict[str, float] = Field(description="System to weight, on rows with a line.")
    rows: int = Field(ge=1, description="Validation rows the weights were fitted on.")
    validation_mae: float = Field(ge=0, description="MAE of the ensemble on them.")


class StoredEnsemble(BaseModel):
    """What a stored ensemble is: its weights, and the models they were fitted with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: EnsembleWeights
    members: dict[str, str] = Field(description="System to model id.")


def is_ensemble(model_id: str) -> bool:
    """Whether a model id is an ensemble's: its artefact holds weights, no learner."""
    return model_id.startswith(f"{SYSTEM}_")


def fit_weights(
    points: pd.DataFrame, actual: pd.Series, line: pd.Series, members: Sequence[str]
) -> EnsembleWeights:
    """The weights, multiples of STEP and not negative, with the least MAE on rows no member was fitted on.

    In: points of each member, one column a system; points scored; lines, NULL without one; rows that some
    member leaves out do not count. Rows with a line have weights of their own, since members differ in how
    they take it in; with fewer than LEAST_LINES of them they have those of the others. Raises ValueError
    without rows, MissingColumnsError.
    """
    require_columns(points, members, "the points of the members")
    complete = points[list(members)].notna().all(axis=1) & actual.notna()
    values = points.loc[complete, list(members)].to_numpy(np.float64)
    target = actual[complete].to_numpy(np.float64)
    lined = line[complete].notna().to_numpy(dtype=bool)
    if not len(values):
        raise ValueError("no validation row that every member predicts")
    bare = ~lined if (~lined).sum() >= LEAST_LINES else np.ones(len(values), dtype=bool)
    found = _descend(values[bare], target[bare])
    with_line = _descend(values[lined], target[lined]) if lined.sum() >= LEAST_LINES else found
    weighted = np.where(lined, values @ (with_line * STEP), values @ (found * STEP))
    return EnsembleWeights(
        weights={name: float(found[i] * STEP) for i, name in enumerate(members)},
        line_weights={name: float(with_line[i] * STEP) for i, name in enumerate(members)},
        rows=len(values),
        validation_mae=float(np.abs(weighted - target).mean()),
    )


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

    In: points by system and the line of each row (NULL without one), same index. Raises KeyError when a
    member with weight is missing.
    """
    bare, lined = (_weighted(outputs, chosen) for chosen in (weights.weights, weights.line_weights))
    return bare.where(line.isna(), lined).astype("float64")


def members_used(weights: EnsembleWeights) -> list[str]:
    """Members with weight on any row."""
    return [name for name in weights.weights if weights.weights[name] > 0 or weights.line_weights[name] > 0]


def _weighted(outputs: Mapping[str, pd.Series], weights: Mapping[str, float]) -> pd.Series:
    parts = [weight * outputs[name] for name, weight in weights.items() if weight > 0]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def save(
    weights: EnsembleWeights, members: Mapping[str, str], trained_through: date, store: ArtefactStore
) -> tuple[str, str]:
    """Store weights and the ids of the members they were fitted with: model id and SHA-256 of the bytes."""
    content = StoredEnsemble(weights=weights, members=dict(members))
    data = json.dumps(content.model_dump(mode="json"), sort_keys=True, indent=1, allow_nan=False).encode()
    digest = hashlib.sha256(data).hexdigest()
    model_id = f"{SYSTEM}_{trained_through.isoformat()}_{digest[:SHORT_HASH_DIGITS]}"
    store.write(model_name(model_id), data)
    return model_id, digest


def load(store: ArtefactStore, model_id: str) -> StoredEnsemble:
    """A stored ensemble. Raises ArtefactError when it is absent, damaged or another one."""
    name = model_name(model_id)
    data = read(store, name)
    if not model_id.endswith(hashlib.sha256(data).hexdigest()[:SHORT_HASH_DIGITS]):
        raise ArtefactError(f"{store.root}/{name} is damaged: its bytes are not those of its name; {REMEDY}")
    return StoredEnsemble(**json.loads(data))
