"""Box lines of a simulated game at any moment, counted from its events."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nba_assets.simulation.server.world import Row

_CLOCK = re.compile(r"PT(\d+)M(\d+\.\d+)S")
_REBOUNDS = re.compile(r"\(Off:(\d+) Def:(\d+)\)")
_PERIOD, _OVERTIME = 720.0, 300.0
_COUNTS = (
    "fieldGoalsMade fieldGoalsAttempted threePointersMade threePointersAttempted freeThrowsMade "
    "freeThrowsAttempted reboundsOffensive reboundsDefensive assists steals blocks turnovers foulsPersonal "
    "points plusMinusPoints"
)
COUNTS = tuple(_COUNTS.split())
Sides = Mapping[int, int]


@dataclass
class Line:
    """One player's line so far."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    seconds: float = 0.0


def lines(events: Iterable[Row], sides: Sides) -> dict[int, Line]:
    """Lines by player id, of everybody who has been on the floor.

    Args:
        events: of one game, in order of play, from its first.
        sides: 0 (home) or 1 (away) by player id.
    """
    found: dict[int, Line] = defaultdict(Line)
    last: Row | None = None
    on: list[int] = []
    for event in events:
        # A line-up holds until an event changes it, over the end of a period too; one between two
        # substitutions may name nobody.
        on = _on_floor(last or event) or on
        if last is not None and last["period"] != event["period"]:
            _play(found, on, _left(last))
        began = _left(last) if last is not None and last["period"] == event["period"] else _length(event)
        _play(found, on, began - _left(event))
        _count(found, event)
        _swing(found, on, event, last, sides)
        last = event
    return found


def finish(found: dict[int, Line], events: list[Row]) -> None:
    """Play the last period to its end, after the last event of a final game."""
    if events:
        on = next(floor for event in reversed(events) if (floor := _on_floor(event)))
        _play(found, on, _left(events[-1]))


def _on_floor(event: Row) -> list[int]:
    return [int(i) for i in event["players_on"].split("|") if i]


def _left(event: Row) -> float:
    clock = _CLOCK.fullmatch(event["clock"])
    if clock is None:
        raise ValueError(f"{event['clock']!r} is no clock of a simulated game")
    return int(clock[1]) * 60 + float(clock[2])


def _length(event: Row) -> float:
    return _PERIOD if event["period"] <= 4 else _OVERTIME


def _play(found: dict[int, Line], on: list[int], seconds: float) -> None:
    for player in on:
        found[player].seconds += seconds


def _swing(found: dict[int, Line], on: list[int], event: Row, last: Row | None, sides: Sides) -> None:
    home, away = (0, 0) if last is None else (last["scoreHome"], last["scoreAway"])
    swing = (event["scoreHome"] - home) - (event["scoreAway"] - away)
    if swing:
        for player in on:
            found[player].counts["plusMinusPoints"] += swing if sides[player] == 0 else -swing


def _count(found: dict[int, Line], event: Row) -> None:
    if not event["person_id"]:
        return
    counts, kind = found[event["person_id"]].counts, event["actionType"]
    made = event["shotResult"] == "Made"
    if kind in ("2pt", "3pt"):
        _shot(counts, three=kind == "3pt", made=made)
        if event["assister_id"] is not None:
            found[int(event["assister_id"])].counts["assists"] += 1
    elif kind == "freethrow":
        counts["freeThrowsAttempted"] += 1
        counts["freeThrowsMade"] += made
        counts["points"] += made
    elif kind == "rebound":
        stated = _REBOUNDS.search(event["description"])
        if stated is not None:
            counts["reboundsOffensive"], counts["reboundsDefensive"] = int(stated[1]), int(stated[2])
    elif kind == "foul":
        counts["foulsPersonal"] += "technical" not in event["description"]
    elif kind in ("turnover", "steal", "block"):
        counts[f"{kind}s"] += 1


def _shot(counts: dict[str, int], *, three: bool, made: bool) -> None:
    counts["fieldGoalsAttempted"] += 1
    counts["fieldGoalsMade"] += made
    counts["threePointersAttempted"] += three
    counts["threePointersMade"] += three and made
    counts["points"] += made * (3 if three else 2)
