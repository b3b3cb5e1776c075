"""What goes wrong in a league that is played live: games, and publishers that do not answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outage:
    """A publisher that gives nothing for a while.

    Attributes:
        path: beginning of its addresses, such as ``/v4/`` for The Odds API.
        first: from this moment on.
        last: until this one.
        status: its answer, such as 401 for a key that has been revoked.
    """

    path: str
    first: dt.datetime
    last: dt.datetime
    status: int = 503


@dataclass(frozen=True)
class Incidents:
    """What happens to single games, by game id, and to publishers.

    Attributes:
        postponed: when it was announced that the game is not played on its date.
        unfinished: games that are interrupted and never become final.
        corrected_days: days after which the game's mistakes are corrected, in place of one.
        outages: publishers that do not answer.
    """

    postponed: Mapping[str, dt.datetime] = field(default_factory=dict)
    unfinished: frozenset[str] = frozenset()
    corrected_days: Mapping[str, int] = field(default_factory=dict)
    outages: tuple[Outage, ...] = ()

    def outage(self, path: str, now: dt.datetime) -> Outage | None:
        """The outage that an address is part of, if any."""
        mine = (one for one in self.outages if path.startswith(one.path) and one.first <= now < one.last)
        return next(mine, None)
