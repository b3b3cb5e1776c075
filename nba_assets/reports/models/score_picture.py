"""The errors of all systems side by side as a small picture, for the metadata of an asset."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from nba_assets.modeling.systems.catalog import BASELINES
from nba_assets.reports.png import png

WIDTH, DPI = 7.0, 90  # inches, dots an inch
_ROW = 0.3  # inches a system
_COLOURS = {True: "#9aa4b0", False: "#2f6fb0"}


def score_picture(scores: pd.DataFrame) -> bytes:
    """MAE of every system on all rows with its interval over dates, the best on top, as PNG.

    Args:
        scores: rows of model_evaluation of one date. The same scores give the same bytes.
    """
    mae = scores[scores["population"].eq("all") & scores["metric"].eq("mae")]
    mae = mae.sort_values(["value", "system"], ascending=False, ignore_index=True)
    is_baseline = mae["system"].isin([rule.name for rule in BASELINES])
    values, low, high = (mae[name].to_numpy("float64") for name in ("value", "low", "high"))
    figure = Figure(figsize=(WIDTH, 0.9 + _ROW * len(mae)), dpi=DPI, layout="constrained")
    axes = figure.subplots()
    axes.hlines(mae.index, low, high, colors="#606870")
    axes.scatter(values, mae.index, c=is_baseline.map(_COLOURS), zorder=3)
    axes.set_yticks(mae.index, mae["system"])
    axes.set_title("MAE on the test rows, 95 % over dates; baselines in grey")
    axes.set_xlabel("points")
    return png(figure)
