"""Request rate of each host, and slowing down on 403 and 429."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from nba_assets.sources.http.clock import Clock
from nba_assets.sources.http.records import HostRecord

_SLOWER, _FASTER = 2.0, 0.8


@dataclass(frozen=True)
class Pace:
    """Seconds between requests to one host.

    Attributes:
        least: always.
        between_games: in bulk, when the game changes; two documents of one game follow each other at `least`.
        most: where slowing down ends.
    """

    least: float
    between_games: float = 0.0
    most: float = 60.0


@dataclass
class _State:
    interval: float
    last: float | None = None
    group: str | None = None
    closed_until: float = float("-inf")


class Pacer:
    """Turns of every host, one at a time, whichever thread asks."""

    def __init__(self, paces: Mapping[str, Pace], clock: Clock):
        self._paces = dict(paces)
        self._clock = clock
        self._states = {host: _State(pace.least) for host, pace in paces.items()}
        self._turns = {host: Lock() for host in paces}

    def wait(self, host: str, group: str | None = None, *, bulk: bool = False) -> float:
        """Wait for the host's turn.

        Returns:
            Seconds waited.
        """
        state, pace = self._states[host], self._paces[host]
        with self._turns[host]:
            now = self._clock.monotonic()
            due = max(now, state.closed_until)
            apart = pace.between_games if bulk and group != state.group else 0.0
            if state.last is not None:
                due = max(due, state.last + max(state.interval, apart))
            if due > now:
                self._clock.sleep(due - now)
            state.last, state.group = self._clock.monotonic(), group
            return due - now

    def resume(self, host: str, record: HostRecord) -> None:
        """Go on from where another process stopped."""
        state, pace = self._states[host], self._paces[host]
        if record.interval is not None:
            state.interval = min(max(record.interval, pace.least), pace.most)
        if record.last is not None:
            state.last, state.group = min(self._at(record.last), self._clock.monotonic()), record.group
        if record.closed_until is not None:
            state.closed_until = self._at(record.closed_until)

    def record(self, host: str) -> HostRecord:
        """What another process has to know."""
        state = self._states[host]
        closed = self.closed_for(host)
        return HostRecord(
            interval=state.interval,
            last=None if state.last is None else self._moment(state.last),
            group=state.group,
            closed_until=self._moment(state.closed_until) if closed else None,
        )

    def _at(self, moment: dt.datetime) -> float:
        return self._clock.monotonic() + (moment - self._clock.now()).total_seconds()

    def _moment(self, at: float) -> dt.datetime:
        return self._clock.now() + dt.timedelta(seconds=at - self._clock.monotonic())

    def interval(self, host: str) -> float:
        """Seconds now kept between two requests to a host."""
        return self._states[host].interval

    def throttled(self, host: str, retry_after: float | None = None) -> None:
        """Slow down: the host answered 403 or 429; it stays closed for the requested time."""
        state, pace = self._states[host], self._paces[host]
        state.interval = min(max(state.interval, 0.1) * _SLOWER, pace.most)
        if retry_after is not None:
            state.closed_until = max(state.closed_until, self._clock.monotonic() + retry_after)

    def content(self, host: str) -> None:
        """Speed up a little: the host answered."""
        state, pace = self._states[host], self._paces[host]
        state.interval = max(state.interval * _FASTER, pace.least)

    def closed_for(self, host: str) -> float:
        """Seconds for which the host wants no requests."""
        return max(0.0, self._states[host].closed_until - self._clock.monotonic())
