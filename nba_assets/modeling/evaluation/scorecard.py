"""Metrics of a fitted model beside every baseline, on each side of its split: what an artefact records.

Belongs here: the comparison stored in a model's metadata.
Does not: intervals and populations (evaluation), and whether the model is good enough (promotion).
"""

import math
from collections.abc import Mapping
from typing import Any, Final, Literal

import pandas as pd

from nba_assets.modeling.evaluation.metrics import point_metrics
from nba_assets.modeling.fitting.training import (
    SIDES,
    TARGET,
)
from nba_assets.modeling.systems.catalog import BASELINES, baseline_points

Level = Literal["none", "beats_baselines", "by_2_percent", "by_5_percent"]
LEVELS: Final[tuple[tuple[float, Level], ...]] = (
    (0.05, "by_5_percent"),
    (0.02, "by_2_percent"),
    (0.0, "beats_baselines"),
)
SIDE_LEVELS: Final = (0.03, 0.05, 0.10)
SIDE_BASELINE: Final = "core_average"  # what the sides of a fit are measured by


def side_metrics(
    system: str,
    predicted: pd.Series,
    rows: pd.DataFrame,
    split: pd.Series,
    baselines: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """Per side of the split: dates, rows, rows left out, and MAE, RMSE, bias, within 3 and 5 of each system.

    In: the points of `FittedModel.oof_predictions`; the rows of the fit, and the side of those of them that
    are judged; `baseline_points` of at least these, for who fits many models. Every system is measured on
    the rows that all of them predict; the others are counted in `left_out`. A metric without rows is NULL.
    Raises MissingColumnsError.
    """
    chosen = rows if split.index.equals(rows.index) else rows.loc[split.index]
    points = baseline_points(chosen) if baselines is None else baselines.loc[split.index]
    points = points.assign(**{system: predicted})
    complete = points.notna().all(axis=1)
    card: dict[str, Any] = {}
    for side in SIDES:
        on_side = split.eq(side).to_numpy(dtype=bool)
        if not on_side.any():
            continue
        kept = on_side & complete.to_numpy()
        actual = chosen.loc[kept, TARGET]
        card[side] = {
            "dates": int(chosen.loc[kept, "game_date"].nunique()),
            "rows": int(kept.sum()),
            "left_out": int(on_side.sum() - kept.sum()),
            "systems": {
                name: _nulls(point_metrics(actual, points.loc[kept, name])) for name in points.columns
            },
        }
    return card


def level_of(mae: float, best_baseline: float) -> Level:
    """By how much a system beats the best baseline."""
    share = 1 - mae / best_baseline
    for floor, level in LEVELS:
        if share > floor:
            return level
    return "none"


def side_ratios(card: Mapping[str, Any], system: str) -> dict[str, float]:
    """MAE of a system over that of SIDE_BASELINE, by side of its split; of a `side_metrics` card."""
    return {side: side_mae(card, side, system) / side_mae(card, side, SIDE_BASELINE) for side in card}


def side_mae(card: Mapping[str, Any], side: str, system: str) -> float:
    """MAE of a system on a side."""
    return float(card[side]["systems"][system]["mae"])


def success(card: Mapping[str, Any], system: str) -> dict[str, Any]:
    """Which levels of success a fit reaches, from its `side_metrics`.

    Out: level and better_by (share of the best baseline's test MAE); side_gap (how far the sides lie apart,
    each measured by SIDE_BASELINE) and sides_within, the least of SIDE_LEVELS that holds, NULL for none.
    """
    test = card["test"]["systems"]
    best = min(test[rule.name]["mae"] for rule in BASELINES if rule.name in test)
    ratios = side_ratios(card, system).values()
    gap = max(ratios) / min(ratios) - 1
    return {
        "level": level_of(test[system]["mae"], best),
        "better_by": 1 - test[system]["mae"] / best,
        "side_gap": gap,
        "sides_within": next((limit for limit in SIDE_LEVELS if gap <= limit), None),
    }


def _nulls(metrics: dict[str, float]) -> dict[str, float | None]:
    return {name: None if math.isnan(value) else value for name, value in metrics.items()}
