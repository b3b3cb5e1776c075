"""The hand-written systems beyond the baselines: moving averages, shot zones, games alike.

Rules whose every number comes from the design of the models, and that promotion does not count as
baselines. Does not: the baselines themselves (baselines.py), anything learned from data.

Like a baseline, every rule takes a frame of feature columns and gives `predicted_points` (NULL when a main
input is missing) and `missing_terms`, same index.
"""

from typing import Final

import numpy as np
import pandas as pd

from nba_assets.domain.zones import COARSE
from nba_assets.modeling.inputs import require_columns
from nba_assets.modeling.systems.baselines import (
    floats,
    rule_rows,
)

MOVING_AVERAGE_MAIN_INPUTS: Final = ("points_avg_last_5", "points_avg_last_10", "points_avg_season")
MOVING_AVERAGE_TERM_INPUTS: Final = (
    "home_away",
    "back_to_back",
    "shot_zone_mismatch_score",
    "pace_score",
    "usage_spike_score",
    "fatigue_score",
)
MOVING_AVERAGE_WEIGHTS: Final = {
    "points_avg_last_5": 0.5,
    "points_avg_last_10": 0.3,
    "points_avg_season": 0.2,
}
SCORE_WEIGHTS: Final = {"shot_zone_mismatch_score": 0.3, "pace_score": 0.3, "usage_spike_score": 0.4}
VENUE_POINTS: Final = 0.5
BACK_TO_BACK_POINTS: Final = -1.5

ZONE_MATCHUP_MAIN_INPUTS: Final = ("points_avg_season",)
ZONE_MULTIPLIERS: Final = {"paint": 1.2, "mid_range": 1.0, "three": 1.1}
ZONE_LIMIT: Final = 3.0
ZONE_MATCHUP_TERM_INPUTS: Final = (
    *(f"pct_{zone}" for zone in COARSE),
    *(f"opponent_{zone}_difference" for zone in COARSE),
)
SIMILARITY_INPUTS: Final = ("similar_games_points",)


def moving_average(features: pd.DataFrame) -> pd.DataFrame:
    """Weighted averages plus venue, back-to-back, the three scores and fatigue; models.md.

    A missing term adds 0 and is named in `missing_terms`. Raises MissingColumnsError.
    """
    inputs = (*MOVING_AVERAGE_MAIN_INPUTS, *MOVING_AVERAGE_TERM_INPUTS)
    require_columns(features, inputs, "the frame of moving_average")
    points = sum(weight * floats(features, name) for name, weight in MOVING_AVERAGE_WEIGHTS.items())
    scores = sum(weight * np.nan_to_num(floats(features, name)) for name, weight in SCORE_WEIGHTS.items())
    home, fatigue = floats(features, "home_away"), floats(features, "fatigue_score")
    points = (
        points
        + scores
        + np.select([home == 1, home == 0], [VENUE_POINTS, -VENUE_POINTS], 0.0)
        + np.where(floats(features, "back_to_back") == 1, BACK_TO_BACK_POINTS, 0.0)
        + np.select([fatigue < 50, fatigue < 70], [-2.5, -1.0], 0.0)
    )
    return rule_rows(features, points, inputs)


def zone_matchup(features: pd.DataFrame) -> pd.DataFrame:
    """Season average plus what the opponent gives up where the player shoots; models.md.

    Per zone: his share of attempts there * clamp(opponent's percentage less the league's, in percentage
    points, * multiplier, +-3). A weak defence raises the prediction. A zone without its share or its
    difference adds 0 and is named. Raises MissingColumnsError.
    """
    inputs = (*ZONE_MATCHUP_MAIN_INPUTS, *ZONE_MATCHUP_TERM_INPUTS)
    require_columns(features, inputs, "the frame of zone_matchup_v1")
    points = floats(features, "points_avg_season")
    for zone, multiplier in ZONE_MULTIPLIERS.items():
        weakness = np.clip(
            multiplier * floats(features, f"opponent_{zone}_difference"), -ZONE_LIMIT, ZONE_LIMIT
        )
        points = points + np.nan_to_num(floats(features, f"pct_{zone}") * weakness)
    return rule_rows(features, points, inputs)


def similarity(features: pd.DataFrame) -> pd.DataFrame:
    """Mean points of his past games most like tonight's, weighted by likeness; models.md.

    NULL for a player with fewer than five games alike. Raises MissingColumnsError.
    """
    require_columns(features, SIMILARITY_INPUTS, "the frame of similarity_balanced_v1")
    return rule_rows(features, floats(features, "similar_games_points"), SIMILARITY_INPUTS)
