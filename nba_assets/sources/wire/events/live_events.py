"""The live play-by-play of cdn.nba.com, finished or growing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from nba_assets.domain.raw.ten_on_floor import (
    players_on_floor,
    starters_from_events,
)
from nba_assets.sources.wire.boxes.game_box import WAIT
from nba_assets.sources.wire.documents import Node, Parsed, Place, read_json, same_game
from nba_assets.sources.wire.events.event_rows import (
    EVENT_TYPES,
    check_final_score,
    event_rows,
)
from nba_assets.sources.wire.games import game_id_of, scheduled_game, tricode_of

# No act of a player that a box counts; a heave (since 2025-26) is an attempt of the team, not of a player.
_MARKERS: Final = frozenset(
    {"period", "game", "jumpball", "violation", "stoppage", "instantreplay", "ejection", "heave", "memo"}
)
_PERSONS: Final = {
    "person_id": "personId",
    "assister_id": "assistPersonId",
    "foulDrawnPersonId": "foulDrawnPersonId",
    "stealPersonId": "stealPersonId",
    "blockPersonId": "blockPersonId",
}
_SHOTS: Final = ("2pt", "3pt")


def parse_live_events(
    body: bytes,
    schedule: pd.DataFrame,
    *,
    file: str,
    game_id: str,
    starters: Mapping[str, frozenset[int]] | None = None,
    growing: bool = False,
    source: str = "live",
) -> Parsed:
    """raw_play_by_play of a game; period markers, jump balls and the like are counted in the notes.

    In: raw_schedule that has the game; `starters` five ids a team, e.g. of the live box: without them they
    are read from the events, which a growing game may not have yet. `growing` takes a game that has not
    ended. Notes: ``left_out_<type>``, ``reordered``, ``floor_unknown`` (players_on is NULL throughout).

    Raises:
        BadInput: another game, not ended, an unknown kind of action, or an event that cannot be read.
    """
    place = Place(file, game_id)
    scheduled = scheduled_game(schedule, place)
    game = read_json(body, place).node("game")
    same_game(game_id_of(game), place)
    notes: Counter[str] = Counter()
    actions = _in_order(game.nodes("actions"), game, notes)
    if not growing and (not actions or _kind(actions[-1]) != ("game", "end")):
        game.refuse("actions", "the last action is not the end of the game: not final", WAIT)
    kept = _kept(actions, notes)
    events = [_event(node, number) for number, node in kept]
    subtypes = [_subtype(node) for _, node in kept]
    distances = [_distance(node) for _, node in kept]
    rows = event_rows(events, subtypes, distances, scheduled, place, source)
    rows["players_on"] = players_on_floor(rows, starters_from_events(rows) if starters is None else starters)
    if not growing:
        check_final_score(rows, scheduled, place)
    if rows["players_on"].isna().all():
        notes["floor_unknown"] += 1
    return Parsed(rows, notes=dict(notes))


def _in_order(actions: list[Node], game: Node, notes: Counter[str]) -> list[tuple[int, Node]]:
    numbered = [(node.whole("orderNumber"), node) for node in actions]
    if len({order for order, _ in numbered}) < len(numbered):
        game.refuse("actions", "an orderNumber is duplicated")
    ordered = sorted(numbered, key=lambda pair: pair[0])
    if ordered != numbered:
        notes["reordered"] += 1
    numbers = [node.whole("actionNumber") for _, node in ordered]
    if len(set(numbers)) < len(numbers):
        game.refuse("actions", "an actionNumber is duplicated")
    return list(zip(numbers, (node for _, node in ordered), strict=True))


def _kind(action: tuple[int, Node]) -> tuple[str, str | None]:
    return action[1].text("actionType"), action[1].text_or_none("subType")


def _kept(actions: list[tuple[int, Node]], notes: Counter[str]) -> list[tuple[int, Node]]:
    kept = []
    for number, node in actions:
        kind = node.text("actionType")
        if kind in EVENT_TYPES:
            kept.append((number, node))
        elif kind in _MARKERS:
            notes[f"left_out_{kind}"] += 1
        else:
            node.refuse(
                "actionType", f"unknown kind of action {kind!r}", "add it to live_events, with evidence"
            )
    return kept


def _event(node: Node, number: int) -> dict[str, Any]:
    kind = node.text("actionType")
    qualifiers = node.list("qualifiers") if node.has("qualifiers") else []
    if not all(isinstance(word, str) for word in qualifiers):
        node.refuse("qualifiers", "a qualifier that is no text")
    team = node.whole_or_none("teamId")
    if team:
        tricode_of(node)
    persons = {name: node.whole_or_none(theirs) for name, theirs in _PERSONS.items()}
    if kind in (*_SHOTS, "substitution", "freethrow", "steal", "block") and not (
        persons["person_id"] and team
    ):
        node.refuse("personId", f"a {kind} without a player")
    return persons | {
        "period": node.whole("period"),
        "clock": node.text("clock"),
        "actionNumber": number,
        "actionType": kind,
        "description": node.text("description"),
        "qualifier": ",".join(qualifiers),
        "scoreHome": node.whole("scoreHome"),
        "scoreAway": node.whole("scoreAway"),
        "shotResult": node.text_or_none("shotResult"),
        "isFieldGoal": kind in _SHOTS,
        "teamId": team,
        "area": node.text_or_none("area"),
        "areaDetail": node.text_or_none("areaDetail"),
        "xLegacy": node.number_or_none("xLegacy"),
        "yLegacy": node.number_or_none("yLegacy"),
    }


def _subtype(node: Node) -> str | None:
    subtype = node.text_or_none("subType")
    kind = node.text("actionType")
    needed = {"substitution": ("in", "out"), "rebound": ("offensive", "defensive")}.get(kind)
    if needed is not None and subtype not in needed:
        node.refuse("subType", f"{subtype!r} is none of {needed}")
    return subtype.lower() if subtype is not None else None


def _distance(node: Node) -> float | None:
    return node.number_or_none("shotDistance") if node.text("actionType") in _SHOTS else None
