"""The calendar heat map of a season."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nba_assets.reports.coverage.cells import (
    NO_CELL,
    Calendar,
)
from nba_assets.reports.coverage.status import (
    COMPLETE,
    NAMES,
    discrete_scale,
)

ROW_HEIGHT = 23  # pixels
NAME_WIDTH = 0.07  # of the calendar's width
_COMPLETE = [NAMES.index(name) for name in COMPLETE]
_INK, _SOFT = "#1d2330", "#5c6473"


def month_starts(dates: pd.DatetimeIndex) -> tuple[list[int], list[str]]:
    """Position of the first game date of each month, and its name, which is empty where it has no room."""
    starts = np.flatnonzero(np.diff(dates.year * 12 + dates.month, prepend=-1)).tolist()
    ends = [*starts[1:], len(dates)]
    roomy = [end - start > NAME_WIDTH * len(dates) for start, end in zip(starts, ends, strict=True)]
    return starts, [
        f"{dates[start]:%b %Y}" if room else "" for start, room in zip(starts, roomy, strict=True)
    ]


def complete_share(worst: np.ndarray) -> float | None:
    """Share of cells that are complete or proven empty, of those the ledger has; None without any."""
    known = worst[worst != NO_CELL]
    return float(np.isin(known, _COMPLETE).mean()) if known.size else None


def percent(share: float | None) -> str:
    """A share with one digit, rounded down: 99.96 % is not complete."""
    return "" if share is None else f"{math.floor(share * 1000 + 1e-9) / 10:.1f} %"


def season_figure(calendar: Calendar, dates: slice) -> go.Figure:
    """Tables by game dates of one season, coloured by the worst status; on the right the complete share.

    Args:
        calendar: cells.
        dates: dates of the season.
    """
    worst = calendar.worst[:, dates]
    starts, months = month_starts(calendar.dates[dates])
    rows = list(range(len(calendar.tables)))
    heat = go.Heatmap(
        z=[[None if code == NO_CELL else code for code in line] for line in worst.tolist()],
        x=list(range(worst.shape[1])), y=rows, colorscale=discrete_scale(), zmin=0, zmax=len(NAMES) - 1,
        showscale=False, hoverinfo="none", ygap=3, xgap=0,
    )  # fmt: skip
    figure = go.Figure(heat)
    figure.update_layout(
        template="none", height=ROW_HEIGHT * len(rows) + 62, margin={"l": 226, "r": 64, "t": 28, "b": 30},
        font={"family": "system-ui, Segoe UI, Liberation Sans, sans-serif", "size": 12.5, "color": _INK},
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="#ffffff", dragmode="zoom", hovermode="closest",
        xaxis={"tickvals": starts, "ticktext": months, "showgrid": False, "zeroline": False, "ticks": "",
               "tickangle": 0, "tickcolor": _SOFT, "range": [-0.5, worst.shape[1] - 0.5]},
        yaxis={"tickvals": rows, "ticktext": list(calendar.tables), "range": [len(rows) - 0.5, -0.5],
               "showgrid": False, "zeroline": False, "fixedrange": True},
        shapes=[{"type": "line", "x0": start - 0.5, "x1": start - 0.5, "y0": 0, "y1": 1, "yref": "paper",
                 "line": {"color": "#ffffff", "width": 1.5}} for start in starts[1:]],
        annotations=[_beside(row, percent(complete_share(line))) for row, line in enumerate(worst)]
        + [{**_beside(-0.5, "passes"), "yanchor": "bottom"}],
    )  # fmt: skip
    return figure


def _beside(row: float, text: str) -> dict[str, object]:
    return {
        "xref": "paper", "x": 1, "xanchor": "right", "xshift": 60, "y": row, "text": text, "showarrow": False,
        "font": {"size": 12, "color": _SOFT},
    }  # fmt: skip
