"""Growing a booster: where its cuts may lie, and what a feature says that the cuts were not chosen from."""

import numpy as np
import pytest

from nba_assets.modeling.fitting.boosting import Labelled, grown, smooth_median
from nba_assets.modeling.fitting.learners import XGBoostLearner, read_xgboost
from nba_assets.modeling.fitting.xgboost_params import XGBoostExtendedParams, XGBoostParams

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


def test_trees_of_the_smooth_median_seek_the_median_of_each_group_not_its_mean() -> None:
    """Skewed results, as points are: the median of an exponential lies at .69 of its mean."""
    draw = np.random.default_rng(5)
    group = np.arange(20_000) % 2
    labels = (draw.exponential(np.array([6.0, 20.0])[group])).astype(np.float32)
    params = XGBoostExtendedParams(subsample=1.0, colsample_bytree=1.0, colsample_bylevel=1.0).to_xgboost()
    rows = Labelled(group[:, None].astype(np.float32), labels)
    learner = XGBoostLearner(grown(rows, ("group",), params | {"base_score": 8.0}, 150))
    for number in (0, 1):
        found = learner.points(np.array([[number]], np.float32))
        assert found == pytest.approx(np.median(labels[group == number]), rel=0.03)
        assert found < 0.75 * labels[group == number].mean()
        stored = read_xgboost(learner.to_bytes())  # which knows nothing of the loss
        assert stored.points(np.array([[number]], np.float32)) == found


def test_the_slope_of_the_smooth_median_is_nearly_that_of_the_absolute_error() -> None:
    """By hand, for errors of 0, a half of the slope, the slope and far beyond it."""
    labels = np.array([10, 10, 10, 10], np.float32)
    predicted = np.array([10, 10.25, 9.5, 30], np.float32)
    slopes, curvatures = smooth_median(labels, 0.5)(predicted, None)  # type: ignore[arg-type] it is not read
    assert slopes == pytest.approx([0.0, 0.5 / np.sqrt(1.25), -1 / np.sqrt(2), 40 / np.sqrt(1601)])
    assert curvatures.tolist() == pytest.approx([0.2] * 4)
