"""Growing a booster: where its cuts may lie, and what a feature says that the cuts were not chosen from."""

import numpy as np
import pytest

from nba_assets.modeling.fitting.boosting import Labelled, grown
from nba_assets.modeling.fitting.learners import XGBoostLearner
from nba_assets.modeling.fitting.xgboost_params import XGBoostParams

NAMES = ("few", "many", "late", "never")
ROWS = 40_000  # so many that cuts are chosen from some of them


def stump(labels: np.ndarray, values: np.ndarray) -> XGBoostLearner:
    """One tree of one split, which gives its leaves the mean of their labels."""
    plain = XGBoostParams(
        max_depth=1, eta=1.0, subsample=1.0, colsample_bytree=1.0, colsample_bylevel=1.0, gamma=0.0,
        alpha=0.0, reg_lambda=0.0, objective="reg:squarederror",
    )  # fmt: skip
    rows = Labelled(values, labels.astype(np.float32))
    return XGBoostLearner(grown(rows, NAMES, plain.to_xgboost() | {"base_score": 0.0}, 1))


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    """A count of 0 to 9, a skewed number, one known in two rows of five, and one never known."""
    draw = np.random.default_rng(3)
    late = np.where(np.arange(ROWS) % 5 >= 3, draw.normal(size=ROWS), np.nan)
    columns = draw.integers(0, 10, ROWS), draw.exponential(size=ROWS) ** 3, late, np.full(ROWS, np.nan)
    return np.column_stack(columns).astype(np.float32)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9, 0.98])
@pytest.mark.parametrize("column", [1, 2])
def test_any_share_of_a_feature_can_be_split_off(values: np.ndarray, column: int, share: float) -> None:
    """However skewed: cuts lie evenly among the known values, and no row beside the border is misplaced."""
    border = np.nanquantile(values[:, column], share)
    labels = values[:, column] > border  # not of a value that is missing
    misplaced = np.abs(stump(labels, values).points(values) - labels) > 0.5
    assert misplaced.mean() <= 1 / 64


def test_each_value_of_a_few_can_be_split_off(values: np.ndarray) -> None:
    for count in range(1, 10):
        labels = values[:, 0] >= count
        np.testing.assert_allclose(stump(labels, values).points(values), labels, atol=1e-6)


@pytest.mark.parametrize(("beside", "others"), [(5.0, np.nan), (100.0, 1.0), (-100.0, 1.0)])
def test_values_beside_the_rows_that_cuts_are_chosen_from_can_be_split_off(
    values: np.ndarray, beside: float, others: float
) -> None:
    """Cuts are chosen from every fourth row."""
    labels = np.arange(ROWS) % 4 == 1
    told = values.copy()
    told[:, 2] = np.where(labels, beside, others)
    np.testing.assert_allclose(stump(labels, told).points(told), labels, atol=1e-6)
