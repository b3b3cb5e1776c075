"""When and where games are played: the regular season, the bracket, tip-off times, game ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from nba_assets.simulation.league.franchises import Franchise

_EASTERN = ZoneInfo("America/New_York")
_GAMES_A_DATE = 0.427  # share of teams that play on a game date: 82 games over a season's 190 regular dates
_ROUND_DATES = 7  # the game number of a series has one digit in a playoff game id
_SUNDAY, _CHRISTMAS = 6, (12, 25)
_HOME_PATTERN = (True, True, False, False, True, False, True)


@dataclass(frozen=True, slots=True)
class Game:
    """One scheduled game; teams are indices into the league's teams."""

    game_id: str
    date: dt.date
    season: str
    playoffs: bool
    home: int
    away: int
    tipoff: dt.datetime


def playoff_dates(dates: int, teams: int) -> int:
    """Return how many of a season's last dates are playoffs: an eighth, at most seven a round."""
    wanted = max(1, dates // 8)
    return min(wanted, _ROUND_DATES * _rounds(wanted, teams))


def _rounds(dates: int, teams: int) -> int:
    return 3 if teams >= 16 and dates >= 9 else 2 if dates >= 3 else 1


def regular_season(
    season: str,
    dates: Sequence[dt.date],
    franchises: Sequence[Franchise],
    rng: np.random.Generator,
    *,
    matinees: bool = False,
) -> list[Game]:
    """Schedule the regular season: every date has a game, no team has two a day.

    With ``matinees`` the first game of a Sunday and of Christmas begins at noon in New York.
    """
    teams = len(franchises)
    played, at_home = np.zeros(teams), np.zeros(teams)
    met = np.zeros((teams, teams))
    last = [[dt.date.min, dt.date.min] for _ in range(teams)]
    games: list[Game] = []
    for n, date in enumerate(dates):
        due = (n + 1) * teams * _GAMES_A_DATE / 2 + rng.normal(0, 0.6) - len(games)
        count = int(min(max(round(due), 1), teams // 2))
        chosen = _who_plays(date, played, last, 2 * count, rng)
        early = matinees and (date.weekday() == _SUNDAY or (date.month, date.day) == _CHRISTMAS)
        for number, (a, b) in enumerate(_pair(chosen, met, rng)):
            home, away = (a, b) if (at_home[a] - played[a] / 2) <= (at_home[b] - played[b] / 2) else (b, a)
            met[a, b] = met[b, a] = met[a, b] + 1
            at_home[home] += 1
            tipoff = tipoff_time(date, franchises[home], rng)
            if early and number == 0:
                tipoff = dt.datetime.combine(date, dt.time(12), _EASTERN).astimezone(dt.UTC)
            game_id = f"002{season[2:4]}{len(games) + 1:05d}"
            games.append(Game(game_id, date, season, False, home, away, tipoff))
        for i in chosen:
            played[i] += 1
            last[i] = [last[i][1], date]
    return games


def _who_plays(
    date: dt.date, played: np.ndarray, last: Sequence[Sequence[dt.date]], count: int, rng: np.random.Generator
) -> list[int]:
    """Choose teams for a date: those behind in games first, few back-to-backs, never three days in a row."""
    need = -played + rng.normal(0, 0.7, len(played))
    for i, (before, latest) in enumerate(last):
        if (date - latest).days == 1:
            need[i] -= 0.8
        if (date - before).days <= 2:
            need[i] -= 50.0
    return [int(i) for i in np.argsort(-need, kind="stable")[:count]]


def _pair(chosen: Sequence[int], met: np.ndarray, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Pair teams with those they have met least."""
    left = [int(i) for i in rng.permutation(np.array(chosen))]
    pairs: list[tuple[int, int]] = []
    while left:
        a = left.pop()
        b = min(left, key=lambda i: (met[a, i], left.index(i)))
        left.remove(b)
        pairs.append((a, b))
    return pairs


def tipoff_time(date: dt.date, home: Franchise, rng: np.random.Generator) -> dt.datetime:
    """Return the tip-off (UTC): 19:00 to 20:00 at the arena, never before 19:00 nor after 22:30 Eastern."""
    local = dt.datetime.combine(date, dt.time(19, 30 * int(rng.integers(2))), ZoneInfo(home.time_zone))
    latest = dt.datetime.combine(date, dt.time(22, 30), _EASTERN)
    return min(local, latest).astimezone(dt.UTC)


class Bracket:
    """Playoffs among the best teams; rounds and series last as many dates as the calendar gives them.

    Every date has a game: a series ends with its last date, not with the fourth win. More wins go on, the
    better seed if they are equal.
    """

    def __init__(self, season: str, dates: Sequence[dt.date], seeds: Sequence[int]) -> None:
        rounds = _rounds(len(dates), len(seeds))
        self._season = season
        self._alive = list(seeds[: 2**rounds])
        self._seeds = {team: n for n, team in enumerate(seeds)}
        cuts = [round(len(dates) * r / rounds) for r in range(rounds + 1)]
        self._round_dates = [list(dates[a:b]) for a, b in pairwise(cuts)]

    def rounds(self) -> int:
        """Return the number of rounds."""
        return len(self._round_dates)

    def round_games(
        self, number: int, franchises: Sequence[Franchise], rng: np.random.Generator
    ) -> list[Game]:
        """Schedule round ``number`` (0 first) among the teams still in."""
        half = len(self._alive) // 2
        series = [(self._alive[i], self._alive[-1 - i]) for i in range(half)]
        played = [0] * half
        games: list[Game] = []
        for n, date in enumerate(self._round_dates[number]):
            for s in [i for i in range(half) if half == 1 or i % 2 == n % 2]:
                better, worse = series[s]
                home, away = (better, worse) if _HOME_PATTERN[played[s] % 7] else (worse, better)
                played[s] += 1
                game_id = f"004{self._season[2:4]}00{number + 1}{s}{played[s]}"
                tipoff = tipoff_time(date, franchises[home], rng)
                games.append(Game(game_id, date, self._season, True, home, away, tipoff))
        return games

    def advance(self, winners: Mapping[str, int]) -> None:
        """Keep the winners of the round just played: game id -> winning team."""
        half = len(self._alive) // 2
        wins: dict[int, int] = dict.fromkeys(self._alive, 0)
        for team in winners.values():
            wins[team] += 1
        pairs = [(self._alive[i], self._alive[-1 - i]) for i in range(half)]
        going_on = [min(pair, key=lambda t: (-wins[t], self._seeds[t])) for pair in pairs]
        self._alive = sorted(going_on, key=self._seeds.__getitem__)
