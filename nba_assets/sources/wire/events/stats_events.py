"""playbyplayv3 of stats.nba.com: the older play-by-play, with areas by coordinates and names in its texts.

It names one person per event. The assister and the entering player are in the description by last name and
are resolved among those who act for the team in the same document; a name that is missing, or matches
two, is NULL and counted. Substitutions between two periods are not in the feed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import pandas as pd

from nba_assets.domain.analytics.shot_areas import areas_of_shots
from nba_assets.domain.raw.ten_on_floor import (
    players_on_floor_by_period,
    starters_from_events,
)
from nba_assets.domain.teams import TEAM_TRICODES
from nba_assets.sources.wire.boxes.game_box import WAIT
from nba_assets.sources.wire.documents import Node, Parsed, Place, read_json, same_game
from nba_assets.sources.wire.events.event_rows import (
    check_final_score,
    event_rows,
)
from nba_assets.sources.wire.events.event_words import (
    foul_kind,
    shot_kind,
    turnover_kind,
)
from nba_assets.sources.wire.games import game_id_of, scheduled_game

_MARKERS: Final = frozenset({"period", "Jump Ball", "Violation", "Instant Replay", "Ejection"})
_ASSIST: Final = re.compile(r"\(([^()]+) \d+ AST\)")
_SUBSTITUTION: Final = re.compile(r"SUB: (.+) FOR (.+)")
_FREE_THROW: Final = re.compile(r"(\d of \d)$")
# A team takes the place of a person in what no player did.
_FIRST_TEAM: Final = 1_610_000_000

Event = tuple[dict[str, Any], str | None, float | None]
Names = Mapping[tuple[int, str], set[int]]


def parse_stats_events(
    body: bytes, schedule: pd.DataFrame, *, file: str, game_id: str, source: str = "live"
) -> Parsed:
    """raw_play_by_play of a finished game.

    In: raw_schedule that has the game. Notes: ``left_out_<type>``, ``name_not_told`` (assister or entering
    player NULL), ``floor_unknown`` (players_on NULL for some period).

    Raises:
        BadInput: another game, an unknown kind of action, an event that cannot be read, another final score.
    """
    place = Place(file, game_id)
    scheduled = scheduled_game(schedule, place)
    game = read_json(body, place).node("game")
    same_game(game_id_of(game), place)
    actions = game.nodes("actions")
    numbers = [node.whole("actionId") for node in actions]
    if any(after <= before for before, after in pairwise(numbers)):
        game.refuse("actions", "actionId does not grow from action to action")
    if not actions or (actions[-1].text("actionType"), actions[-1].text_or_none("subType")) != (
        "period",
        "end",
    ):
        game.refuse("actions", "the last action is not the end of a period: not final", WAIT)
    notes: Counter[str] = Counter()
    events = _kept(actions, notes)
    rows = event_rows(
        [e[0] for e in events], [e[1] for e in events], [e[2] for e in events], scheduled, place, source
    )
    rows["players_on"] = players_on_floor_by_period(rows, starters_from_events)
    rows["area"] = areas_of_shots(rows["x"], rows["y"], rows["event_type"].eq("3pt")).where(
        rows["is_field_goal"]
    )
    check_final_score(rows, scheduled, place)
    if rows["players_on"].isna().any():
        notes["floor_unknown"] += 1
    return Parsed(rows, notes=dict(notes))


def _kept(actions: list[Node], notes: Counter[str]) -> list[Event]:
    names: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for node in actions:
        for column in ("playerName", "playerNameI"):
            name = node.text_or_none(column)
            if name is not None and node.whole("teamId"):
                names[(node.whole("teamId"), name)].add(node.whole("personId"))
    events: list[Event] = []
    for node in actions:
        kind = node.text_or_none("actionType") or _unnamed(node)
        if kind in _MARKERS:
            notes[f"left_out_{kind}"] += 1
        else:
            events += _events(node, kind, names, notes)
    by_number = {(e[0]["actionNumber"], e[0]["actionType"]): e[0]["person_id"] for e in events}
    for event, _, _ in events:
        if event["actionType"] == "turnover":
            event["stealPersonId"] = by_number.get((event["actionNumber"], "steal"))
        elif event.get("shotResult") == "Missed" and event["isFieldGoal"]:
            event["blockPersonId"] = by_number.get((event["actionNumber"], "block"))
    return events


def _unnamed(node: Node) -> str:
    """A block or a steal: the feed gives it no type."""
    words = node.text("description")
    for kind in ("BLOCK", "STEAL"):
        if f" {kind} (" in words:
            return kind.lower()
    return node.refuse("actionType", f"no type, and {words[:60]!r} is neither block nor steal")


def _events(node: Node, kind: str, names: Names, notes: Counter[str]) -> list[Event]:
    common, words = _common(node), node.text("description")
    subtype = node.text_or_none("subType") or ""
    if kind in ("Made Shot", "Missed Shot"):
        return [_shot(node, common, kind, subtype, names, notes)]
    if kind == "Free Throw":
        number = _FREE_THROW.search(subtype)
        made = {"actionType": "freethrow", "shotResult": "Missed" if words.startswith("MISS ") else "Made"}
        return [(_actor(node, common) | made, number[1] if number else None, None)]
    if kind == "Substitution":
        found = _SUBSTITUTION.fullmatch(words) or node.refuse(
            "description", f"{words[:60]!r} is no substitution"
        )
        entered = {"person_id": _person(found[1], common["teamId"], names, notes)}
        moved = common | {"actionType": "substitution"}
        return [(_actor(node, moved), "out", None), (moved | entered, "in", None)]
    if kind == "Foul":
        kind = foul_kind(subtype) or node.refuse("subType", f"unknown kind of foul {subtype!r}")
        return [(common | {"actionType": "foul"}, kind, None)]
    if kind == "Turnover":
        return [(common | {"actionType": "turnover"}, turnover_kind(subtype), None)]
    if kind in ("Rebound", "Timeout"):
        return [(common | {"actionType": kind.lower()}, None, None)]
    if kind in ("block", "steal"):
        return [(_actor(node, common) | {"actionType": kind}, None, None)]
    return node.refuse(
        "actionType", f"unknown kind of action {kind!r}", "add it to stats_events, with evidence"
    )


def _shot(
    node: Node, common: dict[str, Any], kind: str, subtype: str, names: Names, notes: Counter[str]
) -> Event:
    value = node.whole("shotValue")
    if value not in (2, 3):
        node.refuse("shotValue", f"{value} is neither two nor three")
    assist = _ASSIST.search(node.text("description")) if kind == "Made Shot" else None
    shot = _actor(node, common) | {
        "actionType": f"{value}pt",
        "shotResult": kind.removesuffix(" Shot"),
        "isFieldGoal": True,
        "assister_id": _person(assist[1], common["teamId"], names, notes) if assist else None,
        "xLegacy": node.number("xLegacy"),
        "yLegacy": node.number("yLegacy"),
    }
    return shot, shot_kind(subtype) if value == 2 else "jump shot", node.number_or_none("shotDistance")


def _common(node: Node) -> dict[str, Any]:
    person, team = node.whole("personId"), node.whole("teamId")
    if person >= _FIRST_TEAM:
        person, team = 0, person
    if team and (
        team not in TEAM_TRICODES or node.text_or_none("teamTricode") not in (None, TEAM_TRICODES[team])
    ):
        node.refuse("teamId", f"{team} {node.value.get('teamTricode')!r} is no team of the league")
    scores = {
        name: node.whole(name) if node.text_or_none(name) else None for name in ("scoreHome", "scoreAway")
    }
    return scores | {
        "period": node.whole("period"), "clock": node.text("clock"), "teamId": team, "person_id": person,
        "actionNumber": node.whole("actionNumber"), "isFieldGoal": False,
        "description": node.text("description"),
    }  # fmt: skip


def _actor(node: Node, event: dict[str, Any]) -> dict[str, Any]:
    if not event["person_id"] or not event["teamId"]:
        node.refuse("personId", "an event without a player")
    return event


def _person(name: str, team: int, names: Names, notes: Counter[str]) -> int | None:
    found = names.get((team, name), set())
    if len(found) == 1:
        return next(iter(found))
    notes["name_not_told"] += 1
    return None
