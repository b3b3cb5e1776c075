"""Asking a simulated league what its server says, without a server."""

import datetime as dt
import json
import re
from typing import Any

from nba_assets.simulation.server.http_server import (
    Answer,
    answer,
)
from nba_assets.simulation.server.world import (
    Match,
    World,
)

HOUR = dt.timedelta(hours=1)
LIVE = "/static/json/liveData/"
ODDS = "/v4/sports/basketball_nba/events"
AFTER = dt.datetime(2025, 6, 30, tzinfo=dt.UTC)
NAMES = {
    "PTS": "points", "AST": "assists", "REB": "reboundsTotal", "FG3A": "threePointersAttempted",
    "STL": "steals", "BLK": "blocks", "TOV": "turnovers", "PF": "foulsPersonal", "FTM": "freeThrowsMade",
    "OREB": "reboundsOffensive", "PLUS_MINUS": "plusMinusPoints",
}  # fmt: skip
REPORTS = {"12PM": dt.time(11, 30), "06PM": dt.time(17, 30), "07PM": dt.time(18, 30)}
BOARD = f"{LIVE}scoreboard/todaysScoreboard_00.json"
COUNTS = ("points", "assists", "reboundsTotal", "fieldGoalsAttempted", "turnovers", "foulsPersonal")


def ask(world: World, path: str, now: dt.datetime, **query: str) -> Answer:
    return answer(world, path, query, now)


def read(world: World, path: str, now: dt.datetime, **query: str) -> Any:
    result = ask(world, path, now, **query)
    assert result.status == 200, (path, result)
    return json.loads(result.body)


def box(world: World, match: Match, now: dt.datetime) -> Any:
    return read(world, f"{LIVE}boxscore/boxscore_{match.game_id}.json", now)["game"]


def plays(world: World, match: Match, now: dt.datetime) -> list[Any]:
    return read(world, f"{LIVE}playbyplay/playbyplay_{match.game_id}.json", now)["game"]["actions"]


def log(world: World, match: Match, now: dt.datetime, of: str = "P") -> list[dict[str, Any]]:
    date = match.date.isoformat()
    query = {"Season": match.season, "SeasonType": match.season_type, "PlayerOrTeam": of}
    query |= {"DateFrom": date, "DateTo": date}
    table = read(world, "/stats/leaguegamelog", now, **query)["resultSets"][0]
    rows = [dict(zip(table["headers"], row, strict=True)) for row in table["rowSet"]]
    return [row for row in rows if row["GAME_ID"] == match.game_id]


def players(game: Any) -> dict[int, Any]:
    return {p["personId"]: p for side in ("homeTeam", "awayTeam") for p in game[side]["players"]}


def played(world: World) -> list[Match]:
    return [match for match in world.matches.values() if match.periods]


def corrected(world: World) -> list[Match]:
    return [m for m in played(world) if log(world, m, m.corrected) != log(world, m, m.ends + HOUR)]


def minutes(line: Any) -> float:
    found = re.fullmatch(r"PT(\d+)M(\d\d\.\d\d)S", line["minutes"])
    assert found
    return int(found[1]) + float(found[2]) / 60
