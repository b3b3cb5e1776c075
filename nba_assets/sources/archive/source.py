"""The archive: season dumps in a folder, in the shapes in which their publishers serve them.

Layout: ``schedule/games_*.parquet``, ``leaguegamelog/players_{season}_{part}.parquet``,
``leaguegamelog/teams_{season}_{part}.parquet``, ``playbyplay/{season}_{part}.parquet``,
``shotchart/{season}_{part}.parquet``, ``odds/player_points_lines_*.parquet``,
``odds/game_closing_lines*.parquet``, ``injuries/injury_snapshots_*.parquet``,
``injuries/official_reports_*.parquet``, ``injuries/inactive_list_events_*.parquet``,
``injuries/projected_lineups_*.parquet``, ``lineups/projected_fives_*.parquet``. Files are found by pattern;
a feed may lack any season. A column ``source`` marks a league that is not the real one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from nba_assets.domain.raw import box_scores
from nba_assets.domain.raw.dated_injuries import inactive_list_events, official_reports
from nba_assets.domain.raw.game_lines import game_lines_from_archive
from nba_assets.domain.raw.injuries import injuries_from_archive
from nba_assets.domain.raw.lineups import first_fives, projected_fives, projected_lists
from nba_assets.domain.raw.play_by_play import (
    DISPENSABLE_EVENT_COLUMNS,
    EVENTS_SCHEMA,
    SHOTS_SCHEMA,
    parse_archive_events,
    parse_archive_shots,
)
from nba_assets.domain.raw.points_lines import points_lines_from_archive
from nba_assets.domain.teams import TEAM_TRICODES
from nba_assets.schemas.columns import TableSchema
from nba_assets.schemas.raw import RAW_GAME_LINES, RAW_INJURY_REPORTS, RAW_LINEUPS, RAW_PLAYER_POINTS_LINES
from nba_assets.sources.archive.boxes import ArchiveBoxes
from nba_assets.sources.archive.files import EXPORT, Problems
from nba_assets.sources.archive.fingerprints import (
    DISPENSABLE_COLUMNS,
    ENTRANTS,
    EVENTS,
    FIRST_EVENT,
    GAME_LINES,
    INACTIVE_LIST,
    INJURIES,
    OFFICIAL_REPORTS,
    PLAYER_BOXES,
    POINTS_LINES,
    PROJECTED_FIVES,
    PROJECTED_LISTS,
    SHOTS,
)
from nba_assets.sources.base import LANDED, Fetched
from nba_assets.tabular.arrow_columns import pc
from nba_assets.tabular.problems import BadInput

_Landed = tuple[pd.DataFrame, pd.DataFrame]
_Feed = tuple[tuple[str, tuple[str, ...]], Callable[[pd.DataFrame], _Landed]]


@dataclass(frozen=True)
class _EventFeed:
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


_PLAYS = _EventFeed(
    "playbyplay", "game_id", "game_date", parse_archive_events, EVENTS_SCHEMA, DISPENSABLE_EVENT_COLUMNS,
    "actionNumber",
)  # fmt: skip
_SHOT_CHART = _EventFeed("shotchart", "GAME_ID", "GAME_DATE", parse_archive_shots, SHOTS_SCHEMA)


class ArchiveSource(ArchiveBoxes):
    """The feeds of an archive, in the columns of the raw tables."""

    def fingerprint(self, table: str, dates: Sequence[dt.date]) -> dict[dt.date, str]:
        """Hash of the files' rows of each date; see :class:`Source`."""
        ask: dict[str, Callable[[], dict[dt.date, str]]] = {
            "raw_schedule": lambda: self._schedule_fingerprints(
                pd.DataFrame(self.schedule(dates).rows), dates
            ),
            "raw_player_boxscores": lambda: self._box_fingerprints(dates),
            "raw_team_boxscores": lambda: self._box_fingerprints(dates),
            "raw_play_by_play": lambda: self._event_fingerprints(EVENTS, dates),
            "raw_shot_chart": lambda: self._event_fingerprints(SHOTS, dates),
            "raw_injury_reports": lambda: self._evidence_fingerprints(
                dates, INJURIES, OFFICIAL_REPORTS, INACTIVE_LIST
            ),
            "raw_lineups": lambda: self._evidence_fingerprints(
                dates, PROJECTED_FIVES, PROJECTED_LISTS, more=self._first_five_hashes(dates)
            ),
            "raw_game_lines": lambda: self._evidence_fingerprints(dates, GAME_LINES),
            "raw_player_points_lines": lambda: self._evidence_fingerprints(dates, POINTS_LINES),
        }
        return ask[table]()

    def recognises(self, fingerprint: str) -> bool:
        """Whether a fingerprint is of an archive's files: a hash and nothing before it."""
        return not fingerprint.startswith(LANDED)

    def schedule(self, dates: Sequence[dt.date]) -> Fetched:
        """Games of the dates, home team by the schedule, neutral sites by the box scores' MATCHUP."""
        games = self._games[self._games["game_date"].isin(pd.to_datetime(list(dates)))].copy()
        neutral = box_scores.neutral_games(self._matchups(dates))
        final = (games["game_date"] <= self._newest_result) | self._unreadable(games)
        games["status"] = final.map({True: "final", False: "scheduled"})
        games["is_neutral"] = games["game_id"].map(neutral).astype("boolean")
        unknown = set(dates) - set(self.accounted_days(dates))
        problems, unreadable = self._schedules.problems, self._schedules.unreadable
        shortfalls = {
            date: [*problems.get(date, []), *(unreadable if date in unknown else [])] for date in dates
        }
        return Fetched(
            games.assign(is_postponed=False, home_score=pd.NA, away_score=pd.NA).drop(columns="part"),
            shortfalls={date: found for date, found in shortfalls.items() if found},
        )

    def play_by_play(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Events in order of play; a game with an unreadable event is left out."""
        return self._events(_PLAYS, dates)

    def shot_chart(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Field goal attempts; a game with an unreadable one is left out."""
        return self._events(_SHOT_CHART, dates)

    def injury_reports(
        self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame
    ) -> Fetched:
        """Captures of injury lists, official reports and events of the inactive list.

        A capture is filed under the first date whose last tip-off lies after it, an event under the first
        date on or after its day.
        """
        games = self._all_games()
        feeds: list[_Feed] = [
            (INJURIES, lambda rows: injuries_from_archive(rows, games, appearances)),
            (OFFICIAL_REPORTS, lambda rows: official_reports(rows, games)),
            (INACTIVE_LIST, lambda rows: inactive_list_events(rows, games)),
        ]
        return self._of_feeds(RAW_INJURY_REPORTS, feeds, dates)

    def lineups(self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame) -> Fetched:
        """Projected fives with their captures, and the fives on the floor at the first event of a game."""
        games = self._all_games()
        feeds: list[_Feed] = [
            (PROJECTED_FIVES, lambda rows: projected_fives(rows, games)),
            (PROJECTED_LISTS, lambda rows: projected_lists(rows, games, appearances)),
        ]
        return self._of_feeds(RAW_LINEUPS, feeds, dates, self._first_fives)

    def game_lines(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Closing lines of games."""
        games = self._all_games()
        feed: _Feed = (GAME_LINES, lambda rows: game_lines_from_archive(rows, games))
        return self._of_feeds(RAW_GAME_LINES, [feed], dates)

    def points_lines(
        self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame
    ) -> Fetched:
        """Players' points lines."""
        games = self._all_games()
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
        landed = pd.concat(rows, ignore_index=True) if rows else table.empty()
        fetched = self._evidence(landed, counted, dates)
        unreadable = _unreadable(counted, dates)
        shortfalls = {date: [*problems, *unreadable.get(date, [])] for date in dates}
        return replace(fetched, shortfalls={date: found for date, found in shortfalls.items() if found})

    def _of_feed(
        self,
        feed: tuple[str, tuple[str, ...]],
        parse: Callable[[pd.DataFrame], _Landed],
        dates: Sequence[dt.date],
        problems: list[BadInput],
    ) -> _Landed:
        """Rows of one feed; its files that cannot be read are added to the problems."""
        rows, unreadable = self._rows_about(*feed, dates)
        problems += unreadable
        if rows is None:
            return pd.DataFrame(), pd.DataFrame()
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
        return landed, refused.assign(file=feed[0])

    def _first_fives(self, dates: Sequence[dt.date], problems: list[BadInput]) -> _Landed:
        """Who was on the floor at the first event of each game; files that cannot be read are problems."""
        days = [date.isoformat() for date in dates]
        events = self._columns_of(EVENTS[0], FIRST_EVENT, dates, problems, self._first_events)
        players = self._columns_of(PLAYER_BOXES[0], ENTRANTS, dates, problems, self._read)
        if not events or not players:
            return pd.DataFrame(), pd.DataFrame()
        games = pd.concat(events).astype("object").drop_duplicates()
        entrants = pd.concat(players).drop_duplicates()
        names = dict(zip(ENTRANTS, ("day", "game_id", "player_id", "player_name", "team"), strict=True))
        entrants = entrants[entrants["GAME_DATE"].isin(days)].rename(columns=names)
        first = games.loc[games["game_date"].isin(days), ["game_id", "players_on"]]
        return first_fives(first, entrants, self._games)

    def _columns_of(
        self,
        pattern: str,
        columns: tuple[str, ...],
        dates: Sequence[dt.date],
        problems: list[BadInput],
        read: Callable[[Path, list[str]], pa.Table],
    ) -> list[pd.DataFrame]:
        """Some columns of each file of the dates; those that cannot be read are added to the problems."""
        found: list[pd.DataFrame] = []
        for path in self._covering(pattern, dates):
            try:
                found.append(read(path, list(columns)).to_pandas())
            except BadInput as problem:
                problems.append(problem)
        return found

    def _events(self, feed: _EventFeed, dates: Sequence[dt.date]) -> Fetched:
        shortfalls: Problems = {}  # nothing here is more than an optional feed of a game
        tables: list[pa.Table] = []
        wanted = sorted(date.isoformat() for date in dates)
        for path in self._covering(f"{feed.folder}/*.parquet", dates):
            try:
                rows = self._event_rows(path, feed.date_column, wanted)
                self._need_text(rows.schema, feed.game_column, path)
                tables.append(self._parsed(rows, feed, path, dates, shortfalls))
            except BadInput as problem:
                self._spoil(shortfalls, path, dates, problem)
        if not tables:
            return Fetched(feed.schema.empty_table(), shortfalls=shortfalls)
        # Files come in the order of their names, seasons in the order of play: playoffs last.
        rows = pa.concat_tables(sorted((t for t in tables if len(t)), key=_first_date) or tables[:1])
        strangers: list[str] = []
        for date, problem in self._strangers(rows, feed.folder):
            shortfalls.setdefault(date, []).append(problem)
            strangers.append(str(problem.game))
        if strangers:
            games = pa.array(strangers, rows.schema.field("game_id").type)
            rows = rows.filter(pc.invert(pc.is_in(rows.column("game_id"), value_set=games)))
        return Fetched(rows, shortfalls=shortfalls)

    def _parsed(
        self,
        rows: pa.Table,
        feed: _EventFeed,
        path: Path,
        dates: Sequence[dt.date],
        shortfalls: Problems,
    ) -> pa.Table:
        """Rows of a file in the columns of the table; games that cannot be read are left out and named."""
        for name in (name for name in feed.dispensable if name not in rows.column_names):
            rows = rows.append_column(name, pa.nulls(len(rows)))
            problem = BadInput(
                file=self._name(path), game=None, field=name, reason="column missing", remedy=EXPORT
            )
            self._spoil(shortfalls, path, dates, problem)
        unnamed = pc.is_null(rows.column(feed.game_column))
        for date, count in _counts(rows.filter(unnamed).column(feed.date_column)):
            problem = BadInput(
                file=self._name(path), game=None, field=feed.game_column,
                reason=f"{count} rows name no game", remedy="fetch the games of this date again",
            )  # fmt: skip
            shortfalls.setdefault(dt.date.fromisoformat(date), []).append(problem)
        rows = _once(rows.filter(pc.invert(unnamed)), feed)
        left_out: list[BadInput] = []
        found = feed.parse(rows, TEAM_TRICODES, file=self._name(path), source=self.kind, left_out=left_out)
        for problem in left_out:
            mine = rows.filter(pc.equal(rows.column(feed.game_column), problem.game))
            for date, _ in _counts(mine.column(feed.date_column)):
                shortfalls.setdefault(dt.date.fromisoformat(date), []).append(problem)
        return found

    def _strangers(self, rows: pa.Table, folder: str) -> Iterator[tuple[dt.date, BadInput]]:
        """Games that the schedule does not have on their date."""
        pairs = (
            rows.select(["game_date", "game_id"]).group_by(["game_date", "game_id"]).aggregate([]).to_pandas()
        )
        known = pairs.merge(self._games[["game_date", "game_id"]], how="left", indicator="scheduled")
        for row in (
            known[known["scheduled"].eq("left_only")].sort_values(["game_date", "game_id"]).itertuples()
        ):
            yield row.game_date.date(), BadInput(
                file=folder, game=row.game_id, field="game_id",
                reason="the schedule has no such game on this date",
                remedy="complete the schedule, or remove the game from the file",
            )  # fmt: skip

    def _evidence(self, rows: pd.DataFrame, refused: pd.DataFrame, dates: Sequence[dt.date]) -> Fetched:
        days = pd.to_datetime(list(dates))
        kept = rows[rows["game_date"].isin(days)].reset_index(drop=True)
        if self.kind != "archive":
            kept["source"] = self.kind
        counted = refused[refused["game_date"].isin(days)].groupby(["game_date", "reason"])["count"].sum()
        notes: dict[dt.date, dict[str, Any]] = {}
        for row in counted.rename("rows").reset_index().to_dict("records"):
            notes.setdefault(row["game_date"].date(), {})[f"refused: {row['reason']}"] = int(row["rows"])
        return Fetched(kept, notes=notes)


def _unreadable(refused: pd.DataFrame, dates: Sequence[dt.date]) -> Problems:
    """What was left out of each date because a value could not be read."""
    found: Problems = {}
    if "field" not in refused:
        return found
    for row in refused[refused["field"].notna()].to_dict("records"):
        if pd.notna(row["game_date"]) and (date := row["game_date"].date()) in dates:
            found.setdefault(date, []).append(
                BadInput(
                    file=row["file"], game=None, field=row["field"],
                    reason=f"{row['count']} rows left out, first value {row['value']!r} cannot be read",
                    remedy=EXPORT,
                )
            )  # fmt: skip
    return found


def _once(rows: pa.Table, feed: _EventFeed) -> pa.Table:
    """Rows without those that are repeated as they are; a feed without numbers tells no repetition."""
    if not feed.number:
        return rows
    keys = rows.select([feed.game_column, feed.number]).to_pandas()
    games = keys.loc[keys.duplicated(), feed.game_column].unique()
    suspects = keys[feed.game_column].isin(games)
    if not suspects.any():
        return rows
    whole = rows.filter(pa.array(suspects)).to_pandas()
    repeated = suspects.copy()
    repeated[suspects] = whole.duplicated().to_numpy()
    return rows.filter(pa.array(~repeated))


def _counts(days: pa.ChunkedArray) -> list[tuple[str, int]]:
    """Number of rows by date, the dates in order."""
    found = pc.value_counts(days.cast(pa.string())).to_pylist()
    return sorted((pair["values"], pair["counts"]) for pair in found)


def _first_date(rows: pa.Table) -> dt.datetime:
    return rows.column("game_date")[0].as_py()
