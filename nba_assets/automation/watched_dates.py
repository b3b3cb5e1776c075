"""The dates that sensors look at, and their games as the landed schedule knows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import dagster as dg
import pandas as pd

from nba_assets.instance.partition_keys import partition_dates
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.league_clock import eastern

WATCHED_DAYS = 8  # the league corrects most lines the next morning, some within the week


def watched_days(
    instance: dg.DagsterInstance, source: LiveSource, now: dt.datetime, back: int = WATCHED_DAYS
) -> Iterator[tuple[dt.date, pd.DataFrame]]:
    """The last partitions whose games the landed schedule knows, and their rows of raw_schedule."""
    today = eastern(now).date()
    recent = [date for date in partition_dates(instance) if today - dt.timedelta(back) <= date <= today]
    dates = source.accounted_days(recent)
    rows = source.schedule(dates).rows if dates else pd.DataFrame()
    for date in dates:
        yield date, rows[rows["game_date"].eq(pd.Timestamp(date))].reset_index(drop=True)
