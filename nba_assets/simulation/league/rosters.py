"""The invented league: teams, players, what they can do, and how that drifts over games and years."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from nba_assets.simulation.league.franchises import (
    FRANCHISES,
    Franchise,
)
from nba_assets.simulation.league.names import NameBook

FIRST_PLAYER_ID = 9_000_001
ROSTER = 13

# By rank in the team: how often a player ends his team's possessions, before his own spread.
_USAGE = (1.8, 1.38, 1.12, 1.02, 0.95, 0.98, 0.92, 0.86, 0.82, 0.8, 0.76, 0.72, 0.7)
_ROLES = ("G", "F", "C", "G", "F", "G", "F", "C", "G", "F", "G", "F", "C")

# By role: rim, paint, mid-range, corner three, above-the-break three.
_ZONE_MIX = {
    "G": (0.22, 0.17, 0.12, 0.08, 0.41),
    "F": (0.29, 0.18, 0.11, 0.14, 0.28),
    "C": (0.48, 0.29, 0.09, 0.03, 0.11),
}
_MAKE = np.array([0.618, 0.42, 0.405, 0.375, 0.347])
_MAKE_SPREAD = np.array([0.03, 0.025, 0.025, 0.022, 0.022])


@dataclass(slots=True)
class Player:
    """One player. Weights are relative to an average team-mate (1.0) while both are on the floor."""

    player_id: int
    name: str
    family_name: str
    role: str
    size: float
    age: int
    rating: float
    usage: float
    zone_mix: tuple[float, ...]
    make: tuple[float, ...]
    free_throw: float
    turnover: float
    foul_drawing: float
    passing: float
    offensive_rebounding: float
    defensive_rebounding: float
    stealing: float
    blocking: float
    fouling: float
    form: float = 0.0  # log of the usage multiplier of the moment
    touch: float = 0.0  # shooting of the moment, added to every make probability
    trust: float = 0.0  # minutes the coach adds or takes away at the moment

    @property
    def initial_name(self) -> str:
        """Name as the play-by-play writes it: initial and family name."""
        return f"{self.name[0]}. {self.family_name}"


@dataclass(slots=True)
class Team:
    """One team: franchise, roster by rating, style. Defence multiplies opponents' makes by zone."""

    franchise: Franchise
    roster: list[Player]
    pace: float
    defence: tuple[float, ...]
    depth: int


@dataclass(slots=True)
class League:
    """All teams of one season; `names` and `next_id` go on over the seasons."""

    teams: list[Team]
    names: NameBook
    next_id: int = field(default=FIRST_PLAYER_ID)


def build_league(seed: int, teams: int) -> League:
    """Invent a league: the first ``teams`` franchises by team id, 13 players each. Same seed, same league."""
    rng = np.random.default_rng([seed, 1])
    league = League([], NameBook(rng))
    for franchise in FRANCHISES[:teams]:
        strength = rng.normal(0, 0.012)
        roster = [_invent(league, rng, rank, strength, int(rng.integers(20, 36))) for rank in range(ROSTER)]
        league.teams.append(Team(franchise, roster, *_style(rng)))
        _rank(league.teams[-1])
    return league


def next_season(league: League, rng: np.random.Generator) -> None:
    """Let a summer pass: players age and change, the oldest leave for rookies, some are traded."""
    for team in league.teams:
        for player in team.roster:
            _age(player, rng)
        for i, player in enumerate(team.roster):
            if player.age >= 38 or (i >= 10 and rng.random() < 0.4):
                rank = int(rng.integers(3, ROSTER))
                team.roster[i] = _invent(league, rng, rank, 0.0, int(rng.integers(19, 23)))
        team.pace, team.defence, team.depth = _style(rng)
    trade(league, rng, len(league.teams) * 2)


