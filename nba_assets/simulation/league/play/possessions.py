"""The game engine: one game, possession by possession, with substitutions, fouls, timeouts and overtimes."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate, chain

import numpy as np

from nba_assets.simulation.league.play import shots
from nba_assets.simulation.league.play.bench import Bench
from nba_assets.simulation.league.play.rotation import Sheet
from nba_assets.simulation.league.play.scorekeeper import (
    MAX_FOULS,
    PF,
    Scorekeeper,
    Tags,
)

TURNOVER = 0.117
LOOSE_FOUL = 0.062
SHOOTING_FOUL = (0.235, 0.12, 0.05, 0.008, 0.015)
FOULED_MAKE = 0.52
ASSISTED = (0.65, 0.46, 0.42, 0.96, 0.82)
BLOCKED = (0.36, 0.17, 0.05, 0.01, 0.015)
FAST_BREAK_BONUS = 0.05
_OFFENSIVE_REBOUND, _OFFENSIVE_REBOUND_FREE_THROW = 0.245, 0.12
_TEAM_REBOUND = 0.08
_TECHNICAL = 0.0012
# Leaders coast, trailers press: without it margins spread like coin flips, 17 points and not 15.
_COASTING, _LEAD_FELT = 0.0015, 20
_PENALTY_FOULS = 5
_LIVE_TURNOVERS = ("bad pass", "bad pass", "lost ball")
_DEAD_TURNOVERS = ("bad pass out-of-bounds", "bad pass out-of-bounds", "lost ball out-of-bounds", "traveling",
                   "step out-of-bounds", "offensive foul", "offensive foul", "backcourt")  # fmt: skip
_MEAN_TENTHS, _LEAST_TENTHS = 152.0, 30
_REGULATION, _OVERTIME = 7200, 3000


def play(home: Sheet, away: Sheet, rng: np.random.Generator) -> Scorekeeper:
    """Play one game and return its scorer's table. Same sheets and generator state, same game."""
    return _Game(home, away, rng).play()


