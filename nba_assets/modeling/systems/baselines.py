"""Naive and hand-written rules for a player's points: no fitting, no state, one pass over the columns.

Rules whose every number comes from the design of the models.
Does not: anything learned from data (training), and which systems run (systems).

Every rule takes a frame of ml_feature_store_v2 columns and gives a frame of the same index with
`predicted_points` (points, NULL when a main average is missing: no other value replaces it) and
`missing_terms` (names of its NULL inputs joined by `|`, '' when none).
"""

from typing import Final

import numpy as np
import pandas as pd

from nba_assets.modeling.inputs import missing_names, require_columns

SEASON_AVERAGE_INPUTS: Final = ("points_avg_season",)
LAST_10_AVERAGE_INPUTS: Final = ("points_avg_last_10",)
CORE_INPUTS: Final = ("points_avg_last_5", "points_avg_last_10", "points_avg_season")
PROJECTED_POINTS_INPUTS: Final = ("projected_points_2",)
HAND_RULES_MAIN_INPUTS: Final = CORE_INPUTS
HAND_RULES_TERM_INPUTS: Final = (
    "fatigue_score",
    "opponent_def_rating",
    "back_to_back",
    "home_away",
    "minutes_avg_last_10",
)

AVERAGE_WEIGHTS: Final = {"points_avg_last_5": 0.35, "points_avg_last_10": 0.40, "points_avg_season": 0.25}
BACK_TO_BACK_POINTS: Final = -2.5
HOME_POINTS: Final = 1.3


def season_average(features: pd.DataFrame) -> pd.DataFrame:
    """Mean points of this season before the game; models.md. Raises MissingColumnsError."""
    return _single_average(features, "points_avg_season")


def last_10_average(features: pd.DataFrame) -> pd.DataFrame:
    """Mean points of the last ten played games; models.md. Raises MissingColumnsError."""
    return _single_average(features, "points_avg_last_10")


def core_average(features: pd.DataFrame) -> pd.DataFrame:
    """The core of the hand rules without their terms: .35 last 5 + .40 last 10 + .25 season; models.md.

    The strongest rule of models.md. Raises MissingColumnsError.
    """
    require_columns(features, CORE_INPUTS, "the frame of core_average")
    return rule_rows(features, _core_points(features), CORE_INPUTS)


def projected_points(features: pd.DataFrame) -> pd.DataFrame:
    """Minutes of the last games, weights halving every 2, times points per minute over a year of games.

    It follows a change of role within two games. Raises MissingColumnsError.
    """
    return _single_average(features, "projected_points_2")


def hand_rules(features: pd.DataFrame) -> pd.DataFrame:
    """Weighted averages plus fatigue, defence, back-to-back, home and minutes terms; models.md.

    A missing term adds 0 and is named in `missing_terms`; a missing main average makes the prediction
    NULL. The sum is not clipped. Raises MissingColumnsError.
    """
    inputs = (*HAND_RULES_MAIN_INPUTS, *HAND_RULES_TERM_INPUTS)
    require_columns(features, inputs, "the frame of hand_rules")
    values = {name: floats(features, name) for name in inputs}
    points = (
        _core_points(features)
        + fatigue_points(values["fatigue_score"])
        + defence_points(values["opponent_def_rating"])
        + np.where(values["back_to_back"] == 1, BACK_TO_BACK_POINTS, 0.0)
        + np.where(values["home_away"] == 1, HOME_POINTS, 0.0)
        + minutes_points(values["minutes_avg_last_10"])
    )
    return rule_rows(features, points, inputs)


def fatigue_points(score: np.ndarray) -> np.ndarray:
    """Points for a fatigue score, 100 = fresh; NaN gives 0.

    (-inf, 40) -3.0; [40, 55) -2.0; [55, 70) -1.2; [70, 80) -0.5; [80, 90] 0; (90, inf) +0.8.
    """
    return np.select(
        [score < 40, score < 55, score < 70, score < 80, score > 90],
        [-3.0, -2.0, -1.2, -0.5, 0.8],
        default=0.0,
    )


def defence_points(rating: np.ndarray) -> np.ndarray:
    """Points for the opponent's defensive rating (points per 100 possessions); NaN gives 0.

    (-inf, 106) -2.0; [106, 110) -1.2; [110, 113) -0.5; [113, 116) 0; [116, 120] +0.8; (120, inf) +1.5:
    the rule is `>120`, so 120 itself belongs to the band below.
    """
    return np.select(
        [rating < 106, rating < 110, rating < 113, rating > 120, rating >= 116],
        [-2.0, -1.2, -0.5, 1.5, 0.8],
        default=0.0,
    )


def minutes_points(minutes: np.ndarray) -> np.ndarray:
    """Points for mean minutes; NaN gives 0.

    (-inf, 25) -1.2; [25, 30) 0; [30, 36] +0.4; (36, inf) +0.8.
    """
    return np.select([minutes < 25, minutes > 36, minutes >= 30], [-1.2, 0.8, 0.4], default=0.0)


def _core_points(features: pd.DataFrame) -> np.ndarray:
    terms = [weight * floats(features, name) for name, weight in AVERAGE_WEIGHTS.items()]
    return np.sum(terms, axis=0)


def _single_average(features: pd.DataFrame, column: str) -> pd.DataFrame:
    require_columns(features, (column,), f"the frame of the baseline on {column}")
    return rule_rows(features, floats(features, column), (column,))


def floats(features: pd.DataFrame, column: str) -> np.ndarray:
    """A column as floats, NULL as NaN."""
    return features[column].to_numpy(dtype=np.float64, na_value=np.nan)


def rule_rows(features: pd.DataFrame, points: np.ndarray, inputs: tuple[str, ...]) -> pd.DataFrame:
    """What a rule gives: its points, and its NULL inputs named."""
    return pd.DataFrame(
        {
            "predicted_points": pd.Series(points, index=features.index, dtype="float64"),
            "missing_terms": missing_names(features, inputs),
        },
        index=features.index,
    )
