"""What a fit gives: a learner of XGBoost, CatBoost or NumPy, with its bytes in the library's own format.

Belongs here: predicting with a learner, writing and reading it, and how much each feature mattered.
Does not: fitting (training, catboost_fit, fourier_fit), metadata and refusal (artefacts).
"""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Protocol

import catboost
import numpy as np
import numpy.typing as npt
import xgboost as xgb
from catboost import CatBoostRegressor, EFstrType, Pool

from nba_assets.modeling.fitting.fourier_params import CLIP, OFFSET
from nba_assets.modeling.fitting.xgboost_params import THREADS

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
_BLOCK: Final = 1024
_DECIMALS: Final = 4  # of the points
_NODES: Final = 4  # of the integral along which contributions are summed up: exact to a millionth of a point


class Learner(Protocol):
    """A fitted model of a library."""

    @property
    def library(self) -> str:
        """Name of the library, a key of LIBRARIES."""
        ...

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names it was fitted with, in order."""
        ...

    def points(self, matrix: npt.NDArray[np.float32]) -> Floats:
        """Predicted points of each row."""
        ...

    def contributions(self, matrix: npt.NDArray[np.float32]) -> Floats:
        """What each feature adds to the point of each row, then what all rows share.

        A row's contributions sum to the learner's prediction (Shapley values).
        """
        ...

    def to_bytes(self) -> bytes:
        """The library's own format."""
        ...

    def importance(self) -> dict[str, float]:
        """How much each feature that is used at all mattered."""
        ...


class UnreadableModelError(ValueError):
    """Bytes that the library does not read as a model."""


@dataclass(frozen=True)
class XGBoostLearner:
    """An XGBoost booster, cut at its best iteration."""

    booster: xgb.Booster
    library: str = "xgboost"

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names it was fitted with, in order."""
        return tuple(self.booster.feature_names or ())

    def points(self, matrix: npt.NDArray[np.float32]) -> Floats:
        """Predicted points of each row."""
        # The matrix as it is: to make a DMatrix of it takes as long as to predict by it.
        return np.asarray(self.booster.inplace_predict(matrix), np.float64)

    def contributions(self, matrix: npt.NDArray[np.float32]) -> Floats:
        """Shapley values and, last, the mean: one column a feature and one more."""
        data = xgb.DMatrix(matrix, feature_names=list(self.feature_names), nthread=THREADS)
        return self.booster.predict(data, pred_contribs=True).astype(np.float64)

    def to_bytes(self) -> bytes:
        """JSON."""
        return bytes(self.booster.save_raw("json"))

    def importance(self) -> dict[str, float]:
        """Mean gain a split."""
        gains = self.booster.get_score(importance_type="gain")
        return {name: _one(gain) for name, gain in gains.items()}


@dataclass(frozen=True)
class CatBoostLearner:
    """A CatBoost model, cut at its best iteration."""

    model: CatBoostRegressor
    library: str = "catboost"

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names it was fitted with, in order."""
        return tuple(self.model.feature_names_ or ())

    def points(self, matrix: npt.NDArray[np.float32]) -> Floats:
        """Predicted points of each row."""
        return np.asarray(self.model.predict(matrix, thread_count=1), np.float64)

    def contributions(self, matrix: npt.NDArray[np.float32]) -> Floats:
        """Shapley values and, last, the mean: one column a feature and one more."""
        pool = Pool(matrix, feature_names=list(self.feature_names))
        values = self.model.get_feature_importance(pool, type=EFstrType.ShapValues, thread_count=1)
        return np.asarray(values, np.float64)

    def to_bytes(self) -> bytes:
        """Cbm, without the random id and the time that CatBoost adds: the same fit has the same bytes.

        CatBoost only writes to files.
        """
        metadata = self.model.get_metadata()
        for name in ("model_guid", "train_finish_time"):
            metadata[name] = ""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.cbm"
            self.model.save_model(str(path), format="cbm")
            return path.read_bytes()

    def importance(self) -> dict[str, float]:
        """Mean change of the prediction, percent of all features'."""
        values = np.asarray(self.model.get_feature_importance(), np.float64)
        return {n: float(v) for n, v in zip(self.feature_names, values, strict=True) if v > 0}