class _Game:
    def __init__(self, home: Sheet, away: Sheet, rng: np.random.Generator) -> None:
        self.book = Scorekeeper(home, away)
        self.draw = chain.from_iterable(_uniforms(rng)).__next__
        self.sheets = (home, away)
        self.bench = Bench(self.book, self.sheets, self.draw)
        self.fives = self.bench.fives
        self.zone_mix = [list(accumulate(p.zone_mix)) for p in self.book.players]
        self.fouls = [0, 0]
        self.run = [0, 0]
        self.pace = (home.pace + away.pace) / 2
        self.breaks: list[int] = []

    def play(self) -> Scorekeeper:
        first = int(self.draw() < 0.5)
        for period in range(1, 5):
            self._play_period(period, _REGULATION, first ^ (period in (2, 3)))
        while self.book.score[0] == self.book.score[1]:
            self._play_period(self.book.period + 1, _OVERTIME, int(self.draw() < 0.5))
        return self.book

    # -- periods and possessions --------------------------------------------------------------------------
    def _play_period(self, period: int, tenths: int, side: int) -> None:
        book = self.book
        book.start_period(period, tenths)
        self.fouls, self.breaks = [0, 0], [4200, 1800] if period <= 4 else []
        self.bench.start_period()
        tags = Tags()
        while book.tenths > 0:
            tags = self._possession(side, tags)
            side ^= 1
        book.settle()

    def _possession(self, side: int, tags: Tags) -> Tags:
        """Play until the ball changes hands; return what the other side's possession starts from."""
        putback = None
        while True:
            if not self._spend_time(tags, putback is not None):
                return self._buzzer(side)
            ended, putback = self._chance(side, tags, putback)
            if ended is not None:
                return ended
            tags = Tags(True, tags.from_turnover) if putback is not None else tags._replace(fast_break=False)

    def _spend_time(self, tags: Tags, putback: bool) -> bool:
        """Run the clock until something happens; False when the period ends first."""
        mean = 40.0 if tags.fast_break else 60.0 if putback else 95.0 if tags.second_chance else _MEAN_TENTHS
        spent = int((_LEAST_TENTHS if mean > 60 else 10) + mean * (0.35 + 1.1 * self.draw()) * self._hurry())
        left = self.book.tenths - spent
        if left > 600:
            left -= left % 10
        if left <= 3:
            return False
        self.book.tenths = left
        return True

    def _hurry(self) -> float:
        return (2.0 - self.pace) * 0.787

    def _buzzer(self, side: int) -> Tags:
        """Let the period run out, mostly with a last shot."""
        book, five = self.book, self.fives[side]
        behind = book.score[1 - side] - book.score[side] if book.period >= 4 else 0
        if book.tenths < 8 or behind < 0 or (behind not in (1, 2, 3) and self.draw() > 0.62):
            book.tenths = 0
            return Tags()
        i, heave = five.pick(five.usage, self.draw()), book.tenths < 45
        book.tenths = int(1 + 9 * self.draw() * min(1.0, book.tenths / 10))
        zone = shots.MID if behind in (1, 2) and not heave else shots.ARC
        pool = shots.heave_spots() if heave else shots.spots(zone)
        style = shots.STYLES[zone][0]
        made = self.draw() < (0.03 if heave else 0.8 * book.players[i].make[zone])
        book.field_goal(i, zone, style, pool[int(self.draw() * len(pool))], made, Tags(), None, None)
        book.tenths = 0
        if not made:
            book.team_rebound(side, offensive=True)
        return Tags()

    def _chance(self, side: int, tags: Tags, putback: int | None) -> tuple[Tags | None, int | None]:
        """Play one chance: (start of the other side's possession or None, offensive rebounder or None)."""
        five = self.fives[side]
        u = self.draw()
        if putback is not None and u > 0.45:
            return self._shot(side, putback, tags, putback=True)
        if u < _TECHNICAL:
            self._technical(side)
        i = five.pick(five.usage, self.draw())
        v = self.draw() - LOOSE_FOUL
        if v < 0:
            return self._loose_foul(side, i, tags)
        if v < TURNOVER * self.book.players[i].turnover:
            return self._turnover(side, i), None
        return self._shot(side, i, tags)

    # -- shots --------------------------------------------------------------------------------------------
    def _shot(self, side: int, i: int, tags: Tags, putback: bool = False) -> tuple[Tags | None, int | None]:
        book, draw, player = self.book, self.draw, self.book.players[i]
        zone = bisect(self.zone_mix[i], draw(), 0, 4)
        styles = shots.STYLES[zone]
        if putback:
            zone, styles = shots.RIM, shots.PUTBACK_STYLES
        elif tags.fast_break and draw() < 0.5:
            zone, styles = shots.RIM, shots.FAST_BREAK_STYLES
        style, pool = styles[int(draw() * len(styles))], shots.spots(zone)
        spot = pool[int(draw() * len(pool))]
        chance = self._make_chance(side, i, zone) + (FAST_BREAK_BONUS if tags.fast_break else 0.0)
        fouled = draw() < SHOOTING_FOUL[zone] * player.foul_drawing
        made = draw() < (chance * FOULED_MAKE if fouled else chance)
        if made:
            assist = None
            if not putback and draw() < ASSISTED[zone]:
                assist = self.fives[side].pick_other(self.fives[side].passes, i, draw)
            book.field_goal(i, zone, style, spot, True, tags, assist, None)
            self._note_run(side, 3 if shots.IS_THREE[zone] else 2)
            if fouled:
                return self._free_throws(side, i, 1, tags, "shooting personal FOUL")
            self._stop_run(side)
            return Tags(), None
        if fouled:
            count = 3 if shots.IS_THREE[zone] else 2
            return self._free_throws(side, i, count, tags, "shooting personal FOUL")
        defence = self.fives[1 - side]
        block = None
        if draw() < BLOCKED[zone] * defence.blocks[-1] / 5.5:
            block = defence.pick(defence.blocks, draw())
        book.field_goal(i, zone, style, spot, False, tags, None, block)
        return self._rebound(side, _OFFENSIVE_REBOUND)

    def _make_chance(self, side: int, i: int, zone: int) -> float:
        player, defence = self.book.players[i], self.sheets[1 - side].team.defence
        lead = self.book.score[side] - self.book.score[1 - side]
        effort = 1.0 - _COASTING * max(-_LEAD_FELT, min(_LEAD_FELT, lead))
        return (player.make[zone] + player.touch) * self.sheets[side].make_factor * defence[zone] * effort

    def _rebound(self, side: int, offensive_share: float) -> tuple[Tags | None, int | None]:
        book, draw = self.book, self.draw
        attack, defence = self.fives[side], self.fives[1 - side]
        if draw() < _TEAM_REBOUND:
            ours = draw() < 0.45
            book.team_rebound(side if ours else 1 - side, offensive=ours)
            self._dead_ball()
            return (None, None) if ours else (Tags(), None)
        mine = offensive_share * attack.offensive[-1]
        if draw() * (mine + (1 - offensive_share) * defence.defensive[-1]) < mine:
            i = attack.pick(attack.offensive, draw())
            book.rebound(i, offensive=True)
            return None, i
        book.rebound(defence.pick(defence.defensive, draw()), offensive=False)
        return Tags(fast_break=draw() < 0.1), None

    # -- fouls, free throws, turnovers --------------------------------------------------------------------
    def _free_throws(
        self, side: int, i: int, count: int, tags: Tags, how: str
    ) -> tuple[Tags | None, int | None]:
        """Foul ``i``, then let him shoot; a missed last one is rebounded."""
        book, draw = self.book, self.draw
        self._foul(1 - side, how, i, count)
        made = False
        for number in range(1, count + 1):
            if number == count:
                self._dead_ball(keep=i)
            made = draw() < book.players[i].free_throw
            book.free_throw(i, number, count, made, tags)
            if made:
                self._note_run(side, 1)
            elif number < count:
                book.team_rebound(side, offensive=True, dead_ball=True)
        if not made:
            return self._rebound(side, _OFFENSIVE_REBOUND_FREE_THROW)
        self._stop_run(side)
        return Tags(), None

    def _loose_foul(self, side: int, i: int, tags: Tags) -> tuple[Tags | None, int | None]:
        """Foul away from the shot: the ball out of bounds, or two free throws in the penalty."""
        if self.fouls[1 - side] + 1 >= _PENALTY_FOULS:
            return self._free_throws(side, i, 2, tags, "personal FOUL")
        how = "loose ball personal FOUL" if self.draw() < 0.2 else "personal FOUL"
        self._foul(1 - side, how, i, 0)
        self._dead_ball()
        return None, None

    def _foul(self, by: int, how: str, drawn: int, count: int) -> None:
        five = self.fives[by]
        fouler = five.pick(five.fouls, self.draw())
        if self.book.lines[fouler][PF] >= MAX_FOULS - 2 and self.draw() < 0.6:
            # In foul trouble he holds back.
            fouler = five.pick_other(five.fouls, fouler, self.draw)
        self.fouls[by] += 1
        self.book.foul(fouler, how, drawn, count, in_penalty=self.fouls[by] >= _PENALTY_FOULS)
        self.bench.check_fouls(by, fouler, keep=drawn)

    def _turnover(self, side: int, i: int) -> Tags:
        book, draw = self.book, self.draw
        defence = self.fives[1 - side]
        if draw() < 0.56:
            thief = defence.pick(defence.steals, draw())
            book.turnover(i, _LIVE_TURNOVERS[int(draw() * len(_LIVE_TURNOVERS))], thief)
            return Tags(from_turnover=True, fast_break=draw() < 0.5)
        how = _DEAD_TURNOVERS[int(draw() * len(_DEAD_TURNOVERS))]
        if how == "offensive foul":
            drawn = defence.pick(defence.steals, draw())
            book.foul(i, "charge offensive FOUL" if draw() < 0.3 else "offensive FOUL", drawn)
        book.turnover(i, how, None)
        self.bench.check_fouls(side, i)
        self._dead_ball()
        return Tags(from_turnover=True)

    def _technical(self, side: int) -> None:
        defence = self.fives[1 - side]
        self.book.technical(defence.pick(defence.fouls, self.draw()))
        shooter = self.fives[side].free_throw
        made = self.draw() < self.book.players[shooter].free_throw
        self.book.free_throw(shooter, 1, 1, made, Tags(), "technical")

    # -- dead balls ---------------------------------------------------------------------------------------
    def _note_run(self, side: int, points: int) -> None:
        self.run[side] += points
        self.run[1 - side] = 0

    def _stop_run(self, side: int) -> None:
        """Let the other side ask for time after a long run; never while a shooter is at the line."""
        if self.run[side] >= 9 and self.draw() < 0.35:
            self.run[side] = 0
            self.book.timeout(1 - side, mandatory=False)
            self.bench.substitute((0, 1))

    def _dead_ball(self, keep: int | None = None) -> None:
        """Take the mandatory timeouts when they are due, and let the coaches look at their benches."""
        book = self.book
        if keep is None and self.breaks and book.tenths < self.breaks[0]:
            self.breaks.pop(0)
            book.timeout((book.period + len(self.breaks)) % 2, mandatory=True)
        self.bench.dead_ball(keep)


def _uniforms(rng: np.random.Generator) -> Iterator[list[float]]:
    """Draw uniform numbers by the thousand: one call a number would be most of a game's time."""
    while True:
        yield rng.random(4096).tolist()
