"""What goes wrong in a league that is played live: games, and publishers that do not answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outage:
    """A publisher that answers 503 for a while.

    Attributes:
        path: beginning of its addresses, such as ``/v4/`` for The Odds API.
        first: from this moment on.
        last: until this one.
    """

    path: str
    first: dt.datetime
    last: dt.datetime


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

    def out_of_order(self, path: str, now: dt.datetime) -> bool:
        """Whether an address does not answer."""
        return any(path.startswith(one.path) and one.first <= now < one.last for one in self.outages)
