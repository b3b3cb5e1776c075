"""Documents of many simulated games: schedule, scoreboard, game logs, shot chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from nba_assets.simulation.server.games import (
    STATUS_WORDS,
    team_heading,
)
from nba_assets.simulation.server.world import (
    EASTERN,
    FINAL,
    Match,
    Row,
    World,
)

_BOARD_TURNS = dt.timedelta(hours=11)  # the morning hour at which a new day's board replaces the old one
_LOGGED_AFTER = dt.timedelta(minutes=15)
_BASELINE_TO_BASKET = 5.25
_LOG_TEXT = (
    "MIN FGM FGA FG_PCT FG3M FG3A FG3_PCT FTM FTA FT_PCT OREB DREB REB AST STL BLK TOV PF PTS PLUS_MINUS"
)
_TEAM_TEXT = "SEASON_ID TEAM_ID TEAM_ABBREVIATION TEAM_NAME GAME_ID GAME_DATE MATCHUP WL"
_SHOT_TEXT = (
    "GRID_TYPE GAME_ID GAME_EVENT_ID PLAYER_ID PLAYER_NAME TEAM_ID TEAM_NAME PERIOD MINUTES_REMAINING "
    "SECONDS_REMAINING EVENT_TYPE ACTION_TYPE SHOT_TYPE SHOT_ZONE_BASIC SHOT_ZONE_AREA SHOT_ZONE_RANGE "
    "SHOT_DISTANCE LOC_X LOC_Y SHOT_ATTEMPTED_FLAG SHOT_MADE_FLAG GAME_DATE HTM VTM"
)
_LOG = tuple(_LOG_TEXT.split())
_TEAM_HEAD = tuple(_TEAM_TEXT.split())
_PLAYER_HEAD = ("SEASON_ID", "PLAYER_ID", "PLAYER_NAME", *_TEAM_HEAD[1:])
_SHOTS = tuple(_SHOT_TEXT.split())
_INDEX = ("PERSON_ID", "PLAYER_LAST_NAME", "PLAYER_FIRST_NAME", "TEAM_ID")
_SHARES = (("FG_PCT", "FGM", "FGA"), ("FG3_PCT", "FG3M", "FG3A"), ("FT_PCT", "FTM", "FTA"))


def schedule(world: World, season: str, now: dt.datetime) -> Row | None:
    """A season's schedule with the results so far; None for a season that was never played."""
    matches = [match for match in world.matches.values() if match.season == season]
    if not matches:
        return None
    records: dict[str, list[int]] = {}
    by_date: dict[dt.date, list[Row]] = {}
    for match in matches:
        game = _scheduled(match, now)
        for side in (0, 1):
            team = game["awayTeam" if side else "homeTeam"]
            wins, losses = _record(records, match, side, now)
            team |= {"wins": wins, "losses": losses}
        by_date.setdefault(match.date, []).append(game)
    dates = [{"gameDate": f"{date:%m/%d/%Y} 00:00:00", "games": by_date[date]} for date in sorted(by_date)]
    return {
        "meta": {"version": 1},
        "leagueSchedule": {"seasonYear": season, "leagueId": "00", "gameDates": dates},
    }


def _record(records: dict[str, list[int]], match: Match, side: int, now: dt.datetime) -> tuple[int, int]:
    """Wins and losses of a side after this game, in the regular season."""
    team = (match.home, match.away)[side].tricode
    record = records.setdefault(team, [0, 0])
    if match.status(now) == FINAL and match.score and match.season_type == "Regular Season":
        record[match.score[side] < match.score[1 - side]] += 1
    return record[0], record[1]


def _scheduled(match: Match, now: dt.datetime) -> Row:
    local = match.tipoff.astimezone(EASTERN)
    return {
        **_game(match, now),
        "gameDateEst": f"{match.date.isoformat()}T00:00:00Z",
        "gameDateTimeEst": local.strftime("%Y-%m-%dT%H:%M:%SZ"),  # Eastern, despite the Z
        "gameDateTimeUTC": _utc(match.tipoff),
        "postponedStatus": "Y" if match.is_postponed(now) else "N",
    }


def _game(match: Match, now: dt.datetime) -> Row:
    status = match.status(now)
    score = match.score if status == FINAL and match.score else (0, 0)
    words = f"{match.tipoff.astimezone(EASTERN):%I:%M %p} ET".lstrip("0").lower().replace("et", "ET")
    words = "PPD" if match.is_postponed(now) else words
    return {
        "gameId": match.game_id,
        "gameCode": f"{match.date:%Y%m%d}/{match.away.tricode}{match.home.tricode}",
        "gameStatus": status,
        "gameStatusText": words if status == 1 else STATUS_WORDS[status],
        "isNeutral": False,
        "homeTeam": {**team_heading(match.home), "score": score[0]},
        "awayTeam": {**team_heading(match.away), "score": score[1]},
    }


def scoreboard(world: World, now: dt.datetime) -> Row:
    """Today's board; until late in the morning it still shows yesterday's games."""
    date = (now.astimezone(EASTERN) - _BOARD_TURNS).date()
    games: list[Row] = []
    for match in world.on(date):
        game = {**_game(match, now), "gameTimeUTC": _utc(match.tipoff)}
        if events := world.published_events(match, now):
            game |= {"period": events[-1]["period"], "gameClock": events[-1]["clock"]}
            game["homeTeam"]["score"] = events[-1]["scoreHome"]
            game["awayTeam"]["score"] = events[-1]["scoreAway"]
        games.append(game)
    board = {"gameDate": date.isoformat(), "leagueId": "00", "games": games}
    return {"meta": {"version": 1, "code": 200}, "scoreboard": board}


