"""Which wire sample answers which request: names only, the samples stay in the archive."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from nba_assets.sources.feeds.catalog import (
    Wanted,
    season_date,
    wanted,
)
from nba_assets.sources.http.session import ContentCheck

NIGHT = dt.date(2026, 2, 11)
GAME = "0022500775"
CDN, STATS, ODDS = "cdn.nba.com/", "stats.nba.com/", "the-odds-api/"
EVENT, SNAPSHOT = "cd0bc7d0c238f4446ce1c03d0cea7ec4", "2024-01-25T03:55:40Z"
ODDS_NIGHT = dt.date(2024, 1, 24)

BOX = wanted("boxscore", NIGHT, game_id=GAME)
FINAL_BOX = CDN + "boxscores_final/22500775-07_box_Complete.json"
PREGAME_BOX = CDN + "2026-02-11_pregame/boxscore_0022500775-01_pregame.json"
OTHER_BOX = CDN + "boxscores_final/22500776-07_box_Complete.json"
GROWING = CDN + "playbyplay_growing/22500775-06_pbp_2ndHalf.json.gz"

SAMPLES: dict[str, tuple[Wanted, str]] = {
    "schedule": (
        wanted("schedule", season_date("2025-26"), season="2025-26"),
        CDN + "scheduleLeagueV2_2025-26_preseason.json",
    ),
    "past_schedule": (
        wanted("past_schedule", season_date("2024-25"), season="2024-25"),
        STATS + "scheduleleaguev2int_2024-25.json.gz",
    ),
    "scoreboard": (
        wanted("scoreboard", NIGHT),
        CDN + "2026-02-11_pregame/todaysScoreboard_00-01_pregame.json",
    ),
    "player_game_log": (
        wanted("player_game_log", dt.date(2025, 3, 15), season="2024-25", season_type="Regular Season"),
        STATS + "leaguegamelog_players_2025-03-15.json",
    ),
    "boxscore": (BOX, FINAL_BOX),
    "play_by_play": (
        wanted("play_by_play", NIGHT, game_id=GAME),
        CDN + "playbyplay_growing/22500775-07_pbp_GameEnd.json.gz",
    ),
    "stats_play_by_play": (
        wanted("stats_play_by_play", dt.date(2024, 11, 12), game_id="0022400001"),
        STATS + "playbyplayv3.json.gz",
    ),
    "player_index": (
        wanted("player_index", season_date("2025-26"), season="2025-26"),
        STATS + "playerindex_2025-26.json.gz",
    ),
    "injury_report": (
        wanted("injury_report", dt.date(2024, 1, 4), clock="01PM"),
        "nba.com/injury_report.pdf",
    ),
    "past_odds_events": (
        wanted("past_odds_events", ODDS_NIGHT, snapshot=SNAPSHOT),
        ODDS + "historical_events_1.json",
    ),
    "past_odds": (
        wanted("past_odds", ODDS_NIGHT, event_id=EVENT, snapshot=SNAPSHOT),
        ODDS + "historical_event_odds_spreads_totals.json",
    ),
}


def checked_by(document: Wanted, check: ContentCheck) -> Wanted:
    """The same document, looked at by another check."""
    return replace(document, feed=replace(document.feed, check=lambda values: check))
