"""Fingerprints of an archive's feeds: a hash of their present rows of each date.

A fingerprint covers every row that could matter to the date, and may cover a neighbour's: captures are filed
by tip-offs, so a corrected capture shows on the days around it too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from nba_assets.domain.raw import box_scores
from nba_assets.sources.archive.events import ArchiveEvents
from nba_assets.sources.archive.folder import ArchiveFolder
from nba_assets.sources.archive.layout import (
    BOX_KEYS,
    ENTRANTS,
    EVENTS,
    FIRST_EVENT,
    PLAYER_BOXES,
    TEAM_BOXES,
)
from nba_assets.sources.archive.row_fingerprints import (
    fingerprints_by_date,
    games_by_date,
    games_in_windows,
    rows_by_date,
    rows_in_windows,
)
from nba_assets.sources.archive.schedule import ArchiveSchedule
from nba_assets.tabular.problems import BadInput, Problems
from nba_assets.tabular.value_hashes import (
    Hashes,
    texts,
)


class ArchiveFingerprints:
    """Hashes of an archive's rows by date; a file that cannot be read counts as different rows.

    Args:
        folder: files of the archive.
        schedule: its games.
        events: its feeds of events.
    """

    def __init__(self, folder: ArchiveFolder, schedule: ArchiveSchedule, events: ArchiveEvents):
        self._folder = folder
        self._schedule = schedule
        self._events = events

    def of_schedule(self, rows: pd.DataFrame, dates: Sequence[dt.date]) -> dict[dt.date, str]:
        """Fingerprints of schedule rows; an accounted date differs from an unknown one."""
        accounted = set(self._schedule.accounted_days(dates))
        hashes = texts(games_by_date(rows, dates))
        return {date: f"{text}{'' if date in accounted else ' unaccounted'}"
                for date, text in zip(dates, hashes, strict=True)}  # fmt: skip

    def of_boxes(self, dates: Sequence[dt.date]) -> dict[dt.date, str]:
        """Fingerprints of both box scores: each is held against the other."""
        found = np.zeros(len(dates), np.uint64)
        files = [(path, columns) for pattern, columns in (PLAYER_BOXES, TEAM_BOXES)
                 for path in self._schedule.covering(pattern, dates)]  # fmt: skip
        for path, columns in files:
            try:
                wanted = (*columns, *box_scores.OPTIONAL_COLUMNS)
                names = [name for name in self._folder.column_names(path) if name in wanted]
                rows = self._schedule.row_dates.by_games(self._folder.read(path, names), *BOX_KEYS[1:])
                found += rows_by_date(rows, "GAME_DATE", dates)
            except (BadInput, pa.ArrowException, OSError, KeyError):
                found += self._spoilt(path, dates)
        return fingerprints_by_date(found, games_by_date(self._schedule.games, dates), dates)

    def of_events(self, feed: tuple[str, str, str], dates: Sequence[dt.date]) -> dict[dt.date, str]:
        """Fingerprints of a feed of events: pattern of its files, columns of the game and its date."""
        pattern, game_column, date_column = feed
        found = np.zeros(len(dates), np.uint64)
        wanted = sorted(date.isoformat() for date in dates)
        for path in self._schedule.covering(pattern, dates):
            try:
                rows, _ = self._events.rows(path, game_column, date_column, wanted)
                found += rows_by_date(rows, date_column, dates)
            except (BadInput, KeyError):
                found += self._spoilt(path, dates)
        return fingerprints_by_date(found, games_by_date(self._schedule.games, dates), dates)

    def of_captures(
        self,
        dates: Sequence[dt.date],
        *feeds: tuple[str, tuple[str, ...]],
        more: Hashes | None = None,
    ) -> dict[dt.date, str]:
        """Fingerprints over the days that captures are read from for one date.

        Args:
            dates: dates to describe.
            feeds: patterns of files, each with the columns that date its rows.
            more: hashes of what else the rows of each date are made from.
        """
        played = np.unique(self._schedule.games["game_date"].to_numpy("datetime64[D]"))
        wanted = np.array(dates, dtype="datetime64[D]")
        position = played.searchsorted(wanted)
        before = np.where(position > 0, np.append(played, wanted)[np.maximum(position - 1, 0)], wanted)
        firsts, lasts = (before - np.timedelta64(1, "D")).tolist(), (wanted + np.timedelta64(2, "D")).tolist()
        found = np.zeros(len(dates), np.uint64) if more is None else more
        for pattern, moments in feeds:
            for path in self._folder.files(pattern):
                try:
                    found = found + rows_in_windows(self._folder.read(path), moments, firsts, lasts)
                except BadInput:
                    found = found + np.uint64(1)  # it may hold rows of any date
        return fingerprints_by_date(found, games_in_windows(self._schedule.games, firsts, lasts), dates)

    def of_first_fives(self, dates: Sequence[dt.date]) -> Hashes:
        """Hashes of who was on the floor at the first event of each game, and of whom he played for."""
        found = np.zeros(len(dates), np.uint64)
        for (pattern, *keys), columns, read in (
            (EVENTS, FIRST_EVENT, self._folder.first_events),
            (BOX_KEYS, ENTRANTS, self._folder.read),
        ):
            for path in self._schedule.covering(pattern, dates):
                try:
                    rows = self._schedule.row_dates.by_games(read(path, list(columns)), *keys)
                    found = found + rows_by_date(rows, keys[1], dates)
                except BadInput:
                    found = found + self._spoilt(path, dates)
        return found

    def _spoilt(self, path: Path, dates: Sequence[dt.date]) -> Hashes:
        """What a file that the feed refuses counts for, on the dates of its part of the season."""
        problems: Problems = {}
        refused = BadInput(
            file=self._folder.name(path), game=None, field=None, reason="refused", remedy="see the feed"
        )
        self._schedule.spoil(problems, path, dates, refused)
        return np.array([date in problems for date in dates], dtype=np.uint64)
