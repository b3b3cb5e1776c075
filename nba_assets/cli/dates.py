"""Dates as people type them: ``DATE``, or ``FIRST..LAST``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import typer

from nba_assets.calendar.game_dates import Calendar

METAVAR = "DATE|FIRST..LAST"


class DateRange(NamedTuple):
    """A range of days, both ends included."""

    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        return f"{self.first}..{self.last}" if self.first < self.last else str(self.first)


def parse_date(text: str) -> dt.date:
    """Parse ``YYYY-MM-DD``.

    Raises:
        typer.BadParameter: the text is not a date.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is not a date ({error}): write YYYY-MM-DD") from error


def parse_range(text: str) -> DateRange:
    """Parse ``DATE`` or ``FIRST..LAST``.

    Raises:
        typer.BadParameter: an end is not a date, or the ends are in the wrong order.
    """
    first, separator, last = text.partition("..")
    found = DateRange(parse_date(first), parse_date(last if separator else first))
    if found.last < found.first:
        raise typer.BadParameter(f"{text} ends before it begins: write FIRST..LAST")
    return found


def chosen_dates(ranges: Iterable[DateRange], calendar: Calendar) -> list[dt.date]:
    """Possible game dates of all ranges, in order.

    Raises:
        typer.BadParameter: none of the days is a game date.
    """
    ranges = list(ranges)
    dates = sorted({date for one in ranges for date in calendar.possible(*one)})
    if not dates:
        days = ", ".join(map(str, ranges))
        raise typer.BadParameter(f"no game is played on {days}: a day off, or a summer")
    return dates
