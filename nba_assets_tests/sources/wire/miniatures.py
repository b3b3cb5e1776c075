"""The hand-made game as play-by-play, shot chart and odds, and with miniature_game.py all its documents."""

from __future__ import annotations

from typing import Any

from nba_assets_tests.sources.wire.miniature_game import (
    ATL,
    BOS,
    CELTICS,
    DATE,
    FIRST,
    GAME,
    HAWKS,
    LAST,
    MINUTES,
    NAMES,
    TRICODES,
    body,
    box_counts,
    game_node,
    live_box_document,
    log_document,
    players,
    schedule,
    schedule_document,
    scoreboard_document,
    team_of,
)

__all__ = [
    "ATL",
    "BOS",
    "CELTICS",
    "DATE",
    "FIRST",
    "GAME",
    "HAWKS",
    "LAST",
    "MINUTES",
    "NAMES",
    "TRICODES",
    "bigdataball_text",
    "body",
    "box_counts",
    "game_node",
    "live_box_document",
    "live_events_document",
    "log_document",
    "odds_document",
    "players",
    "schedule",
    "schedule_document",
    "scoreboard_document",
    "shot_chart_document",
    "stats_events_document",
    "team_of",
]


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
