"""The calendar as a small picture, for the metadata of an asset."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from nba_assets.reports.coverage.cells import NO_CELL, Calendar, complete_share, month_starts, percent
from nba_assets.reports.coverage.status import (
    NAMES,
    STATUSES,
)
from nba_assets.reports.png import png
from nba_assets.schemas.catalog import TABLES

WIDTH, DPI = 9.0, 100  # inches, dots an inch
COLUMNS = 400  # more dates than these share a column, which shows the worst of them
MONTHS = ("Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul")
_COLOURS = np.array([*(to_rgb(status.colour) for status in STATUSES), (1.0, 1.0, 1.0)])


def coverage_picture(ledger: pd.DataFrame, table: str | None = None) -> bytes:
    """A calendar of one table by season, or of all tables by date, as PNG; same ledger, same bytes.

    Args:
        ledger: the ledger, as for the page; may be empty.
        table: one table; all of them, in the order of the catalog, when NULL.

    Raises:
        KeyError: a table the catalog does not have.
        ValueError: an unknown status, or a metric duplicated on a date.
    """
    order: Mapping[str, int] = {name: place for place, name in enumerate(TABLES)}
    chosen = ledger if table is None else ledger[ledger["table"].eq(table)]
    if table is not None and table not in order:
        raise KeyError(table)
    calendar = Calendar.of(chosen, order)
    if chosen.empty:
        cells, names, shares, ticks = np.full((1, 1), NO_CELL), ["nothing recorded yet"], [""], ([], [])
    elif table is None:
        cells, names, shares, ticks = _all_tables(calendar)
    else:
        cells, names, shares, ticks = _seasons(calendar)
    return png(_drawn(cells, names, shares, ticks, "all tables" if table is None else table))


Rows = tuple[np.ndarray, list[str], list[str], tuple[list[float], list[str]]]


def _all_tables(calendar: Calendar) -> Rows:
    """Tables by game dates."""
    step = -(-len(calendar.dates) // COLUMNS)
    cells = np.minimum.reduceat(calendar.worst, np.arange(0, len(calendar.dates), step), axis=1)
    seasons = calendar.seasons()
    starts, words = month_starts(calendar.dates)
    if len(seasons) > 1:
        starts, words = [dates.start for dates in seasons.values()], list(seasons)
    ticks = ([start / step - 0.5 for start in starts], words)
    shares = [percent(complete_share(row)) for row in calendar.worst]
    return cells, list(calendar.tables), shares, ticks


def _seasons(calendar: Calendar) -> Rows:
    """Seasons by days since the first of October, so that months are aligned."""
    seasons = calendar.seasons()
    starts = [pd.Timestamp(f"{name[:4]}-10-01") for name in seasons]
    length = (pd.Timestamp("2021-08-01") - pd.Timestamp("2020-10-01")).days
    cells = np.full((len(seasons), length), NO_CELL)
    for row, (start, dates) in enumerate(zip(starts, seasons.values(), strict=True)):
        days = (calendar.dates[dates] - start).days
        cells[row, days[days < length]] = calendar.worst[0, dates][days < length]
    firsts = pd.date_range("2020-10-01", periods=len(MONTHS), freq="MS") - pd.Timestamp("2020-10-01")
    shares = [percent(complete_share(calendar.worst[:, dates])) for dates in seasons.values()]
    return cells, list(seasons), shares, ([day - 0.5 for day in firsts.days], list(MONTHS))


def _drawn(
    cells: np.ndarray, names: list[str], shares: list[str], ticks: tuple[list[float], list[str]], title: str
) -> Figure:
    height = 0.17 * len(names) + 1.05
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    left = 0.235 if max(map(len, names)) > 10 else 0.085
    axes = figure.add_axes((left, 0.62 / height, 0.925 - left, 0.17 * len(names) / height))
    axes.imshow(_COLOURS[cells], aspect="auto", interpolation="nearest")
    axes.set_yticks(range(len(names)), names, fontsize=7.5)
    axes.set_xticks(ticks[0], ticks[1], fontsize=7, ha="left")
    axes.set_yticks(np.arange(0.5, len(names) - 1), minor=True)
    axes.grid(which="minor", axis="y", color="white", linewidth=2)
    axes.tick_params(length=0, which="both")
    for side in axes.spines.values():
        side.set_visible(False)
    for row, share in enumerate(shares):
        axes.text(1.008, row, share, transform=axes.get_yaxis_transform(), fontsize=7.5, va="center")
    figure.text(0.01, 1 - 0.2 / height, f"Coverage, {title}", fontsize=9, weight="bold", va="center")
    patches = [Patch(facecolor=s.colour, edgecolor="#888888", linewidth=0.4, label=s.name) for s in STATUSES]
    figure.legend(handles=patches, ncols=len(NAMES), loc="lower left", fontsize=7, frameon=False)
    return figure
