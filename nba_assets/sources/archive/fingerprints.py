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
import pyarrow.parquet as pq

from nba_assets.domain.raw import box_scores
from nba_assets.sources.archive.files import ArchiveFiles
from nba_assets.sources.archive.row_fingerprints import (
    fingerprints_by_date,
    games_by_date,
    games_in_windows,
    rows_by_date,
    rows_in_windows,
)
from nba_assets.tabular.problems import BadInput
from nba_assets.tabular.value_hashes import (
    Hashes,
    texts,
)

INJURIES = ("injuries/injury_snapshots_*.parquet", ("snapshot_at",))
OFFICIAL_REPORTS = ("injuries/official_reports_*.parquet", ("game_date",))
INACTIVE_LIST = ("injuries/inactive_list_events_*.parquet", ("effective_date",))
PROJECTED_LISTS = ("injuries/projected_lineups_*.parquet", ("snapshot_at",))
PROJECTED_FIVES = ("lineups/projected_fives_*.parquet", ("game_date",))
GAME_LINES = ("odds/game_closing_lines*.parquet", ("commence_time",))
POINTS_LINES = ("odds/player_points_lines_*.parquet", ("game_date", "commence_time", "snapshot_at"))
# What an export may lack, by its files: each costs what only it gives.
DISPENSABLE_COLUMNS = {
    INJURIES[0]: ("Status", "Details"),
    OFFICIAL_REPORTS[0]: ("PLAYER_ID", "reason"),
    INACTIVE_LIST[0]: ("PLAYER_ID", "notes"),
    GAME_LINES[0]: (
        "event_id", "home_spread_price", "away_spread_price", "spread_point", "total_over_price",
        "total_under_price", "total_point", "home_ml", "away_ml",
    ),
    POINTS_LINES[0]: (
        "source", "over_price", "under_price", "snapshot_at", "commence_time", "game_date", "home_team",
        "away_team", "opp",
    ),
}  # fmt: skip
PLAYER_BOXES = ("leaguegamelog/players_*.parquet", box_scores.PLAYER_COLUMNS)
TEAM_BOXES = ("leaguegamelog/teams_*.parquet", box_scores.TEAM_COLUMNS)
EVENTS = ("playbyplay/*.parquet", "game_date")
FIRST_EVENT = ("game_date", "game_id", "players_on")
ENTRANTS = ("GAME_DATE", "GAME_ID", "PLAYER_ID", "PLAYER_NAME", "TEAM_ABBREVIATION")
SHOTS = ("shotchart/*.parquet", "GAME_DATE")


class ArchiveFingerprints(ArchiveFiles):
    """Hashes of an archive's rows by date; a file that cannot be read counts as saying something else."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self._held: dict[Path, pa.Table] = {}
        self._held_dates: list[str] = []

    def _schedule_fingerprints(self, rows: pd.DataFrame, dates: Sequence[dt.date]) -> dict[dt.date, str]:
        """Fingerprints of schedule rows; an accounted date differs from an unknown one."""
        accounted = set(self.accounted_days(dates))
        hashes = texts(games_by_date(rows, dates))
        return {date: f"{text}{'' if date in accounted else ' unaccounted'}"
                for date, text in zip(dates, hashes, strict=True)}  # fmt: skip

    def _box_fingerprints(self, dates: Sequence[dt.date]) -> dict[dt.date, str]:
        """Fingerprints of both box scores: each is held against the other."""
        found = np.zeros(len(dates), np.uint64)
        files = [(path, columns) for pattern, columns in (PLAYER_BOXES, TEAM_BOXES)
                 for path in self._covering(pattern, dates)]  # fmt: skip
        for path, columns in files:
            try:
                wanted = (*columns, *box_scores.OPTIONAL_COLUMNS)
                names = [name for name in pq.read_schema(path).names if name in wanted]
                found += rows_by_date(self._read(path, names), "GAME_DATE", dates)
            except (BadInput, pa.ArrowException, OSError, KeyError):
                found += self._spoilt(path, dates)
        return fingerprints_by_date(found, games_by_date(self._games, dates), dates)

    def _event_fingerprints(self, feed: tuple[str, str], dates: Sequence[dt.date]) -> dict[dt.date, str]:
        pattern, date_column = feed
        found = np.zeros(len(dates), np.uint64)
        for path in self._covering(pattern, dates):
            try:
                rows = self._event_rows(path, date_column, sorted(date.isoformat() for date in dates))
                found += rows_by_date(rows, date_column, dates)
            except (BadInput, KeyError):
                found += self._spoilt(path, dates)
        return fingerprints_by_date(found, games_by_date(self._games, dates), dates)

    def _evidence_fingerprints(
        self,
        dates: Sequence[dt.date],
        *feeds: tuple[str, tuple[str, ...]],
        more: Hashes | None = None,
    ) -> dict[dt.date, str]:
        """Fingerprints over the days that :meth:`_rows_about` reads for one date.

        Args:
            dates: dates to describe.
            feeds: patterns of files, each with the columns that date its rows.
            more: hashes of what else the rows of each date are made from.
        """
        played = np.unique(self._games["game_date"].to_numpy("datetime64[D]"))
        wanted = np.array(dates, dtype="datetime64[D]")
        position = played.searchsorted(wanted)
        before = np.where(position > 0, played[np.maximum(position - 1, 0)], wanted)
        firsts, lasts = (before - np.timedelta64(1, "D")).tolist(), (wanted + np.timedelta64(2, "D")).tolist()
        found = np.zeros(len(dates), np.uint64) if more is None else more
        for pattern, moments in feeds:
            for path in self._files(pattern):
                try:
                    found = found + rows_in_windows(self._read(path), moments, firsts, lasts)
                except BadInput:
                    found = found + np.uint64(1)  # it may hold rows of any date
        return fingerprints_by_date(found, games_in_windows(self._games, firsts, lasts), dates)

    def _first_five_hashes(self, dates: Sequence[dt.date]) -> Hashes:
        """Hashes of who was on the floor at the first event of each game, and of whom he played for."""
        found = np.zeros(len(dates), np.uint64)
        for pattern, columns, date_column, read in (
            (EVENTS[0], FIRST_EVENT, "game_date", self._first_events),
            (PLAYER_BOXES[0], ENTRANTS, "GAME_DATE", self._read),
        ):
            for path in self._covering(pattern, dates):
                try:
                    found = found + rows_by_date(read(path, list(columns)), date_column, dates)
                except BadInput:
                    found = found + self._spoilt(path, dates)
        return found

    def _spoilt(self, path: Path, dates: Sequence[dt.date]) -> Hashes:
        """What a file that the feed refuses counts for, on the dates of its part of the season."""
        problems: dict[dt.date, list[BadInput]] = {}
        refused = BadInput(
            file=self._name(path), game=None, field=None, reason="refused", remedy="see the feed"
        )
        self._spoil(problems, path, dates, refused)
        return np.array([date in problems for date in dates], dtype=np.uint64)

    def _event_rows(self, path: Path, date_column: str, wanted: list[str]) -> pa.Table:
        """Rows of the wanted dates, kept until other dates are requested: fingerprint and feed read them."""
        if wanted != self._held_dates:
            self._held, self._held_dates = {}, wanted
        if path not in self._held:
            self._held[path] = self._rows_of_dates(path, date_column, wanted)
        return self._held[path]
