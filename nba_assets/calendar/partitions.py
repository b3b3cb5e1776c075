"""Game dates: the one partitions definition of the graph, and the calendar behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import dagster as dg

EASTERN = ZoneInfo("America/New_York")
FIRST_GAME_DATE = dt.date(2020, 12, 22)

# No season since 2020-21 has touched these days. The 2021 Finals ran to July 20, so the rest of a summer
# is a list of dates. Three cron strings in place of 380 dates keep an automation tick under a second.
SUMMERS = ("0 0 21-31 7 *", "0 0 * 8,9 *", "0 0 1-17 10 *")


@cache
def past_off_days() -> tuple[dt.date, ...]:
    """Days of finished seasons and their summers on which no game was played, beyond ``SUMMERS``."""
    text = files("nba_assets").joinpath("calendar/off_days.txt").read_text()
    return tuple(dt.date.fromisoformat(line) for line in text.split() if line)


@cache
def _season_spans() -> dict[str, tuple[dt.date, dt.date]]:
    text = files("nba_assets").joinpath("calendar/seasons.txt").read_text()
    rows = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {season: (dt.date.fromisoformat(a), dt.date.fromisoformat(b)) for season, a, b in rows}


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=EASTERN)


GAME_DATES = dg.TimeWindowPartitionsDefinition(
    cron_schedule="0 0 * * *",
    start=_midnight(FIRST_GAME_DATE),
    fmt="%Y-%m-%d",
    timezone="America/New_York",
    end_offset=1,  # tonight's slate is a partition
    exclusions=[*SUMMERS, *map(_midnight, past_off_days())],
)


def known_seasons() -> tuple[str, ...]:
    """Seasons whose calendar is committed, oldest first."""
    return tuple(_season_spans())


def season_dates(season: str) -> list[dt.date]:
    """Game dates of one finished season in order, postseason included.

    Raises:
        KeyError: the season's calendar is not committed.
    """
    first, last = _season_spans()[season]
    return game_dates_between(first, last)


def game_dates_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Game dates from ``first`` to ``last``, both included."""
    off = set(past_off_days())
    days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return [d for d in days if d >= FIRST_GAME_DATE and d not in off and not _in_summer(d)]


def _in_summer(day: dt.date) -> bool:
    return day.month in (8, 9) or (day.month == 7 and day.day >= 21) or (day.month == 10 and day.day <= 17)


def contiguous_ranges(keys: Iterable[str], universe: Sequence[str]) -> list[tuple[str, str]]:
    """Split partition keys into runs of neighbours in ``universe``: [(first, last), ...]."""
    position = {key: i for i, key in enumerate(universe)}
    ranges: list[list[str]] = []
    for key in sorted(set(keys), key=position.__getitem__):
        if ranges and position[key] == position[ranges[-1][1]] + 1:
            ranges[-1][1] = key
        else:
            ranges.append([key, key])
    return [(a, b) for a, b in ranges]


def season_groups(dates: Sequence[dt.date]) -> list[list[dt.date]]:
    """Split dates into seasons, so that a long range can be worked through in bounded memory."""
    groups: dict[int, list[dt.date]] = {}
    for date in sorted(dates):
        # A season is named for the year it starts in; the 2020-21 one ran until July 20.
        groups.setdefault(date.year if date.month >= 10 else date.year - 1, []).append(date)
    return list(groups.values())
