"""What a fit gives: a learner of XGBoost or CatBoost, with its bytes in the library's own format.

Belongs here: predicting with a learner, writing and reading it, and how much each feature mattered.
Does not: fitting (training, catboost_fit), metadata and refusal (artefacts).
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import catboost
import numpy as np
import numpy.typing as npt
import xgboost as xgb
from catboost import CatBoostRegressor, EFstrType, Pool

Floats = npt.NDArray[np.float64]


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

        Exact: a row's contributions sum to the learner's prediction (Shapley values of its trees).
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
        data = xgb.DMatrix(matrix, feature_names=list(self.feature_names), nthread=1)
        return self.booster.predict(data).astype(np.float64)

    def contributions(self, matrix: npt.NDArray[np.float32]) -> Floats:
        """Shapley values and, last, the mean: one column a feature and one more."""
        data = xgb.DMatrix(matrix, feature_names=list(self.feature_names))
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


def read_xgboost(data: bytes) -> XGBoostLearner:
    """A learner of its JSON. Raises UnreadableModelError."""
    try:
        return XGBoostLearner(xgb.Booster(model_file=bytearray(data)))
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


READERS: Final = {"xgboost": read_xgboost, "catboost": read_catboost}
ENDINGS: Final = {"xgboost": "json", "catboost": "cbm"}
VERSIONS: Final = {"xgboost": str(xgb.__version__), "catboost": str(catboost.__version__)}


def _one(gain: float | list[float]) -> float:
    """A gain as one number: a booster of one target gives one, its stub allows a list."""
    return float(gain[0]) if isinstance(gain, list) else float(gain)
