"""Forty dates of features and results, and fits of a few trees."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from nba_assets.domain.feature_store.feature_registry import EXTENDED
from nba_assets.modeling.fitting.trainers import TRAINERS
from nba_assets_tests.modeling.conftest import make_store
from nba_assets_tests.support.of_trees import OF_TREES


@pytest.fixture(scope="package")
def store() -> tuple[pd.DataFrame, pd.DataFrame]:
    """ml_feature_store_v3 of forty dates, half of its rows with a line, and the results."""
    features, results = make_store(40, 20)
    draw = np.random.default_rng(2)
    absent = [feature.name for feature in EXTENDED if feature.name not in features]
    noise = pd.DataFrame(draw.uniform(0, 1, (len(features), len(absent))), columns=absent)
    line = np.floor(features["points_avg_season"]) + 0.5
    lined = line.where(draw.random(len(features)) < 0.5)
    market = {"vegas_points_line": lined, "market_median_points": lined}
    return pd.concat([features, noise], axis=1).assign(**market), results


@contextmanager
def few_trees() -> Iterator[None]:
    """Every system of trees is fitted with eight."""
    with pytest.MonkeyPatch.context() as patch:
        for name in OF_TREES:
            few = partial(TRAINERS[name].params, trees=8, early_stopping_rounds=4)
            patch.setitem(TRAINERS, name, replace(TRAINERS[name], params=few))  # type: ignore[arg-type]
        yield
