"""Documents of the simulated league put straight into a landing zone, as they stand at a moment."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pandas as pd

from nba_assets.schemas.raw import RAW_PLAYER_BOXSCORES
from nba_assets.simulation.server.world import (
    Match,
    World,
)
from nba_assets.sources.feeds.catalog import (
    Wanted,
    season_date,
    wanted,
)
from nba_assets.sources.landing import (
    Capture,
    Landing,
)
from nba_assets_tests.sources.live_league import ask

HOUR = dt.timedelta(hours=1)
NOBODY = RAW_PLAYER_BOXSCORES.empty()[["game_date", "player_id", "player_name", "team"]]


def land(landing: Landing, world: World, document: Wanted, now: dt.datetime) -> Capture:
    """Land a document as the league's server would answer at a moment."""
    request = document.request
    result = ask(world, request.path, now, **{**request.query, "apiKey": "k"})
    assert result.status == 200, (request.path, result)
    return landing.land(document.document, result.body, now).capture


def schedule(season: str) -> Wanted:
    return wanted("schedule", season_date(season), season=season)


def of_game(feed: str, match: Match) -> Wanted:
    more = {"season": match.season, "season_type": match.season_type} if feed == "shot_chart" else {}
    return wanted(feed, match.date, game_id=match.game_id, **more)


def log(feed: str, match: Match) -> Wanted:
    return wanted(feed, match.date, season=match.season, season_type=match.season_type)


def land_results(landing: Landing, world: World, date: dt.date, now: dt.datetime) -> None:
    """Everything that is published about a date's final games."""
    games = world.on(date)
    land(landing, world, schedule(games[0].season), now)
    for feed in ("player_game_log", "team_game_log"):
        land(landing, world, log(feed, games[0]), now)
    for match in games:
        for feed in ("boxscore", "play_by_play", "shot_chart"):
            land(landing, world, of_game(feed, match), now)


def land_changed(landing: Landing, document: Wanted, now: dt.datetime, change: Any, base: Capture) -> Capture:
    """Land what a change makes of an earlier capture's JSON."""
    content = json.loads(landing.read(base))
    change(content)
    return landing.land(document.document, json.dumps(content).encode(), now).capture


def rows_of(found: Any) -> pd.DataFrame:
    """Rows without what differs between sources."""
    return found.rows.drop(columns=["source", "override_reason"], errors="ignore").reset_index(drop=True)
