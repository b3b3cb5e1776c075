"""What holds of a stored model of any library."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from nba_assets.modeling.fitting.artefacts import (
    ArtefactError,
    ModelArtefact,
    build_artefact,
    load,
    model_name,
    save,
)
from nba_assets.modeling.fitting.training import FittedModel
from nba_assets.modeling.systems.predicting import predict
from nba_assets.storage.object_store import open_store


def assert_stored_and_proven(
    fitted: FittedModel, rows: pd.DataFrame, folder: Path, system: str, ending: str
) -> ModelArtefact:
    """A model comes back as it was, from a file of its library, and is refused when its bytes are others."""
    artefact = build_artefact(
        fitted, system=system, feature_set="test", code_version="test",
        trained_at=datetime(2025, 1, 1, 12, tzinfo=UTC), metrics={},
    )  # fmt: skip
    store = open_store(str(folder))
    save(artefact, store)
    file = folder / model_name(artefact.model_id, artefact.library)
    assert file.suffix == ending and file.is_file()
    again = load(store, artefact.model_id)
    pd.testing.assert_frame_equal(predict(again, rows), fitted.predict_frame(rows), check_exact=True)
    whole = file.read_bytes()
    file.write_bytes(b"no model")
    with pytest.raises(ArtefactError, match="sha256"):
        load(store, artefact.model_id)
    file.write_bytes(whole)
    return artefact
