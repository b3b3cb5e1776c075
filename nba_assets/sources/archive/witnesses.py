"""What other files of an archive say of a schedule's games: their dates, home teams and tip-offs.

A schedule has errors of its own: a game that was postponed after it was exported, a date off by a day, sides
that are swapped. Where most documents of a game contradict it, they are believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa

from nba_assets.calendar.seasons import season_of
from nba_assets.calendar.tipoffs import eastern_date
from nba_assets.domain.raw.event_games import games_of_events, stated_tipoffs
from nba_assets.domain.raw.matchups import home_teams, two_teams
from nba_assets.domain.raw.readings import readings
from nba_assets.sources.archive.folder import ArchiveFolder
from nba_assets.sources.archive.layout import (
    EVENTS,
    GAME_LINES,
    PLAYER_BOXES,
    POINTS_LINES,
    SHOTS,
    TEAM_BOXES,
)
from nba_assets.tabular.problems import BadInput

_ODDS = (GAME_LINES[0], POINTS_LINES[0])
_STATED = ("home_team", "away_team", "commence_time")
_BOXES = (PLAYER_BOXES[0], TEAM_BOXES[0])
_BOX_KEYS = ("GAME_ID", "GAME_DATE")
# Feeds beside the player boxes that state the date of a game.
_DATED = ((TEAM_BOXES[0], *_BOX_KEYS), (SHOTS[0], *_BOX_KEYS), EVENTS)
_DAY = pd.Timedelta(days=1)
_MANY = 0.1  # share of a season's games that are off by the same number of days


class Witnesses:
    """Files beside the schedule that state something of its games; one that cannot be read states nothing.

    The feed of such a file reports its problem.

    Args:
        folder: files of the archive.
    """

    def __init__(self, folder: ArchiveFolder):
        self._folder = folder

    @cached_property
    def dates(self) -> pd.Series:
        """The one date that all rows of a game in the player files state, by game."""
        return self._dates_in(PLAYER_BOXES[0], *_BOX_KEYS)

    @cached_property
    def home_teams(self) -> dict[str, pd.DataFrame]:
        """game_id, home_team and away_team by the MATCHUP of box scores, by the feed that states them."""
        return {
            pattern: home_teams(self._distinct(pattern, ["GAME_ID", "TEAM_ABBREVIATION", "MATCHUP"]))
            for pattern in _BOXES
        }

    @cached_property
    def games(self) -> pd.DataFrame:
        """game_id, game_date (text), teams, home_team and away_team, as far as box scores state them."""
        days = self.dates.dt.strftime("%Y-%m-%d").rename_axis("game_id").rename("game_date").reset_index()
        pairs = [two_teams(self._distinct(pattern, ["GAME_ID", "TEAM_ABBREVIATION"])) for pattern in _BOXES]
        for more in (pairs, self.home_teams.values()):
            days = days.merge(pd.concat(more).drop_duplicates("game_id"), on="game_id", how="outer")
        return days.astype("object")

    def moved(self, games: pd.DataFrame) -> pd.Series:
        """New dates of games that every row of their box score puts on another date, by game.

        A game that was postponed is on its old date in a schedule that was exported before. It has not moved
        where a team of it plays another game on the new date, nor where more of the other feeds have it on
        the schedule's. By a day it has moved only if more of them confirm that than not; two more where many
        games of the season are off by as much: box scores of one publisher may have the UTC days of evenings.
        """
        by_id = games.set_index("game_id")
        known = self.dates.to_frame("day").join(by_id, how="inner")
        off = known["day"] - known["game_date"]
        share = off.groupby([known["season"], off]).transform("size") / off.groupby(
            known["season"]
        ).transform("size")
        seasons = known["day"].dt.date.map(season_of).astype("object")
        odd = known[off.ne(pd.Timedelta(0)) & seasons.eq(known["season"])]
        if odd.empty:
            return odd["day"]
        needed = (off.abs().eq(_DAY).astype(int) + share.gt(_MANY)).reindex(odd.index)
        odd = odd[self._balance(odd).ge(needed)]
        sides = by_id.drop(index=odd.index).melt("game_date", ["home_team", "away_team"], value_name="team")
        busy = set(zip(sides["game_date"], sides["team"], strict=True))
        free = [
            not busy & {(day, home), (day, away)}
            for day, home, away in zip(odd["day"], odd["home_team"], odd["away_team"], strict=True)
        ]
        return odd.loc[free, "day"]

    def _balance(self, odd: pd.DataFrame) -> pd.Series:
        """How many more feeds state the ``day`` of each game than its ``game_date``."""
        balance = pd.Series(0, odd.index)
        for pattern, game_column, date_column in _DATED:
            stated = self._dates_in(pattern, game_column, date_column).reindex(odd.index)
            balance += stated.eq(odd["day"]).astype(int) - stated.eq(odd["game_date"]).astype(int)
        return balance

    def disputed_sides(self, games: pd.DataFrame) -> pd.Series:
        """By how many documents more the sides of games are swapped than as the schedule has them, by game.

        The schedule is one document, each feed of box scores and the closing lines another. Games are left
        out of which more documents agree with the schedule.
        """
        sides = games.set_index("game_id")[["home_team", "away_team"]]
        votes = pd.Series(-1, sides.index)
        for stated in self.home_teams.values():
            both = stated.set_index("game_id").reindex(sides.index)
            votes += _agree(both, sides, swapped=True).astype(int) - _agree(both, sides).astype(int)
        if votes.ge(0).any():
            votes = votes.add(
                self._by_lines(games[games["game_id"].isin(votes.index[votes.ge(0)])]), fill_value=0
            )
        return votes[votes.ge(0)].astype(int)

    def _by_lines(self, games: pd.DataFrame) -> pd.Series:
        """1 for each game whose closing lines have the teams the other way round, -1 where as they are."""
        rows = self._statements([GAME_LINES[0]])
        read = readings(rows, moments=["commence_time"], teams=["home_team", "away_team"])[0].dropna()
        events = read.rename(columns={"home_team": "home_name", "away_team": "away_name"})
        events["event_date"] = eastern_date(events.pop("commence_time"))
        # Either side may be named first where the site is neutral.
        found = games_of_events(events, games.assign(is_neutral=True, is_postponed=False))
        found = found.dropna(subset="game_id").drop_duplicates("game_id")
        return found.set_index("game_id")["swapped"].map({True: 1, False: -1}).astype(int)

    def tipoffs(self, games: pd.DataFrame) -> pd.DataFrame:
        """Tip-offs that odds feeds state (game_id, commence_time)."""
        schedule = games.assign(is_neutral=pd.NA, is_postponed=False)
        return stated_tipoffs(self._statements(_ODDS), schedule)

    def _statements(self, patterns: Iterable[str]) -> pd.DataFrame:
        """Teams and times of events in odds files."""
        found = [pd.DataFrame(columns=[*_STATED])]
        for path in (path for pattern in patterns for path in self._folder.files(pattern)):
            try:
                rows = self._folder.read(path, list(_STATED), read_dictionary=list(_STATED)).to_pandas()
            except BadInput:
                continue
            found.append(rows.drop_duplicates().astype("object"))
        return pd.concat(found, ignore_index=True)

    def _dates_in(self, pattern: str, game_column: str, date_column: str) -> pd.Series:
        """The one date that all rows of a game in a feed's files state, by game."""
        games = self._distinct(pattern, [game_column, date_column]).drop_duplicates(game_column, keep=False)
        days = pd.to_datetime(games[date_column].astype("string"), format="%Y-%m-%d", errors="coerce")
        return days.set_axis(games[game_column]).dropna().astype("datetime64[ns]")

    def _distinct(self, pattern: str, columns: Sequence[str]) -> pd.DataFrame:
        """Distinct values of columns over the files of a feed, as text."""
        found = [pd.DataFrame({name: [] for name in columns}, dtype="object")]
        for path in self._folder.files(pattern):
            found += self._distinct_of(path, list(columns))
        return pd.concat(found, ignore_index=True).drop_duplicates(ignore_index=True)

    def _distinct_of(self, path: Path, columns: list[str]) -> list[pd.DataFrame]:
        try:
            rows = self._folder.read(path, columns)
        except BadInput:
            return []
        rows = rows.cast(pa.schema([(name, pa.string()) for name in rows.column_names]))
        return [rows.group_by(columns).aggregate([]).to_pandas().astype("object")]


def _agree(stated: pd.DataFrame, sides: pd.DataFrame, *, swapped: bool = False) -> pd.Series:
    """Whether both have the same teams as hosts and visitors, or the other way round."""
    home, away = ("away_team", "home_team") if swapped else ("home_team", "away_team")
    return stated["home_team"].eq(sides[home]) & stated["away_team"].eq(sides[away])
