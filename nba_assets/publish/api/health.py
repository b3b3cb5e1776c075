"""Whether what is published is what should be published by now."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import pandas as pd
from pydantic import Field

from nba_assets.publish.contract.base import Document
from nba_assets.publish.contract.manifest import Manifest
from nba_assets.publish.contract.status import PlatformStatus
from nba_assets.publish.tables import OpenTables
from nba_assets.sources.league_clock import eastern

_BEFORE_TIPOFF = dt.timedelta(hours=2)
_DUE = dt.time(12)  # New York
_LOOK_BACK = 3  # days


class Health(Document):
    """The answer of `/health`."""

    status: Literal["ok", "late"]
    latest: dt.date | None = Field(description="Newest date published.")
    late: tuple[str, ...] = Field(description="Dates and tables that are late.")
    red_feeds: tuple[str, ...] = Field(
        description="Feeds that needed attention at the last publication; what is due may be published still."
    )


def health(
    manifest: Manifest, published: PlatformStatus | None, tables: OpenTables, now: dt.datetime
) -> Health:
    """Predictions are due two hours before the first tip-off or at noon in New York, whichever is earlier.

    Args:
        manifest: what is published.
        published: the status that it names.
        tables: the lake, for the schedule.
        now: the league's moment.
    """
    late = [] if manifest.latest else ["nothing is published"]
    today = eastern(now).date()
    days = [today - dt.timedelta(days=n) for n in range(_LOOK_BACK)]
    games = tables.read("raw_schedule", days, ("game_id", "tipoff_utc", "is_postponed"))
    for day, rows in games[~games["is_postponed"].to_numpy(bool)].groupby("game_date"):
        date = pd.Timestamp(str(day)).date()
        entry = manifest.dates.get(date.isoformat())
        if now >= _due(date, rows["tipoff_utc"], now) and not (entry and entry.players):
            late.append(f"{date}: {len(rows)} games and no published prediction")
    feeds = (published and published.feeds) or ()
    return Health(
        status="late" if late else "ok",
        latest=manifest.latest,
        late=tuple(late),
        red_feeds=tuple(f"{one.feed} {one.state}: {one.detail}" for one in feeds if one.is_red),
    )


def _due(date: dt.date, tipoffs: pd.Series, now: dt.datetime) -> dt.datetime:
    noon = dt.datetime.combine(date, _DUE, eastern(now).tzinfo)
    first = tipoffs.min()
    return noon if pd.isna(first) else min(noon, first.to_pydatetime() - _BEFORE_TIPOFF)
