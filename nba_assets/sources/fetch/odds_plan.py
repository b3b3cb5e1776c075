"""When the odds of a game are captured: as often as the month's budget allows, the closing line first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

# Minutes before tip-off, the most valuable capture first: the closing line, what the first predictions of a
# day see, the lineups, the opening; then what shows how a line moves.
CAPTURES: Final = (5, 120, 30, 600, 60, 300, 15, 420, 180, 240, 90, 540, 360, 480, 45, 150, 210, 20, 10, 270)


def captures_per_game(credits_left: float, games_left: int, cost: int) -> int:
    """Captures of each game that the credits left of a month pay for; at least one while credits are left.

    Args:
        credits_left: of the month's budget.
        games_left: games to come in the month, today's included.
        cost: credits of one capture of one game.
    """
    affordable = int(credits_left // (cost * max(games_left, 1)))
    return min(max(affordable, 1), len(CAPTURES))


def is_due(tipoff: dt.datetime, now: dt.datetime, captured: Sequence[dt.datetime], captures: int) -> bool:
    """Whether a game has a planned capture behind it that was not taken.

    Args:
        tipoff: when the game starts; afterwards nothing is due.
        now: the moment.
        captured: moments of its captures so far.
        captures: how many are planned, see :func:`captures_per_game`.
    """
    planned = [tipoff - dt.timedelta(minutes=minutes) for minutes in CAPTURES[:captures]]
    latest = max((at for at in planned if at <= now), default=None)
    return latest is not None and now < tipoff and not any(at >= latest for at in captured)
