"""The dates that sensors look at, and their games as the landed schedule knows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from nba_assets.calendar.partitions import game_dates_between
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.league_clock import eastern

WATCHED_DAYS = 8  # the league corrects most lines the next morning, some within the week


def watched_days(
    source: LiveSource, now: dt.datetime, back: int = WATCHED_DAYS
) -> Iterator[tuple[dt.date, pd.DataFrame]]:
    """The last dates whose games the landed schedule knows, and their rows of raw_schedule."""
    today = eastern(now).date()
    dates = source.accounted_days(game_dates_between(today - dt.timedelta(back), today))
    rows = source.schedule(dates).rows if dates else pd.DataFrame()
    for date in dates:
        yield date, rows[rows["game_date"].eq(pd.Timestamp(date))].reset_index(drop=True)
