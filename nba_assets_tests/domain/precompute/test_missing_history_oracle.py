"""Missing history computed a second time in plain Python: on real dates and on random small leagues."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.domain.declarations.evaluation import KnownDates
from nba_assets.domain.precompute.missing_history import missing_history_games, missing_team_games
from nba_assets_tests.domain.box_frames import TEXT
from nba_assets_tests.domain.missing_history_oracle import Appearance, MissingHistory, Scheduled, season
from nba_assets_tests.domain.oracle import Oracle
from nba_assets_tests.domain.pipeline import Frames

TEAMS = ("BOS", "LAL", "MIA", "NYK")
# Two seasons around a summer, and some days far enough back that 400 days do not reach them.
SPANS = (("2022-10-20", 4), ("2023-03-25", 14), ("2023-10-24", 16))
CALENDAR = [day.date() for first, days in SPANS for day in pd.date_range(first, periods=days)]


class League:
    """A random small league with holes of every kind."""

    def __init__(self, seed: int):
        draw = random.Random(seed)  # noqa: S311 a sample, no secret
        shut, unplayed = draw.choice([0.0, 0.02, 0.3]), draw.choice([0.05, 0.3, 1.0])
        begins = draw.choice([CALENDAR[0], draw.choice(CALENDAR)])
        self.open_dates = [day for day in CALENDAR if day >= begins and draw.random() >= shut]
        team_of = {player: draw.choice(TEAMS) for player in range(8)}
        self.schedule: list[Scheduled] = []
        self.appearances: list[Appearance] = []
        self.rows: list[tuple[dt.date, int, str]] = []
        for day in CALENDAR:
            for player in team_of:
                if draw.random() < 0.08:
                    team_of[player] = draw.choice(TEAMS)
            teams = draw.sample(TEAMS, draw.choice([0, 2, 4]))
            for home, away in zip(teams[::2], teams[1::2], strict=True):
                self._play(
                    draw, Scheduled(day, f"{day}{home}", home, away, self._status(draw)), team_of, unplayed
                )
            self.rows += [(day, player, draw.choice([team, draw.choice(TEAMS)]))
                          for player, team in team_of.items() if draw.random() < 0.5]  # fmt: skip

    @staticmethod
    def _status(draw: random.Random) -> str:
        return draw.choices(["final", "postponed", "scheduled"], [18, 1, 1])[0]

    def _play(self, draw: random.Random, game: Scheduled, team_of: dict[int, str], unplayed: float) -> None:
        if game.date in self.open_dates:
            self.schedule.append(game)
        if draw.random() < unplayed or game.status != "final":
            return
        self.appearances += [
            Appearance(game.date, game.game, player, team)
            for player, team in team_of.items()
            if team in (game.home, game.away) and draw.random() < 0.7
        ]

    def oracle(self) -> list[int]:
        slow = MissingHistory(self.schedule, self.appearances, self.open_dates, CALENDAR)
        return [slow.count(*row) for row in self.rows]

    def fast(self, day: dt.date | None = None, known: dt.date = dt.date.max) -> list[int]:
        """The counts of a date, or of all in one go; of rows dated before ``known``."""
        rows = [row for row in self.rows if day is None or row[0] == day]
        games = [(a.date, a.game, a.player, a.team) for a in self.appearances if a.date < known]
        plan = [(g.date, g.game, g.home, g.away, g.status) for g in self.schedule if g.date < known]
        appearances = _frame(games, "game_id", "player_id", "team")
        found = missing_history_games(
            _frame(rows, "player_id", "team"),
            appearances,
            appearances,
            _frame(plan, "game_id", "home_team", "away_team", "status"),
            KnownDates(CALENDAR, {"raw_schedule": [d for d in self.open_dates if d < known]}),
        )
        return found["missing_history_games"].tolist()

    def fast_of_teams(self, rows: list[tuple[dt.date, str, str]]) -> list[int]:
        """The counts of the two teams of each row."""
        games = [(a.date, a.game) for a in self.appearances]
        plan = [(g.date, g.game, g.home, g.away, g.status) for g in self.schedule]
        return missing_team_games(
            _frame(rows, "team", "opponent"),
            _frame(games, "game_id"),
            _frame(plan, "game_id", "home_team", "away_team", "status"),
        ).tolist()

    def slow_of_teams(self, date: dt.date, *teams: str) -> int:
        """The same, game by game from the newest: until 15 known ones of a team, or 400 days back."""
        played = {appearance.game for appearance in self.appearances}
        count = 0
        for team in teams:
            known = 0
            for game in sorted(self.schedule, key=lambda game: game.date, reverse=True):
                within = date - dt.timedelta(days=400) <= game.date < date
                if known == 15 or game.status != "final" or team not in (game.home, game.away) or not within:
                    continue
                known += game.game in played
                count += game.game not in played
        return count


def _frame(rows: list[Any], *columns: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["game_date", *columns])
    types: dict[str, Any] = {name: "int64" if name == "player_id" else TEXT for name in columns}
    return frame.astype({"game_date": "datetime64[ns]"} | types)


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_random_leagues_equal_the_slow_oracle(seed: int) -> None:
    league = League(seed)
    assert league.fast() == league.oracle()


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_the_holes_of_both_teams_equal_the_slow_oracle(seed: int) -> None:
    league = League(seed)
    rows = [(day, *pair) for day in CALENDAR[::3] for pair in itertools.permutations(TEAMS, 2)]
    assert league.fast_of_teams(rows) == [league.slow_of_teams(*row) for row in rows]


@settings(max_examples=10)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(CALENDAR), min_size=3, max_size=3))
def test_a_date_alone_and_without_what_follows_counts_what_it_counts_in_a_range(
    seed: int, days: list[dt.date]
) -> None:
    """Nothing dated on the day or later has a say: it is taken away altogether."""
    league = League(seed)
    whole = league.fast()
    for day in days:
        expected = [n for n, row in zip(whole, league.rows, strict=True) if row[0] == day]
        assert league.fast(day, known=day) == expected


def test_the_random_leagues_have_every_number() -> None:
    counts = np.concatenate([League(seed).fast() for seed in range(12)])
    assert {0, 1, 2, 3, 4} <= set(counts.tolist()) and 0.1 < (counts > 0).mean() < 0.9


def test_real_rows_equal_the_slow_oracle(season: Frames, oracle: Oracle) -> None:
    """Every third marked row up to the new year, and fifty of each month that are not."""
    cache = season["player_daily_cache"].loc[lambda rows: rows["game_date"] < "2024-01-01"]
    marked = cache[cache["missing_history_games"] > 0]
    rest = cache.drop(marked.index).groupby(cache["game_date"].dt.month).sample(50, random_state=5)
    assert len(marked) > 500 and set(marked["missing_history_games"]) == {1, 2}
    for row in pd.concat([marked[::3], rest]).to_dict("records"):
        date, player = row["game_date"].date(), int(row["player_id"])
        assert row["missing_history_games"] == oracle.holes.count(date, player, row["team"]), (date, player)


def test_what_is_missing_of_the_archive_is_the_play_in(oracle: Oracle) -> None:
    found = oracle.holes.missing(dt.date(2023, 10, 24))
    assert {oracle.schedule[game.game]["season_type"] for game in found} == {"PlayIn"} and len(found) == 6
    # The season that a date is counted to is the one that the schedule names.
    assert all(season(game["game_date"]) == int(game["season"][:4]) for game in oracle.schedule.values())


@pytest.mark.parametrize(
    ("name", "holes"),
    [("Zach LaVine", 2), ("Anthony Edwards", 2), ("Dejounte Murray", 1), ("Nikola Joki", 0)],
)
def test_a_team_of_the_play_in_is_marked_until_its_players_have_ten_games(
    season: Frames, name: str, holes: int
) -> None:
    """Without a game after the play-in, all games of the new season up to the tenth are marked."""
    rows = season["ml_feature_store_v2"]
    his = rows[rows["player_name"].str.startswith(name)].sort_values("game_date")
    expected = [holes if known < 10 else 0 for known in his["games_season"]]
    assert len(his) > 10 and his["missing_history_games"].tolist()[-20:] == expected[-20:]
    assert his["missing_history_games"].iloc[0] == holes
