"""Box scores of stats.nba.com: leaguegamelog of dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from typing import Any, Final

import pandas as pd

from nba_assets.domain.raw import box_scores
from nba_assets.domain.teams import TEAM_TRICODES
from nba_assets.schemas.columns import TableSchema
from nba_assets.schemas.raw import RAW_PLAYER_BOXSCORES, RAW_TEAM_BOXSCORES
from nba_assets.sources.wire.boxes.game_box import WAIT
from nba_assets.sources.wire.clocks import calendar_day
from nba_assets.sources.wire.documents import (
    FETCH_AGAIN,
    Node,
    Parsed,
    Place,
    finished_rows,
    read_json,
)
from nba_assets.sources.wire.games import game_id_of
from nba_assets.sources.wire.result_sets import result_set
from nba_assets.tabular.problems import BadInput

# The names of the live box; `rebounds` are the players', as everywhere else.
STATISTICS: Final = {
    "FGM": "fieldGoalsMade", "FGA": "fieldGoalsAttempted", "FG3M": "threePointersMade",
    "FG3A": "threePointersAttempted", "FTM": "freeThrowsMade", "FTA": "freeThrowsAttempted",
    "OREB": "reboundsOffensive", "DREB": "reboundsDefensive", "AST": "assists", "STL": "steals",
    "BLK": "blocks", "TOV": "turnovers", "PF": "foulsPersonal", "PTS": "points",
}  # fmt: skip


def parse_player_log(
    body: bytes, schedule: pd.DataFrame, *, file: str, due: Collection[str] = (), source: str = "live"
) -> Parsed:
    """raw_player_boxscores of a leaguegamelog response (PlayerOrTeam=P).

    In: raw_schedule of the requested dates; `due` the ids of games that must be there. A game with an
    impossible, incomplete or missing line is in the problems and has no row.

    Raises:
        BadInput: no game log, or an empty one where games were due.
    """
    key = ["GAME_ID", "PLAYER_ID"]
    return _log(
        body, schedule, key, box_scores.raw_player_rows, RAW_PLAYER_BOXSCORES, Place(file), due, source
    )


def parse_team_log(
    body: bytes, schedule: pd.DataFrame, *, file: str, due: Collection[str] = (), source: str = "live"
) -> Parsed:
    """raw_team_boxscores of a leaguegamelog response (PlayerOrTeam=T); as ``parse_player_log``."""
    key = ["GAME_ID", "TEAM_ABBREVIATION"]
    return _log(body, schedule, key, box_scores.raw_team_rows, RAW_TEAM_BOXSCORES, Place(file), due, source)


def line_of(
    statistics: Node, game_id: str, team: str, minutes: Callable[[Node, str], float]
) -> dict[str, Any]:
    """A line in the columns of leaguegamelog from an object with the names of ``STATISTICS``."""
    line: dict[str, Any] = {name: statistics.whole(theirs) for name, theirs in STATISTICS.items()}
    line["REB"] = line["OREB"] + line["DREB"]
    line |= {"GAME_ID": game_id, "TEAM_ABBREVIATION": team, "MIN": minutes(statistics, "minutes")}
    return line | {"PLUS_MINUS": statistics.number_or_none("plusMinusPoints")}


def _row_team(row: Node) -> str:
    team = TEAM_TRICODES.get(row.whole("TEAM_ID"))
    if team is None or row.text("TEAM_ABBREVIATION") != team:
        row.refuse(
            "TEAM_ID", f"{row.value.get('TEAM_ID')!r} {row.value.get('TEAM_ABBREVIATION')!r} is no team"
        )
    return team


def _log(
    body: bytes,
    schedule: pd.DataFrame,
    key: list[str],
    to_raw: Callable[[pd.DataFrame, pd.DataFrame, str], pd.DataFrame],
    table: TableSchema,
    place: Place,
    due: Collection[str],
    source: str,
) -> Parsed:
    nodes = result_set(read_json(body, place), "LeagueGameLog")
    if due and not nodes:
        place.refuse("LeagueGameLog.rowSet", f"an empty list where {len(due)} games were due")
    problems: dict[str, BadInput] = {}
    lines: list[dict[str, Any]] = []
    for node in nodes:
        game_id = game_id_of(node, "GAME_ID")
        try:
            lines.append(_log_line(node.at(game_id), game_id, key))
        except BadInput as problem:
            problems.setdefault(game_id, problem)
    columns = box_scores.PLAYER_COLUMNS if "PLAYER_ID" in key else box_scores.TEAM_COLUMNS
    rows = pd.DataFrame(lines, columns=list(columns))
    known = schedule.loc[~schedule["is_postponed"].astype("bool")]
    for _, problem in box_scores.impossible_rows(rows, key, known, place.file):
        problems.setdefault(str(problem.game), problem)
    for game_id, teams in rows.groupby("GAME_ID")["TEAM_ABBREVIATION"].nunique().items():
        if teams != 2:
            problems.setdefault(str(game_id), _bad(place, str(game_id), f"{teams} of two teams"))
    for game_id in sorted(set(due) - set(rows["GAME_ID"])):
        problems.setdefault(game_id, _bad(place, game_id, "no rows of a game that was due"))
    good = rows.loc[~rows["GAME_ID"].isin(list(problems))].reset_index(drop=True)
    notes = Counter({"rows_of_games_with_problems": len(rows) - len(good)} if len(rows) > len(good) else {})
    table_rows = finished_rows(to_raw(good, known, source), table, place)
    return Parsed(table_rows, tuple(problems[game] for game in sorted(problems)), dict(notes))


def _log_line(node: Node, game_id: str, key: list[str]) -> dict[str, Any]:
    line: dict[str, Any] = {name: node.whole(name) for name in box_scores.COUNTS}
    line |= {"GAME_ID": game_id, "GAME_DATE": str(calendar_day(node, "GAME_DATE").date())}
    line |= {"TEAM_ABBREVIATION": _row_team(node), "MATCHUP": node.text("MATCHUP")}
    if node.text_or_none("WL") not in ("W", "L"):
        node.refuse("WL", f"{node.value.get('WL')!r} is neither W nor L: not final", WAIT)
    if "PLAYER_ID" in key:
        line |= {"PLAYER_ID": node.whole("PLAYER_ID"), "PLAYER_NAME": node.text("PLAYER_NAME")}
    minutes = node.number("MIN")
    return line | {"WL": node.text("WL"), "MIN": minutes, "PLUS_MINUS": node.number_or_none("PLUS_MINUS")}


def _bad(place: Place, game_id: str, reason: str) -> BadInput:
    return BadInput(file=place.file, game=game_id, field="GAME_ID", reason=reason, remedy=FETCH_AGAIN)
