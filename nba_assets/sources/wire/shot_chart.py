"""The shot chart of stats.nba.com: shotchartdetail of a game or a season."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from nba_assets.domain.raw.play_by_play import (
    BASELINE_TO_BASKET_FEET,
    SHOT_COLUMNS,
    parse_archive_shots,
)
from nba_assets.domain.teams import TEAM_TRICODES
from nba_assets.schemas.raw import RAW_SHOT_CHART
from nba_assets.sources.wire.documents import FETCH_AGAIN, Node, Parsed, Place, finished_rows, read_json
from nba_assets.sources.wire.games import ScheduledGame, game_id_of, scheduled_game
from nba_assets.sources.wire.result_sets import result_set
from nba_assets.tabular.problems import BadInput

_STORED: Final = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}


def parse_shot_chart(
    body: bytes, schedule: pd.DataFrame, *, file: str, due: Collection[str] = (), source: str = "live"
) -> Parsed:
    """raw_shot_chart of a shotchartdetail response (ContextMeasure FGA: attempts, not makes only).

    In: raw_schedule that has the games; `due` the ids of games that must be there. A game with a shot that
    cannot be read, or that is missing, is in the problems and has no row.

    Raises:
        BadInput: no shot chart, an empty one where games were due, coordinates in another unit.
    """
    place = Place(file)
    nodes = result_set(read_json(body, place), "Shot_Chart_Detail")
    if due and not nodes:
        place.refuse("Shot_Chart_Detail.rowSet", f"an empty list where {len(due)} games were due")
    in_schedule = cache(lambda game_id: scheduled_game(schedule, Place(file, game_id)))
    problems: dict[str, BadInput] = {}
    shots: list[dict[str, Any]] = []
    for node in nodes:
        game_id = game_id_of(node, "GAME_ID")
        try:
            shots.append(_shot(node.at(game_id), in_schedule(game_id), game_id))
        except BadInput as problem:
            problems.setdefault(game_id, problem)
    for game_id in sorted(set(due) - {shot["GAME_ID"] for shot in shots} - set(problems)):
        problems[game_id] = BadInput(
            file=file,
            game=game_id,
            field="GAME_ID",
            reason="no shots of a game that was due",
            remedy=FETCH_AGAIN,
        )
    good = [shot for shot in shots if shot["GAME_ID"] not in problems]
    ordered = tuple(problems[game] for game in sorted(problems))
    notes = {"rows_of_games_with_problems": len(nodes) - len(good)} if len(good) < len(nodes) else {}
    return Parsed(_rows(good, place, source), ordered, notes)


def _rows(shots: list[dict[str, Any]], place: Place, source: str) -> pd.DataFrame:
    if not shots:
        return RAW_SHOT_CHART.empty()
    columns = {
        name: pa.array([shot[name] for shot in shots], _STORED[kind]) for name, kind in SHOT_COLUMNS.items()
    }
    parsed = parse_archive_shots(pa.table(columns), TEAM_TRICODES, file=place.file, source=source)
    return finished_rows(RAW_SHOT_CHART.to_pandas(parsed), RAW_SHOT_CHART, place)


def _shot(node: Node, scheduled: ScheduledGame, game_id: str) -> dict[str, Any]:
    if TEAM_TRICODES.get(node.whole("TEAM_ID")) not in (scheduled.home_team, scheduled.away_team):
        node.refuse("TEAM_ID", f"{node.whole('TEAM_ID')} does not play in this game")
    if not node.flag("SHOT_ATTEMPTED_FLAG"):
        node.refuse("SHOT_ATTEMPTED_FLAG", "a shot that was not attempted")
    return {
        "GAME_ID": game_id,
        "GAME_DATE": str(scheduled.game_date.date()),
        "TEAM_ID": node.whole("TEAM_ID"),
        "PLAYER_ID": node.whole("PLAYER_ID"),
        "SHOT_MADE": node.flag("SHOT_MADE_FLAG"),
        "ACTION_TYPE": node.text("ACTION_TYPE"),
        "SHOT_TYPE": node.text("SHOT_TYPE"),
        "BASIC_ZONE": node.text("SHOT_ZONE_BASIC"),
        "LOC_X": -node.number("LOC_X") / 10,
        "LOC_Y": node.number("LOC_Y") / 10 + BASELINE_TO_BASKET_FEET,
        "SHOT_DISTANCE": node.number("SHOT_DISTANCE"),
        "QUARTER": node.whole("PERIOD"),
        "MINS_LEFT": node.whole("MINUTES_REMAINING"),
        "SECS_LEFT": node.whole("SECONDS_REMAINING"),
    }
