"""The schedule of an archive: its games, what they tell of a file's dates, and whose league it is."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow as pa

from nba_assets.calendar.seasons import by_season, season_of
from nba_assets.calendar.tipoffs import with_stated_tipoffs
from nba_assets.domain.raw.event_games import stated_tipoffs
from nba_assets.domain.raw.schedule import COLUMNS, PARTS, no_games, read_games, second_games
from nba_assets.sources.archive.folder import EXPORT, OTHER_TRICODES, ArchiveFolder
from nba_assets.sources.archive.layout import PLAYER_BOXES, SCHEDULES, part_of, season_in_part
from nba_assets.tabular.arrow_columns import is_text, pc
from nba_assets.tabular.problems import BadInput, Problems

_ODDS = ("odds/game_closing_lines*.parquet", "odds/player_points_lines_*.parquet")
_STATED = ("home_team", "away_team", "commence_time")


@dataclass(frozen=True)
class _Parsed:
    """Games of the schedule files, what was left out by date, and files of which nothing can be read.

    ``recoded`` has the games that a file has under another publisher's tricodes.
    """

    games: pd.DataFrame
    recoded: frozenset[str]
    problems: Problems
    unreadable: list[BadInput]


class ArchiveSchedule:
    """Games of every schedule file of an archive.

    Args:
        folder: files of the archive.
    """

    def __init__(self, folder: ArchiveFolder):
        self._folder = folder

    @cached_property
    def kind(self) -> str:
        """``archive``, or the value of the schedule's column ``source``.

        Raises:
            BadInput: schedules of two kinds lie in one folder, or no game of any can be read.
        """
        kinds = set(self.games["source"])
        if not kinds:
            first = next(chain(self.unreadable, *self.problems.values()), None)
            raise BadInput(
                file=str(self._folder.path / "schedule"), game=None, field=None,
                reason=f"no game can be read{f'; first: {first}' if first else ''}", remedy=EXPORT,
            )  # fmt: skip
        if len(kinds) > 1:
            raise BadInput(
                file=str(self._folder.path / "schedule"), game=None, field="source", 
                reason=f"kinds {sorted(kinds)} are mixed",
                remedy="keep real and simulated leagues in folders of their own",
            )  # fmt: skip
        return kinds.pop()

    def accounted_days(self, dates: Sequence[dt.date]) -> list[dt.date]:
        """Dates of a season that the schedule has, from its preseason to its last game."""
        last = self.games.groupby("season")["game_date"].max().dt.date.to_dict()
        played = set(self.games["game_date"].dt.date)
        unreadable = self.problems.keys() - played  # it is unknown whether nothing was played
        return [
            date
            for date in dates
            if date <= last.get(season_of(date), dt.date.min) and date not in unreadable
        ]

    def seasons(self) -> dict[str, list[dt.date]]:
        """Game dates of each season that the schedule has."""
        return by_season(self.games["game_date"].dt.date.unique())

    @cached_property
    def games(self) -> pd.DataFrame:
        """Every game of every schedule file, in the columns of raw_schedule and ``part``."""
        games = self._listed.drop(index=self._second.index).reset_index(drop=True)
        games = with_stated_tipoffs(games, self._stated_tipoffs(games))
        return games.assign(part=games["season"] + "_" + games["season_type"].map(PARTS))

    @cached_property
    def _second(self) -> pd.DataFrame:
        """Games of a team that plays another one on the date: a merge by team would fail every date."""
        return second_games(self._listed, self._stated_dates.index)

    @cached_property
    def _listed(self) -> pd.DataFrame:
        """Games on the dates on which they are played, before any is left out."""
        games = self._parsed.games.copy()
        moved = games["game_id"].map(self._moved)
        games["tipoff_utc"] = games["tipoff_utc"].mask(moved.notna())
        games["game_date"] = moved.fillna(games["game_date"])
        return games

    @cached_property
    def problems(self) -> Problems:
        """What was left out of each date, or read otherwise than it is written."""
        found = defaultdict(list, {date: list(problems) for date, problems in self._parsed.problems.items()})
        for game, day in self._moved.items():
            problem = BadInput(
                file="schedule", game=str(game), field="game_date",
                reason=f"every row of its box score is of {day.date()}: the game has moved",
                remedy="correct the row of the schedule",
            )  # fmt: skip
            found[day.date()].append(problem)
        for game in self._second.itertuples():
            problem = BadInput(
                file="schedule", game=str(game.game_id), field="home_team_tricode, away_team_tricode",
                reason="a team of it plays another game on this date; the game is left out",
                remedy="correct the row of the schedule",
            )  # fmt: skip
            found[pd.Timestamp(game.game_date).date()].append(problem)
        return found

    @cached_property
    def repairs(self) -> Mapping[dt.date, Mapping[str, int]]:
        """How many games of each date were read otherwise than they are written."""
        days = self.games.loc[self.games["game_id"].isin(self._parsed.recoded), "game_date"].dt.date
        return {date: {f"repaired: {OTHER_TRICODES}": int(n)} for date, n in days.value_counts().items()}

    @property
    def unreadable(self) -> list[BadInput]:
        """Files of which nothing can be read: it is unknown which dates they are about."""
        return self._parsed.unreadable

    @property
    def all_games(self) -> pd.DataFrame:
        """Every game as a row of raw_schedule, before its box score states the site."""
        return self.games.drop(columns="part").assign(is_neutral=pd.NA, is_postponed=False)

    def dated(self, rows: pa.Table, game_column: str, date_column: str) -> pa.Table:
        """Rows of games as a file has them; a date that is none is that of the row's game."""
        column = rows.column(date_column)
        distinct = pc.unique(column.cast(pa.string()))
        if is_text(column.type) and pc.all(_is_day(distinct), skip_nulls=False).as_py():
            return rows
        texts, ids = column.cast(pa.string()), rows.column(game_column).cast(pa.string())
        places = pc.index_in(ids, value_set=pa.array(self.games["game_id"], pa.string()))
        by_game = pa.array(self.games["game_date"].dt.strftime("%Y-%m-%d"), pa.string()).take(places)
        days = pc.coalesce(pc.if_else(_is_day(texts), texts, pa.scalar(None, pa.string())), by_game, texts)
        return rows.set_column(rows.column_names.index(date_column), date_column, days)

    def rows_of_dates(self, path: Path, game_column: str, date_column: str, wanted: list[str]) -> pa.Table:
        """Rows of the wanted dates, texts as the file holds them: each distinct one once.

        A whole season is read as it is, which is twice as fast as sifting it.
        """
        keys = self.dated(self._folder.read(path, [date_column, game_column]), game_column, date_column)
        for column in (date_column, game_column):
            self._folder.require_text(keys.schema, column, path)
        days, texts = keys.column(date_column), self._folder.text_columns(path)
        mine = pc.is_in(days, value_set=pa.array(wanted, days.type))
        if not pc.any(mine).as_py():
            return self._folder.nothing(path)
        rows = self._folder.read(path, read_dictionary=texts)
        if not set(pc.unique(days).to_pylist()) <= set(wanted):
            rows = rows.filter(mine)
        return self.dated(rows, game_column, date_column)

    def covering(self, pattern: str, dates: Sequence[dt.date]) -> list[Path]:
        """Files that may have games of some of the dates: those of their season and part.

        A part without a file of its own, such as the final of the Cup, lies in another one of its season; a
        file that names no part may hold any game of its season, one that names neither any game.
        """
        days = self.games["game_date"].isin(pd.to_datetime(list(dates)))
        parts = set(self.games.loc[days, "part"])
        files = {path: part_of(path) for path in self._folder.files(pattern)}
        homeless = {season_in_part(part) for part in parts - set(files.values())}
        whole = {"", *parts, *map(season_in_part, parts)}
        return [path for path, part in files.items() if part in whole or season_in_part(part) in homeless]

    def may_hold(self, path: Path, games: pd.DataFrame) -> pd.Series:
        """Which games a file may hold, by its name: see :meth:`covering`."""
        part = part_of(path)
        mine = games["part"].eq(part)
        return mine if mine.any() else games["season"].eq(season_in_part(part)) | (not part)

    def misdated(self, rows: pd.DataFrame) -> pd.Series:
        """Dates of the games of box rows that state another date, where the game's is meant.

        It is where most rows of the game have it, or where theirs is the day of the tip-off in UTC.

        Args:
            rows: GAME_ID and GAME_DATE of whole games, on a unique index.

        Returns:
            The date of the game as text, on the index of the rows that mean it.
        """
        games = self.games.set_index("game_id")
        own = rows["GAME_ID"].map(games["game_date"].dt.strftime("%Y-%m-%d"))
        in_utc = rows["GAME_ID"].map(games["tipoff_utc"].dt.strftime("%Y-%m-%d"))
        stated = own.eq(rows["GAME_DATE"])
        most = stated.groupby(rows["GAME_ID"]).transform("mean").gt(0.5)
        return own[own.notna() & ~stated & (most | in_utc.eq(rows["GAME_DATE"]))]

    def spoil(self, problems: Problems, path: Path, dates: Sequence[dt.date], problem: BadInput) -> None:
        """A whole file is unusable: every date of its part of the season does without it."""
        spoiled = set(self.games.loc[self.may_hold(path, self.games), "game_date"].dt.date)
        for date in dates:
            if date in spoiled:
                problems.setdefault(date, []).append(problem)

    @cached_property
    def _moved(self) -> pd.Series:
        """New dates of games that every row of their box score puts on another date, by game.

        A game that was postponed is on its old date in a schedule that was exported before. It has not moved
        where a team of it plays another game on the new date, nor by a day: that may be the UTC day of an
        evening.
        """
        games = self._parsed.games.set_index("game_id")
        odd = self._stated_dates.to_frame("day").join(games, how="inner")
        seasons = odd["day"].dt.date.map(season_of).astype("object")
        by_a_day = (odd["day"] - odd["game_date"]).eq(pd.Timedelta(days=1))
        odd = odd[odd["day"].ne(odd["game_date"]) & seasons.eq(odd["season"]) & ~by_a_day]
        sides = games.drop(index=odd.index).melt("game_date", ["home_team", "away_team"], value_name="team")
        busy = set(zip(sides["game_date"], sides["team"], strict=True))
        free = [
            not busy & {(day, home), (day, away)}
            for day, home, away in zip(odd["day"], odd["home_team"], odd["away_team"], strict=True)
        ]
        return odd.loc[free, "day"]

    @cached_property
    def _stated_dates(self) -> pd.Series:
        """The one date that all rows of a game in the player files state, by game."""
        found = [pd.DataFrame({"GAME_ID": [], "GAME_DATE": []})]
        for path in self._folder.files(PLAYER_BOXES[0]):
            with suppress(BadInput):  # reported by the feed of the file
                rows = self._folder.read(path, ["GAME_ID", "GAME_DATE"])
                rows = rows.cast(pa.schema([(name, pa.string()) for name in rows.column_names]))
                found.append(rows.group_by(rows.column_names).aggregate([]).to_pandas())
        games = pd.concat(found).drop_duplicates().drop_duplicates("GAME_ID", keep=False)
        days = pd.to_datetime(games["GAME_DATE"].astype("string"), format="%Y-%m-%d", errors="coerce")
        return days.set_axis(games["GAME_ID"]).dropna().astype("datetime64[ns]")

    @cached_property
    def _parsed(self) -> _Parsed:
        frames: list[pd.DataFrame] = [no_games()]
        problems: Problems = defaultdict(list)
        unreadable: list[BadInput] = []
        recoded: set[str] = set()
        for path in self._folder.files(SCHEDULES):
            try:
                table, others = self._folder.read_recoded(path)
                self._require_columns(path, table.column_names)
            except BadInput as problem:  # the games of other files are known all the same
                unreadable.append(problem)
                continue
            recoded |= set(table.filter(others).column("game_id").to_pylist())
            games, found = read_games(table.to_pandas(), self._folder.name(path))
            frames.append(games)
            for date, problem in found:
                problems[date].append(problem)
        games = pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True)
        games = games.drop_duplicates("game_id", keep="last")
        return _Parsed(games, frozenset(recoded), problems, unreadable)

    def _require_columns(self, path: Path, names: Sequence[str]) -> None:
        if missing := [name for name in COLUMNS if name not in names]:
            raise BadInput(
                file=self._folder.name(path), game=None, field=", ".join(missing), reason="column missing",
                remedy=EXPORT,
            )  # fmt: skip

    def _stated_tipoffs(self, games: pd.DataFrame) -> pd.DataFrame:
        """Tip-offs that odds feeds state (game_id, commence_time); a file that cannot be read states none.

        The feed of the file itself reports its problem.
        """
        found: list[pd.DataFrame] = []
        schedule = games.assign(is_neutral=pd.NA, is_postponed=False)
        for path in [path for pattern in _ODDS for path in self._folder.files(pattern)]:
            try:
                rows = self._folder.read(path, list(_STATED), read_dictionary=list(_STATED)).to_pandas()
            except BadInput:
                continue
            found.append(stated_tipoffs(rows.drop_duplicates(), schedule))
        nothing = pd.DataFrame({"game_id": [], "commence_time": games["tipoff_utc"].iloc[:0]})
        return pd.concat(found, ignore_index=True) if found else nothing


def _is_day(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whether each text is a day in the form of every table; NULL is none."""
    return pc.fill_null(pc.match_substring_regex(texts, r"^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])$"), False)