@dataclass(frozen=True)
class FourierLearner:
    """A linear function of standardized features and of random cosines of them: the root of the points.

    A. Rahimi and B. Recht, Random Features for Large-Scale Kernel Machines, 2007.
    """

    names: npt.NDArray[np.str_]
    center: Floats32
    spread: Floats32
    """Infinite for a feature that is not learned from."""
    gaps: npt.NDArray[np.int64]
    """Positions of the features of which it matters that they are NULL."""
    frequencies: Floats32
    """A row for each feature, then for each gap; a column for each cosine."""
    phases: Floats32
    factors: Floats32
    """Of 1, of each feature, of each gap and of each cosine."""
    weight: Floats32
    """Mean absolute contribution of each feature to the points of rows that it was fitted on."""
    library: str = "numpy"

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names it was fitted with, in order."""
        return tuple(map(str, self.names))

    def standardized(self, matrix: Floats32) -> Floats32:
        """Features in standard deviations from their mean, NULL at it, then whether each gap is one."""
        missing = np.isnan(matrix)
        values = np.clip((matrix - self.center) / self.spread, -CLIP, CLIP)
        return np.hstack([np.where(missing, np.float32(0), values), missing[:, self.gaps]], dtype=np.float32)

    def terms(self, standardized: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """What the factors belong to, in the precision of the features."""
        one = np.ones((len(standardized), 1), standardized.dtype)
        return np.hstack([one, standardized, self._cosines(standardized)])

    def points(self, matrix: Floats32) -> Floats:
        """Predicted points of each row.

        How a sum of a row is added up depends on the rows beside it. Rounded, it is the same in a range of
        dates and alone.
        """
        return self._by_blocks(self._points, matrix).round(_DECIMALS)

    def contributions(self, matrix: Floats32) -> Floats:
        """Values of Aumann and Shapley and, last, the point of the mean row: a column a feature and one more.

        Each feature's slope is integrated on the straight way from the mean row to the row (R. J. Aumann and
        L. S. Shapley, Values of Non-Atomic Games, 1974); what a gap adds is its feature's.
        """
        of_features = self._by_blocks(self._added, matrix)
        start = self._points(np.zeros((1, len(self.frequencies))))
        return np.hstack([of_features, np.broadcast_to(start, (len(matrix), 1))])

    def to_bytes(self) -> bytes:
        """Npz: its arrays by their names."""
        buffer = io.BytesIO()
        np.savez(buffer, **{name: getattr(self, name) for name in _ARRAYS})
        return buffer.getvalue()

    def importance(self) -> dict[str, float]:
        """Mean absolute contribution in points, of the features that are learned from."""
        return {str(n): float(w) for n, w in zip(self.names, self.weight, strict=True) if w > 0}

    def _by_blocks(self, work: Callable[[Floats], Floats], matrix: Floats32) -> Floats:
        """What the standardized rows give, worked out block by block."""
        standardized = (self.standardized(matrix[rows]).astype(np.float64) for rows in blocks(len(matrix)))
        return np.concatenate([work(block) for block in standardized])

    def _added(self, rows: Floats) -> Floats:
        """Points that each feature adds to each standardized row."""
        linear, waves = np.split(self.factors[1:].astype(np.float64), [rows.shape[1]])
        summed = np.zeros_like(rows)
        for node, share in zip(*np.polynomial.legendre.leggauss(_NODES), strict=True):
            way = rows * (node + 1) / 2
            angles = self._angles(way)
            slopes = linear - (np.sin(angles) * waves) @ self.frequencies.T
            roots = self._roots(way, np.cos(angles, out=angles))
            summed += share / 2 * (2 * roots[:, None] * slopes * rows)
        of_features, of_gaps = np.split(summed, [len(self.names)], axis=1)
        np.add.at(of_features.T, self.gaps, of_gaps.T)
        return of_features

    def _points(self, standardized: Floats) -> Floats:
        return self._roots(standardized, self._cosines(standardized)) ** 2 - OFFSET

    def _roots(self, standardized: Floats, cosines: Floats) -> Floats:
        constant, linear, waves = np.split(self.factors, [1, 1 + standardized.shape[1]])
        return np.maximum(constant + standardized @ linear + cosines @ waves, 0.0)

    def _cosines(self, standardized: npt.NDArray[Any]) -> npt.NDArray[Any]:
        angles = self._angles(standardized)
        return np.cos(angles, out=angles)

    def _angles(self, standardized: npt.NDArray[Any]) -> npt.NDArray[Any]:
        angles = standardized @ self.frequencies
        angles += self.phases
        return angles


def blocks(count: int) -> Iterator[slice]:
    """Rows that are worked on at a time: what they need stays in the cache of a core. Of none, one block."""
    for start in range(0, max(count, 1), _BLOCK):
        yield slice(start, start + _BLOCK)


_ARRAYS: Final = tuple(field.name for field in fields(FourierLearner) if field.name != "library")


def read_fourier(data: bytes) -> FourierLearner:
    """A learner of its npz. Raises UnreadableModelError."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return FourierLearner(**{name: arrays[name] for name in _ARRAYS})
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise UnreadableModelError(str(error)) from error


def read_xgboost(data: bytes) -> XGBoostLearner:
    """A learner of its JSON. Raises UnreadableModelError."""
    try:
        # One thread, as in a fit: a second process may keep the other processors busy.
        return XGBoostLearner(xgb.Booster({"nthread": THREADS}, model_file=bytearray(data)))
    except xgb.core.XGBoostError as error:
        raise UnreadableModelError(str(error)) from error


def read_catboost(data: bytes) -> CatBoostLearner:
    """A learner of its cbm. Raises UnreadableModelError."""
    model = CatBoostRegressor()
    try:
        model.load_model(blob=data, format="cbm")
    except catboost.CatBoostError as error:
        raise UnreadableModelError(str(error)) from error
    return CatBoostLearner(model)


READERS: Final = {"xgboost": read_xgboost, "catboost": read_catboost, "numpy": read_fourier}
ENDINGS: Final = {"xgboost": "json", "catboost": "cbm", "numpy": "npz"}
VERSIONS: Final = {
    "xgboost": str(xgb.__version__), "catboost": str(catboost.__version__), "numpy": np.__version__,
}  # fmt: skip


def _one(gain: float | list[float]) -> float:
    """A gain as one number: a booster of one target gives one, its stub allows a list."""
    return float(gain[0]) if isinstance(gain, list) else float(gain)
