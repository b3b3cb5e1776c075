"""Documents of a whole season: a dozen requests that bring every box score and shot of it."""

from __future__ import annotations

import datetime as dt

from nba_assets.calendar.seasons import season_of
from nba_assets.sources.feeds.catalog import SEASON_FEEDS, season_date, wanted
from nba_assets.sources.feeds.feed import Wanted
from nba_assets.sources.landed.boxes import SEASON_TYPES
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.league_clock import eastern


def season_schedule(season: str, now: dt.datetime) -> Wanted:
    """The schedule of a season: the running one's is another document than that of a finished one."""
    feed = "schedule" if season == season_of(eastern(now).date()) else "past_schedule"
    return wanted(feed, season_date(season), season=season)


def season_documents(source: LiveSource, season: str, now: dt.datetime) -> list[Wanted]:
    """Logs and shot charts of a season whose schedule has landed, of the parts of it that were played.

    One that was captured after the last game of a finished season is final and is not requested again.
    """
    games = source.season_games(season)
    played = games[games["status"].eq("final").to_numpy(bool)]
    over = len(played) == int((~games["is_postponed"].to_numpy(bool)).sum())
    last = played["game_date"].max()
    landing, found = source.documents.landing, []
    for season_type in sorted(set(played["season_type"])):
        for feed in SEASON_FEEDS.values():
            one = wanted(feed, season_date(season), season=season, season_type=SEASON_TYPES[season_type])
            capture = landing.newest(one.document)
            final = over and capture is not None and capture.captured_at.date() > last.date()
            if not final:
                found.append(one)
    return found
