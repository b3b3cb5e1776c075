"""A hand-made game in the shape of every wire document: five a side and one change, ATL 2 BOS 0.

104 makes the only basket; each Celtic misses once and a Hawk takes the rebound; 105 gives way to 106 at
half-time.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pandas as pd

from nba_assets.domain.raw.box_scores import COUNTS
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
    counts = dict.fromkeys(COUNTS, 0)
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


_LIVE = {
    "FGM": "fieldGoalsMade", "FGA": "fieldGoalsAttempted", "FG3M": "threePointersMade", "PTS": "points",
    "FG3A": "threePointersAttempted", "FTM": "freeThrowsMade", "FTA": "freeThrowsAttempted", "AST": "assists",
    "OREB": "reboundsOffensive", "DREB": "reboundsDefensive", "STL": "steals", "BLK": "blocks",
    "TOV": "turnovers", "PF": "foulsPersonal",
}  # fmt: skip


def _statistics(player: int | None, team: str, minutes: str) -> dict[str, Any]:
    counts = box_counts(player, team)
    return {_LIVE[name]: counts[name] for name in _LIVE} | {"minutes": minutes, "plusMinusPoints": 0.0}


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


def body(document: Any) -> bytes:
    return json.dumps(document).encode()
