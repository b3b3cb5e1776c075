"""Captures of an archive: injury reports, lineups and lines, each dated by what it says of itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from nba_assets.domain.raw.availability.dated_injuries import inactive_list_events, official_reports
from nba_assets.domain.raw.availability.injuries import injuries_from_archive
from nba_assets.domain.raw.availability.lineups import first_fives, projected_fives, projected_lists
from nba_assets.domain.raw.box_reading import with_names
from nba_assets.domain.raw.odds.game_lines import game_lines_from_archive
from nba_assets.domain.raw.odds.points_lines import points_lines_from_archive
from nba_assets.domain.raw.readings import REMARK, Remark
from nba_assets.schemas.columns import TableSchema
from nba_assets.schemas.raw import RAW_GAME_LINES, RAW_INJURY_REPORTS, RAW_LINEUPS, RAW_PLAYER_POINTS_LINES
from nba_assets.sources.archive.folder import EXPORT, OTHER_TRICODES, ArchiveFolder
from nba_assets.sources.archive.layout import (
    BOX_KEYS,
    DISPENSABLE_COLUMNS,
    ENTRANTS,
    EVENTS,
    FIRST_EVENT,
    GAME_LINES,
    INACTIVE_LIST,
    INJURIES,
    OFFICIAL_REPORTS,
    POINTS_LINES,
    PROJECTED_FIVES,
    PROJECTED_LISTS,
)
from nba_assets.sources.archive.left_out import refused_rows, remarks_on, unreadable_rows
from nba_assets.sources.archive.schedule import ArchiveSchedule
from nba_assets.sources.base import Fetched
from nba_assets.tabular.arrow_columns import pc
from nba_assets.tabular.problems import BadInput

_WORDS = {Remark.LEFT_OUT: "refused", Remark.REPAIRED: "repaired"}
_NAMED_VALUES = 6
_Landed = tuple[pd.DataFrame, pd.DataFrame]
_Feed = tuple[tuple[str, tuple[str, ...]], Callable[[pd.DataFrame], _Landed]]


@dataclass(frozen=True)
class _Read:
    """Rows of the files of a feed that may concern some dates.

    Attributes:
        rows: of all files, in their order.
        files: names of the files, each with the number of its rows here.
        total: number of rows of the files, about whatever date.
        problems: files that cannot be read.
        recoded: counts of rows by date whose tricodes are another publisher's.
    """

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    files: list[tuple[str, int]] = field(default_factory=list)
    total: int = 0
    problems: list[BadInput] = field(default_factory=list)
    recoded: list[pd.DataFrame] = field(default_factory=list)

    def named(self, row: int) -> str:
        """A row as a person finds it: its file and what it holds; its place changes with other rows."""
        place = int(row)
        values = self.rows.iloc[place].dropna().astype(str).head(_NAMED_VALUES)
        for name, count in self.files:
            if place < count:
                return f"{name}: {', '.join(f'{column} {value}' for column, value in values.items())}"
            place -= count
        raise IndexError(row)


class ArchiveCaptures:
    """Feeds of what is published before a game, in an archive's files.

    Args:
        folder: files of the archive.
        schedule: its games.
    """

    def __init__(self, folder: ArchiveFolder, schedule: ArchiveSchedule):
        self._folder = folder
        self._schedule = schedule

    def injury_reports(self, dates: Sequence[dt.date], appearances: pd.DataFrame) -> Fetched:
        """Captures of injury lists, official reports and events of the inactive list.

        A capture is filed under the first date whose last tip-off lies after it, an event under the first
        date on or after its day.
        """
        games = self._schedule.all_games
        feeds: list[_Feed] = [
            (INJURIES, lambda rows: injuries_from_archive(rows, games, appearances)),
            (OFFICIAL_REPORTS, lambda rows: official_reports(rows, games)),
            (INACTIVE_LIST, lambda rows: inactive_list_events(rows, games)),
        ]
        return self._of_feeds(RAW_INJURY_REPORTS, feeds, dates)

    def lineups(self, dates: Sequence[dt.date], appearances: pd.DataFrame) -> Fetched:
        """Projected fives with their captures, and the fives on the floor at the first event of a game."""
        games = self._schedule.all_games
        feeds: list[_Feed] = [
            (PROJECTED_FIVES, lambda rows: projected_fives(rows, games)),
            (PROJECTED_LISTS, lambda rows: projected_lists(rows, games, appearances)),
        ]
        return self._of_feeds(RAW_LINEUPS, feeds, dates, self._first_fives)

    def game_lines(self, dates: Sequence[dt.date]) -> Fetched:
        """Closing lines of games."""
        games = self._schedule.all_games
        feed: _Feed = (GAME_LINES, lambda rows: game_lines_from_archive(rows, games))
        return self._of_feeds(RAW_GAME_LINES, [feed], dates)

    def points_lines(self, dates: Sequence[dt.date], appearances: pd.DataFrame) -> Fetched:
        """Players' points lines."""
        games = self._schedule.all_games
        feed: _Feed = (POINTS_LINES, lambda rows: points_lines_from_archive(rows, games, appearances))
        return self._of_feeds(RAW_PLAYER_POINTS_LINES, [feed], dates)

    def _of_feeds(
        self,
        table: TableSchema,
        feeds: Sequence[_Feed],
        dates: Sequence[dt.date],
        *more: Callable[[Sequence[dt.date], list[BadInput]], _Landed],
    ) -> Fetched:
        """Rows of several feeds; one that cannot be read costs what only it has."""
        found: list[_Landed] = []
        problems: list[BadInput] = []
        reads = [partial(self._of_feed, *feed) for feed in feeds]
        for read in (*reads, *more):
            try:
                found.append(read(dates, problems))
            except BadInput as problem:
                problems.append(problem)
        rows = [rows for rows, _ in found if len(rows)]
        # A feed without files has neither rows nor counts, nor the columns of either.
        refused = [refused for rows, refused in found if len(rows) or len(refused)]
        if not refused:
            return Fetched(table.empty(), shortfalls=dict.fromkeys(dates, problems) if problems else {})
        counted = pd.concat(refused)
        counted = counted.assign(**{name: None for name in ("file", "example") if name not in counted})
        landed = pd.concat(rows, ignore_index=True) if rows else table.empty()
        fetched = self._fetched(landed, counted, dates)
        unreadable = unreadable_rows(counted, dates)
        shortfalls = {date: [*problems, *unreadable.get(date, [])] for date in dates}
        shortfalls = {date: found for date, found in shortfalls.items() if found}
        return replace(fetched, shortfalls=shortfalls, refused=refused_rows(counted, dates))

    def _of_feed(
        self,
        feed: tuple[str, tuple[str, ...]],
        parse: Callable[[pd.DataFrame], _Landed],
        dates: Sequence[dt.date],
        problems: list[BadInput],
    ) -> _Landed:
        """Rows of one feed; its files that cannot be read are added to the problems."""
        read = self._rows_about(*feed, dates)
        problems += read.problems
        if not read.files:
            return pd.DataFrame(), pd.DataFrame()
        rows = read.rows
        lacking = [name for name in DISPENSABLE_COLUMNS.get(feed[0], ()) if name not in rows]
        try:
            landed, refused = parse(rows.assign(**dict.fromkeys(lacking)))
        except KeyError as error:
            if error.args[0] in rows:
                raise
            raise BadInput(
                file=feed[0], game=None, field=str(error.args[0]), reason="column missing", remedy=EXPORT
            ) from error
        if lacking:
            words = ", ".join(lacking)
            problems.append(
                BadInput(file=feed[0], game=None, field=words, reason="column missing", remedy=EXPORT)
            )
        undated = refused[refused["game_date"].isna() & refused["reason"].str.startswith("unreadable_")]
        if undated["count"].sum() > read.total / 2:  # of a few rows nobody can say which dates lack them
            first = undated.iloc[0]
            problems.append(
                BadInput(
                    file=feed[0], game=None, field=first["field"],
                    reason=f"{undated['count'].sum()} of {read.total} rows are of no date, "
                    f"first value {first['value']!r}",
                    remedy=EXPORT,
                )
            )  # fmt: skip
        refused = refused.assign(file=feed[0], example=refused["row"].map(read.named, na_action="ignore"))
        return landed, pd.concat([refused, *read.recoded])

    def _first_fives(self, dates: Sequence[dt.date], problems: list[BadInput]) -> _Landed:
        """Who was on the floor at the first event of each game; files that cannot be read are problems."""
        days = [date.isoformat() for date in dates]
        events = self._rows_of_games(EVENTS, FIRST_EVENT, dates, problems, self._folder.first_events)
        players = self._rows_of_games(BOX_KEYS, ENTRANTS, dates, problems, self._folder.read)
        if not events or not players:
            return pd.DataFrame(), pd.DataFrame()
        games = pd.concat(events).astype("object").drop_duplicates()
        entrants = pd.concat(players, ignore_index=True).drop_duplicates()
        names = dict(zip(ENTRANTS, ("day", "game_id", "player_id", "player_name", "team"), strict=True))
        entrants["PLAYER_ID"] = pd.to_numeric(entrants["PLAYER_ID"], errors="coerce").astype("float64")
        of_days = entrants[entrants["GAME_DATE"].isin(days)]
        entrants = with_names(of_days, entrants).rename(columns=names)
        entrants["player_id"] = entrants["player_id"].astype("Int64")
        first = games.loc[games["game_date"].isin(days), ["game_id", "players_on"]]
        return first_fives(first, entrants, self._schedule.games)

    def _rows_of_games(
        self,
        feed: tuple[str, str, str],
        columns: tuple[str, ...],
        dates: Sequence[dt.date],
        problems: list[BadInput],
        read: Callable[[Path, list[str]], pa.Table],
    ) -> list[pd.DataFrame]:
        """Some columns of each file of the dates; those that cannot be read are added to the problems."""
        found: list[pd.DataFrame] = []
        pattern, *keys = feed
        for path in self._schedule.covering(pattern, dates):
            try:
                found.append(self._schedule.row_dates.by_games(read(path, list(columns)), *keys).to_pandas())
            except BadInput as problem:
                problems.append(problem)
        return found

    def _fetched(self, rows: pd.DataFrame, refused: pd.DataFrame, dates: Sequence[dt.date]) -> Fetched:
        days = pd.to_datetime(list(dates))
        kept = rows[rows["game_date"].isin(days)].reset_index(drop=True)
        if self._schedule.kind != "archive":
            kept["source"] = self._schedule.kind
        mine = refused[refused["game_date"].isin(days)]
        words = remarks_on(mine).map(_WORDS).fillna("read otherwise")
        counted = mine.groupby(["game_date", words.rename("words"), "reason"])["count"].sum()
        notes: dict[dt.date, dict[str, Any]] = {}
        for row in counted.rename("rows").reset_index().to_dict("records"):
            notes.setdefault(row["game_date"].date(), {})[f"{row['words']}: {row['reason']}"] = int(
                row["rows"]
            )
        return Fetched(kept, notes=notes)

    def _rows_about(self, pattern: str, moments: tuple[str, ...], dates: Sequence[dt.date]) -> _Read:
        """Rows of the files any of whose moments may concern the dates.

        A superset, by the day in the text: from the game date before the first one (a report
        made after its games is news for the next) to two days after the last (UTC days of late games). A
        moment that is no date is kept, for the parser to refuse. A file that cannot be read is a problem.
        """
        known = self._schedule.games.loc[
            self._schedule.games["game_date"] < pd.Timestamp(dates[0]), "game_date"
        ]
        first = (known.max() if len(known) else pd.Timestamp(dates[0])) - pd.Timedelta(days=1)
        window = (str(first.date()), str(dates[-1] + dt.timedelta(days=2)))
        kept: list[pd.DataFrame] = []
        read, total = _Read(), 0
        for path in self._folder.files(pattern):
            try:
                table, otherwise = self._folder.read_recoded(path)
            except BadInput as problem:
                read.problems.append(problem)
                continue
            mine = _mentions(table, moments, *window)
            kept.append(table.filter(mine).to_pandas())
            read.files.append((self._folder.name(path), len(kept[-1])))
            total += len(table)
            if pc.any(otherwise).as_py():
                read.recoded.append(self._recoded(table.filter(pc.and_(mine, otherwise)), moments))
        return replace(read, rows=pd.concat(kept, ignore_index=True), total=total) if kept else read

    def _recoded(self, rows: pa.Table, moments: tuple[str, ...]) -> pd.DataFrame:
        """Counts of rows by the first game date from their day on."""
        texts = pc.coalesce(
            *(rows.column(name).cast(pa.string()) for name in moments if name in rows.schema.names)
        )
        days = pd.to_datetime(texts.to_pandas().str[:10], format="%Y-%m-%d", errors="coerce").dropna()
        known = self._schedule.games["game_date"].drop_duplicates().sort_values(ignore_index=True)
        dates = known.reindex(known.searchsorted(days)).dropna()
        counts = dates.value_counts().rename_axis("game_date").rename("count").reset_index()
        return counts.assign(**{"reason": OTHER_TRICODES, REMARK: Remark.REPAIRED})


def _mentions(table: pa.Table, moments: tuple[str, ...], first: str, last: str) -> pa.ChunkedArray:
    """Rows one of whose texts starts with a day from first to last, or with no day at all."""
    found = pa.chunked_array([pa.repeat(False, len(table))])
    for name in (name for name in moments if name in table.column_names):
        texts = table.column(name).cast(pa.string())
        day = pc.utf8_slice_codeunits(texts, 0, 10)
        inside = pc.and_(pc.greater_equal(day, first), pc.less_equal(day, last))
        no_day = pc.invert(pc.match_substring_regex(texts, r"^\d{4}-\d{2}-\d{2}"))
        found = pc.or_(found, pc.fill_null(pc.or_(inside, no_day), False))
    return found
