"""One season, date by date: health, lines, games, and the rows of each feed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np
import pyarrow as pa

from nba_assets.simulation.league import (
    feeds,
    market,
)
from nba_assets.simulation.league.calendar import (
    Bracket,
    Game,
    playoff_dates,
    regular_season,
)
from nba_assets.simulation.league.expectation import (
    expected_points,
    expected_score,
)
from nba_assets.simulation.league.injuries import (
    Infirmary,
    is_prose,
)
from nba_assets.simulation.league.layout import to_table
from nba_assets.simulation.league.play.possessions import play
from nba_assets.simulation.league.play.rotation import (
    Sheet,
    Situation,
    make_sheet,
)
from nba_assets.simulation.league.play.scorekeeper import (
    TENTHS,
    Scorekeeper,
)
from nba_assets.simulation.league.rosters import (
    League,
    Player,
    drift,
    trade,
)

_TRADE_DEADLINE = 0.6
_FIRST_GAME_REST = 3
_GAMES_FOR_AN_AVERAGE = 3


class Season:
    """Plays one season of a league; ``pieces`` holds the tables of each feed in order."""

    def __init__(self, league: League, season: str, dates: Sequence[dt.date], key: Sequence[int]) -> None:
        """Prepare a season.

        Args:
            league: teams and players as the season starts; drifts and trades happen in place.
            season: e.g. ``2024-25``.
            dates: its game dates in order, the last ones for playoffs.
            key: integers that seed every random stream of the season.
        """
        self.league, self.season, self.dates = league, season, list(dates)
        self.franchises = [t.franchise for t in league.teams]
        self.pieces: dict[str, list[pa.Table]] = defaultdict(list)
        self.games: list[Game] = []
        self.winners: dict[str, int] = {}
        self._key = tuple(key)
        self._tonight: dt.date | None = None
        self._injured = Infirmary(self._stream(1))
        self._drift = self._stream(2)
        self._last_date: dict[int, dt.date] = {}
        self._minutes: dict[int, list[float]] = defaultdict(list)

    def run(self, on_date: Callable[[], None], *, unplayed_last_date: bool, matinees: bool = False) -> None:
        """Play all dates; with ``unplayed_last_date`` the last date's games stay scheduled."""
        self._tonight = self.dates[-1] if unplayed_last_date else None
        cut = len(self.dates) - playoff_dates(len(self.dates), len(self.league.teams))
        schedule = self._stream(3)
        games = regular_season(self.season, self.dates[:cut], self.franchises, schedule, matinees=matinees)
        self._play(games, on_date)
        bracket = Bracket(self.season, self.dates[cut:], self._standings())
        for number in range(bracket.rounds()):
            games = bracket.round_games(number, self.franchises, schedule)
            self._play(games, on_date)
            bracket.advance({g.game_id: self.winners[g.game_id] for g in games if g.game_id in self.winners})

    def _stream(self, *more: int) -> np.random.Generator:
        return np.random.default_rng([*self._key, *more])

    def _play(self, games: Sequence[Game], on_date: Callable[[], None]) -> None:
        deadline = self.dates[int(len(self.dates) * _TRADE_DEADLINE)]
        for date, slate in groupby(games, key=lambda g: g.date):
            if date == deadline:
                trade(self.league, self._stream(4), max(1, len(self.franchises) // 6))
            self._play_date(date, list(slate))
            on_date()

    def _play_date(self, date: dt.date, slate: list[Game]) -> None:
        teams = self.league.teams
        self._injured.morning(date, teams)
        fit = {i: self._injured.available(teams[i], date) for g in slate for i in (g.home, g.away)}
        prose = is_prose(self.dates.index(date), len(self.dates))
        rows, out = self._injured.report(date, teams, prose)
        if rows:
            self.pieces["injuries"].append(
                to_table("injuries", {name: [row[name] for row in rows] for name in rows[0]}, len(rows))
            )
        for game in slate:
            self._game(game, fit, out)

    def _game(self, game: Game, fit: dict[int, list[Player]], out: list[set[int]]) -> None:
        rng = self._stream(5, int(game.game_id))
        situations = self._situations(game)
        self._lines(game, situations, out, rng)
        self.games.append(game)
        if game.date != self._tonight:
            sheets = [
                make_sheet(self.league.teams[i], fit[i], s, rng)
                for i, s in zip((game.home, game.away), situations, strict=True)
            ]
            self._record(game, play(sheets[0], sheets[1], rng))
        self._last_date[game.home] = self._last_date[game.away] = game.date

    def _situations(self, game: Game) -> list[Situation]:
        rest = [
            (game.date - self._last_date[i]).days if i in self._last_date else _FIRST_GAME_REST
            for i in (game.home, game.away)
        ]
        return [Situation(True, rest[0]), Situation(False, rest[1])]

    def _record(self, game: Game, book: Scorekeeper) -> None:
        """Hand a finished game to the feeds, the standings and tomorrow's health and form."""
        kind = "playoffs" if game.playoffs else "regular"
        self.pieces[f"players_{kind}"].append(feeds.player_box(game, book))
        self.pieces[f"play_by_play_{kind}"].append(feeds.play_by_play(game, book))
        if not game.playoffs:
            self.pieces["teams_regular"].append(feeds.team_box(game, book))
            self.pieces["shot_chart"].append(feeds.shot_chart(game, book))
        self.winners[game.game_id] = game.home if book.score[0] > book.score[1] else game.away
        entered = sorted(book.entered)
        played = [book.lines[i][TENTHS] / 600 for i in entered]
        for i, minutes in zip(entered, played, strict=True):
            self._minutes[book.players[i].player_id].append(minutes)
        self._injured.after_game([book.players[i] for i in entered], played, game.date)
        for side in (game.home, game.away):
            for player in self.league.teams[side].roster:
                drift(player, self._drift)

    # -- books --------------------------------------------------------------------------------------------
    def _lines(
        self, game: Game, situations: Sequence[Situation], out: list[set[int]], rng: np.random.Generator
    ) -> None:
        """Let the books speak: early captures know the morning's list, late ones the evening's."""
        views = [self._expected_sheets(game, situations, listed) for listed in out]
        early, late = ({**expected_points(h, a), **expected_points(a, h)} for h, a in views)
        players = [p for sheet in views[0] for p in self._with_lines(sheet)]
        franchises = (self.franchises[game.home], self.franchises[game.away])
        expected = np.array(
            [[view.get(p.player_id, np.nan) for p in players] for view in (early, early, late, late, late)]
        )
        table = market.points_lines(game, franchises, players, expected, rng)
        if table is not None:
            self.pieces["points_lines"].append(table)
        home, away = views[1]
        line = market.closing_line(
            game, franchises, (expected_score(home, away), expected_score(away, home)), rng
        )
        self.pieces["game_lines"].append(
            to_table("game_lines", {name: [value] for name, value in line.items()}, 1)
        )

    def _expected_sheets(
        self, game: Game, situations: Sequence[Situation], listed_out: set[int]
    ) -> tuple[Sheet, Sheet]:
        sheets = [
            make_sheet(team, [p for p in team.roster if p.player_id not in listed_out], situation)
            for team, situation in zip(
                (self.league.teams[game.home], self.league.teams[game.away]), situations, strict=True
            )
        ]
        return sheets[0], sheets[1]

    def _with_lines(self, sheet: Sheet) -> list[Player]:
        """Return who gets a line: fifteen minutes planned, and fifteen on average once he has played."""
        chosen: list[Player] = []
        for player, planned in zip(sheet.players, sheet.minutes, strict=True):
            past = self._minutes[player.player_id]
            average = sum(past) / len(past) if len(past) >= _GAMES_FOR_AN_AVERAGE else planned
            if min(planned, average) >= market.LEAST_MINUTES:
                chosen.append(player)
        return sorted(chosen, key=lambda p: p.player_id)

    def _standings(self) -> list[int]:
        """Return teams from best to worst record."""
        teams = range(len(self.franchises))
        games = [g for g in self.games if g.game_id in self.winners]
        played = [sum(t in (g.home, g.away) for g in games) for t in teams]
        wins = [sum(w == t for w in self.winners.values()) for t in teams]
        return sorted(teams, key=lambda t: (-(wins[t] / max(played[t], 1)), t))
