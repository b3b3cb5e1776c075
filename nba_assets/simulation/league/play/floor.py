"""The five of each side on the floor: who finishes, passes, rebounds, steals, blocks, fouls - by weight."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from itertools import accumulate
from math import exp

from nba_assets.simulation.league.rosters import Player


def usage_weight(player: Player) -> float:
    """Return how often a player ends a possession relative to a team-mate, at his form of the moment."""
    return player.usage * exp(player.form)


class Five:
    """Weights of the five players of one side; rebuilt at every substitution."""

    __slots__ = (
        "blocks",
        "defensive",
        "fouls",
        "free_throw",
        "offensive",
        "passes",
        "players",
        "steals",
        "usage",
    )

    def __init__(self, indices: list[int], players: list[Player], luck: list[float]) -> None:
        self.players = indices
        five = [players[i] for i in indices]
        self.usage = list(accumulate(usage_weight(p) * x for p, x in zip(five, luck, strict=True)))
        self.passes = list(accumulate(p.passing for p in five))
        self.offensive = list(accumulate(p.offensive_rebounding for p in five))
        self.defensive = list(accumulate(p.defensive_rebounding for p in five))
        self.steals = list(accumulate(p.stealing for p in five))
        self.blocks = list(accumulate(p.blocking for p in five))
        self.fouls = list(accumulate(p.fouling for p in five))
        self.free_throw = max(indices, key=lambda i: (players[i].free_throw, -i))

    def pick(self, weights: list[float], u: float) -> int:
        """Return the player a uniform number points at."""
        return self.players[bisect(weights, u * weights[-1], 0, 4)]

    def pick_other(self, weights: list[float], not_this: int, draw: Callable[[], float]) -> int:
        """Return a player other than the given one."""
        while (i := self.pick(weights, draw())) == not_this:
            pass
        return i
