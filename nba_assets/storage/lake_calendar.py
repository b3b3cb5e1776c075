"""The calendar that a lake keeps: finished seasons, and others as the schedule of its source has them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence

from nba_assets.calendar.game_dates import Calendar, finished_seasons
from nba_assets.storage.object_store import ObjectStore
from nba_assets.storage.object_writes import VersionConflictError

_FILE = "calendar.json"


def lake_calendar(store: ObjectStore) -> Calendar:
    """Game dates of the lake."""
    try:
        kept = json.loads(store.read(_FILE))
    except FileNotFoundError:
        return finished_seasons()
    seasons = {season: list(map(dt.date.fromisoformat, days)) for season, days in kept.items()}
    return finished_seasons().updated(seasons)


def keep_calendar(store: ObjectStore, seasons: Mapping[str, Sequence[dt.date]]) -> Calendar:
    """Keep the game dates of seasons that differ from those of the lake, and return its calendar."""
    version = store.version(_FILE)
    before = lake_calendar(store)
    after = before.updated(seasons)
    if after != before:
        finished = finished_seasons().seasons
        own = {name: dates for name, dates in after.seasons.items() if finished.get(name) != dates}
        text = json.dumps({name: [day.isoformat() for day in dates] for name, dates in own.items()}, indent=1)
        try:
            store.write_if(_FILE, text.encode(), version)
        except VersionConflictError:  # another process has added to it: its dates are kept too
            return keep_calendar(store, seasons)
    return after
