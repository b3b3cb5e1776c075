"""A stored model: the library's own JSON or cbm and, beside it, the metadata that describes it.

Belongs here: naming, writing, reading and refusing models.
Does not: where models live (the lake), which model is champion (promotion), the metrics (scorecard).

Three objects a model, `{model_id}.json` (or `.cbm`), `{model_id}.metadata.json` and, for who weighs and
measures it, `{model_id}.oof_predictions.parquet`, in a folder or a bucket.
A model that cannot be proven to match its metadata is refused: there is no fallback.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import ValidationError

from nba_assets.domain.feature_store.feature_registry import names_hash
from nba_assets.modeling.fitting.distribution import Calibration
from nba_assets.modeling.fitting.learners import (
    ENDINGS,
    READERS,
    VERSIONS,
    Learner,
    UnreadableModelError,
)
from nba_assets.modeling.fitting.training import FittedModel

TOP_FEATURES: Final = 10
SHORT_HASH_DIGITS: Final = 10


class ArtefactStore(Protocol):
    """Where artefacts live: whole objects by name, replaced atomically."""

    @property
    def root(self) -> str:
        """What to call the place in a message."""
        ...

    def read(self, name: str) -> bytes:
        """Bytes of an object; FileNotFoundError without one."""
        ...

    def write(self, name: str, data: bytes) -> str:
        """Create or replace an object whole; returns its version."""
        ...


class ArtefactError(ValueError):
    """A stored model is absent, damaged, or does not match its metadata; the text names file and remedy."""


@dataclass(frozen=True)
class ModelArtefact:
    """A model's bytes and its metadata; the learner is read from the bytes on first use."""

    model_bytes: bytes
    metadata: dict[str, Any]

    @property
    def model_id(self) -> str:
        """`{system}_{feature set}_{trained_through}_{short hash}`."""
        return str(self.metadata["model_id"])

    @property
    def system(self) -> str:
        """Name of the prediction system."""
        return str(self.metadata["system"])

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names the model was trained with, in order."""
        return tuple(self.metadata["feature_names"])

    @property
    def trained_through(self) -> date:
        """Latest game date known when the model was made."""
        return date.fromisoformat(self.metadata["trained_through"])

    @property
    def library(self) -> str:
        """Library whose format the bytes have."""
        return str(self.metadata["library"])

    @cached_property
    def learner(self) -> Learner:
        """The learner of the bytes. Raises UnreadableModelError."""
        return READERS[self.library](self.model_bytes)

    @property
    def calibration(self) -> Calibration:
        """What makes a distribution of the learner's points."""
        return Calibration(**self.metadata["calibration"])


def build_artefact(
    fitted: FittedModel,
    *,
    system: str,
    feature_set: str,
    code_version: str,
    trained_at: datetime,
    metrics: Mapping[str, Any],
    success: Mapping[str, Any] | None = None,
    left_out: Mapping[str, int] | None = None,
    go_no_go: Mapping[str, Any] | None = None,
    override_reason: str | None = None,
) -> ModelArtefact:
    """Artefact of a fitted model; `metrics` and `success` come from the scorecard, `trained_at` is zoned.

    `left_out` counts rows that were not learned from, by reason. `go_no_go` and `override_reason` are stored
    as given: NULL when no such verdict was made. Raises ValueError on a time without a zone.
    """
    if trained_at.tzinfo is None:
        raise ValueError("trained_at needs a time zone")
    model_bytes = fitted.learner.to_bytes()
    library = fitted.learner.library
    metadata: dict[str, Any] = {
        "model_id": model_id_of(fitted, system, feature_set, code_version),
        "system": system,
        "feature_set": feature_set,
        "trained_at": pd.Timestamp(trained_at).tz_convert("UTC").isoformat(),
        "trained_through": fitted.trained_through.isoformat(),
        "fitted_through": fitted.fitted_through.isoformat(),
        "rows_by_season": fitted.season_rows,
        "rows_by_side": fitted.side_rows,
        "left_out": dict(left_out or {}),
        "dates_by_side": {side: list(span) for side, span in fitted.side_dates.items()},
        "feature_names": list(fitted.feature_names),
        "feature_names_hash": names_hash(fitted.feature_names),
        "hyper_parameters": fitted.params.model_dump(mode="json"),
        "best_iteration": fitted.best_iteration,
        "library": library,
        "library_versions": {library: VERSIONS[library], "pandas": pd.__version__, "numpy": np.__version__},
        "calibration": fitted.calibration.model_dump(mode="json"),
        "refitted": fitted.stopped is not None,
        "code_version": code_version,
        "input_hash": fitted.rows_hash,
        "model_sha256": hashlib.sha256(model_bytes).hexdigest(),
        "metrics": dict(metrics),
        "success": None if success is None else dict(success),
        "usage_rate": usage_rank(fitted.learner),
        "top_features_by_gain": top_features(fitted.learner),
        "go_no_go": None if go_no_go is None else dict(go_no_go),
        "override_reason": override_reason,
    }
    # One pass through JSON, so that an artefact in memory equals the same one read back.
    return ModelArtefact(model_bytes=model_bytes, metadata=json.loads(_json(metadata)))


def model_id_of(fitted: FittedModel, system: str, feature_set: str, code_version: str) -> str:
    """Name of a model; its hash covers rows, parameters, feature names, versions of library and code."""
    identity = {
        "code_version": code_version,
        "rows": fitted.rows_hash,
        "hyper_parameters": fitted.params.model_dump(mode="json"),
        "feature_names": list(fitted.feature_names),
        fitted.learner.library: VERSIONS[fitted.learner.library],
    }
    short = hashlib.sha256(_json(identity).encode()).hexdigest()[:SHORT_HASH_DIGITS]
    return f"{system}_{feature_set}_{fitted.trained_through.isoformat()}_{short}"


