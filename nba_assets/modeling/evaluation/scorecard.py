"""Metrics of a fitted model beside every baseline, on each side of its split: what an artefact records.

Belongs here: the comparison stored in a model's metadata.
Does not: intervals and populations (evaluation), and whether the model is good enough (promotion).
"""

import math
from typing import Any

import pandas as pd

from nba_assets.modeling.evaluation.metrics import point_metrics
from nba_assets.modeling.fitting.training import (
    SIDES,
    TARGET,
)
from nba_assets.modeling.systems.catalog import baseline_points


def side_metrics(
    system: str,
    predicted: pd.Series,
    rows: pd.DataFrame,
    split: pd.Series,
    baselines: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """Per side of the split: dates, rows, rows left out, and MAE, RMSE, bias, within 3 and 5 of each system.

    In: the points of `FittedModel.oof_predictions`; the rows and split of the fit; `baseline_points` of at
    least these rows, for who fits many models. Every system is measured on the rows that all of them
    predict; the others are counted in `left_out`. A metric without rows is NULL. Raises
    MissingColumnsError.
    """
    chosen = rows.loc[split.index]
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


def _nulls(metrics: dict[str, float]) -> dict[str, float | None]:
    return {name: None if math.isnan(value) else value for name, value in metrics.items()}
