"""A table's season as a picture: rows, coverage and errors by date, for the page of its asset."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

from jinja2 import Template

from nba_assets.reports.markup import environment

WIDTH = 860
_HEIGHT = 54  # of a panel's plot
_LEAST_SHARE = 0.9  # coverage is drawn from here on, or from the lowest tenth below
_COLOURS = ("#3d85c6", "#e0912f", "#4f9d69", "#a569bd")  # legible on a white page and on a dark one


@dataclass(frozen=True)
class DateFigures:
    """What a date of a table carries.

    Attributes:
        rows: number of rows.
        share: smallest share of any coverage metric; None where nothing was expected.
        plotted: other figures by name, such as errors in points.
    """

    rows: int
    share: float | None = None
    plotted: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Curve:
    """One series of a panel, as the path of an SVG."""

    path: str
    colour: str
    filled: bool = False


@dataclass(frozen=True)
class _Panel:
    """A plot over the dates: its legend as (words, colour or nothing), and its curves."""

    legend: list[tuple[str, str]]
    curves: list[_Curve]


def season_picture(table: str, dates: Mapping[dt.date, DateFigures]) -> str:
    """The season as SVG: the same figures give the same text.

    Args:
        table: name of the table.
        dates: figures of the season's dates, at least one.
    """
    days = sorted(dates)
    figures = [dates[day] for day in days]
    panels = [_rows(figures), *_coverage(days, figures), *_plotted(figures)]
    months = [
        (f"{dt.date(*key, 1):%b}", _x(next(group)[0], len(days)))
        for key, group in groupby(enumerate(days), key=lambda item: (item[1].year, item[1].month))
    ]
    return _template().render(
        width=WIDTH,
        plot=_HEIGHT,
        panels=panels,
        months=months,
        words=f"{table} from {days[0]} to {days[-1]}",
    )


def _rows(figures: Sequence[DateFigures]) -> _Panel:
    counts = [float(each.rows) for each in figures]
    words = f"rows by date: {counts[-1]:,.0f} on the newest, {max(counts):,.0f} at most"
    return _Panel([(words, _COLOURS[0])], [_bars(counts, max(counts) or 1.0, _COLOURS[0])])


def _coverage(days: Sequence[dt.date], figures: Sequence[DateFigures]) -> list[_Panel]:
    """The smallest share of any metric, its distance from the least that is drawn; short dates stand out."""
    shares = [each.share for each in figures]
    known = [(share, day) for share, day in zip(shares, days, strict=True) if share is not None]
    if not known:
        return []
    least, day = min(known)
    low = min(_LEAST_SHARE, int(least * 10) / 10)
    top = [None if share is None else min(share, 1.0) - low for share in shares]
    is_short = [share is not None and share < 1 for share in shares]
    legend, curves = [(f"coverage, drawn from {low:.0%}", _COLOURS[2])], []
    if any(is_short):
        words = f"incomplete: {sum(is_short)} dates, {least:.1%} on {day} at least"
        legend.append((words, _COLOURS[1]))
    for short, colour in ((False, _COLOURS[2]), (True, _COLOURS[1])):
        heights = [height if own is short else None for height, own in zip(top, is_short, strict=True)]
        curves.append(_bars(heights, 1 - low, colour))
    return [_Panel(legend, curves)]


def _plotted(figures: Sequence[DateFigures]) -> list[_Panel]:
    """Each of the other figures as a line; all of a table's share one scale."""
    names = list(dict.fromkeys(name for each in figures for name in each.plotted))
    series = {name: [each.plotted.get(name) for each in figures] for name in names}
    known = [value for values in series.values() for value in values if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    legend, curves = [], []
    for name, colour in zip(names, _COLOURS, strict=False):
        newest = next(value for value in reversed(series[name]) if value is not None)
        legend.append((f"{name.replace('_', ' ')} {newest:.4g}", colour))
        curves.append(_line(series[name], low, high, colour))
    legend.append((f"on the newest date; drawn from {low:.4g} to {high:.4g}", ""))
    return [_Panel(legend, curves)]


def _x(place: int, count: int) -> float:
    return round(WIDTH * place / count, 1)


def _bars(values: Sequence[float | None], top: float, colour: str) -> _Curve:
    """Bars from the foot of the plot; a value of zero has none."""
    width = max(WIDTH / len(values) - 0.6, 1.0)
    parts = [
        f"M{_x(place, len(values))} {_HEIGHT}v{-round(_HEIGHT * value / top, 1)}h{width:.1f}V{_HEIGHT}z"
        for place, value in enumerate(values)
        if value
    ]
    return _Curve("".join(parts), colour, filled=True)


def _line(values: Sequence[float | None], low: float, high: float, colour: str) -> _Curve:
    """A line through the known values, a dot at each."""
    span = high - low or 1.0
    half = WIDTH / len(values) / 2
    places = [
        (
            round(_x(place, len(values)) + half, 1),
            round(_HEIGHT - 2 - (_HEIGHT - 4) * (value - low) / span, 1),
        )
        for place, value in enumerate(values)
        if value is not None
    ]
    line = "L".join(f"{x} {y}" for x, y in places)
    dots = "".join(f"M{x} {y}h.01" for x, y in places)
    return _Curve(f"M{line}{dots}", colour)


@cache
def _template() -> Template:
    return environment("nba_assets.reports").get_template("season.svg.j2")
