"""The archive: season dumps in a folder, in the shapes in which their publishers serve them.

Layout: ``schedule/games_*.parquet``, ``leaguegamelog/players_{season}_{part}.parquet``,
``leaguegamelog/teams_{season}_{part}.parquet``, ``playbyplay/{season}_{part}.parquet``,
``shotchart/{season}_{part}.parquet``, ``odds/player_points_lines_*.parquet``,
``odds/game_closing_lines*.parquet``, ``injuries/injury_snapshots_*.parquet``,
``injuries/official_reports_*.parquet``, ``injuries/inactive_list_events_*.parquet``,
``injuries/projected_lineups_*.parquet``, ``lineups/projected_fives_*.parquet``. Files are found by pattern,
in letters of either case, ``.pq`` and ``.parq`` too; other tables in the folder are warnings. A feed may lack
any season. A column ``source`` marks a league that is not the real one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

import pandas as pd

from nba_assets.domain.raw.matchups import neutral_games
from nba_assets.sources.archive.boxes import ArchiveBoxes
from nba_assets.sources.archive.captures import ArchiveCaptures
from nba_assets.sources.archive.events import ArchiveEvents
from nba_assets.sources.archive.fingerprints import ArchiveFingerprints
from nba_assets.sources.archive.folder import ArchiveFolder
from nba_assets.sources.archive.layout import (
    COLUMNS,
    EVENTS,
    GAME_LINES,
    INACTIVE_LIST,
    INJURIES,
    OFFICIAL_REPORTS,
    POINTS_LINES,
    PROJECTED_FIVES,
    PROJECTED_LISTS,
    SHOTS,
)
from nba_assets.sources.archive.schedule import ArchiveSchedule
from nba_assets.sources.archive.unread import UnreadFiles
from nba_assets.sources.base import LANDED, Fetched


class ArchiveSource:
    """The feeds of an archive, in the columns of the raw tables; a :class:`Source`.

    Args:
        folder: root of the layout.

    Raises:
        BadInput: the folder is missing, or has no schedule.
    """

    def __init__(self, folder: Path):
        files = ArchiveFolder(folder)
        self._schedule, self._boxes = _read_once(files)
        self._unread = UnreadFiles(files)
        self._events = ArchiveEvents(files, self._schedule)
        self._captures = ArchiveCaptures(files, self._schedule)
        self._fingerprints = ArchiveFingerprints(files, self._schedule, self._events)

    @property
    def kind(self) -> str:
        """``archive``, or the value of the schedule's column ``source``."""
        return self._schedule.kind

    def accounted_days(self, dates: Sequence[dt.date]) -> list[dt.date]:
        """Dates of a season that the schedule has, from its preseason to its last game."""
        return self._schedule.accounted_days(dates)

    def seasons(self) -> dict[str, list[dt.date]]:
        """Game dates of each season that the schedule has."""
        return self._schedule.seasons()

    def fingerprint(self, table: str, dates: Sequence[dt.date]) -> dict[dt.date, str]:
        """Hash of the files' rows of each date; see :class:`Source`."""
        of = self._fingerprints
        made: dict[str, Callable[[], dict[dt.date, str]]] = {
            "raw_schedule": lambda: of.of_schedule(pd.DataFrame(self.schedule(dates).rows), dates),
            "raw_player_boxscores": lambda: of.of_boxes(dates),
            "raw_team_boxscores": lambda: of.of_boxes(dates),
            "raw_play_by_play": lambda: of.of_events(EVENTS, dates),
            "raw_shot_chart": lambda: of.of_events(SHOTS, dates),
            "raw_injury_reports": lambda: of.of_captures(dates, INJURIES, OFFICIAL_REPORTS, INACTIVE_LIST),
            "raw_lineups": lambda: of.of_captures(
                dates, PROJECTED_FIVES, PROJECTED_LISTS, more=of.of_first_fives(dates)
            ),
            "raw_game_lines": lambda: of.of_captures(dates, GAME_LINES),
            "raw_player_points_lines": lambda: of.of_captures(dates, POINTS_LINES),
        }
        return made[table]()

    def recognises(self, fingerprint: str) -> bool:
        """Whether a fingerprint is of an archive's files: a hash and nothing before it."""
        return not fingerprint.startswith(LANDED)

    def schedule(self, dates: Sequence[dt.date]) -> Fetched:
        """Games of the dates, home team by the schedule, neutral sites by the box scores' MATCHUP."""
        games = self._schedule.games[
            self._schedule.games["game_date"].isin(pd.to_datetime(list(dates)))
        ].copy()
        neutral = neutral_games(self._boxes.matchups(dates))
        final = (games["game_date"] <= self._boxes.newest_result) | self._boxes.unreadable(games)
        games["status"] = final.map({True: "final", False: "scheduled"})
        games["is_neutral"] = games["game_id"].map(neutral).astype("boolean")
        unknown = set(dates) - set(self._schedule.accounted_days(dates))
        problems = {date: self._schedule.problems.get(date, []) for date in dates}
        problems |= {date: problems[date] + self._schedule.unreadable for date in unknown}
        fetched = Fetched(
            games.assign(is_postponed=False, home_score=pd.NA, away_score=pd.NA).drop(columns="part"),
            shortfalls={date: found for date, found in problems.items() if found},
            notes=self._schedule.repairs,
        )
        return self._unread.beside("raw_schedule", dates, fetched)

    def player_boxscores(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Player box scores; a game with an impossible row is left out."""
        return self._unread.beside("raw_player_boxscores", dates, self._boxes.players(dates))

    def team_boxscores(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Team box scores; a game with an impossible row is left out."""
        return self._unread.beside("raw_team_boxscores", dates, self._boxes.teams(dates))

    def play_by_play(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Events in order of play; a game with an unreadable event is left out."""
        return self._unread.beside("raw_play_by_play", dates, self._events.play_by_play(dates))

    def shot_chart(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Field goal attempts; a game with an unreadable one is left out."""
        return self._unread.beside("raw_shot_chart", dates, self._events.shot_chart(dates))

    def injury_reports(
        self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame
    ) -> Fetched:
        """Captures of injury lists, official reports and events of the inactive list."""
        return self._unread.beside(
            "raw_injury_reports", dates, self._captures.injury_reports(dates, appearances)
        )

    def lineups(self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame) -> Fetched:
        """Projected fives with their captures, and the fives on the floor at the first event of a game."""
        return self._unread.beside("raw_lineups", dates, self._captures.lineups(dates, appearances))

    def game_lines(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Closing lines of games."""
        return self._unread.beside("raw_game_lines", dates, self._captures.game_lines(dates))

    def points_lines(
        self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame
    ) -> Fetched:
        """Players' points lines."""
        return self._unread.beside(
            "raw_player_points_lines", dates, self._captures.points_lines(dates, appearances)
        )


def _read_once(folder: ArchiveFolder) -> tuple[ArchiveSchedule, ArchiveBoxes]:
    """Schedule and box scores of an archive, read once by a process while its files stay as they are.

    Every table of a run opens the source anew, and the tables of both box scores read both.
    """
    files = chain.from_iterable(folder.files(pattern) for pattern in COLUMNS)
    states = ((path, path.lstat()) for path in files)  # of a link itself: it may lead nowhere
    return _as_of(folder.path, tuple((path, at.st_mtime_ns, at.st_size) for path, at in states))


@lru_cache(maxsize=2)
def _as_of(path: Path, states: Hashable) -> tuple[ArchiveSchedule, ArchiveBoxes]:
    folder = ArchiveFolder(path)
    schedule = ArchiveSchedule(folder)
    return schedule, ArchiveBoxes(folder, schedule)
