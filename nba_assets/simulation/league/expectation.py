"""What a player should score: the engine's own odds, computed without playing."""

from __future__ import annotations

import numpy as np

from nba_assets.simulation.league.play.floor import usage_weight
from nba_assets.simulation.league.play.possessions import (
    FOULED_MAKE,
    LOOSE_FOUL,
    SHOOTING_FOUL,
    TURNOVER,
)
from nba_assets.simulation.league.play.rotation import Sheet
from nba_assets.simulation.league.rosters import Player

# Fitted on 1,300 played games: chances (shots, turnovers, fouls) a team has in 48 minutes at pace 1, and free
# throws in the penalty a chance, beyond what the closed form counts.
_CHANCES = 117.0
_PENALTY_SHARE = 0.3


def expected_points(sheet: Sheet, opponent: Sheet) -> dict[int, float]:
    """Return player id -> expected points of everybody on the sheet against this opponent."""
    weights = np.array([usage_weight(p) for p in sheet.players])
    minutes = np.array(sheet.minutes)
    others_minutes = minutes.sum() - minutes
    others_weight = ((weights * minutes).sum() - weights * minutes) / others_minutes
    share = weights / (weights + 4 * others_weight)
    value = np.array([_points_a_chance(p, sheet, opponent) for p in sheet.players])
    chances = _CHANCES * (sheet.pace + opponent.pace) / 2 * minutes / 48
    return {p.player_id: float(e) for p, e in zip(sheet.players, chances * share * value, strict=True)}


def expected_score(sheet: Sheet, opponent: Sheet) -> float:
    """Return the points a team should score against this opponent."""
    return sum(expected_points(sheet, opponent).values())


def _points_a_chance(player: Player, sheet: Sheet, opponent: Sheet) -> float:
    """Return expected points of one chance that ends with this player."""
    worth = 0.0
    for zone, share in enumerate(player.zone_mix):
        make = (player.make[zone] + player.touch) * sheet.make_factor * opponent.team.defence[zone]
        value, throws = (3, 3) if zone >= 3 else (2, 2)
        fouled = SHOOTING_FOUL[zone] * player.foul_drawing
        made = make * FOULED_MAKE
        at_line = made * (value + player.free_throw) + (1 - made) * throws * player.free_throw
        worth += share * ((1 - fouled) * make * value + fouled * at_line)
    shoots = 1 - LOOSE_FOUL - TURNOVER * player.turnover
    return shoots * worth + LOOSE_FOUL * _PENALTY_SHARE * 2 * player.free_throw
