"""Rotation of a game: available players, planned minutes, starters, and order of substitution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nba_assets.simulation.league.rosters import (
    Player,
    Team,
)

# Minutes by rank for rotations of 8, 9 and 10; whoever is deeper only plays when the game is lost or won.
_MINUTES = {
    8: (37.0, 35.5, 34.0, 32.5, 30.5, 27.0, 23.5, 20.0),
    9: (36.5, 34.5, 33.0, 31.0, 28.5, 25.5, 21.5, 17.0, 12.5),
    10: (35.5, 33.5, 32.0, 30.0, 27.5, 24.5, 20.5, 15.5, 12.0, 9.0),
}
_TEAM_MINUTES = 240.0
_MOST_MINUTES = 41.5
_STICKINESS = 2.2  # minutes of debt a substitute must have over the man on the floor
HOME_EDGE = 0.011
BACK_TO_BACK_COST = 0.032
LONG_REST_EDGE = 0.008


@dataclass(slots=True)
class Situation:
    """What is known of a team's game before tip-off besides who plays."""

    is_home: bool
    days_rest: int

    @property
    def make_factor(self) -> float:
        """Multiplier on every make probability: home floor, tired legs, fresh legs."""
        factor = 1.0 + (HOME_EDGE if self.is_home else -HOME_EDGE)
        if self.days_rest <= 1:
            return factor - BACK_TO_BACK_COST
        return factor + (LONG_REST_EDGE if self.days_rest >= 3 else 0.0)


@dataclass(slots=True)
class Sheet:
    """One team's game sheet: players by planned minutes, first five (indices), tonight's multipliers."""

    team: Team
    players: list[Player]
    minutes: list[float]
    starters: list[int]
    situation: Situation
    make_factor: float
    pace: float
    luck: list[float]  # tonight's multiplier on each player's usage


def planned_minutes(available: list[Player], depth: int) -> list[float]:
    """Return planned minutes (sum 240) for players in order of rating; those beyond the rotation get 0.

    An absence moves everybody behind it up: that is how team-mates gain minutes.
    """
    depth = min(depth, len(available))
    base = list(_MINUTES[depth]) + [0.0] * (len(available) - depth)
    base = [m + p.trust if m else 0.0 for m, p in zip(base, available, strict=True)]
    return _to_240(base)


def make_sheet(
    team: Team, available: list[Player], situation: Situation, rng: np.random.Generator | None = None
) -> Sheet:
    """Fill in a team's sheet; ``rng`` adds tonight's luck (minutes, shooting, pace, usage).

    Raises:
        ValueError: fewer than eight players are available.
    """
    if len(available) < 8:
        raise ValueError(f"{team.franchise.tricode} has only {len(available)} players available")
    available = sorted(available, key=lambda p: (-p.rating, p.player_id))
    minutes = planned_minutes(available, team.depth)
    if situation.days_rest <= 1:  # tired starters sit a little longer
        minutes = _to_240([m - 0.8 if m > 30 else m for m in minutes])
    make, pace, usage = situation.make_factor, team.pace, [1.0] * len(minutes)
    if rng is not None:
        luck = rng.normal(0, 2.8, len(minutes))
        minutes = _to_240([m + float(e) if m else 0.0 for m, e in zip(minutes, luck, strict=True)])
        usage = [float(u) for u in np.exp(rng.normal(0, 0.22, len(minutes)))]
        make *= 1.0 + 0.02 * float(rng.normal())
        pace *= 1.0 + 0.015 * float(rng.normal())
    order = sorted(range(len(available)), key=lambda i: (-minutes[i], i))
    return Sheet(
        team,
        [available[i] for i in order],
        [minutes[i] for i in order],
        list(range(5)),
        situation,
        make,
        pace,
        [usage[i] for i in order],
    )


def start_positions(five: list[Player]) -> dict[int, str]:
    """Return player id -> G, G, F, F, C for a first five, smallest to tallest."""
    ordered = sorted(five, key=lambda p: (p.size, p.player_id))
    return {p.player_id: position for p, position in zip(ordered, "GGFFC", strict=True)}


def choose_five(
    minutes: list[float],
    played: list[float],
    current: list[int],
    out: set[int],
    elapsed: float,
    *,
    closing: bool = False,
    garbage: bool = False,
) -> list[int]:
    """Choose who is on the floor next, by planned minutes still owed.

    Args:
        minutes: planned minutes by player index.
        played: minutes played so far.
        current: the five on the floor.
        out: indices that may not play any more (six fouls).
        elapsed: minutes of game at the end of the coming stretch.
        closing: a close end: the best five play.
        garbage: the game is decided: the deepest bench plays.
    """
    able = [i for i in range(len(minutes)) if i not in out]
    if garbage:
        able.sort(key=lambda i: (minutes[i], -i))
        return able[:5]
    if closing:
        return able[:5]
    on = set(current)
    share = min(elapsed / 48.0, 1.0)
    owed = {i: minutes[i] * share - played[i] + (_STICKINESS if i in on else 0.0) for i in able}
    able.sort(key=lambda i: (minutes[i] == 0.0, -owed[i], i))
    return able[:5]


def _to_240(minutes: list[float]) -> list[float]:
    """Scale the rotation to 240 team minutes, no player beyond the most one can play."""
    kept = [min(max(m, 4.0), _MOST_MINUTES) if m else 0.0 for m in minutes]
    for _ in range(3):
        scale = _TEAM_MINUTES / sum(kept)
        kept = [min(m * scale, _MOST_MINUTES) for m in kept]
    return kept
