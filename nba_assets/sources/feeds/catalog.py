"""The catalog of feeds: one entry each, with its address, the names of its documents and their checks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace

from nba_api.live.nba.endpoints import boxscore, playbyplay
from nba_api.live.nba.endpoints import scoreboard as live_scoreboard
from nba_api.stats.endpoints import (
    leaguegamelog,
    playbyplayv3,
    playerindex,
    scheduleleaguev2int,
    shotchartdetail,
)

from nba_assets.sources.feeds import content_checks
from nba_assets.sources.feeds.feed import Feed, Wanted, fill
from nba_assets.sources.http import Fix
from nba_assets.sources.http.hosts import NBA_CDN, NBA_REPORTS, NBA_STATS, ODDS_API
from nba_assets.sources.landing import Document

_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 :._-]{0,60}")
_LIVE, _STATS = "/static/json/liveData/", "/stats/"
_ODDS, _PAST_ODDS = "/v4/sports/basketball_nba/", "/v4/historical/sports/basketball_nba/"
_LINES = {
    "regions": "us",
    "markets": "h2h,spreads,totals,player_points",
    "oddsFormat": "american",
    "dateFormat": "iso",
}
BOUGHT = "bigdataball"
LINEUP = "lineup"  # the live box before tip-off: who starts and who is out
LINES_COST = 4  # a credit a market and region; ten times as much for the past


def wanted(feed: str, game_date: dt.date, **values: str) -> Wanted:
    """One document of a feed, e.g. ``wanted("boxscore", date, game_id="0022400561")``.

    Raises:
        KeyError: there is no such feed, or a value that its templates need is not given.
        ValueError: a value that could lead a path or a name astray.
    """
    entry = FEEDS[feed]
    for name, value in values.items():
        if not _VALUE.fullmatch(value):
            raise ValueError(f"{feed}: the value of {name} is not valid in a URL or a name")
    all_values = {"game_date": game_date.isoformat(), **entry.fixed, **values}
    made = Wanted(entry, game_date, all_values)
    for template in (entry.path, entry.key, *entry.query.values()):
        fill(template, all_values)
    return made


def season_date(season: str) -> dt.date:
    """The date under which documents of a whole season lie: the first of its July."""
    return dt.date(int(season[:4]), 7, 1)


def bought_events(game_date: dt.date, game_id: str) -> Document:
    """BigDataBall's play-by-play of a game: files that are bought, and taken from a folder."""
    return Document(BOUGHT, game_date, game_id, "csv")


def _query(parameters: Mapping[str, object], **own: str) -> dict[str, str]:
    """Parameters as nba_api knows them, those of ours filled in; it sends none that is None."""
    return {**{name: str(value) for name, value in parameters.items() if value is not None}, **own}


_LOG_QUERY = _query(
    leaguegamelog.LeagueGameLog(get_request=False).parameters,
    PlayerOrTeam="{player_or_team}",
    Season="{season}",
    SeasonType="{season_type}",
    DateFrom="{game_date}",
    DateTo="{game_date}",
)
_SHOT_QUERY = _query(
    shotchartdetail.ShotChartDetail(team_id=0, player_id=0, get_request=False).parameters,
    ContextMeasure="FGA",  # the default is points, which leaves the misses out
    GameID="{game_id}",
    Season="{season}",
    SeasonType="{season_type}",
)
_PLAYER_LOG = Feed(
    name="player_game_log",
    host=NBA_STATS,
    path=_STATS + leaguegamelog.LeagueGameLog.endpoint,
    key="{season_type}",
    check=content_checks.game_log,
    query=_LOG_QUERY,
    fixed={"player_or_team": "P"},
)

_SEASON_SECONDS = 300.0
_SEASON_LOG = replace(
    _PLAYER_LOG,
    name="player_season_log",
    check=content_checks.season_log,
    query={**_LOG_QUERY, "DateFrom": "", "DateTo": ""},
    seconds=_SEASON_SECONDS,
)
_SEASON_CHART_BYTES = 384 * 2**20  # 220,000 shots of 24 columns

