"""Files of an archive: which one holds what, and which dates a broken one spoils."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from nba_assets.calendar.seasons import by_season, season_of
from nba_assets.calendar.tipoffs import with_stated_tipoffs
from nba_assets.domain.raw.event_games import stated_tipoffs
from nba_assets.domain.raw.schedule import COLUMNS, PARTS, no_games, read_games
from nba_assets.sources.archive.text_keys import with_text_keys
from nba_assets.tabular.arrow_columns import (
    is_text,
    pc,
)
from nba_assets.tabular.problems import BadInput

EXPORT = "export the file again"
_ODDS = ("odds/game_closing_lines*.parquet", "odds/player_points_lines_*.parquet")
_STATED = ("home_team", "away_team", "commence_time")

Problems = dict[dt.date, list[BadInput]]


@dataclass(frozen=True)
class Schedules:
    """What the schedule files of an archive hold.

    Attributes:
        games: every game that can be read.
        problems: what was left out, by date.
        unreadable: files of which nothing can be read: it is unknown which dates they are about.
    """

    games: pd.DataFrame
    problems: Problems = field(default_factory=dict)
    unreadable: list[BadInput] = field(default_factory=list)


class ArchiveFiles:
    """Reads season dumps below one folder.

    Args:
        folder: root of the layout.

    Raises:
        BadInput: the folder is missing, or has no schedule.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        if not folder.is_dir():
            raise BadInput(
                file=str(folder), game=None, field=None, reason="no such folder",
                remedy="set NBA_ARCHIVE_DIR to an archive, or make one with: nba-assets simulate --out DIR",
            )  # fmt: skip
        if not self._files("schedule/games_*.parquet"):
            raise BadInput(
                file=str(folder), game=None, field=None, reason="the folder has no schedule/games_*.parquet",
                remedy="point NBA_ARCHIVE_DIR at the root of an archive",
            )  # fmt: skip

    @cached_property
    def kind(self) -> str:
        """``archive``, or the value of the schedule's column ``source``.

        Raises:
            BadInput: schedules of two kinds lie in one folder, or no game of any can be read.
        """
        kinds = set(self._games["source"])
        if not kinds:
            found = chain(self._schedules.unreadable, *self._schedules.problems.values())
            first = next(found, None)
            raise BadInput(
                file=str(self._folder / "schedule"), game=None, field=None,
                reason=f"no game can be read{f'; first: {first}' if first else ''}", remedy=EXPORT,
            )  # fmt: skip
        if len(kinds) > 1:
            raise BadInput(
                file=str(self._folder / "schedule"), game=None, field="source", 
                reason=f"kinds {sorted(kinds)} are mixed",
                remedy="keep real and simulated leagues in folders of their own",
            )  # fmt: skip
        return kinds.pop()

    def accounted_days(self, dates: Sequence[dt.date]) -> list[dt.date]:
        """Dates of a season that the schedule has, from its preseason to its last game."""
        last = self._games.groupby("season")["game_date"].max().dt.date.to_dict()
        played = set(self._games["game_date"].dt.date)
        unreadable = self._schedules.problems.keys() - played  # it is unknown whether nothing was played
        return [
            date
            for date in dates
            if date <= last.get(season_of(date), dt.date.min) and date not in unreadable
        ]

    def seasons(self) -> dict[str, list[dt.date]]:
        """Game dates of each season that the schedule has."""
        return by_season(self._games["game_date"].dt.date.unique())

    def _files(self, pattern: str) -> list[Path]:
        return sorted(self._folder.glob(pattern))

    def _read(self, path: Path, columns: list[str] | None = None, **more: Any) -> pa.Table:
        try:
            table = pq.read_table(path, columns=columns, partitioning=None, **more)
        except (pa.ArrowException, OSError) as error:
            first = str(error).splitlines()[0]
            raise BadInput(
                file=self._name(path),
                game=None,
                field=None,
                reason=f"not readable as parquet: {first}",
                remedy=EXPORT,
            ) from error
        return with_text_keys(_spelled_out(table, more.get("read_dictionary", ())))

    def _need_text(self, schema: pa.Schema, column: str, path: Path) -> None:
        """Ids and dates are text in every file: a number has lost its zeros, a time its calendar day."""
        if column not in schema.names:
            raise BadInput(
                file=self._name(path), game=None, field=column, reason="column missing", remedy=EXPORT
            )
        kind = schema.field(column).type
        if not is_text(kind):
            raise BadInput(
                file=self._name(path), game=None, field=column, reason=f"type {kind} where text belongs",
                remedy="export the file again with ids of ten digits and dates as YYYY-MM-DD",
            )  # fmt: skip

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()

    @cached_property
    def _schedules(self) -> Schedules:
        """Games of every schedule file, and what was left out."""
        frames: list[pd.DataFrame] = []
        found = Schedules(no_games())
        for path in self._files("schedule/games_*.parquet"):
            try:
                table = self._read(path)
                if missing := [name for name in COLUMNS if name not in table.column_names]:
                    raise BadInput(
                        file=self._name(path), game=None, field=", ".join(missing), reason="column missing",
                        remedy=EXPORT,
                    )  # fmt: skip
            except BadInput as problem:  # the games of other files are known all the same
                found.unreadable.append(problem)
                continue
            games, problems = read_games(table.to_pandas(), self._name(path))
            frames.append(games)
            for date, problem in problems:
                found.problems.setdefault(date, []).append(problem)
        games = pd.concat(frames, ignore_index=True) if frames else found.games
        return replace(found, games=games.drop_duplicates("game_id", keep="last"))

    @cached_property
    def _games(self) -> pd.DataFrame:
        """Every game of every schedule file, in the columns of raw_schedule and ``part``."""
        games = self._schedules.games
        games = with_stated_tipoffs(games, self._stated_tipoffs(games))
        return games.assign(part=games["season"] + "_" + games["season_type"].map(PARTS))

    def _stated_tipoffs(self, games: pd.DataFrame) -> pd.DataFrame:
        """Tip-offs that odds feeds state (game_id, commence_time); a file that cannot be read states none.

        The feed of the file itself reports its problem.
        """
        found: list[pd.DataFrame] = []
        schedule = games.assign(is_neutral=pd.NA, is_postponed=False)
        for path in [path for pattern in _ODDS for path in self._files(pattern)]:
            try:
                rows = self._read(path, list(_STATED), read_dictionary=list(_STATED)).to_pandas()
            except BadInput:
                continue
            found.append(stated_tipoffs(rows.drop_duplicates(), schedule))
        nothing = pd.DataFrame({"game_id": [], "commence_time": games["tipoff_utc"].iloc[:0]})
        return pd.concat(found, ignore_index=True) if found else nothing

    def _all_games(self) -> pd.DataFrame:
        return self._games.drop(columns="part").assign(is_neutral=pd.NA, is_postponed=False)

    @cached_property
    def _box_dates(self) -> dict[Path, set[str] | None]:
        """Dates of the games in each player file, by the schedule; None for a file that cannot be read."""
        dates: dict[Path, set[str] | None] = {}
        scheduled = self._games.set_index("game_id")["game_date"].dt.strftime("%Y-%m-%d")
        for path in self._files("leaguegamelog/players_*.parquet"):
            try:
                rows = self._read(path, ["GAME_DATE", "GAME_ID"])
                for column in rows.column_names:
                    self._need_text(rows.schema, column, path)
                games = rows.to_pandas().drop_duplicates()
                # A typing error in a date must not count as a game that has been played on it.
                dates[path] = set(games["GAME_DATE"][games["GAME_ID"].map(scheduled).eq(games["GAME_DATE"])])
            except BadInput:
                # Reported by player_boxscores, on every date of the file; here it only must not look like
                # a season that has not been played.
                dates[path] = None
        return dates

    @property
    def _newest_result(self) -> pd.Timestamp:
        """Date of the newest box score: games after it have not been played yet."""
        known = [max(dates) for dates in self._box_dates.values() if dates]
        return pd.Timestamp(max(known)) if known else pd.Timestamp.min

    def _unreadable(self, games: pd.DataFrame) -> pd.Series:
        """Which games a player file may hold that cannot be read."""
        torn = [path for path, dates in self._box_dates.items() if dates is None]
        found = pd.Series(False, games.index)
        for path in torn:
            found |= self._may_hold(path, games)
        return found

    def _matchups(self, dates: Sequence[dt.date]) -> pd.DataFrame:
        wanted = {date.isoformat() for date in dates}
        frames = [pd.DataFrame({"GAME_ID": [], "MATCHUP": []}, dtype="string[pyarrow]")]
        for path, known in self._box_dates.items():
            names = pq.read_schema(path).names if known else []
            if known and known & wanted and {"GAME_ID", "MATCHUP"} <= set(names):
                frames.append(self._read(path, ["GAME_ID", "MATCHUP"]).to_pandas().drop_duplicates())
        return pd.concat(frames, ignore_index=True).astype("string[pyarrow]")

    def _rows_about(
        self, pattern: str, moments: tuple[str, ...], dates: Sequence[dt.date]
    ) -> tuple[pd.DataFrame | None, list[BadInput]]:
        """Rows of the files any of whose moments may concern the dates; None without a readable file.

        A superset, by the day in the text: from the game date before the first one (a report
        made after its games is news for the next) to two days after the last (UTC days of late games). A
        moment that is no date is kept, for the parser to refuse. A file that cannot be read is a problem.
        """
        known = self._games.loc[self._games["game_date"] < pd.Timestamp(dates[0]), "game_date"]
        first = (known.max() if len(known) else pd.Timestamp(dates[0])) - pd.Timedelta(days=1)
        window = (str(first.date()), str(dates[-1] + dt.timedelta(days=2)))
        kept: list[pd.DataFrame] = []
        problems: list[BadInput] = []
        for path in self._files(pattern):
            try:
                table = self._read(path)
            except BadInput as problem:
                problems.append(problem)
                continue
            kept.append(table.filter(_mentions(table, moments, *window)).to_pandas())
        return pd.concat(kept, ignore_index=True) if kept else None, problems

    def _first_events(self, path: Path, columns: list[str]) -> pa.Table:
        """The first event of each game of a play-by-play file."""
        rows = self._read(path, columns, read_dictionary=columns)
        for column in columns:
            self._need_text(rows.schema, column, path)
        games = rows.column("game_id").to_pandas()
        return rows.take(games.drop_duplicates().index.to_numpy())

    def _covering(self, pattern: str, dates: Sequence[dt.date]) -> list[Path]:
        """Files that may have games of some of the dates: those of their season and part.

        A part without a file of its own, such as the final of the Cup, lies in another one of its season; a
        file that names neither season nor part may hold any game.
        """
        days = self._games["game_date"].isin(pd.to_datetime(list(dates)))
        parts = set(self._games.loc[days, "part"])
        files = {path: _part(path) for path in self._files(pattern)}
        homeless = {_season(part) for part in parts - set(files.values())}
        return [path for path, part in files.items() if part in parts or _season(part) in {"", *homeless}]

    def _rows_of_dates(self, path: Path, date_column: str, wanted: list[str]) -> pa.Table:
        """Rows of the wanted dates, texts as the file holds them: each distinct one once.

        A whole season is read as it is, which is twice as fast as sifting it.
        """
        keys = self._read(path, [date_column])
        self._need_text(keys.schema, date_column, path)
        texts = [field.name for field in pq.read_schema(path) if is_text(field.type)]
        days = keys.column(date_column)
        if set(pc.unique(days).to_pylist()) <= set(wanted):
            return self._read(path, read_dictionary=texts)
        mine = pc.is_in(days, value_set=pa.array(wanted, days.type))
        if not pc.any(mine).as_py():
            return with_text_keys(pq.read_schema(path).empty_table())
        return self._read(path, read_dictionary=texts).filter(mine)

    @staticmethod
    def _may_hold(path: Path, games: pd.DataFrame) -> pd.Series:
        """Which games a file may hold, by its name: see :meth:`_covering`."""
        part = _part(path)
        mine = games["part"].eq(part)
        return mine if mine.any() else games["season"].eq(_season(part)) | (not part)

    def _spoil(self, problems: Problems, path: Path, dates: Sequence[dt.date], problem: BadInput) -> None:
        """A whole file is unusable: every date of its part of the season does without it."""
        spoiled = set(self._games.loc[self._may_hold(path, self._games), "game_date"].dt.date)
        for date in dates:
            if date in spoiled:
                problems.setdefault(date, []).append(problem)


def _spelled_out(table: pa.Table, asked: Collection[str]) -> pa.Table:
    """Categories that a tool has written as such, as the values they stand for."""
    for place, column in enumerate(table.schema):
        if isinstance(column.type, pa.DictionaryType) and column.name not in asked:
            table = table.set_column(place, column.name, table.column(place).cast(column.type.value_type))
    return table


def _part(path: Path) -> str:
    """Season and part of a file, as in 2024-25_regular; as much of it as its name has."""
    found = re.search(r"\d{4}-\d{2}(_[a-z]+)?", path.name)
    return found.group() if found else ""


def _season(part: str) -> str:
    return part[: len("2024-25")]


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
