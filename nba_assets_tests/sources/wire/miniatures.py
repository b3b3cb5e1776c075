"""A hand-made game in the shape of every wire document: five a side and one change, ATL 2 BOS 0.

104 makes the only basket; each Celtic misses once and a Hawk takes the rebound; 105 gives way to 106 at
half-time.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pandas as pd

from nba_assets_tests.domain.market_frames import appearances_of, schedule_of

GAME, DATE = "0022400001", "2024-10-22"
ATL, BOS = 1610612737, 1610612738
TRICODES = {ATL: "ATL", BOS: "BOS"}
HAWKS, CELTICS = [101, 102, 103, 104, 105, 106], [201, 202, 203, 204, 205]
FIRST = dict(
    zip(
        [*HAWKS, *CELTICS],
        ["Abe", "Bob", "Cal", "Dan", "Eli", "Fay", "Gus", "Hal", "Ike", "Jim", "Ken"],
        strict=True,
    )
)
LAST = dict(
    zip(
        [*HAWKS, *CELTICS],
        ["Ash", "Birch", "Cedar", "Date", "Elm", "Fig", "Gum", "Hazel", "Ivy", "Juniper", "Kapok"],
        strict=True,
    )
)
NAMES = {player: f"{FIRST[player]} {LAST[player]}" for player in FIRST}
MINUTES = dict.fromkeys(FIRST, 48) | {105: 24, 106: 24}


def schedule() -> pd.DataFrame:
    frame = schedule_of((GAME, DATE, "ATL", "BOS", f"{DATE}T23:30:00Z"))
    scores = {"home_score": pd.array([2], "Int64"), "away_score": pd.array([0], "Int64")}
    return frame.assign(
        season="2024-25", season_type="Regular Season", status="final", source="test", **scores
    )


def players() -> pd.DataFrame:
    return appearances_of(*[(player, NAMES[player], team_of(player), "2024-04-01") for player in NAMES])


def team_of(player: int) -> str:
    return "ATL" if player in HAWKS else "BOS"


def box_counts(player: int | None, team: str) -> dict[str, int]:
    """Counts in the names of leaguegamelog, of a player or (None) of a team."""
    everyone = HAWKS if team == "ATL" else CELTICS
    who = [player] if player is not None else everyone
    counts = dict.fromkeys(
        [
            "FGM",
            "FGA",
            "FG3M",
            "FG3A",
            "FTM",
            "FTA",
            "OREB",
            "DREB",
            "REB",
            "AST",
            "STL",
            "BLK",
            "TOV",
            "PF",
            "PTS",
        ],
        0,
    )
    for one in who:
        counts["FGA"] += one == 104 or one in CELTICS
        counts["FGM"] += one == 104
        counts["PTS"] += 2 * (one == 104)
        counts["AST"] += one == 101
        for name in ("DREB", "REB"):
            counts[name] += one in HAWKS[:5]
    return counts


def game_node() -> dict[str, Any]:
    def side(team: int, wins: int, score: int) -> dict[str, Any]:
        return {
            "teamId": team,
            "teamTricode": TRICODES[team],
            "wins": wins,
            "losses": 1 - wins,
            "score": score,
        }

    return {
        "gameId": GAME, "gameStatus": 3, "gameStatusText": "Final", "gameDateEst": f"{DATE}T00:00:00Z",
        "gameDateTimeUTC": f"{DATE}T23:30:00Z", "gameTimeUTC": f"{DATE}T23:30:00Z", "isNeutral": False,
        "postponedStatus": "N", "homeTeam": side(ATL, 1, 2), "awayTeam": side(BOS, 0, 0),
    }  # fmt: skip


def schedule_document() -> dict[str, Any]:
    later = game_node() | {"gameId": "0022400002", "gameStatus": 1, "gameStatusText": "7:30 pm ET"}
    exhibition = game_node() | {"gameId": "0012400001"}
    games = [exhibition, game_node(), copy.deepcopy(later)]
    return {"leagueSchedule": {"seasonYear": "2024-25", "gameDates": [{"gameDate": "x", "games": games}]}}


def scoreboard_document() -> dict[str, Any]:
    later = game_node() | {"gameId": "0022400002", "gameStatus": 2, "gameStatusText": "Final"}
    return {"scoreboard": {"gameDate": DATE, "games": [game_node(), copy.deepcopy(later)]}}


def log_document(kind: str) -> dict[str, Any]:
    rows = []
    for team in (ATL, BOS):
        tricode = TRICODES[team]
        everyone: list[int | None] = [*(HAWKS if team == ATL else CELTICS)]
        for player in everyone if kind == "P" else [None]:
            row = {"PLAYER_ID": player, "PLAYER_NAME": NAMES[player]} if player is not None else {}
            row |= {"TEAM_ID": team, "TEAM_ABBREVIATION": tricode, "GAME_ID": GAME, "GAME_DATE": DATE}
            row |= {
                "MATCHUP": "ATL vs. BOS" if team == ATL else "BOS @ ATL",
                "WL": "W" if team == ATL else "L",
            }
            row |= {"MIN": MINUTES[player] if player is not None else 240, "PLUS_MINUS": 0}
            rows.append(row | box_counts(player, tricode))
    table = {
        "name": "LeagueGameLog",
        "headers": list(rows[0]),
        "rowSet": [list(row.values()) for row in rows],
    }
    return {"resource": "leaguegamelog", "resultSets": [table]}


def v2_document() -> dict[str, Any]:
    rows, teams = [], []
    for team in (ATL, BOS):
        names = {"GAME_ID": GAME, "TEAM_ID": team, "TEAM_ABBREVIATION": TRICODES[team]}
        for player in HAWKS if team == ATL else CELTICS:
            counts = box_counts(player, TRICODES[team])
            row = names | {"PLAYER_ID": player, "PLAYER_NAME": NAMES[player], "COMMENT": ""}
            row |= {
                "START_POSITION": "" if player == 106 else "F",
                "MIN": f"{MINUTES[player]}:00",
                "PLUS_MINUS": 0,
            }
            rows.append(row | counts | {"TO": counts["TOV"]})
        rows.append(
            dict.fromkeys(rows[-1]) | names | {"PLAYER_ID": team % 1000, "PLAYER_NAME": "X", "COMMENT": "DNP"}
        )
        counts = box_counts(None, TRICODES[team])
        teams.append(names | {"MIN": "240:00", "PLUS_MINUS": 0} | counts | {"TO": counts["TOV"]})
    sets = [("PlayerStats", rows), ("TeamStats", teams)]
    tables = [{"name": n, "headers": list(r[0]), "rowSet": [list(x.values()) for x in r]} for n, r in sets]
    return {"resource": "boxscore", "resultSets": tables}


_LIVE = {
    "FGM": "fieldGoalsMade", "FGA": "fieldGoalsAttempted", "FG3M": "threePointersMade", "PTS": "points",
    "FG3A": "threePointersAttempted", "FTM": "freeThrowsMade", "FTA": "freeThrowsAttempted", "AST": "assists",
    "OREB": "reboundsOffensive", "DREB": "reboundsDefensive", "STL": "steals", "BLK": "blocks",
    "TOV": "turnovers", "PF": "foulsPersonal",
}  # fmt: skip


def _statistics(player: int | None, team: str, minutes: str) -> dict[str, Any]:
    counts = box_counts(player, team)
    return {_LIVE[name]: counts[name] for name in _LIVE} | {"minutes": minutes, "plusMinusPoints": 0.0}


def v3_document() -> dict[str, Any]:
    box: dict[str, Any] = {"gameId": GAME}
    for side, team in (("homeTeam", ATL), ("awayTeam", BOS)):
        tricode = TRICODES[team]
        people = [
            {"personId": p, "firstName": FIRST[p], "familyName": LAST[p], "position": "" if p == 106 else "F"}
            | {"comment": "", "statistics": _statistics(p, tricode, f"{MINUTES[p]}:00")}
            for p in (HAWKS if team == ATL else CELTICS)
        ]
        totals = _statistics(None, tricode, "240:00")
        box[side] = {"teamId": team, "teamTricode": tricode, "players": people, "statistics": totals}
    return {"boxScoreTraditional": box}


def live_box_document() -> dict[str, Any]:
    game: dict[str, Any] = {"gameId": GAME, "gameStatus": 3, "gameStatusText": "Final"}
    for side, team in (("homeTeam", ATL), ("awayTeam", BOS)):
        tricode = TRICODES[team]
        people = [
            {
                "personId": p,
                "name": NAMES[p],
                "status": "ACTIVE",
                "played": "1",
                "starter": str(int(p != 106)),
            }
            | ({"position": "F"} if p != 106 else {})
            | {"statistics": _statistics(p, tricode, f"PT{MINUTES[p]}M00.00S")}
            for p in (HAWKS if team == ATL else CELTICS)
        ]
        out = {"personId": team % 1000, "name": "X", "status": "INACTIVE", "played": "0", "starter": "0"}
        people.append(
            out | {"notPlayingReason": "INACTIVE_INJURY", "notPlayingDescription": "Left Knee; Sprain"}
        )
        points = box_counts(None, tricode)["PTS"]
        totals = _statistics(None, tricode, "PT240M00.00S") | {
            "turnoversTotal": 0,
            "pointsAgainst": 2 - points,
        }
        game[side] = {
            "teamId": team,
            "teamTricode": tricode,
            "score": points,
            "players": people,
            "statistics": totals,
        }
    return {"game": game}


def live_events_document() -> dict[str, Any]:
    actions: list[dict[str, Any]] = []

    def add(period: int, clock: str, kind: str, subtype: str, person: int = 0, **more: Any) -> None:
        number = len(actions) + 1
        team = (
            {} if not person else {"teamId": ATL if person in HAWKS else BOS, "teamTricode": team_of(person)}
        )
        points = "2" if period > 1 else "0"
        action = {"actionNumber": number, "orderNumber": number * 10000, "clock": clock, "period": period}
        action |= {
            "actionType": kind,
            "subType": subtype,
            "personId": person,
            "qualifiers": [],
            "description": kind,
        }
        actions.append(action | {"scoreHome": points, "scoreAway": "0"} | team | more)

    place = {
        "xLegacy": -13,
        "yLegacy": 173,
        "area": "Mid-Range",
        "areaDetail": "16-24 Center",
        "shotDistance": 17.4,
    }
    add(1, "PT12M00.00S", "period", "start")
    for number, (hawk, celtic) in enumerate(zip(HAWKS, CELTICS, strict=False)):
        add(1, f"PT{10 - number:02d}M30.00S", "2pt", "Jump Shot", celtic, shotResult="Missed", **place)
        add(1, f"PT{10 - number:02d}M28.00S", "rebound", "defensive", hawk)
    add(2, "PT06M00.50S", "2pt", "Layup", 104, shotResult="Made", assistPersonId=101, **place)
    add(3, "PT12M00.00S", "substitution", "out", 105)
    add(3, "PT12M00.00S", "substitution", "in", 106)
    add(3, "PT01M00.00S", "foul", "technical", 106)
    add(4, "PT00M00.00S", "period", "end")
    add(4, "PT00M00.00S", "game", "end")
    return {"game": {"gameId": GAME, "actions": actions}}


def stats_events_document() -> dict[str, Any]:
    actions: list[dict[str, Any]] = []

    def add(
        period: int, clock: str, kind: str, subtype: str, words: str, person: int = 0, **more: Any
    ) -> None:
        team = {"teamId": ATL if person in HAWKS else BOS, "teamTricode": team_of(person)} if person else {}
        action = {
            "actionNumber": len(actions) + 1,
            "actionId": len(actions) + 1,
            "clock": clock,
            "period": period,
        }
        action |= {"teamId": 0, "teamTricode": "", "personId": person, "playerName": LAST.get(person, "")}
        action |= {
            "actionType": kind,
            "subType": subtype,
            "description": words,
            "scoreHome": "",
            "scoreAway": "",
        }
        actions.append(action | team | more)

    place = {"xLegacy": -13, "yLegacy": 173, "shotDistance": 17, "shotValue": 2}
    for period in (1, 2, 3, 4):
        five = HAWKS[:5] if period < 3 else [*HAWKS[:4], 106]
        for hawk, celtic in zip(five, CELTICS, strict=True):
            if period == 1:
                add(
                    1, "PT10M30.00S", "Missed Shot", "Jump Shot", f"MISS {LAST[celtic]} Shot", celtic, **place
                )
                add(1, "PT10M28.00S", "Rebound", "Unknown", f"{LAST[hawk]} REBOUND (Off:0 Def:1)", hawk)
            else:
                add(period, "PT10M00.00S", "Foul", "Technical", f"{LAST[celtic]} T.FOUL", celtic)
                add(
                    period,
                    "PT10M00.00S",
                    "Turnover",
                    "Traveling",
                    f"{LAST[celtic]} Traveling Turnover",
                    celtic,
                )
                add(period, "PT10M00.00S", "Turnover", "Traveling", f"{LAST[hawk]} Traveling Turnover", hawk)
        if period == 2:
            scores = {"scoreHome": "2", "scoreAway": "0"}
            add(
                2,
                "PT06M00.00S",
                "Made Shot",
                "Layup",
                "Date Layup (2 PTS) (Ash 1 AST)",
                104,
                **place,
                **scores,
            )
        add(period, "PT00M00.00S", "period", "end", "End of Period")
    return {"game": {"gameId": GAME, "actions": actions}}


def shot_chart_document() -> dict[str, Any]:
    row = {
        "GAME_ID": GAME, "PLAYER_ID": 104, "TEAM_ID": ATL, "PERIOD": 2, "MINUTES_REMAINING": 6,
        "SECONDS_REMAINING": 0, "ACTION_TYPE": "Jump Shot", "SHOT_TYPE": "2PT Field Goal",
        "SHOT_ZONE_BASIC": "Mid-Range", "SHOT_DISTANCE": 17, "LOC_X": -13, "LOC_Y": 173,
        "SHOT_ATTEMPTED_FLAG": 1, "SHOT_MADE_FLAG": 1,
    }  # fmt: skip
    rows = [row, *[row | {"PLAYER_ID": p, "TEAM_ID": BOS, "SHOT_MADE_FLAG": 0} for p in CELTICS]]
    table = {"name": "Shot_Chart_Detail", "headers": list(row), "rowSet": [list(r.values()) for r in rows]}
    return {"resource": "shotchartdetail", "resultSets": [table]}


def odds_document(captured_at: str = f"{DATE}T20:00:00Z") -> dict[str, Any]:
    def outcome(name: str, price: float, **more: Any) -> dict[str, Any]:
        return {"name": name, "price": price} | more

    hawks, celtics = "Atlanta Hawks", "Boston Celtics"
    markets = [
        {"key": "h2h", "outcomes": [outcome(hawks, 2.5), outcome(celtics, 1.5)]},
        {"key": "spreads", "outcomes": [outcome(celtics, 1.91, point=-4.5), outcome(hawks, 1.91, point=4.5)]},
        {"key": "totals", "outcomes": [outcome("Over", 1.87, point=220.5), outcome("Under", 1.95,
        point=220.5)]}, {"key": "player_points", "outcomes": [
            outcome(side, 1.9, description=NAMES[player], point=10.5) for player in (101, 201) for side in
            ("Over", "Under")
        ]},
    ]  # fmt: skip
    event = {"id": "e1", "sport_key": "basketball_nba", "commence_time": f"{DATE}T23:40:00Z"}
    event |= {"home_team": hawks, "away_team": celtics, "bookmakers": [{"key": "book", "markets": markets}]}
    return {"timestamp": captured_at, "data": event}


def bigdataball_text() -> str:
    header = (
        "game_id,a1,a2,a3,a4,a5,h1,h2,h3,h4,h5,period,away_score,home_score,remaining_time,play_id,team,event_type,"
        "assist,block,entered,left,num,opponent,outof,player,points,result,steal,type,shot_distance,original_x,"
        "original_y,description"
    )
    columns = header.split(",")
    lines = [header]

    def add(period: int, clock: str, team: str, kind: str, words: str, **more: object) -> None:
        fives = CELTICS[:5] + (HAWKS[:5] if period < 3 else [*HAWKS[:4], 106])
        row: dict[str, object] = dict(zip(columns[1:11], (NAMES[p] for p in fives), strict=True))
        row |= {"game_id": GAME, "period": period, "away_score": 0, "home_score": 2 if period > 1 else 0}
        row |= {
            "remaining_time": clock,
            "play_id": len(lines),
            "team": team,
            "event_type": kind,
            "type": words,
        }
        lines.append(",".join(str((row | more).get(column, "")) for column in columns))

    for period in (1, 2, 3, 4):
        add(period, "0:12:00", "", "start of period", "start of period")
        for hawk, celtic in zip(HAWKS[:5], CELTICS, strict=True):
            if period == 1:
                place = {"shot_distance": 17, "original_x": -13, "original_y": 173}
                add(
                    1,
                    "0:10:30",
                    "BOS",
                    "shot",
                    "jump shot",
                    player=NAMES[celtic],
                    points=0,
                    result="missed",
                    **place,
                )
                add(1, "0:10:28", "ATL", "rebound", "rebound defensive", player=NAMES[hawk])
        if period == 2:
            made = {"player": NAMES[104], "assist": NAMES[101], "points": 2, "result": "made"}
            add(2, "0:06:00", "ATL", "shot", "layup", **made, shot_distance=2, original_x=-13, original_y=15)
        add(period, "0:01:00", "ATL", "timeout", "timeout: regular")
    return "\n".join(lines) + "\n"


def body(document: Any) -> bytes:
    return json.dumps(document).encode()
