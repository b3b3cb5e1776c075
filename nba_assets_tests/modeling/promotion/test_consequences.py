"""States of a model have consequences."""

import pandas as pd

from nba_assets.modeling.promotion.consequences import consequences

LEARNED, BASELINES = ("xgboost_v1", "market_anchored"), ("core_average", "hand_rules")


def performance(**states: tuple[str, float, bool]) -> pd.DataFrame:
    """State, MAE and advice of systems in the window that counts, and other windows that do not."""
    rows = [
        {"system": name, "population": population, "window": window, "mae": mae if counts else 0.0,
         "state": state, "retrain_advised": advised}
        for name, (state, mae, advised) in states.items()
        for population, window, counts in (
            ("with_line", "30_days", True), ("all", "30_days", False), ("with_line", "7_days", False),
        )
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_a_blocked_champion_steps_down_where_a_baseline_errs_less() -> None:
    rows = performance(
        market_anchored=("BLOCKED", 5.2, True), xgboost_v1=("WATCH", 5.4, False),
        core_average=("BLOCKED", 5.1, True), hand_rules=("OK", 5.15, False),
    )  # fmt: skip
    found = consequences(rows, "market_anchored", LEARNED, BASELINES)
    assert found.bad == {"market_anchored": "BLOCKED", "xgboost_v1": "WATCH"}
    assert found.retrain == ("market_anchored",)
    assert found.step_down is not None and "core_average errs less" in found.step_down
    assert "5.100 against 5.200" in found.step_down
    assert consequences(rows, "xgboost_v1", LEARNED, BASELINES).step_down is None  # WATCH only
    assert consequences(rows, None, LEARNED, BASELINES).step_down is None


def test_a_blocked_champion_that_no_baseline_beats_stays_and_is_alerted_on() -> None:
    rows = performance(market_anchored=("BLOCKED", 5.0, False), core_average=("OK", 5.1, False))
    found = consequences(rows, "market_anchored", LEARNED, BASELINES)
    assert found.step_down is None and found.bad == {"market_anchored": "BLOCKED"}


def test_nothing_follows_from_good_and_from_unknown_states() -> None:
    rows = performance(market_anchored=("OK", 5.0, False), xgboost_v1=("UNKNOWN", 5.0, False))
    found = consequences(rows, "market_anchored", LEARNED, BASELINES)
    assert (found.bad, found.retrain, found.step_down) == ({}, (), None)
