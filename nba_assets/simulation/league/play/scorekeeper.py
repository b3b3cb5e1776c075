"""The scorer's table: every event is written into the play-by-play and the box score in one step."""

from __future__ import annotations

from typing import Any, NamedTuple

from nba_assets.simulation.league.play.rotation import Sheet
from nba_assets.simulation.league.play.shots import (
    IS_THREE,
    PAINT,
    Spot,
    Style,
    wording,
)
from nba_assets.simulation.league.rosters import Player

(FGM, FGA, FG3M, FG3A, FTM, FTA, OREB, DREB, AST, STL, BLK, TOV, PF, PTS, PLUS_MINUS, TENTHS) = range(16)
_STATISTICS = "FGM FGA FG3M FG3A FTM FTA OREB DREB AST STL BLK TOV PF PTS PLUS_MINUS"
STATISTICS = tuple(_STATISTICS.split())
MAX_FOULS = 6

_EVENT_COLUMNS = (
    "period clock actionNumber actionType description qualifier playerName scoreHome scoreAway shotResult "
    "isFieldGoal assisted person_id assister_id foulDrawnPersonId stealPersonId blockPersonId "
    "players_on teamId"
)
EVENT_COLUMNS = tuple(_EVENT_COLUMNS.split())


class ChartedShot(NamedTuple):
    """One field goal attempt as the shot chart needs it; ``tenths`` left in the period."""

    player: int
    side: int
    made: bool
    three: bool
    style: Style
    spot: Spot
    period: int
    tenths: int


class Tags(NamedTuple):
    """How a chance came about: the play-by-play's qualifiers of a shot."""

    second_chance: bool = False
    from_turnover: bool = False
    fast_break: bool = False

    def qualifier(self, paint: bool = False) -> str:
        """Return the qualifier as the archive stores it, e.g. ``['pointsinthepaint', 'fastbreak']``."""
        qualifiers = (paint, *self)
        names = ("pointsinthepaint", "2ndchance", "fromturnover", "fastbreak")
        return str([name for name, yes in zip(names, qualifiers, strict=True) if yes])


