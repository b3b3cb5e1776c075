"""The rules beyond the baselines, every term computed by hand."""

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.inputs import MissingColumnsError
from nba_assets.modeling.systems.rule_systems import (
    moving_average,
    similarity,
    zone_matchup,
)

# Every term is 0 but the venue, for which a home game is taken back below: .5 * 10 + .3 * 20 + .2 * 30 = 17.
MOVING = {
    "points_avg_last_5": 10.0, "points_avg_last_10": 20.0, "points_avg_season": 30.0, "home_away": 1.0,
    "back_to_back": 0.0, "shot_zone_mismatch_score": 0.0, "pace_score": 0.0, "usage_spike_score": 0.0,
    "fatigue_score": 80.0,
}  # fmt: skip
ZONES = {
    "points_avg_season": 20.0, "pct_paint": 0.5, "pct_mid_range": 0.2, "pct_three": 0.3,
    "opponent_paint_difference": 0.0, "opponent_mid_range_difference": 0.0, "opponent_three_difference": 0.0,
}  # fmt: skip


def one(rule, base: dict, **changes: float | None) -> pd.Series:
    return rule(pd.DataFrame([{**base, **changes}]).astype("float64")).iloc[0]


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, 17.5),
        ({"home_away": 0.0}, 16.5),
        ({"back_to_back": 1.0}, 16.0),
        ({"shot_zone_mismatch_score": 4.0}, 18.7),
        ({"pace_score": -2.0}, 16.9),
        ({"usage_spike_score": 1.0}, 17.9),
        ({"fatigue_score": 70.0}, 17.5),
        ({"fatigue_score": 69.9}, 16.5),
        ({"fatigue_score": 50.0}, 16.5),
        ({"fatigue_score": 49.9}, 15.0),
        ({"points_avg_last_5": 12.0}, 18.5),
    ],
)
def test_terms_of_the_moving_average(changes: dict, points: float) -> None:
    assert one(moving_average, MOVING, **changes)["predicted_points"] == pytest.approx(points)


def test_a_missing_term_is_zero_and_named_and_a_missing_average_is_no_prediction() -> None:
    row = one(moving_average, MOVING, usage_spike_score=None, home_away=None)
    assert row["predicted_points"] == pytest.approx(17.0)
    assert row["missing_terms"] == "home_away|usage_spike_score"
    assert np.isnan(one(moving_average, MOVING, points_avg_season=None)["predicted_points"])


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, 20.0),
        ({"opponent_paint_difference": 2.0}, 20.0 + 0.5 * 2.4),
        ({"opponent_paint_difference": 2.5}, 20.0 + 0.5 * 3.0),
        ({"opponent_paint_difference": 9.0}, 20.0 + 0.5 * 3.0),
        ({"opponent_mid_range_difference": -2.0}, 20.0 - 0.2 * 2.0),
        ({"opponent_three_difference": -9.0}, 20.0 - 0.3 * 3.0),
        ({"opponent_three_difference": 1.0}, 20.0 + 0.3 * 1.1),
        ({"opponent_paint_difference": 2.0, "pct_paint": None}, 20.0),
    ],
)
def test_a_weak_defence_raises_the_zone_matchup(changes: dict, points: float) -> None:
    assert one(zone_matchup, ZONES, **changes)["predicted_points"] == pytest.approx(points)


def test_similarity_is_the_mean_of_similar_games_and_nothing_else() -> None:
    assert one(similarity, {"similar_games_points": 13.25})["predicted_points"] == 13.25
    row = one(similarity, {"similar_games_points": None})
    assert np.isnan(row["predicted_points"]) and row["missing_terms"] == "similar_games_points"
    with pytest.raises(MissingColumnsError, match="similarity_balanced_v1"):
        similarity(pd.DataFrame({"points_avg_season": [1.0]}))
