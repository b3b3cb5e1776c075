"""A stored model is proven on load, or refused with file and remedy."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nba_assets.modeling.fitting import artefacts
from nba_assets.modeling.fitting.artefacts import (
    ArtefactError,
    ModelArtefact,
    build_artefact,
    load,
    load_oof_predictions,
    metadata_name,
    model_id_of,
    model_name,
    oof_predictions_name,
    save,
    save_oof_predictions,
)
from nba_assets.modeling.fitting.learners import VERSIONS
from nba_assets.modeling.fitting.training import (
    FittedModel,
    XGBoostParams,
    chronological_split,
    fit_xgboost,
)
from nba_assets.modeling.systems.predicting import predict
from nba_assets.storage.object_store import FolderStore


def model_path(folder: Path, model_id: str) -> Path:
    return folder / model_name(model_id)


def metadata_path(folder: Path, model_id: str) -> Path:
    return folder / metadata_name(model_id)


def edit(folder: Path, model_id: str, **changes: Any) -> None:
    path = metadata_path(folder, model_id)
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.fixture
def stored(artefact: ModelArtefact, tmp_path: Path) -> Path:
    save(artefact, FolderStore(tmp_path))
    return tmp_path


def test_a_model_comes_back_as_it_was(stored: Path, artefact: ModelArtefact, rows: pd.DataFrame) -> None:
    again = load(FolderStore(stored), artefact.model_id)
    assert again.model_bytes == artefact.model_bytes
    assert again.metadata == artefact.metadata
    assert predict(again, rows).equals(predict(artefact, rows))
    assert list(FolderStore(stored).list("")) == sorted(
        [f"{artefact.model_id}.json", f"{artefact.model_id}.metadata.json"]
    )


def test_predictions_of_the_stored_model_are_those_of_the_fit(
    artefact: ModelArtefact, fitted: FittedModel, rows: pd.DataFrame
) -> None:
    assert predict(artefact, rows)["predicted_points"].equals(fitted.predict(rows))


def test_saving_twice_gives_the_same_bytes(stored: Path, artefact: ModelArtefact) -> None:
    before = {path.name: path.read_bytes() for path in stored.iterdir()}
    save(artefact, FolderStore(stored))
    assert {path.name: path.read_bytes() for path in stored.iterdir()} == before


def test_the_id_names_system_features_date_and_a_hash_of_the_fit(
    artefact: ModelArtefact, fitted: FittedModel, rows: pd.DataFrame
) -> None:
    assert artefact.model_id.startswith("xgboost_v1_v2_33features_2024-12-19_")
    other = fit_xgboost(
        rows, XGBoostParams(trees=3, early_stopping_rounds=10), chronological_split(rows["game_date"])
    )
    assert model_id_of(other, "xgboost_v1", "v2_33features", "test") != artefact.model_id
    assert model_id_of(fitted, "xgboost_v1", "v2_33features", "other code") != artefact.model_id
    assert model_id_of(fitted, "xgboost_v1", "v2_33features", "test") == artefact.model_id


def test_metadata_holds_what_the_design_asks(artefact: ModelArtefact, feature_names: tuple[str, ...]) -> None:
    metadata = artefact.metadata
    assert metadata["feature_names"] == list(feature_names)
    assert metadata["rows_by_season"] == {"2024-25": 1200}
    assert metadata["hyper_parameters"]["trees"] == 30
    assert metadata["trained_at"] == "2025-01-01T12:00:00+00:00"
    assert metadata["go_no_go"] is None
    assert metadata["override_reason"] is None
    assert set(metadata["library_versions"]) == {"xgboost", "pandas", "numpy"}
    gains = [item["gain"] for item in metadata["top_features_by_gain"]]
    assert gains == sorted(gains, reverse=True)
    assert 0 < len(gains) <= 10
    assert metadata["usage_rate"] is None  # no such feature here
    for side in ("train", "validation", "test"):
        card = metadata["metrics"][side]
        assert set(card["systems"]) == {
            "xgboost_v1",
            "season_average",
            "last_10_average",
            "core_average",
            "hand_rules",
        }
        assert set(card["systems"]["hand_rules"]) == {
            "mae", "rmse", "bias", "within_3", "within_5", "share_above",
        }  # fmt: skip
        assert card["rows"] == metadata["rows_by_side"][side]


def test_a_verdict_is_stored_as_given(fitted: FittedModel) -> None:
    built = build_artefact(
        fitted,
        system="xgboost_v1",
        feature_set="v2_33features",
        code_version="test",
        trained_at=datetime(2025, 1, 1, tzinfo=UTC),
        metrics={},
        go_no_go={"rows": {"actual": 1200, "least": 35000, "passed": False}},
        override_reason="a test",
    )
    assert built.metadata["go_no_go"]["rows"]["passed"] is False
    assert built.metadata["override_reason"] == "a test"


def test_a_time_without_zone_is_refused(fitted: FittedModel) -> None:
    with pytest.raises(ValueError, match="time zone"):
        build_artefact(
            fitted,
            system="s",
            feature_set="f",
            code_version="c",
            trained_at=datetime(2025, 1, 1),
            metrics={},
        )


def test_corrupted_bytes_are_refused(stored: Path, artefact: ModelArtefact) -> None:
    path = model_path(stored, artefact.model_id)
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    with pytest.raises(ArtefactError, match=rf"{path.name} has sha256 .*; materialize the model"):
        load(FolderStore(stored), artefact.model_id)


def test_bytes_that_are_no_model_are_refused_even_with_their_hash(
    stored: Path, artefact: ModelArtefact
) -> None:
    content = b'{"learner": 1}'
    model_path(stored, artefact.model_id).write_bytes(content)
    edit(stored, artefact.model_id, model_sha256=artefacts.hashlib.sha256(content).hexdigest())
    with pytest.raises(ArtefactError, match="not a model that xgboost"):
        load(FolderStore(stored), artefact.model_id)


def test_changed_names_are_refused(stored: Path, artefact: ModelArtefact) -> None:
    names = list(reversed(artefact.feature_names))
    edit(stored, artefact.model_id, feature_names=names)
    with pytest.raises(ArtefactError, match="do not have the hash"):
        load(FolderStore(stored), artefact.model_id)
    edit(stored, artefact.model_id, feature_names=names, feature_names_hash=artefacts.names_hash(names))
    with pytest.raises(ArtefactError, match="other feature names"):
        load(FolderStore(stored), artefact.model_id)


def test_another_major_version_is_refused_another_minor_is_not(stored: Path, artefact: ModelArtefact) -> None:
    major = int(VERSIONS["xgboost"].split(".")[0])
    edit(stored, artefact.model_id, library_versions={"xgboost": f"{major}.99.0"})
    load(FolderStore(stored), artefact.model_id)
    edit(stored, artefact.model_id, library_versions={"xgboost": f"{major - 1}.9.0"})
    with pytest.raises(ArtefactError, match="train the model again"):
        load(FolderStore(stored), artefact.model_id)


def test_a_renamed_model_is_refused(stored: Path, artefact: ModelArtefact) -> None:
    for name in (model_path, metadata_path):
        name(stored, artefact.model_id).rename(name(stored, "impostor"))
    with pytest.raises(ArtefactError, match="not impostor"):
        load(FolderStore(stored), "impostor")


def test_absent_files_are_refused_by_name(stored: Path, artefact: ModelArtefact) -> None:
    with pytest.raises(ArtefactError, match=r"nothing\.metadata\.json does not exist"):
        load(FolderStore(stored), "nothing")
    model_path(stored, artefact.model_id).unlink()
    with pytest.raises(ArtefactError, match=rf"{artefact.model_id}\.json does not exist"):
        load(FolderStore(stored), artefact.model_id)


@pytest.mark.parametrize("content", ["{", "[]", "{}"])
def test_broken_metadata_is_refused(stored: Path, artefact: ModelArtefact, content: str) -> None:
    metadata_path(stored, artefact.model_id).write_text(content)
    with pytest.raises(ArtefactError, match=r"metadata\.json"):
        load(FolderStore(stored), artefact.model_id)


def test_stored_predictions_are_read_back_or_refused_with_their_remedy(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    with pytest.raises(
        ArtefactError, match=r"oof_predictions\.parquet does not exist; materialize the model"
    ):
        load_oof_predictions(store, "m")
    predictions = pd.DataFrame({"game_id": ["1"], "predicted_points": [9.5]})
    save_oof_predictions(predictions, "m", store)
    pd.testing.assert_frame_equal(load_oof_predictions(store, "m"), predictions)
    (tmp_path / oof_predictions_name("m")).write_bytes(b"damaged")
    with pytest.raises(
        ArtefactError, match=r"m\.oof_predictions\.parquet is no parquet file .*; materialize"
    ):
        load_oof_predictions(store, "m")