class Scorekeeper:
    """Keeps score, clock, line-ups, box lines (``lines``), events (``rows``) and shots (``shots``)."""

    def __init__(self, home: Sheet, away: Sheet) -> None:
        self.sheets = (home, away)
        self.players: list[Player] = [*home.players, *away.players]
        self.offset = (0, len(home.players))
        self.side = [0] * len(home.players) + [1] * len(away.players)
        self.team_ids = tuple(s.team.franchise.team_id for s in self.sheets)
        self.tricodes = tuple(s.team.franchise.tricode for s in self.sheets)
        self.lines = [[0] * 16 for _ in self.players]
        self.technicals = [0] * len(self.players)
        self.rows: list[tuple[Any, ...]] = []
        self.shots: list[ChartedShot] = []
        self.score = [0, 0]
        self.period = 1
        self.tenths = 0
        self.on = [[i + self.offset[s] for i in self.sheets[s].starters] for s in (0, 1)]
        self.entered = {*self.on[0], *self.on[1]}
        self._action = 4
        self._settled = (0, 0, 0)
        self._on_text = self._ids_on()

    # -- time ---------------------------------------------------------------------------------------------
    def start_period(self, period: int, tenths: int) -> None:
        """Set the clock for a period."""
        self.period, self.tenths = period, tenths
        self._settled = (tenths, *self.score)
        self._action += 3

    def settle(self) -> None:
        """Credit time and score since the last settlement to the ten on the floor."""
        since, home, away = self._settled
        time, swing = since - self.tenths, (self.score[0] - home) - (self.score[1] - away)
        for side, sign in ((0, 1), (1, -1)):
            for i in self.on[side]:
                self.lines[i][TENTHS] += time
                self.lines[i][PLUS_MINUS] += sign * swing
        self._settled = (self.tenths, *self.score)

    # -- events -------------------------------------------------------------------------------------------
    def field_goal(
        self,
        i: int,
        zone: int,
        style: Style,
        spot: Spot,
        made: bool,
        tags: Tags,
        assist: int | None,
        block: int | None,
    ) -> None:
        """Record a shot, with its assist when made or its block when missed."""
        line, three = self.lines[i], IS_THREE[zone]
        line[FGA] += 1
        line[FG3A] += three
        how = wording(style, three=three, made=made, distance=spot.distance)
        words = f"{self._name(i)} {how}"
        if made:
            line[FGM] += 1
            line[FG3M] += three
            self._points(i, 3 if three else 2)
            words += f" ({line[PTS]} PTS)"
            if assist is not None:
                self.lines[assist][AST] += 1
                words += f" ({self._name(assist)} {self.lines[assist][AST]} AST)"
        else:
            words = f"MISS {words}" + (" - blocked" if block is not None else "")
        self._row(
            "3pt" if three else "2pt",
            words,
            tags.qualifier(zone <= PAINT),
            i,
            result="Made" if made else "Missed",
            field_goal=True,
            assister=assist,
            blocker=block,
        )
        self.shots.append(ChartedShot(i, self.side[i], made, three, style, spot, self.period, self.tenths))
        if block is not None:
            self.lines[block][BLK] += 1
            self._row("block", f"{self._name(block)} BLOCK ({self.lines[block][BLK]} BLK)", "[]", block)

    def free_throw(self, i: int, number: int, of: int, made: bool, tags: Tags, kind: str = "") -> None:
        """Record one free throw, e.g. number 1 of 2; ``kind`` is empty or ``technical``."""
        self.lines[i][FTA] += 1
        words = f"{self._name(i)} {kind + ' ' if kind else ''}Free Throw {number} of {of}"
        if made:
            self.lines[i][FTM] += 1
            self._points(i, 1)
            words = f"{words} ({self.lines[i][PTS]} PTS)"
        else:
            words = f"MISS {words}"
        self._row("freethrow", words, tags.qualifier(), i, result="Made" if made else "Missed")

    def rebound(self, i: int, offensive: bool) -> None:
        """Record a player's rebound."""
        line = self.lines[i]
        line[OREB if offensive else DREB] += 1
        self._row("rebound", f"{self._name(i)} REBOUND (Off:{line[OREB]} Def:{line[DREB]})", "[]", i)

    def team_rebound(self, side: int, offensive: bool, dead_ball: bool = False) -> None:
        """Record a rebound that no player is credited with: it enters no box score."""
        kind = "offensive" if offensive else "defensive"
        qualifier = "['deadball', 'team']" if dead_ball else "['team']"
        self._row("rebound", f"TEAM {kind} REBOUND", qualifier, None, side=side)

    def turnover(self, i: int, how: str, thief: int | None) -> None:
        """Record a turnover and the steal behind it."""
        self.lines[i][TOV] += 1
        self._row(
            "turnover", f"{self._name(i)} {how} TURNOVER ({self.lines[i][TOV]} TO)", "[]", i, thief=thief
        )
        if thief is not None:
            self.lines[thief][STL] += 1
            self._row("steal", f"{self._name(thief)} STEAL ({self.lines[thief][STL]} STL)", "[]", thief)

    def foul(self, i: int, how: str, drawn: int, free_throws: int = 0, in_penalty: bool = False) -> None:
        """Record a personal foul by ``i`` on ``drawn``; ``how`` reads e.g. ``shooting personal FOUL``."""
        self.lines[i][PF] += 1
        words = f"{self._name(i)} {how} ({self.lines[i][PF]} PF)"
        qualifiers = ["inpenalty"] if in_penalty else []
        if free_throws:
            words += f" ({self.players[drawn].family_name} {free_throws} FT)"
            qualifiers.append(f"{free_throws}freethrow")
        self._row("foul", words, str(qualifiers), i, drawn=drawn)

    def technical(self, i: int) -> None:
        """Record a technical foul: it is no personal foul and enters no box score."""
        self.technicals[i] += 1
        self._row("foul", f"{self._name(i)} technical FOUL ({self.technicals[i]} Tech)", "[]", i)

    def timeout(self, side: int, mandatory: bool) -> None:
        """Record a timeout."""
        qualifier = "['team', 'mandatory']" if mandatory else "['team']"
        self._row("timeout", f"{self.tricodes[side]} Timeout", qualifier, None, side=side)

    def substitute(self, off: list[int], on: list[int], start_of_period: bool = False) -> None:
        """Take players off, then bring others on: between the two, fewer than ten are on the floor."""
        self.settle()
        qualifier = "['startperiod']" if start_of_period else "[]"
        for i in off:
            self.on[self.side[i]].remove(i)
            self._on_text = self._ids_on()
            self._row("substitution", f"SUB out: {self._name(i)}", qualifier, i)
        for i in on:
            self.on[self.side[i]].append(i)
            self.entered.add(i)
            self._on_text = self._ids_on()
            self._row("substitution", f"SUB in: {self._name(i)}", qualifier, i)

    # -- the paper ----------------------------------------------------------------------------------------
    def _points(self, i: int, points: int) -> None:
        self.lines[i][PTS] += points
        self.score[self.side[i]] += points

    def _name(self, i: int) -> str:
        return self.players[i].initial_name

    def _ids_on(self) -> str:
        return "|".join(sorted(str(self.players[i].player_id) for i in (*self.on[0], *self.on[1])))

    def _id(self, i: int | None) -> int | None:
        return None if i is None else self.players[i].player_id

    def _clock(self) -> str:
        seconds, tenths = divmod(self.tenths, 10)
        return f"PT{seconds // 60:02d}M{seconds % 60:02d}.{tenths}0S"

    def _row(
        self,
        kind: str,
        words: str,
        qualifier: str,
        i: int | None,
        *,
        side: int | None = None,
        result: str | None = None,
        field_goal: bool = False,
        assister: int | None = None,
        drawn: int | None = None,
        thief: int | None = None,
        blocker: int | None = None,
    ) -> None:
        self._action += 1
        who, team = (0, side) if i is None else (self.players[i].player_id, self.side[i])
        self.rows.append((
            self.period, self._clock(), self._action, kind, words, qualifier,
            None if i is None else self.players[i].family_name,
            self.score[0], self.score[1], result, field_goal, assister is not None, who, self._id(assister),
            self._id(drawn), self._id(thief), self._id(blocker), self._on_text, self.team_ids[team or 0],
        ))  # fmt: skip
