"""Events of an archive: play-by-play and shot charts, games that cannot be read left out one by one."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from nba_assets.domain.raw.play_by_play import (
    DISPENSABLE_EVENT_COLUMNS,
    DISPENSABLE_SHOT_COLUMNS,
    EVENTS_SCHEMA,
    SHOTS_SCHEMA,
    parse_archive_events,
    parse_archive_shots,
)
from nba_assets.domain.teams import TEAM_TRICODES
from nba_assets.sources.archive.folder import EXPORT, ArchiveFolder
from nba_assets.sources.archive.schedule import ArchiveSchedule
from nba_assets.sources.base import Fetched
from nba_assets.tabular.arrow_columns import pc
from nba_assets.tabular.problems import BadInput, Problems

_Notes = defaultdict[dt.date, Counter[str]]


@dataclass(frozen=True)
class _Feed:
    """Files of events of games.

    Attributes:
        folder: where they are.
        game_column: column of the game's id.
        date_column: column of the game's date.
        parse: makes rows of the table of a file's rows.
        schema: of the table.
        dispensable: columns that a file may lack.
        number: column that numbers the rows of a game, if one does.
    """

    folder: str
    game_column: str
    date_column: str
    parse: Callable[..., pa.Table]
    schema: pa.Schema
    dispensable: tuple[str, ...] = ()
    number: str = ""


_PLAYS = _Feed(
    "playbyplay", "game_id", "game_date", parse_archive_events, EVENTS_SCHEMA, DISPENSABLE_EVENT_COLUMNS,
    "actionNumber",
)  # fmt: skip
_SHOTS = _Feed(
    "shotchart", "GAME_ID", "GAME_DATE", parse_archive_shots, SHOTS_SCHEMA, DISPENSABLE_SHOT_COLUMNS
)


class ArchiveEvents:
    """Feeds of events in an archive's files.

    Args:
        folder: files of the archive.
        schedule: its games.
    """

    def __init__(self, folder: ArchiveFolder, schedule: ArchiveSchedule):
        self._folder = folder
        self._schedule = schedule
        self._held: dict[Path, tuple[pa.Table, pa.ChunkedArray]] = {}
        self._held_dates: list[str] = []

    def play_by_play(self, dates: Sequence[dt.date]) -> Fetched:
        """Events in order of play; a game with an unreadable event is left out."""
        return self._fetched(_PLAYS, dates)

    def shot_chart(self, dates: Sequence[dt.date]) -> Fetched:
        """Field goal attempts; a game with an unreadable one is left out."""
        return self._fetched(_SHOTS, dates)

    def rows(
        self, path: Path, game_column: str, date_column: str, wanted: list[str]
    ) -> tuple[pa.Table, pa.ChunkedArray]:
        """Rows of the wanted dates, kept until other dates are requested: fingerprint and feed read them.

        Beside them the dates of those that the file has on another one.
        """
        if wanted != self._held_dates:
            self._held, self._held_dates = {}, wanted
        if path not in self._held:
            self._held[path] = self._schedule.rows_of_dates(path, game_column, date_column, wanted)
        return self._held[path]

    def _fetched(self, feed: _Feed, dates: Sequence[dt.date]) -> Fetched:
        shortfalls: Problems = defaultdict(list)  # nothing here is more than an optional feed of a game
        notes: _Notes = defaultdict(Counter)
        tables: list[pa.Table] = []
        wanted = sorted(date.isoformat() for date in dates)
        for path in self._schedule.covering(f"{feed.folder}/*.parquet", dates):
            try:
                rows, redated = self.rows(path, feed.game_column, feed.date_column, wanted)
                tables.append(self._parsed(rows, feed, path, dates, shortfalls, notes))
                _note(notes, "dates by their games", redated)
            except BadInput as problem:
                self._schedule.spoil(shortfalls, path, dates, problem)
        if not tables:
            return Fetched(feed.schema.empty_table(), shortfalls=shortfalls, notes=notes)
        # Files come in the order of their names, seasons in the order of play: playoffs last.
        rows = pa.concat_tables(sorted((t for t in tables if len(t)), key=_first_date) or tables[:1])
        strangers: list[str] = []
        for date, problem in self._strangers(rows, feed.folder):
            shortfalls[date].append(problem)
            strangers.append(str(problem.game))
        if strangers:
            games = pa.array(strangers, rows.schema.field("game_id").type)
            rows = rows.filter(pc.invert(pc.is_in(rows.column("game_id"), value_set=games)))
        return Fetched(rows, shortfalls=shortfalls, notes=notes)

    def _parsed(
        self,
        rows: pa.Table,
        feed: _Feed,
        path: Path,
        dates: Sequence[dt.date],
        shortfalls: Problems,
        notes: _Notes,
    ) -> pa.Table:
        """Rows of a file in the columns of the table; games that cannot be read are left out and named."""
        file = self._folder.name(path)
        for name in (name for name in feed.dispensable if name not in rows.column_names):
            rows = rows.append_column(name, pa.nulls(len(rows)))
            problem = BadInput(file=file, game=None, field=name, reason="column missing", remedy=EXPORT)
            self._schedule.spoil(shortfalls, path, dates, problem)
        unnamed = pc.is_null(rows.column(feed.game_column))
        for date, count in _counts(rows.filter(unnamed).column(feed.date_column)):
            problem = BadInput(
                file=file, game=None, field=feed.game_column, reason=f"{count} rows name no game",
                remedy="fetch the games of this date again",
            )  # fmt: skip
            shortfalls[dt.date.fromisoformat(date)].append(problem)
        rows = _once(rows.filter(pc.invert(unnamed)), feed)
        left_out: list[BadInput] = []
        repairs: dict[str, pa.ChunkedArray] = {
            column.words: rows.column(feed.game_column)
            for column in self._folder.derived(path)
            if column.words
        }
        found = feed.parse(
            rows, TEAM_TRICODES, file=file, source=self._schedule.kind, left_out=left_out, repairs=repairs
        )
        for what, games in repairs.items():
            _note(notes, what, self._schedule.row_dates.days_of(games.cast(pa.string())))
        for problem in left_out:
            mine = rows.filter(pc.equal(rows.column(feed.game_column), problem.game))
            for date, _ in _counts(mine.column(feed.date_column)):
                shortfalls[dt.date.fromisoformat(date)].append(problem)
        return found

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


def _note(notes: _Notes, what: str, days: pa.ChunkedArray) -> None:
    """Count repaired rows by their dates."""
    for date, count in _counts(days.drop_null()):
        notes[dt.date.fromisoformat(date)][f"repaired: {what}"] += count


def _once(rows: pa.Table, feed: _Feed) -> pa.Table:
    """Rows without those that are repeated as they are; a feed without numbers tells no repetition."""
    if feed.number not in rows.column_names or rows.column(feed.number).null_count == len(rows):
        return rows
    keys = rows.select([feed.game_column, feed.number]).to_pandas()
    suspect = keys[feed.game_column].isin(keys.loc[keys.duplicated(), feed.game_column])
    if not suspect.any():
        return rows
    repeated = suspect.copy()
    repeated[suspect] = rows.filter(pa.array(suspect)).to_pandas().duplicated().to_numpy()
    return rows.filter(pa.array(~repeated))


def _counts(days: pa.ChunkedArray) -> list[tuple[str, int]]:
    """Number of rows by date, the dates in order."""
    found = pc.value_counts(days.cast(pa.string())).to_pylist()
    return sorted((pair["values"], pair["counts"]) for pair in found)


def _first_date(rows: pa.Table) -> dt.datetime:
    return rows.column("game_date")[0].as_py()