_TABLE = (
    Feed(
        name="schedule",
        host=NBA_CDN,
        path="/static/json/staticData/scheduleLeagueV2_1.json",
        key="{season}",
        check=content_checks.schedule,
    ),
    Feed(
        name="past_schedule",
        host=NBA_STATS,
        path=_STATS + scheduleleaguev2int.ScheduleLeagueV2Int.endpoint,
        key="{season}",
        check=content_checks.schedule,
        query=_query({"LeagueID": "00"}, Season="{season}"),
    ),
    Feed(
        name="scoreboard",
        host=NBA_CDN,
        path=_LIVE + live_scoreboard.ScoreBoard.endpoint_url,
        key="scoreboard",
        check=content_checks.scoreboard,
    ),
    _PLAYER_LOG,
    replace(_PLAYER_LOG, name="team_game_log", fixed={"player_or_team": "T"}),
    _SEASON_LOG,
    replace(_SEASON_LOG, name="team_season_log", fixed={"player_or_team": "T"}),
    Feed(
        name="boxscore",
        host=NBA_CDN,
        path=_LIVE + boxscore.BoxScore.endpoint_url,
        key="{game_id}",
        check=content_checks.final_box,
    ),
    Feed(
        name=LINEUP,
        host=NBA_CDN,
        path=_LIVE + boxscore.BoxScore.endpoint_url,
        key="{game_id}",
        check=content_checks.lineup,
        forbidden=Fix.WAIT,
    ),
    Feed(
        name="play_by_play",
        host=NBA_CDN,
        path=_LIVE + playbyplay.PlayByPlay.endpoint_url,
        key="{game_id}",
        check=content_checks.final_play_by_play,
    ),
    Feed(
        name="stats_play_by_play",
        host=NBA_STATS,
        path=_STATS + playbyplayv3.PlayByPlayV3.endpoint,
        key="{game_id}",
        check=content_checks.final_stats_play_by_play,
        query=_query({"EndPeriod": "0", "StartPeriod": "0"}, GameID="{game_id}"),
    ),
    Feed(
        name="player_index",
        host=NBA_STATS,
        path=_STATS + playerindex.PlayerIndex.endpoint,
        key="{season}",
        check=content_checks.player_index,
        query=_query(playerindex.PlayerIndex(get_request=False).parameters, Season="{season}"),
    ),
    Feed(
        name="shot_chart",
        host=NBA_STATS,
        path=_STATS + shotchartdetail.ShotChartDetail.endpoint,
        key="{game_id}",
        check=content_checks.shot_chart,
        query=_SHOT_QUERY,
    ),
    Feed(
        name="season_shot_chart",
        host=NBA_STATS,
        path=_STATS + shotchartdetail.ShotChartDetail.endpoint,
        key="{season_type}",
        check=content_checks.season_shot_chart,
        query={**_SHOT_QUERY, "GameID": ""},
        most_bytes=_SEASON_CHART_BYTES,
        seconds=_SEASON_SECONDS,
    ),
    Feed(
        name="injury_report",
        host=NBA_REPORTS,
        path="/referee/injury/Injury-Report_{game_date}_{clock}.pdf",
        key="{clock}",
        check=content_checks.injury_report,
        kind="pdf",
        forbidden=Fix.WAIT,
    ),
    Feed(
        name="odds_events",
        host=ODDS_API,
        path=_ODDS + "events",
        key="events",
        check=content_checks.odds_events,
        query={"dateFormat": "iso"},
        forbidden=Fix.REFUSED,
    ),
    Feed(
        name="odds",
        host=ODDS_API,
        path=_ODDS + "events/{event_id}/odds",
        key="{event_id}",
        check=content_checks.odds_event,
        query=_LINES,
        forbidden=Fix.REFUSED,
        cost=LINES_COST,
        every_capture=True,
    ),
    Feed(
        name="past_odds_events",
        host=ODDS_API,
        path=_PAST_ODDS + "events",
        key="events_{snapshot}",
        check=content_checks.past_odds_events,
        query={"dateFormat": "iso", "date": "{snapshot}"},
        forbidden=Fix.REFUSED,
        cost=1,
    ),
    Feed(
        name="past_odds",
        host=ODDS_API,
        path=_PAST_ODDS + "events/{event_id}/odds",
        key="{event_id}_{snapshot}",
        check=content_checks.past_odds_event,
        query={**_LINES, "date": "{snapshot}"},
        forbidden=Fix.REFUSED,
        cost=10 * LINES_COST,
    ),
)
FEEDS: Mapping[str, Feed] = {feed.name: feed for feed in _TABLE}
# The feed of whole seasons that replaces a feed of single dates or games.
SEASON_FEEDS: Mapping[str, str] = {
    "player_game_log": "player_season_log",
    "team_game_log": "team_season_log",
    "shot_chart": "season_shot_chart",
}
