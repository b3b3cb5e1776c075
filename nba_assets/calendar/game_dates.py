"""Game dates of seasons: those of finished seasons, and those of a source's schedule for any other."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from nba_assets.calendar.seasons import by_season, first_year, season_of

FINISHED = Path(str(files("nba_assets.calendar").joinpath("finished")))
"""Folder of the calendars of finished seasons, one file each; ``nba-assets calendar write`` adds one."""


@dataclass(frozen=True)
class Calendar:
    """Dates on which games are played, by season.

    Attributes:
        seasons: game dates of each season in order, the oldest season first.

    Example:
        >>> calendar = finished_seasons().updated({"2026-27": [dt.date(2026, 10, 20)]})
        >>> calendar.between(dt.date(2025, 6, 20), dt.date(2026, 12, 31))
        [datetime.date(2025, 6, 22), datetime.date(2026, 10, 20)]
    """

    seasons: Mapping[str, tuple[dt.date, ...]]

    @classmethod
    def of(cls, dates: Iterable[dt.date]) -> Calendar:
        """The calendar that consists of some dates."""
        return cls({season: tuple(days) for season, days in by_season(sorted(set(dates))).items()})

    @cached_property
    def dates(self) -> list[dt.date]:
        """Every game date, in order."""
        return sorted(date for dates in self.seasons.values() for date in dates)

    def season(self, name: str) -> list[dt.date]:
        """Game dates of a season.

        Raises:
            KeyError: the calendar does not have the season.
        """
        return list(self.seasons[name])

    def between(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """Game dates from ``first`` to ``last``, both included."""
        return self.dates[bisect_left(self.dates, first) : bisect_right(self.dates, last)]

    def possible(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """Days from ``first`` to ``last`` that may be game dates.

        They are the game dates of the calendar's seasons and, of later seasons that it does not have, every
        day outside of summer.
        """
        every = (first + dt.timedelta(n) for n in range((last - first).days + 1))
        later = (day for day in every if self.dates and day > self.dates[0] and not _in_summer(day))
        unknown = (day for day in later if season_of(day) not in self.seasons)
        return sorted({*self.between(first, last), *unknown})

    def updated(self, seasons: Mapping[str, Sequence[dt.date]]) -> Calendar:
        """This calendar with the dates of some seasons replaced or added, as its schedule has them."""
        merged = {**self.seasons, **{name: tuple(sorted(dates)) for name, dates in seasons.items() if dates}}
        return Calendar({name: merged[name] for name in sorted(merged)})


@cache
def finished_seasons() -> Calendar:
    """The calendar of finished seasons that comes with the package."""
    return Calendar({path.stem: tuple(_read(path)) for path in sorted(FINISHED.glob("*.txt"))})


def write_season(season: str, dates: Sequence[dt.date], folder: Path = FINISHED) -> Path:
    """Write the calendar file of a finished season, one game date a line.

    Raises:
        ValueError: no dates, or dates of another season.
    """
    first_year(season)
    strangers = [date for date in dates if season_of(date) != season]
    if strangers or not dates:
        raise ValueError(f"{season}: {strangers[0]} is not in it" if strangers else f"{season} has no dates")
    path = folder / f"{season}.txt"
    path.write_text("".join(f"{date}\n" for date in sorted(set(dates))))
    finished_seasons.cache_clear()
    return path


def _in_summer(day: dt.date) -> bool:
    """No season since 2020-21 has had a game from July 21 to October 17."""
    return (7, 21) <= (day.month, day.day) <= (10, 17)


def _read(path: Path) -> list[dt.date]:
    return [dt.date.fromisoformat(line) for line in path.read_text().split()]
