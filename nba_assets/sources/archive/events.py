"""Events of an archive: play-by-play and shot charts, games that cannot be read left out one by one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from nba_assets.domain.raw.play_by_play import (
    EVENTS_SCHEMA,
    SHOTS_SCHEMA,
    parse_archive_events,
    parse_archive_shots,
)
from nba_assets.domain.teams import TEAM_TRICODES
from nba_assets.sources.archive.folder import ArchiveFolder
from nba_assets.sources.archive.schedule import ArchiveSchedule
from nba_assets.sources.base import Fetched
from nba_assets.tabular.arrow_columns import pc
from nba_assets.tabular.problems import BadInput, Problems


class ArchiveEvents:
    """Feeds of events in an archive's files.

    Args:
        folder: files of the archive.
        schedule: its games.
    """

    def __init__(self, folder: ArchiveFolder, schedule: ArchiveSchedule):
        self._folder = folder
        self._schedule = schedule
        self._held: dict[Path, pa.Table] = {}
        self._held_dates: list[str] = []

    def play_by_play(self, dates: Sequence[dt.date]) -> Fetched:
        """Events in order of play; a game with an unreadable event is left out."""
        return self._fetched("playbyplay", "game_id", "game_date", parse_archive_events, dates)

    def shot_chart(self, dates: Sequence[dt.date]) -> Fetched:
        """Field goal attempts; a game with an unreadable one is left out."""
        return self._fetched("shotchart", "GAME_ID", "GAME_DATE", parse_archive_shots, dates)

    def rows(self, path: Path, date_column: str, wanted: list[str]) -> pa.Table:
        """Rows of the wanted dates, kept until other dates are requested: fingerprint and feed read them."""
        if wanted != self._held_dates:
            self._held, self._held_dates = {}, wanted
        if path not in self._held:
            self._held[path] = self._folder.rows_of_dates(path, date_column, wanted)
        return self._held[path]

    def _fetched(
        self,
        folder: str,
        game_column: str,
        date_column: str,
        parse: Callable[..., pa.Table],
        dates: Sequence[dt.date],
    ) -> Fetched:
        shortfalls: Problems = defaultdict(list)  # nothing here is more than an optional feed of a game
        tables: list[pa.Table] = []
        wanted = sorted(date.isoformat() for date in dates)
        for path in self._schedule.covering(f"{folder}/*.parquet", dates):
            try:
                rows = self.rows(path, date_column, wanted)
                self._folder.require_text(rows.schema, game_column, path)
                tables.append(self._isolate(rows, parse, game_column, date_column, path, shortfalls))
            except BadInput as problem:
                self._schedule.spoil(shortfalls, path, dates, problem)
        if not tables:
            empty = (EVENTS_SCHEMA if folder == "playbyplay" else SHOTS_SCHEMA).empty_table()
            return Fetched(empty, shortfalls=shortfalls)
        # Files come in the order of their names, seasons in the order of play: playoffs last.
        rows = pa.concat_tables(sorted((t for t in tables if len(t)), key=_first_date) or tables[:1])
        strangers: list[str] = []
        for date, problem in self._strangers(rows, folder):
            shortfalls[date].append(problem)
            strangers.append(str(problem.game))
        if strangers:
            games = pa.array(strangers, rows.schema.field("game_id").type)
            rows = rows.filter(pc.invert(pc.is_in(rows.column("game_id"), value_set=games)))
        return Fetched(rows, shortfalls=shortfalls)

    def _isolate(
        self,
        rows: pa.Table,
        parse: Callable[..., pa.Table],
        game_column: str,
        date_column: str,
        path: Path,
        shortfalls: Problems,
    ) -> pa.Table:
        """Parse a file; leave out, one by one, games that cannot be parsed."""
        while True:
            try:
                return parse(rows, TEAM_TRICODES, file=self._folder.name(path), source=self._schedule.kind)
            except BadInput as problem:
                if problem.game is None:
                    raise
                mask = pc.equal(rows.column(game_column), problem.game)
                spoiled = pc.unique(rows.filter(mask).column(date_column)).to_pylist()
                if not spoiled:
                    raise
                for date in spoiled:
                    shortfalls[dt.date.fromisoformat(date)].append(problem)
                rows = rows.filter(pc.invert(mask))

    def _strangers(self, rows: pa.Table, folder: str) -> Iterator[tuple[dt.date, BadInput]]:
        """Games that the schedule does not have on their date."""
        pairs = (
            rows.select(["game_date", "game_id"]).group_by(["game_date", "game_id"]).aggregate([]).to_pandas()
        )
        known = pairs.merge(self._schedule.games[["game_date", "game_id"]], how="left", indicator="scheduled")
        for row in (
            known[known["scheduled"].eq("left_only")].sort_values(["game_date", "game_id"]).itertuples()
        ):
            yield row.game_date.date(), BadInput(
                file=folder, game=row.game_id, field="game_id",
                reason="the schedule has no such game on this date",
                remedy="complete the schedule, or remove the game from the file",
            )  # fmt: skip


def _first_date(rows: pa.Table) -> dt.datetime:
    return rows.column("game_date")[0].as_py()
