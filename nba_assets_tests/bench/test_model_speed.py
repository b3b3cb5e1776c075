"""What is timed is what is served: every system predicts the slate, a walk never knows its week."""

import datetime as dt
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nba_assets.bench import model_speed
from nba_assets.domain.feature_store.feature_registry import EXTENDED
from nba_assets.modeling.fitting.trainers import TRAINERS
from nba_assets.modeling.fitting.training import (
    TARGET,
    chronological_split,
)
from nba_assets.modeling.fitting.training_rows import training_rows
from nba_assets.modeling.fitting.xgboost_params import XGBoostParams
from nba_assets.modeling.inputs import only_features
from nba_assets.modeling.systems.catalog import (
    MODELS,
    SYSTEMS,
)
from nba_assets.reports.models.holdout import weighed
from nba_assets.schemas.catalog import TABLES
from nba_assets_tests.modeling.conftest import make_store
from nba_assets_tests.support.of_trees import OF_TREES


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Training rows of forty dates, and an xgboost_v1 of a few trees."""
    features, results = make_store(40, 12)
    absent = [feature.name for feature in EXTENDED if feature.name not in features]
    noise = np.random.default_rng(2).uniform(0, 1, (len(features), len(absent)))
    features = pd.concat([features, pd.DataFrame(noise, columns=absent)], axis=1)
    few = partial(XGBoostParams, trees=8, early_stopping_rounds=4)
    small = replace(TRAINERS["xgboost_v1"], params=few)  # type: ignore[arg-type]
    monkeypatch.setitem(TRAINERS, "xgboost_v1", small)
    return training_rows(features, results, [feature.name for feature in EXTENDED])


def test_a_fit_takes_the_newest_rows(rows: pd.DataFrame) -> None:
    took, count = model_speed.fit_time(rows, 240)
    assert count == 240 and took.wall > 0
    assert model_speed.fit_time(rows, 10**6)[1] == len(rows)


def test_a_walk_trains_each_week_and_asks_about_that_week_only(rows: pd.DataFrame) -> None:
    days = rows["game_date"].drop_duplicates().dt.date.tolist()
    first, last = days[20], days[-1]
    _, fits, errors = model_speed.walk_forward(rows, first, last)
    assert fits["trained_for"].iloc[0] == first
    assert all(later.weekday() == 0 or first < later for later in fits["trained_for"][1:])
    known = [int((rows["game_date"].dt.date < day).sum()) for day in fits["trained_for"]]
    assert fits["rows"].tolist() == known
    assert errors["rows"] == (rows["game_date"].dt.date >= first).sum()
    assert {"xgboost_v1", "hand_rules", "season_average"} <= set(errors)


def test_results_of_the_last_week_do_not_move_what_was_predicted_before_it(rows: pd.DataFrame) -> None:
    days = rows["game_date"].drop_duplicates().dt.date.tolist()
    first, last = days[20], days[-1]
    fits = model_speed.walk_forward(rows, first, last)[1]
    end = fits["trained_for"].iloc[-1] - dt.timedelta(days=1)
    changed = rows.assign(**{TARGET: rows[TARGET].where(rows["game_date"].dt.date <= end, 99)})
    before, after = (model_speed.walk_forward(frame, first, end)[2] for frame in (rows, changed))
    assert before == after
    assert model_speed.walk_forward(changed, first, last)[2] != model_speed.walk_forward(rows, first, last)[2]


def test_a_slate_is_predicted_by_every_system(rows: pd.DataFrame) -> None:
    split = chronological_split(rows["game_date"])
    fitted = {}
    for model in MODELS:
        trainer = TRAINERS[model.name]
        params = trainer.params(trees=8) if model.name in OF_TREES else trainer.params()
        fitted[model.name] = trainer.fit(only_features(rows, model.inputs), params, split)
    predictions = rows[["game_date", "game_id", "player_id"]].assign(
        side=split, actual=rows[TARGET], line=rows["vegas_points_line"],
        **{m.name: fitted[m.name].predict(only_features(rows, m.inputs)) for m in MODELS},
    )  # fmt: skip
    found = SimpleNamespace(fitted=fitted, ensembles=weighed(predictions, rows))
    store = rows.assign(source="archive")
    context = store[["game_id", "player_id"]].assign(
        player_name="A. Player", is_late_addition=False, injury_status="Available",
        points_line=store["vegas_points_line"],
        line_captured_at=pd.to_datetime([pd.NaT] * len(store), utc=True),
    )  # fmt: skip
    schedule = store.drop_duplicates("game_id")[["game_id"]].assign(tipoff_utc=pd.NaT)
    lines = TABLES["raw_player_points_lines"].empty()
    took, players, made = model_speed.slate_time(found, store, context, schedule, lines)  # type: ignore[arg-type]
    assert players == model_speed.SLATE_PLAYERS < len(store)
    assert made == players * len(SYSTEMS)
    assert took.wall > 0
