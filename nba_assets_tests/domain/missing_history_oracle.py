"""Missing history of one player at a time, in plain Python."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

THREE_YEARS = dt.timedelta(days=1096)
REACH = dt.timedelta(days=400)


@dataclass(frozen=True)
class Scheduled:
    """A game of the schedule."""

    date: dt.date
    game: str
    home: str
    away: str
    status: str


@dataclass(frozen=True)
class Appearance:
    """A player's known game."""

    date: dt.date
    game: str
    player: int
    team: str


def season(date: dt.date) -> int:
    """Year in which the season of a date began."""
    return date.year if date.month >= 10 else date.year - 1


class MissingHistory:
    """Counts the holes in the windows of one player before one date."""

    def __init__(
        self,
        schedule: Iterable[Scheduled],
        appearances: Iterable[Appearance],
        open_dates: Iterable[dt.date],
        calendar: Iterable[dt.date],
    ):
        self.known_on: dict[str, dt.date] = {}
        self.log: dict[int, list[Appearance]] = defaultdict(list)
        for one in sorted(appearances, key=lambda a: a.date):
            self.log[one.player].append(one)
            self.known_on[one.game] = one.date
        self.schedule = [game for game in schedule if game.status == "final"]
        self.open_dates, self.calendar = sorted(open_dates), sorted(calendar)

    def count(self, date: dt.date, player: int, team: str) -> int:
        """Missing games and unknown dates of a row."""
        known = [a for a in self.log[player] if date - THREE_YEARS <= a.date < date]
        games = [g for g in self.missing(date) if self.concerns(g, date, known, team)]
        return len(games) + len(self.unknown(date))

    def moves(self, date: dt.date, player: int, team: str) -> bool:
        """Whether two of the last ten games, or more than a twentieth of the season's, are missing."""
        known = [a for a in self.log[player] if date - THREE_YEARS <= a.date < date]
        season_games = sum(season(a.date) == season(date) for a in known)
        holes = self.count(date, player, team)
        if holes > (season_games + holes) / 20:
            return True
        begins = known[-10].date if len(known) >= 10 else dt.date.min
        games = [g for g in self.missing(date) if g.date >= begins and self.concerns(g, date, known, team)]
        return len(games) + sum(day >= begins for day in self.unknown(date)) >= 2

    @cache  # noqa: B019 the oracle lives as long as its test
    def missing(self, date: dt.date) -> list[Scheduled]:
        """Final games of the 400 days before a date of which no row is dated before it."""
        past = [g for g in self.schedule if date - REACH <= g.date < date]
        return [g for g in past if self.known_on.get(g.game, dt.date.max) >= date]

    @cache  # noqa: B019
    def unknown(self, date: dt.date) -> list[dt.date]:
        """Game dates of the season whose schedule is shut, from the first open one on."""
        present = [d for d in self.open_dates if date - REACH <= d < date]
        return [
            d
            for d in self.calendar
            if present and present[0] < d < date and season(d) == season(date) and d not in present
        ]

    def concerns(self, game: Scheduled, date: dt.date, known: list[Appearance], team: str) -> bool:
        """Whether a missing game lies in the player's windows and was one of his team."""
        this_season = season(game.date) == season(date)
        in_last_ten = bool(known) and game.date >= known[-10:][0].date
        if not this_season and not in_last_ten:
            return False
        until_then = [a for a in known if a.date <= game.date]
        since_then = [a for a in known if a.date > game.date]
        if until_then:
            his_team = until_then[-1].team
        elif since_then:
            his_team = since_then[0].team
        else:
            his_team = team
        return his_team in (game.home, game.away)
