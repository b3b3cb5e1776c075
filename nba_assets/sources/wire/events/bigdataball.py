"""BigDataBall's play-by-play of a game, the second source: a CSV with names instead of ids.

One row can be two events: a turnover and its steal, a missed shot and its block, one who leaves and one who
enters. The ten of its own columns count for the start of a period only: at a free throw they are those of the
foul.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import pandas as pd

from nba_assets.domain.analytics.shot_areas import areas_of_shots
from nba_assets.domain.raw.identity import resolve_players
from nba_assets.domain.raw.ten_on_floor import players_on_floor_by_period
from nba_assets.domain.teams import TEAMS
from nba_assets.sources.wire.documents import Node, Parsed, Place, read_text, same_game
from nba_assets.sources.wire.events.event_rows import (
    check_final_score,
    event_rows,
)
from nba_assets.sources.wire.events.event_words import (
    foul_kind,
    shot_kind,
    turnover_kind,
)
from nba_assets.sources.wire.games import ScheduledGame, scheduled_game

_AWAY: Final = ("a1", "a2", "a3", "a4", "a5")
_HOME: Final = ("h1", "h2", "h3", "h4", "h5")
_NAMES: Final = (*_AWAY, *_HOME, "player", "assist", "steal", "block", "entered", "left", "opponent")
_COLUMNS: Final = (
    *_NAMES, "game_id", "period", "away_score", "home_score", "remaining_time", "play_id", "team",
    "event_type", "num", "outof", "result", "type", "shot_distance", "original_x", "original_y",
    "description",
)  # fmt: skip
_MARKERS: Final = frozenset(
    {
        "",
        "start of period",
        "end of period",
        "jump ball",
        "violation",
        "ejection",
        "unknown",
        "instant replay",
    }
)
_CLOCK: Final = re.compile(r"0?0:(\d{2}):(\d{2})", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,6}(?:\.\d+)?", re.ASCII)
_TEAM_ID: Final = {team.tricode: team.team_id for team in TEAMS}

Event = tuple[dict[str, Any], str | None, float | None]


def parse_bigdataball(
    body: bytes,
    schedule: pd.DataFrame,
    players: pd.DataFrame,
    *,
    file: str,
    game_id: str,
    source: str = "bigdataball",
) -> Parsed:
    """raw_play_by_play of a finished game.

    In: raw_schedule that has the game; players who may have taken part (player_id*, player_name, team).
    Out: areas follow from the coordinates. Notes: ``left_out_<type>``, ``floor_unknown``.

    Raises:
        BadInput: another game, a broken CSV, a name that no one or more than one of the players bears, an
            event that cannot be read, a score that is not the schedule's.
    """
    place = Place(file, game_id)
    scheduled = scheduled_game(schedule, place)
    nodes = _rows(body, place)
    ids = _ids_of_names(nodes, players, scheduled, place)
    notes: Counter[str] = Counter()
    events: list[Event] = []
    for node in nodes:
        found = _events(node, ids, scheduled)
        if found is None:
            notes[f"left_out_{node.text_or_none('event_type') or 'unknown'}"] += 1
        events += found or []
    rows = event_rows(
        [e[0] for e in events], [e[1] for e in events], [e[2] for e in events], scheduled, place, source
    )
    starters = _starters_of_periods(nodes, ids, scheduled)
    rows["players_on"] = players_on_floor_by_period(rows, lambda part: starters[int(part["period"].iloc[0])])
    shots = rows["is_field_goal"]
    rows["area"] = areas_of_shots(rows["x"], rows["y"], rows["event_type"].eq("3pt")).where(shots)
    check_final_score(rows, scheduled, place)
    if rows["players_on"].isna().any():
        notes["floor_unknown"] += 1
    return Parsed(rows, notes=dict(notes))


def _rows(body: bytes, place: Place) -> list[Node]:
    text = read_text(body, place)
    if text.lstrip().startswith("<"):
        place.refuse(None, "a web page where a CSV belongs")
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        place.refuse(None, f"not a CSV: {error}")
    header = lines[0] if lines else []
    missing = [name for name in _COLUMNS if header.count(name) != 1]
    if missing:
        place.refuse(", ".join(missing), "column missing or double")
    broken = [number for number, line in enumerate(lines, 1) if len(line) != len(header)]
    if broken:
        place.refuse(f"line {broken[0]}", f"not {len(header)} values: the file ends in the middle")
    nodes = [
        Node(dict(zip(header, line, strict=True)), place, f"line {n}") for n, line in enumerate(lines[1:], 2)
    ]
    if not nodes:
        place.refuse(None, "an empty table where events were due")
    for node in nodes:
        same_game(node.text("game_id").zfill(10), place)
    plays = [node.whole("play_id") for node in nodes]
    if any(after <= before for before, after in pairwise(plays)):
        place.refuse("play_id", "does not grow from row to row")
    return nodes


def _ids_of_names(
    nodes: list[Node], players: pd.DataFrame, scheduled: ScheduledGame, place: Place
) -> dict[str, int]:
    names = sorted({name for node in nodes for column in _NAMES if (name := node.text_or_none(column))})
    sides = [scheduled.home_team, scheduled.away_team]
    mentions = pd.DataFrame({"mention_id": range(len(names)), "name": names, "teams": "|".join(sides)})
    candidates = players.loc[players["team"].isin(sides)]
    found = resolve_players(mentions, candidates)
    unknown = found["player_id"].isna()
    if unknown.any():
        first = found.index[unknown][0]
        place.refuse(
            "player", f"{names[first]!r} is {found.loc[first, 'match_method']}", "add him to the players"
        )
    return dict(zip(names, found["player_id"].astype("int64"), strict=True))


def _starters_of_periods(
    nodes: list[Node], ids: Mapping[str, int], scheduled: ScheduledGame
) -> dict[int, dict[str, frozenset[int]]]:
    starters: dict[int, dict[str, frozenset[int]]] = {}
    for node in nodes:
        fives = {
            team: frozenset(ids[node.text(column)] for column in columns)
            for team, columns in ((scheduled.away_team, _AWAY), (scheduled.home_team, _HOME))
        }
        starters.setdefault(node.whole("period"), fives)
    return starters


def _events(node: Node, ids: Mapping[str, int], scheduled: ScheduledGame) -> list[Event] | None:
    """The events of a row; None for a row that is none."""
    kind = node.text_or_none("event_type") or ""
    if kind in _MARKERS:
        return None
    words = node.text_or_none("type") or ""
    common = _common(node, words)
    person = {"person_id": _id(node, "player", ids)}
    other = scheduled.away_team if node.text("team") == scheduled.home_team else scheduled.home_team
    theirs = {"teamId": _TEAM_ID[other]}
    if kind in ("shot", "miss"):
        return _shot(node, common | person, theirs, words, ids)
    if kind == "free throw":
        subtype = f"{node.whole('num')} of {node.whole('outof')}"
        made = {"actionType": "freethrow", "shotResult": _result(node)}
        return [(common | _actor(node, person) | made, subtype, None)]
    if kind == "rebound":
        side = words.removeprefix("rebound ") if words.startswith("rebound ") else None
        if person["person_id"] and side not in ("offensive", "defensive"):
            node.refuse("type", f"{words!r} is no rebound of a player")
        return [(common | person | {"actionType": "rebound"}, side, None)]
    if kind == "turnover":
        steal = _id(node, "steal", ids)
        lost = common | person | {"actionType": "turnover", "stealPersonId": steal}
        taken = (common | theirs | {"actionType": "steal", "person_id": steal}, None, None)
        return [(lost, turnover_kind(words), None), *([taken] if steal else [])]
    if kind == "foul":
        subtype = foul_kind(words) or node.refuse("type", f"unknown kind of foul {words!r}")
        drawn = {"actionType": "foul", "foulDrawnPersonId": _id(node, "opponent", ids)}
        return [(common | person | drawn, subtype, None)]
    if kind == "substitution":
        return _substitution(node, common, ids)
    if kind == "timeout":
        return [(common | {"actionType": "timeout"}, None, None)]
    return node.refuse(
        "event_type", f"unknown kind of event {kind!r}", "add it to bigdataball, with evidence"
    )


def _substitution(node: Node, common: dict[str, Any], ids: Mapping[str, int]) -> list[Event]:
    sides = [("left", "out"), ("entered", "in")]
    came = [
        (common | {"actionType": "substitution", "person_id": _id(node, who, ids)}, way) for who, way in sides
    ]
    return [(_actor(node, event), way, None) for event, way in came]


def _shot(
    node: Node, common: dict[str, Any], theirs: dict[str, Any], words: str, ids: Mapping[str, int]
) -> list[Event]:
    three = words.startswith("3pt")
    result, block = _result(node), _id(node, "block", ids)
    if result == "Made" and node.whole("points") != (3 if three else 2):
        node.refuse("points", f"{node.whole('points')} points for {words!r}")
    shot = _actor(node, common) | {
        "actionType": "3pt" if three else "2pt",
        "shotResult": result,
        "isFieldGoal": True,
        "assister_id": _id(node, "assist", ids),
        "blockPersonId": block,
        "xLegacy": _number(node, "original_x"),
        "yLegacy": _number(node, "original_y"),
    }
    blocked = {name: value for name, value in common.items() if name != "person_id"} | theirs
    events: list[Event] = [(shot, "jump shot" if three else shot_kind(words), _number(node, "shot_distance"))]
    return events + ([(blocked | {"actionType": "block", "person_id": block}, None, None)] if block else [])


def _common(node: Node, words: str) -> dict[str, Any]:
    clock = _CLOCK.fullmatch(node.text("remaining_time"))
    if clock is None:
        node.refuse("remaining_time", f"{node.text('remaining_time')!r} is no clock like 0:11:44")
    team = _TEAM_ID.get(node.text("team")) or node.refuse("team", f"{node.text('team')!r} is no team")
    return {
        "period": node.whole("period"), "clock": f"PT{clock[1]}M{clock[2]}.00S", "teamId": team,
        "actionNumber": node.whole("play_id"), "isFieldGoal": False,
        "description": node.text_or_none("description") or words,
        "scoreHome": node.whole("home_score"), "scoreAway": node.whole("away_score"),
    }  # fmt: skip


def _actor(node: Node, event: dict[str, Any]) -> dict[str, Any]:
    if not event.get("person_id"):
        node.refuse("player", "an event without a player")
    return event


def _id(node: Node, column: str, ids: Mapping[str, int]) -> int | None:
    name = node.text_or_none(column)
    return ids[name] if name is not None else None


def _result(node: Node) -> str:
    result = node.text("result").capitalize()
    return (
        result
        if result in ("Made", "Missed")
        else node.refuse("result", f"{result!r} is neither made nor missed")
    )


def _number(node: Node, column: str) -> float | None:
    text = node.text_or_none(column)
    if text is None:
        return None
    return float(text) if _NUMBER.fullmatch(text) else node.refuse(column, f"{text!r} is no number")
