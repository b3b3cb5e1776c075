"""The minutes model says how likely what happens is, and is the same whatever order its rows come in."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.fitting.artefacts import ArtefactError
from nba_assets.modeling.fitting.documents import load_document, save_document
from nba_assets.modeling.fitting.minutes_model import (
    FEATURES,
    OUTPUTS,
    StoredMinutesModel,
    lacking,
    minutes_rows,
    scores,
)
from nba_assets.modeling.fitting.training import chronological_split
from nba_assets.modeling.inputs import MissingColumnsError
from nba_assets.storage.object_store import open_store

CHANCES = (0.1, 0.5, 0.95)  # of three kinds of players, told apart by the games they missed


def _drawn(dates: int = 40, players: int = 90, seed: int = 4) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Features and results of players who play with a known chance, starters 30 minutes, others 15."""
    draw = np.random.default_rng(seed)
    days = pd.date_range("2024-01-01", periods=dates).repeat(players)
    count = len(days)
    kind, starter = draw.integers(0, 3, count), draw.random(count) < 0.5
    features = pd.DataFrame({name: draw.normal(size=count) for name in FEATURES})
    features = features.assign(
        game_date=days.astype("datetime64[ns]"),
        game_id=[f"{day:%Y%m%d}00" for day in days],
        player_id=np.tile(np.arange(players), dates),
        games_missed=kind.astype(float),
        play_probability=0.5,
        started_last_game=starter.astype(float),
        minutes_weighted_15=20.0,
        is_late_addition=False,
    )
    plays = draw.random(count) < np.take(CHANCES, kind)
    features["starts_tonight"] = pd.array(plays & starter, "boolean")
    minutes = np.round(np.where(starter, 30.0, 15.0) + draw.normal(0, 4, count)).clip(1, 48)
    results = features.loc[plays, ["game_id", "player_id"]].assign(minutes=minutes[plays])
    return features, results


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return minutes_rows(*_drawn(dates=80))


@pytest.fixture(scope="module")
def fitted(rows: pd.DataFrame) -> StoredMinutesModel:
    return StoredMinutesModel.fit(rows, chronological_split(rows["game_date"]))


def test_rows_are_those_who_were_expected_in_games_with_results() -> None:
    features, _ = _drawn(dates=2, players=4)
    features.loc[3, "is_late_addition"] = True
    features["starts_tonight"] = pd.array([True, False, None, True] * 2, "boolean")
    played = features.iloc[[0, 1, 3]][["game_id", "player_id"]].assign(minutes=[33.0, 0.0, 12.0])
    found = minutes_rows(features.iloc[::-1], played)  # the second date has no results
    assert found["player_id"].tolist() == [0, 1, 2]
    assert found["plays"].tolist() == [1.0, 0.0, 0.0]  # zero minutes are not played
    assert found["minutes"].isna().tolist() == [False, True, True]
    assert found["starts"].isna().tolist() == [False, False, True]


def test_chances_and_quantiles_are_those_that_rows_were_drawn_from(
    rows: pd.DataFrame, fitted: StoredMinutesModel
) -> None:
    late = rows[chronological_split(rows["game_date"]).eq("test").to_numpy(bool)]
    found = fitted.predict(late)
    for kind, chance in enumerate(CHANCES):
        assert found.loc[late["games_missed"].eq(kind), "play_probability"].mean() == pytest.approx(
            chance, abs=0.06
        )
    assert (found["start_probability"] <= found["play_probability"]).all()
    starters = late["started_last_game"].eq(1)
    assert found.loc[starters, "minutes_q50"].mean() == pytest.approx(30, abs=1)
    assert found.loc[~starters, "minutes_q50"].mean() == pytest.approx(15, abs=1)
    assert (np.diff(found[list(OUTPUTS[2:])], axis=1) >= 0).all()
    inside = late["minutes"].between(found["minutes_q10"], found["minutes_q90"])
    assert inside[late["minutes"].notna()].mean() == pytest.approx(0.8, abs=0.06)


def test_rows_in_any_order_give_the_same_bytes_and_a_missing_feature_stays_missing(
    rows: pd.DataFrame, fitted: StoredMinutesModel
) -> None:
    mixed = rows.sample(frac=1.0, random_state=3)
    assert StoredMinutesModel.fit(mixed, chronological_split(mixed["game_date"])) == fitted
    some = rows.head(2).assign(spread=[np.nan, 1.0])
    assert fitted.predict(some).notna().all(axis=None)
    with pytest.raises(MissingColumnsError, match="spread"):
        fitted.predict(rows.drop(columns="spread"))
    assert fitted.predict(rows.head(0)).columns.tolist() == list(OUTPUTS)


def test_a_stored_model_predicts_as_before(
    rows: pd.DataFrame, fitted: StoredMinutesModel, tmp_path: str
) -> None:
    store = open_store(str(tmp_path))
    model_id, _ = save_document(fitted, "minutes_model", fitted.trained_through, store)
    assert model_id.startswith("minutes_model_2024-03-20_") and fitted.trained_through == date(2024, 3, 20)
    again = load_document(StoredMinutesModel, store, model_id)
    pd.testing.assert_frame_equal(again.predict(rows), fitted.predict(rows))
    older = fitted.model_copy(update={"feature_names": FEATURES[1:]})
    older_id, _ = save_document(older, "minutes_model", fitted.trained_through, store)
    with pytest.raises(ArtefactError, match="a model of another version; materialize the model's partition"):
        load_document(StoredMinutesModel, store, older_id)


def test_scores_of_four_rows_by_hand(rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    four = rows.head(4).assign(
        plays=[1.0, 1.0, 0.0, 0.0], starts=[1.0, 0.0, np.nan, 0.0], minutes=[30.0, 10.0, np.nan, np.nan],
        play_probability=[0.5, 0.5, 0.5, 0.5], started_last_game=[1.0, 1.0, 1.0, np.nan],
        minutes_weighted_15=[25.0, np.nan, 5.0, 5.0],
    )  # fmt: skip
    guess = pd.DataFrame(
        {"play_probability": [0.9, 0.6, 0.7, 0.2], "start_probability": [0.8, 0.5, 0.0, 0.0],
         "minutes_q50": [28.0, 20.0, 1.0, 1.0]},
    )  # fmt: skip
    monkeypatch.setattr(StoredMinutesModel, "predict", lambda self, rows: guess)
    found = scores(StoredMinutesModel.model_construct(), four)
    assert found == pytest.approx({
        "plays_auc": 3 / 4,  # .6 lies below .7
        "plays_brier": (0.1**2 + 0.4**2 + 0.7**2 + 0.2**2) / 4, "plays_baseline_brier": 0.25,
        "starts_brier": (0.2**2 + 0.5**2) / 2, "starts_baseline_brier": 0.5,
        "minutes_mae": 2.0, "minutes_baseline_mae": 5.0,  # of the one row whose baseline is known
    })  # fmt: skip


def test_rows_of_one_outcome_are_not_fitted(rows: pd.DataFrame) -> None:
    split = chronological_split(rows["game_date"])
    assert lacking(rows, split) == ""
    everybody = rows.assign(plays=1.0)
    assert lacking(everybody, split) == "the train rows do not tell who plays"
    assert lacking(rows.assign(starts=np.nan), split) == "the train rows do not tell who starts"
