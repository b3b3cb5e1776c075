"""What a model's record says of its success."""

import pytest

from nba_assets.modeling.evaluation.scorecard import level_of, side_ratios, success


def card(train: float, validation: float, test: float, best: float = 5.0) -> dict:
    """A system beside two baselines, the core average at 5 on every side."""
    errors = {"train": train, "validation": validation, "test": test}
    return {
        side: {"systems": {"own": {"mae": mae}, "core_average": {"mae": 5.0}, "hand_rules": {"mae": best}}}
        for side, mae in errors.items()
    }


@pytest.mark.parametrize(
    ("mae", "level"),
    [(5.0, "none"), (4.99, "beats_baselines"), (4.89, "by_2_percent"), (4.74, "by_5_percent")],
)
def test_levels_are_shares_of_the_best_baseline(mae: float, level: str) -> None:
    assert level_of(mae, 5.0) == success(card(4.5, 4.5, mae), "own")["level"] == level
    assert success(card(4.5, 4.5, mae, best=4.0), "own")["level"] == "none"


@pytest.mark.parametrize(("test", "within"), [(4.6, 0.03), (4.7, 0.05), (4.9, 0.10), (5.0, None)])
def test_sides_are_within_the_least_limit_that_holds(test: float, within: float | None) -> None:
    found = success(card(4.5, 4.55, test), "own")
    assert found["sides_within"] == within
    assert found["side_gap"] == pytest.approx(test / 4.5 - 1)
    assert side_ratios(card(4.5, 4.5, test), "own")["test"] == pytest.approx(test / 5)
