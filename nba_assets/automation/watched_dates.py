"""The dates that sensors watch, and their games by the landed schedule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import dagster as dg
import pandas as pd

from nba_assets.instance.partition_keys import partition_dates
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.league_clock import eastern

_NAMED_DATES = 2
WATCHED_DAYS = 8  # the league corrects most lines the next morning, some within the week


def watched_days(
    instance: dg.DagsterInstance, source: LiveSource, now: dt.datetime, back: int = WATCHED_DAYS
) -> Iterator[tuple[dt.date, pd.DataFrame]]:
    """The last partitions whose games are in the landed schedule, and their rows of raw_schedule."""
    today = eastern(now).date()
    recent = [date for date in partition_dates(instance) if today - dt.timedelta(back) <= date <= today]
    dates = source.accounted_days(recent)
    rows = source.schedule(dates).rows if dates else pd.DataFrame()
    for date in dates:
        yield date, rows[rows["game_date"].eq(pd.Timestamp(date))].reset_index(drop=True)


def tick_result(
    requests: Sequence[dg.RunRequest],
    reasons: Mapping[dt.date, str],
    cursor: str,
    without_dates: str = "no landed schedule contains these dates",
) -> dg.SensorResult:
    """What a sensor of dates answers: its requests, or why no date asks for any."""
    if requests:
        return dg.SensorResult(run_requests=requests, cursor=cursor)
    dates: dict[str, list[dt.date]] = {}
    for date in sorted(reasons, reverse=True):
        dates.setdefault(reasons[date], []).append(date)
    words = [f"{_named(days)}: {reason}" for reason, days in dates.items()]
    reason = "; ".join(words) or without_dates
    return dg.SensorResult(skip_reason=dg.SkipReason(reason), cursor=cursor)


def _named(dates: Sequence[dt.date]) -> str:
    few = len(dates) <= _NAMED_DATES
    return ", ".join(map(str, dates)) if few else f"{len(dates)} dates until {dates[0]}"
