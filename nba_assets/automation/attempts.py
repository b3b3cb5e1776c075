"""What a sensor has requested, and whether it may request it again.

The same state never asks twice, unless its run has ended and left no verdict: a process was killed, a store
did not answer. Then it is requested again, a few times and at growing intervals.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection

PAUSES = (dt.timedelta(minutes=10), dt.timedelta(minutes=30))
"""In the league's time, between the first attempt, the second and the third, which is the last."""
_MOST = len(PAUSES) + 1


class Attempts:
    """Newest attempt by key, such as a date; a sensor keeps it as its cursor."""

    def __init__(self, cursor: str | None):
        self._attempts: dict[str, tuple[str, int, dt.datetime]] = {
            key: (state, number, dt.datetime.fromisoformat(at))
            for key, (state, number, at) in json.loads(cursor or "{}").items()
        }

    def state(self, key: str) -> str:
        """What was requested last; empty if nothing was."""
        return self._attempts[key][0] if key in self._attempts else ""

    def may_begin(self, key: str, state: str, now: dt.datetime) -> bool:
        """Whether an attempt may be made now: the newest is not too fresh, and was not the last."""
        if self.state(key) != state:
            return True
        _, last, at = self._attempts[key]
        return last < _MOST and now - at >= PAUSES[last - 1]

    def begin(self, key: str, state: str, now: dt.datetime) -> int:
        """Record an attempt that is made now, and return its number."""
        number = self._attempts[key][1] + 1 if self.state(key) == state else 1
        self._attempts[key] = (state, number, now)
        return number

    def words(self, key: str) -> str:
        """What has been tried, for a tick that asks for nothing."""
        number = self._attempts[key][1]
        more = "the last until something new lands" if number == _MOST else "the next follows"
        return f"attempt {number} of {_MOST} was made, {more}"

    def cursor(self, keys: Collection[str]) -> str:
        """The attempts at some keys, for :class:`Attempts` of the next tick."""
        kept = {key: one for key, one in self._attempts.items() if key in keys}
        return json.dumps({key: (state, number, at.isoformat()) for key, (state, number, at) in kept.items()})
