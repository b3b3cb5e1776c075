"""CatBoost: time order, determinism, the second fit, quantiles, and storing as cbm."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.fitting.artefacts import ArtefactError, load
from nba_assets.modeling.fitting.catboost_fit import (
    fit_catboost,
)
from nba_assets.modeling.fitting.catboost_params import CatBoostParams
from nba_assets.modeling.fitting.distribution import QUANTILES
from nba_assets.modeling.fitting.training import (
    FittedModel,
    chronological_split,
)
from nba_assets.storage.object_store import open_store
from nba_assets_tests.modeling.fitting.stored import assert_stored_and_proven

SMALL = {"trees": 40, "early_stopping_rounds": 10, "learning_rate": 0.2}


@pytest.fixture(scope="module")
def lined(rows: pd.DataFrame) -> pd.DataFrame:
    """Training rows of which most have a line."""
    draw = np.random.default_rng(3)
    line = np.floor(rows["points_avg_season"] + draw.normal(0, 1, len(rows))) + 0.5
    return rows.assign(line=np.where(draw.random(len(rows)) < 0.9, line, np.nan))


@pytest.fixture(scope="module")
def quantiles(lined: pd.DataFrame) -> FittedModel:
    return fit_catboost(lined, CatBoostParams(**SMALL, refit=True), chronological_split(lined["game_date"]))


def test_the_same_rows_in_any_order_give_the_same_bytes(rows: pd.DataFrame) -> None:
    split = chronological_split(rows["game_date"])
    mixed = rows.sample(frac=1.0, random_state=1)
    one = fit_catboost(rows, CatBoostParams(**SMALL), split)
    other = fit_catboost(mixed, CatBoostParams(**SMALL), split.loc[mixed.index])
    assert one.rows_hash == other.rows_hash
    pd.testing.assert_series_equal(one.predict(rows), other.predict(rows), check_exact=True)


def test_results_of_the_test_side_touch_neither_learner(rows: pd.DataFrame) -> None:
    split = chronological_split(rows["game_date"])
    late = split.eq("test").to_numpy(dtype=bool)
    changed = rows.assign(pts=rows["pts"].where(~late, rows["pts"] + 40))
    one, other = (fit_catboost(r, CatBoostParams(**SMALL), split) for r in (rows, changed))
    assert one.predict(rows).equals(other.predict(rows))


def test_the_second_fit_sees_validation_and_the_first_is_what_validation_judges(rows: pd.DataFrame) -> None:
    split = chronological_split(rows["game_date"])
    seen = split.eq("validation").to_numpy(dtype=bool)
    changed = rows.assign(pts=rows["pts"].where(~seen, rows["pts"] + 40))
    fitted = fit_catboost(changed, CatBoostParams(**SMALL, refit=True), split)
    predictions = fitted.oof_predictions(changed, split)["predicted_points"]
    assert fitted.predict(changed)[seen].mean() > predictions[seen].mean() + 1
    early = fit_catboost(changed, CatBoostParams(**SMALL), split)
    assert early.stopped is None and early.predict(changed)[seen].equals(predictions[seen])


def test_quantiles_are_in_order_and_calibrated(quantiles: FittedModel, lined: pd.DataFrame) -> None:
    predictions = quantiles.predict_frame(lined)
    steps = np.diff(predictions[list(QUANTILES)].to_numpy(), axis=1)
    assert (steps >= 0).all() and predictions["predicted_points"].equals(
        predictions["q50"].rename("predicted_points")
    )
    calibration = quantiles.calibration
    assert calibration.line_rows > 50
    assert predictions["prob_over"].notna().equals(lined["line"].notna())
    validation = chronological_split(lined["game_date"]).eq("validation").to_numpy(dtype=bool)
    bare = lined["line"].isna().to_numpy() & validation
    assert bare.sum() >= 5


def test_the_line_moves_the_odds_and_not_the_points(quantiles: FittedModel, lined: pd.DataFrame) -> None:
    """It lies beside the features: the trees never split on it."""
    assert "line" not in quantiles.feature_names
    higher = quantiles.predict_frame(lined.assign(line=lined["line"] + 3))
    known = quantiles.predict_frame(lined)
    assert higher["predicted_points"].equals(known["predicted_points"])
    assert (higher["prob_over"] < known["prob_over"])[lined["line"].notna()].all()


def test_a_cbm_comes_back_as_it_was_and_a_damaged_one_is_refused(
    quantiles: FittedModel, lined: pd.DataFrame, tmp_path: Path
) -> None:
    artefact = assert_stored_and_proven(quantiles, lined, tmp_path, "catboost_v8", ".cbm")
    described = tmp_path / f"{artefact.model_id}.metadata.json"
    described.write_text(described.read_text().replace('"residuals"', '"shifts"'))
    with pytest.raises(ArtefactError, match="calibration of another version"):
        load(open_store(str(tmp_path)), artefact.model_id)


def test_every_parameter_is_described() -> None:
    assert all(field.description for field in CatBoostParams.model_fields.values())