def game_log(world: World, matches: Iterable[Match], season_type: str, of: str, now: dt.datetime) -> Row:
    """Box rows of the final ones of some games, a quarter of an hour after their ends: ``of`` P or T."""
    rows: list[Row] = []
    for match in matches:
        final = match.status(now) == FINAL and now >= match.ends + _LOGGED_AFTER
        if final and match.season_type == season_type:
            players = [_player_row(match, row) for row in world.log(match, now)]
            rows += players if of == "P" else _team_rows(world, match, players)
    headers = [*(_PLAYER_HEAD if of == "P" else _TEAM_HEAD), *_LOG, "VIDEO_AVAILABLE"]
    parameters = {"LeagueID": "00", "SeasonType": season_type, "PlayerOrTeam": of}
    return _result("leaguegamelog", parameters, "LeagueGameLog", headers, rows)


def _player_row(match: Match, row: Row) -> Row:
    team = match.home if row["TEAM_ID"] == match.home.team_id else match.away
    return {**row, "SEASON_ID": _season_id(match), "TEAM_NAME": team.name, "VIDEO_AVAILABLE": 1}


def _team_rows(world: World, match: Match, players: Sequence[Row]) -> list[Row]:
    """Sums of the players, with the minutes that the league counts where the files have team box scores."""
    stated = {row["TEAM_ID"]: row for row in world.team_log(match)}
    rows: list[Row] = []
    for team in (match.home, match.away):
        own = [row for row in players if row["TEAM_ID"] == team.team_id]
        row = {name: own[0][name] for name in (*_TEAM_HEAD, "VIDEO_AVAILABLE")}
        row |= {name: sum(r[name] for r in own) for name in _LOG if not name.endswith("_PCT")}
        for name, made, tried in _SHARES:
            row[name] = round(row[made] / row[tried], 3) if row[tried] else None
        against = sum(r["PTS"] for r in players if r["TEAM_ID"] != team.team_id)
        if team.team_id in stated:
            row["MIN"] = stated[team.team_id]["MIN"]
        rows.append({**row, "PLUS_MINUS": row["PTS"] - against})
    return rows


def shot_chart(world: World, matches: Iterable[Match], game_id: str, now: dt.datetime) -> Row:
    """The field goal attempts of the final ones of some games; none where the league has no chart."""
    rows: list[Row] = []
    for match in matches:
        if match.status(now) == FINAL and now >= match.ends + _LOGGED_AFTER:
            rows += [_shot(match, number, shot) for number, shot in enumerate(world.shots(match), 1)]
    return _result("shotchartdetail", {"GameID": game_id}, "Shot_Chart_Detail", _SHOTS, rows)


def player_index(world: World, season: str, now: dt.datetime) -> Row:
    """Everybody who has a team: who has played for it of late."""
    today = now.astimezone(EASTERN).date()
    matches = [m for m in world.matches.values() if m.season == season and m.date <= today]
    teams = {team.tricode: team for match in matches for team in (match.home, match.away)}
    rows = [
        {"PERSON_ID": player, "PLAYER_LAST_NAME": last, "PLAYER_FIRST_NAME": first, "TEAM_ID": team.team_id}
        for team in teams.values()
        for player, name in sorted(world.roster(team, today).items())
        for first, _, last in [name.partition(" ")]
    ]
    return _result("playerindex", {"Season": season}, "PlayerIndex", _INDEX, rows)


def _shot(match: Match, number: int, shot: Row) -> Row:
    team = match.home if shot["TEAM_ID"] == match.home.team_id else match.away
    return {
        **shot, "GRID_TYPE": "Shot Chart Detail", "GAME_EVENT_ID": number, "TEAM_NAME": team.name,
        "PERIOD": shot["QUARTER"], "MINUTES_REMAINING": shot["MINS_LEFT"],
        "SECONDS_REMAINING": shot["SECS_LEFT"], "SHOT_ZONE_BASIC": shot["BASIC_ZONE"],
        "SHOT_ZONE_AREA": shot["ZONE_NAME"], "SHOT_ZONE_RANGE": shot["ZONE_RANGE"],
        "LOC_X": round(-10 * shot["LOC_X"]), "LOC_Y": round(10 * (shot["LOC_Y"] - _BASELINE_TO_BASKET)),
        "SHOT_ATTEMPTED_FLAG": 1, "SHOT_MADE_FLAG": int(shot["SHOT_MADE"]),
        "GAME_DATE": f"{match.date:%Y%m%d}", "HTM": match.home.tricode, "VTM": match.away.tricode,
    }  # fmt: skip


def _result(
    resource: str, parameters: Row, name: str, headers: Sequence[str], rows: Iterable[Row]
) -> dict[str, Any]:
    row_set = [[row[header] for header in headers] for row in rows]
    result = {"name": name, "headers": list(headers), "rowSet": row_set}
    return {"resource": resource, "parameters": parameters, "resultSets": [result]}


def _season_id(match: Match) -> str:
    return f"{4 if match.season_type == 'Playoffs' else 2}{match.season[:4]}"


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
