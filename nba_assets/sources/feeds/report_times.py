"""When injury reports are published and what they are called: hourly, since 2025-12-22 every quarter."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from nba_assets.calendar.tipoffs import EASTERN

QUARTERLY_SINCE: Final = dt.date(2025, 12, 22)
_NEW_YORK = ZoneInfo(EASTERN)
_FIRST: Final = dt.time(8)
_LEAD: Final = dt.timedelta(minutes=30)  # the report of an hour is out half an hour before it
_STEP: Final = {True: dt.timedelta(minutes=15), False: dt.timedelta(hours=1)}


def report_times(date: dt.date, until: dt.datetime) -> list[dt.datetime]:
    """Moments at which reports of a game date are published, from the morning until its last tip-off."""
    quarterly = date >= QUARTERLY_SINCE
    at = dt.datetime.combine(date, _FIRST, _NEW_YORK) + (dt.timedelta(0) if quarterly else _LEAD)
    found: list[dt.datetime] = []
    while at <= until:
        found.append(at)
        at += _STEP[quarterly]
    return found


def report_clock(at: dt.datetime) -> str:
    """The hour in the name of the report published at a moment: ``05PM``, or ``05_15PM`` since 2025-12-22."""
    local = at.astimezone(_NEW_YORK)
    return f"{local:%I_%M%p}" if local.date() >= QUARTERLY_SINCE else f"{local + _LEAD:%I%p}"


def report_time(date: dt.date, clock: str) -> dt.datetime | None:
    """When the report of a name was published; None for a name that no report of the date has."""
    quarterly = date >= QUARTERLY_SINCE
    try:
        time = dt.datetime.strptime(clock, "%I_%M%p" if quarterly else "%I%p").time()
    except ValueError:
        return None
    at = dt.datetime.combine(date, time, _NEW_YORK)
    if quarterly:
        return at if time.minute % 15 == 0 else None
    return at - _LEAD
