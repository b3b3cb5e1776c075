"""What a sensor has asked for, and whether it may ask again.

The same state never asks twice, unless its run has ended and left no verdict: a process that was killed, a
store that did not answer. Then it is asked for again, some times and at growing distances.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

PAUSES = (dt.timedelta(minutes=10), dt.timedelta(minutes=30))
"""In the league's time, between the first attempt, the second and the third, which is the last."""


@dataclass(frozen=True)
class Attempt:
    """The newest attempt at a state.

    Attributes:
        state: name of what was asked for.
        number: 1 for the first attempt.
        at: when, in the league.
    """

    state: str
    number: int
    at: dt.datetime


def next_attempt(before: Attempt | None, state: str, now: dt.datetime) -> Attempt | None:
    """The attempt that may be made now; None while one is too fresh, or was the last."""
    if before is None or before.state != state:
        return Attempt(state, 1, now)
    if before.number > len(PAUSES) or now - before.at < PAUSES[before.number - 1]:
        return None
    return Attempt(state, before.number + 1, now)


def words(attempt: Attempt) -> str:
    """What has been done about a state, for a tick that asks for nothing."""
    number = f"attempt {attempt.number} of {len(PAUSES) + 1}"
    last = attempt.number > len(PAUSES)
    return f"{number} was the last, until something new lands" if last else f"{number} has been made"


def read_cursor(cursor: str | None) -> dict[str, Attempt]:
    """Attempts by key, as :func:`cursor_of` wrote them."""
    facts = json.loads(cursor or "{}")
    return {
        key: Attempt(state, number, dt.datetime.fromisoformat(at))
        for key, (state, number, at) in facts.items()
    }


def cursor_of(attempts: Mapping[str, Attempt]) -> str:
    """A sensor's cursor."""
    return json.dumps({key: [one.state, one.number, one.at.isoformat()] for key, one in attempts.items()})