def top_features(learner: Learner) -> list[dict[str, Any]]:
    """The ten most important features, by the library's own measure, best first."""
    ranked = sorted(learner.importance().items(), key=lambda item: (-item[1], item[0]))
    return [{"feature": name, "gain": gain} for name, gain in ranked[:TOP_FEATURES]]


def usage_rank(learner: Learner) -> dict[str, Any] | None:
    """The most important feature of usage and its rank among all, by the library's own measure.

    NULL where the model has no such feature, or where no tree splits on one.
    """
    ranked = sorted(learner.importance().items(), key=lambda item: (-item[1], item[0]))
    ranks = {name: rank for rank, (name, _) in enumerate(ranked, 1) if name.startswith("usage_rate")}
    first = min(ranks, key=ranks.__getitem__, default=None)
    if first is None:
        return None
    return {"feature": first, "rank": ranks[first], "of": len(learner.feature_names)}


def model_name(model_id: str, library: str = "xgboost") -> str:
    """Object that holds a model's bytes."""
    return f"{model_id}.{ENDINGS[library]}"


def oof_predictions_name(model_id: str) -> str:
    """Object that holds a model's out-of-fold predictions of its validation and test rows."""
    return f"{model_id}.oof_predictions.parquet"


def metadata_name(model_id: str) -> str:
    """Object that holds a model's metadata."""
    return f"{model_id}.metadata.json"


def save(artefact: ModelArtefact, store: ArtefactStore) -> None:
    """Write a model, its metadata last: metadata that exists has its model. Each is replaced whole."""
    store.write(model_name(artefact.model_id, artefact.library), artefact.model_bytes)
    store.write(metadata_name(artefact.model_id), _json(artefact.metadata).encode())


def load(store: ArtefactStore, model_id: str) -> ModelArtefact:
    """Read a model and prove it: id, bytes, feature names and library; ArtefactError on any mismatch."""
    described = f"{store.root}/{metadata_name(model_id)}"
    stored = read(store, metadata_name(model_id))
    try:
        metadata = json.loads(stored)
    except ValueError as error:
        raise ArtefactError(f"{described} is not JSON ({error}); {REMEDY}") from error
    try:
        name = model_name(model_id, metadata["library"])
        artefact = ModelArtefact(model_bytes=read(store, name), metadata=metadata)
        _prove(artefact, model_id, described, f"{store.root}/{name}")
    except (KeyError, TypeError, AttributeError) as error:
        raise ArtefactError(f"{described} lacks or garbles {error}; {REMEDY}") from error
    return artefact


REMEDY: Final = "materialize the model's partition again, or restore its files from where they were saved"


def save_oof_predictions(predictions: pd.DataFrame, model_id: str, store: ArtefactStore) -> None:
    """Write a model's out-of-fold predictions of its validation and test rows; replaced whole."""
    buffer = io.BytesIO()
    predictions.to_parquet(buffer, index=False)
    store.write(oof_predictions_name(model_id), buffer.getvalue())


def load_oof_predictions(store: ArtefactStore, model_id: str) -> pd.DataFrame:
    """What `save_oof_predictions` wrote. Raises ArtefactError when it is absent or damaged."""
    name = oof_predictions_name(model_id)
    data = read(store, name)
    try:
        return pd.read_parquet(io.BytesIO(data))
    except pa.ArrowInvalid as error:
        raise ArtefactError(f"{store.root}/{name} is no parquet file ({error}); {REMEDY}") from error


def read(store: ArtefactStore, name: str) -> bytes:
    """Bytes of an object of a model. Raises ArtefactError, which names the remedy, if it is missing."""
    try:
        return store.read(name)
    except FileNotFoundError as error:
        raise ArtefactError(f"{store.root}/{name} does not exist; {REMEDY}") from error


_NAMES: dict[str, tuple[str, ...]] = {}  # of learners that were read, by hash of their bytes: it takes long


def _prove(artefact: ModelArtefact, model_id: str, described: str, stored: str) -> None:
    metadata = artefact.metadata
    if metadata["model_id"] != model_id:
        raise ArtefactError(f"{described} describes {metadata['model_id']}, not {model_id}; {REMEDY}")
    found = hashlib.sha256(artefact.model_bytes).hexdigest()
    if found != metadata["model_sha256"]:
        raise ArtefactError(f"{stored} has sha256 {found}, its metadata {metadata['model_sha256']}; {REMEDY}")
    if names_hash(tuple(metadata["feature_names"])) != metadata["feature_names_hash"]:
        raise ArtefactError(f"{described}: feature_names do not have the hash beside them; {REMEDY}")
    library = artefact.library
    written, running = metadata["library_versions"][library], VERSIONS[library]
    if written.split(".")[0] != running.split(".")[0]:
        raise ArtefactError(
            f"{stored} was written by {library} {written}, this is {running}; train the model again with "
            f"{running}, or install {library} {written.split('.')[0]}.x"
        )
    if found not in _NAMES:
        try:
            _NAMES[found] = artefact.learner.feature_names
        except UnreadableModelError as error:
            raise ArtefactError(
                f"{stored} is not a model that {library} {running} reads; {REMEDY}"
            ) from error
    if list(_NAMES[found]) != list(metadata["feature_names"]):
        raise ArtefactError(f"{stored} was trained on other feature names than {described} lists; {REMEDY}")
    try:
        _ = artefact.calibration
    except ValidationError as error:
        raise ArtefactError(f"{described} has a calibration of another version; {REMEDY}") from error


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, indent=1, allow_nan=False)
