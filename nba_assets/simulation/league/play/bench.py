"""Substitutions: which players go in and out, at which dead ball."""

from __future__ import annotations

from collections.abc import Callable

from nba_assets.simulation.league.play.floor import Five
from nba_assets.simulation.league.play.rotation import (
    Sheet,
    choose_five,
)
from nba_assets.simulation.league.play.scorekeeper import (
    MAX_FOULS,
    PF,
    TENTHS,
    Scorekeeper,
)

_STRETCH = 1500  # tenths of a second between two checks of the bench
_CLOSE, _CLOSING_TENTHS = 14, 2900
_GARBAGE = ((3000, 20), (5400, 30))  # (tenths left or less, lead beyond) in the fourth period


class Bench:
    """Both benches of a game; ``fives`` are the line-ups on the floor."""

    def __init__(self, book: Scorekeeper, sheets: tuple[Sheet, Sheet], draw: Callable[[], float]) -> None:
        self._book, self._sheets, self._draw = book, sheets, draw
        self._out: tuple[set[int], set[int]] = (set(), set())
        self._next_check = [0, 0]
        self.fives = [self._five(s) for s in (0, 1)]

    def start_period(self) -> None:
        """Send out the fives that start a period; the first ones are on the floor already."""
        self._next_check = [self._book.tenths - _STRETCH] * 2
        if self._book.period > 1:
            self.substitute((0, 1), start_of_period=True)

    def dead_ball(self, keep: int | None = None) -> None:
        """Let the coaches look at their benches if it is time; ``keep`` stays on."""
        due = tuple(s for s in (0, 1) if self._book.tenths <= self._next_check[s])
        if due:
            self.substitute(due, keep)

    def check_fouls(self, side: int, i: int, keep: int | None = None) -> None:
        """Replace a player who has fouled out."""
        if self._book.lines[i][PF] >= MAX_FOULS:
            self._out[side].add(i - self._book.offset[side])
            self.substitute((side,), keep=keep)

    def substitute(
        self, sides: tuple[int, ...], keep: int | None = None, start_of_period: bool = False
    ) -> None:
        """Let coaches change their fives; ``keep`` stays on (he is at the free-throw line)."""
        book = self._book
        book.settle()
        off: list[int] = []
        on: list[int] = []
        for side in sides:
            wanted = self._wanted(side, keep)
            off += [i for i in book.on[side] if i not in wanted]
            on += [i for i in wanted if i not in book.on[side]]
            self._next_check[side] = book.tenths - int(_STRETCH * (0.75 + 0.5 * self._draw()))
        if off:
            book.substitute(off, on, start_of_period)
            for side in sides:
                self.fives[side] = self._five(side)

    def _five(self, side: int) -> Five:
        luck, offset = self._sheets[side].luck, self._book.offset[side]
        on = self._book.on[side]
        return Five(on, self._book.players, [luck[i - offset] for i in on])

    def _wanted(self, side: int, keep: int | None) -> list[int]:
        book, sheet, offset = self._book, self._sheets[side], self._book.offset[side]
        lead, left = abs(book.score[0] - book.score[1]), book.tenths
        before = book.period * 12.0 - left / 600 if book.period <= 4 else 48.0
        five = choose_five(
            sheet.minutes,
            [book.lines[offset + i][TENTHS] / 600 for i in range(len(sheet.players))],
            [i - offset for i in book.on[side]],
            self._out[side],
            before + _STRETCH / 600,
            closing=book.period >= 4 and left <= _CLOSING_TENTHS and lead <= _CLOSE,
            garbage=book.period == 4 and any(left <= tenths and lead > by for tenths, by in _GARBAGE),
        )
        wanted = [offset + i for i in five]
        if keep is not None and book.side[keep] == side and keep not in wanted:
            wanted[-1] = keep
        return wanted
