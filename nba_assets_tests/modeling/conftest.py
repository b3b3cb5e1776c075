"""Small frames in the shape of the real tables; every number in them is made up."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.evaluation.scorecard import side_metrics
from nba_assets.modeling.fitting.artefacts import (
    ModelArtefact,
    build_artefact,
)
from nba_assets.modeling.fitting.training import (
    FittedModel,
    XGBoostParams,
    chronological_split,
    fit_xgboost,
)
from nba_assets.modeling.fitting.training_rows import training_rows

# Every input of the baselines and one optional feature: the shape of a feature set, not the real one.
FEATURES = (
    "points_avg_last_5",
    "points_avg_last_10",
    "points_avg_season",
    "fatigue_score",
    "opponent_def_rating",
    "home_away",
    "back_to_back",
    "minutes_avg_last_10",
    "injury_risk",
)
TRAINED_AT = datetime(2025, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def feature_names() -> tuple[str, ...]:
    return FEATURES


def make_store(dates: int, players: int, seed: int = 7) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A feature store of `players` a date, and the results that go with it."""
    rng = np.random.default_rng(seed)
    count = dates * players
    skill = rng.uniform(2, 28, size=count)
    days = np.repeat(pd.date_range("2024-11-10", periods=dates, freq="D"), players)
    features = pd.DataFrame(
        {
            "game_date": days,
            "game_id": [f"00224{i // players:05d}" for i in range(count)],
            "player_id": np.tile(np.arange(1000, 1000 + players), dates),
            "team": "BOS",
            "opponent": "NYK",
            "season": "2024-25",
            "points_avg_last_5": skill + rng.normal(0, 2, count),
            "points_avg_last_10": skill + rng.normal(0, 1.5, count),
            "points_avg_season": skill + rng.normal(0, 1, count),
            "fatigue_score": rng.uniform(30, 100, count),
            "opponent_def_rating": rng.uniform(104, 122, count),
            "home_away": rng.integers(0, 2, count).astype(float),
            "back_to_back": rng.integers(0, 2, count).astype(float),
            "minutes_avg_last_10": skill + rng.uniform(4, 10, count),
            "injury_risk": np.where(rng.random(count) < 0.7, np.nan, 2.0),
            "line": np.where(rng.random(count) < 0.5, np.floor(skill) + 0.5, np.nan),
            "feature_version": "v2_33features",
            "missing_features": "injury_risk",
            "quality_score": 100.0,
            "quality_tier": "gold",
            "missing_history_games": 0,
            "missing_last_10_games": 0,
            "games_season": 40,
            "is_bootstrap": False,
            "is_late_addition": False,
            "is_production_ready": True,
            "code_version": "test",
            "input_hash": "test",
            "source": "archive",
        }
    )
    results = features[["game_date", "game_id", "player_id"]].assign(
        minutes=skill + 6,
        pts=np.maximum(0, np.round(skill + 2 * features["home_away"] + rng.normal(0, 3, count))).astype(
            "int64"
        ),
        is_production_ready=True,
    )
    return features, results


@pytest.fixture
def store() -> Callable[..., tuple[pd.DataFrame, pd.DataFrame]]:
    return make_store


@pytest.fixture(scope="session")
def small_params() -> XGBoostParams:
    return XGBoostParams(trees=30, early_stopping_rounds=10, eta=0.2)


@pytest.fixture(scope="session")
def rows() -> pd.DataFrame:
    """Training rows: 40 dates of 30 players."""
    return training_rows(*make_store(40, 30), FEATURES)


@pytest.fixture(scope="session")
def fitted(rows: pd.DataFrame, small_params: XGBoostParams) -> FittedModel:
    return fit_xgboost(rows, small_params, chronological_split(rows["game_date"]))


@pytest.fixture(scope="session")
def artefact(fitted: FittedModel, rows: pd.DataFrame) -> ModelArtefact:
    split = chronological_split(rows["game_date"])
    return build_artefact(
        fitted,
        system="xgboost_v1",
        feature_set="v2_33features",
        code_version="test",
        trained_at=TRAINED_AT,
        metrics=side_metrics(
            "xgboost_v1", fitted.oof_predictions(rows, split)["predicted_points"], rows, split
        ),
    )