def trade(league: League, rng: np.random.Generator, count: int) -> None:
    """Swap pairs of players of the same rank between random teams, ``count`` times."""
    for _ in range(count):
        a, b = (league.teams[int(i)] for i in rng.choice(len(league.teams), 2, replace=False))
        rank = int(rng.integers(1, ROSTER))
        a.roster[rank], b.roster[rank] = b.roster[rank], a.roster[rank]
    for team in league.teams:
        _rank(team)


def drift(player: Player, rng: np.random.Generator) -> None:
    """Move a player's form, touch and trust by one game: slowly, so that his last games predict the next."""
    a, b, c = rng.normal(size=3)
    player.form = 0.97 * player.form + 0.032 * float(a)
    player.touch = 0.95 * player.touch + 0.004 * float(b)
    player.trust = 0.95 * player.trust + 0.75 * float(c)


def _between(value: float, low: float, high: float) -> float:
    return float(min(max(value, low), high))


def _rank(team: Team) -> None:
    team.roster.sort(key=lambda p: (-p.rating, p.player_id))


def _style(rng: np.random.Generator) -> tuple[float, tuple[float, ...], int]:
    pace = _between(rng.normal(1.0, 0.025), 0.94, 1.06)
    defence = rng.normal(1.0, 0.022) + rng.normal(0, 0.022, 5)
    return pace, tuple(float(d) for d in defence.clip(0.9, 1.1)), int(rng.integers(8, 11))


def _invent(league: League, rng: np.random.Generator, rank: int, strength: float, age: int) -> Player:
    """Invent a player of the given rank; ``strength`` shifts all his make probabilities."""
    name, family = league.names.draw()
    role = _ROLES[rank] if rng.random() < 0.8 else str(rng.choice(["G", "F", "C"]))
    usage = _USAGE[rank] * float(np.exp(rng.normal(0, 0.16)))
    quality = strength + rng.normal(0, 0.012) + (0.012 if rank < 3 else -0.004 * (rank > 7))
    mix = rng.dirichlet(np.array(_ZONE_MIX[role]) * 30)
    make = (_MAKE + quality + rng.normal(0, _MAKE_SPREAD)).clip(0.2, 0.8)
    guard, big = role == "G", role == "C"
    spread = np.exp(rng.normal(0, 0.25, 8))
    player = Player(
        player_id=league.next_id,
        name=name,
        family_name=family,
        role=role,
        size={"G": 0.0, "F": 1.0, "C": 2.0}[role] + float(rng.normal(0, 0.4)),
        age=age,
        rating=usage + 12 * float(quality) + float(rng.normal(0, 0.06)) + 0.05 * (ROSTER - rank),
        usage=usage,
        zone_mix=tuple(float(m) for m in mix),
        make=tuple(float(m) for m in make),
        free_throw=_between(rng.normal(0.69 if big else 0.8, 0.07), 0.45, 0.93),
        turnover=float(spread[0] ** 0.7),
        foul_drawing=float(spread[1] * (1.15 if rank < 2 else 1.0)),
        passing=float(spread[2] * (1.9 if guard else 0.75) * usage),
        offensive_rebounding=float(spread[3] * (0.5 if guard else 2.3 if big else 1.0)),
        defensive_rebounding=float(spread[4] * (0.75 if guard else 1.7 if big else 1.05)),
        stealing=float(spread[5] * (1.25 if guard else 0.9)),
        blocking=float(spread[6] * (0.45 if guard else 2.6 if big else 0.9)),
        fouling=float(spread[7] * (1.35 if big else 0.95)),
    )
    league.next_id += 1
    return player


def _age(player: Player, rng: np.random.Generator) -> None:
    player.age += 1
    growth = 0.02 * (27 - player.age) / 4
    player.usage *= float(np.exp(rng.normal(0.4 * growth, 0.07)))
    make = np.array(player.make) + rng.normal(0.15 * growth, 0.008) + rng.normal(0, 0.008, 5)
    player.make = tuple(float(m) for m in make.clip(0.2, 0.8))
    player.rating += growth + float(rng.normal(0, 0.1))
    player.form, player.touch, player.trust = 0.0, 0.0, 0.0
