"""Game dates of a season that has not been played: as the league's last seasons have had them."""

from __future__ import annotations

import datetime as dt

from nba_assets.calendar.seasons import first_year

_DAY = dt.timedelta(1)
_TUESDAY, _THURSDAY, _SUNDAY = 1, 3, 6
_ALL_STAR_DAYS = 6  # Friday to Wednesday around the game
_DAILY_UNTIL = (5, 25)  # from the conference finals on there is a game every second day
_FINALS_END = (6, 20)


def invented_dates(season: str) -> list[dt.date]:
    """Game dates from the third Tuesday of October to the Finals.

    Off are Thanksgiving, Christmas Eve, the All-Star break and the days around the end of the regular season.
    """
    year = first_year(season)
    opening, last = _nth(year, 10, _TUESDAY, 3), _nth(year + 1, 4, _SUNDAY, 2)
    all_star = _nth(year + 1, 2, _SUNDAY, 3) - 2 * _DAY
    off = {_nth(year, 11, _THURSDAY, 4), dt.date(year, 12, 24)}
    off |= {all_star + n * _DAY for n in range(_ALL_STAR_DAYS)}
    regular = [date for date in _days(opening, last) if date not in off]
    daily, finals = dt.date(year + 1, *_DAILY_UNTIL), dt.date(year + 1, *_FINALS_END)
    playoffs = _days(last + 6 * _DAY, daily) + _days(daily + 2 * _DAY, finals)[::2]
    return [*regular, *_days(last + 2 * _DAY, last + 4 * _DAY), *playoffs]


def _nth(year: int, month: int, weekday: int, number: int) -> dt.date:
    """The so-many-th weekday of a month."""
    first = dt.date(year, month, 1)
    return first + ((weekday - first.weekday()) % 7 + 7 * (number - 1)) * _DAY


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + n * _DAY for n in range((last - first).days + 1)]
