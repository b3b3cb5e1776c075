"""The schedule of an archive: its games, what they tell of a file's dates, and whose league it is."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow as pa

from nba_assets.calendar.seasons import by_season, season_of
from nba_assets.calendar.tipoffs import with_stated_tipoffs
from nba_assets.domain.raw.schedule import COLUMNS, PARTS, no_games, read_games, second_games, with_boxes
from nba_assets.sources.archive.folder import EXPORT, OTHER_TRICODES, ArchiveFolder
from nba_assets.sources.archive.layout import SCHEDULES, part_of, season_in_part
from nba_assets.sources.archive.row_dates import RowDates
from nba_assets.sources.archive.witnesses import Witnesses
from nba_assets.tabular.arrow_columns import pc
from nba_assets.tabular.problems import BadInput, Problems


@dataclass(frozen=True)
class _Parsed:
    """Games of the schedule files, what was left out by date, and files of which nothing can be read.

    ``repaired`` has the games that were read otherwise than they are written, by what was.
    """

    games: pd.DataFrame
    repaired: Mapping[str, set[str]]
    problems: Problems
    unreadable: list[BadInput]


class ArchiveSchedule:
    """Games of every schedule file of an archive.

    Args:
        folder: files of the archive.
    """

    def __init__(self, folder: ArchiveFolder):
        self._folder = folder
        self._witnesses = Witnesses(folder)

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
        games = with_stated_tipoffs(games, self._witnesses.tipoffs(games))
        return games.assign(part=games["season"] + "_" + games["season_type"].map(PARTS))

    @cached_property
    def row_dates(self) -> RowDates:
        """Dates of rows of other files, by these games."""
        return RowDates(self.games)

    @cached_property
    def _second(self) -> pd.DataFrame:
        """Games of a team that plays another one on the date: a merge by team would fail every date."""
        return second_games(self._listed, self._witnesses.dates.index)

    @cached_property
    def _listed(self) -> pd.DataFrame:
        """Games on the dates and floors on which they are played, before any is left out of a date."""
        games = self._parsed.games.copy()
        moved = games["game_id"].map(self._moved)
        games["tipoff_utc"] = games["tipoff_utc"].mask(moved.notna())
        games["game_date"] = moved.fillna(games["game_date"])
        votes = games["game_id"].map(self._disputed)
        sides = games[["home_team", "away_team"]]
        games[[*sides]] = sides.mask(votes.gt(0), sides[[*reversed([*sides])]].to_numpy())
        return games[~votes.eq(0)].reset_index(drop=True)

    @cached_property
    def _moved(self) -> pd.Series:
        return self._witnesses.moved(self._parsed.games)

    @cached_property
    def _disputed(self) -> pd.Series:
        return self._witnesses.disputed_sides(self._parsed.games)

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
        days = self._parsed.games.set_index("game_id")["game_date"]
        for game, votes in self._disputed.items():
            costs = "the sides are swapped" if votes else "the game is left out"
            problem = BadInput(
                file="schedule", game=str(game), field="home_team_tricode, away_team_tricode",
                reason=f"box scores or closing lines have the other team at home: {costs}",
                remedy="correct the row of the schedule",
            )  # fmt: skip
            found[self._moved.get(game, days[game]).date()].append(problem)
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
        notes: dict[dt.date, dict[str, int]] = defaultdict(dict)
        for what, games in self._parsed.repaired.items():
            days = self.games.loc[self.games["game_id"].isin(games), "game_date"].dt.date
            for date, count in days.value_counts().items():
                notes[date][f"repaired: {what}"] = int(count)
        return notes

    @property
    def unreadable(self) -> list[BadInput]:
        """Files of which nothing can be read: it is unknown which dates they are about."""
        return self._parsed.unreadable

    @property
    def all_games(self) -> pd.DataFrame:
        """Every game as a row of raw_schedule, before its box score states the site."""
        return self.games.drop(columns="part").assign(is_neutral=pd.NA, is_postponed=False)

    def rows_of_dates(
        self, path: Path, game_column: str, date_column: str, wanted: list[str]
    ) -> tuple[pa.Table, pa.ChunkedArray]:
        """Rows of the wanted dates, and the dates of those that the file has on another one.

        Texts are as the file holds them: each distinct one once. A whole season is read as it is, which is
        twice as fast as sifting it.
        """
        written = self._folder.read(path, [date_column, game_column])
        self._folder.require_rows(written, path)
        keys = self.row_dates.by_games(written, game_column, date_column)
        for column in (date_column, game_column):
            self._folder.require_text(keys.schema, column, path)
        days, texts = keys.column(date_column), self._folder.text_columns(path)
        mine = pc.is_in(days, value_set=pa.array(wanted, days.type))
        stated = written.column(date_column).cast(pa.string())
        redated = days.filter(pc.and_(mine, pc.fill_null(pc.not_equal(stated, days), True)))
        if not pc.any(mine).as_py():
            return self._folder.nothing(path), redated
        rows = self._folder.read(path, read_dictionary=texts)
        if not set(pc.unique(days).to_pylist()) <= set(wanted):
            rows = rows.filter(mine)
        return self.row_dates.by_games(rows, game_column, date_column), redated

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

    def spoil(self, problems: Problems, path: Path, dates: Sequence[dt.date], problem: BadInput) -> None:
        """A whole file is unusable: every date of its part of the season does without it."""
        spoiled = set(self.games.loc[self.may_hold(path, self.games), "game_date"].dt.date)
        for date in dates:
            if date in spoiled:
                problems.setdefault(date, []).append(problem)

    @cached_property
    def _parsed(self) -> _Parsed:
        frames: list[pd.DataFrame] = [no_games()]
        problems: Problems = defaultdict(list)
        unreadable: list[BadInput] = []
        repaired: dict[str, set[str]] = defaultdict(set)
        for path in self._folder.files(SCHEDULES):
            try:
                table, others = self._folder.read_recoded(path)
                rows, filled = with_boxes(table.to_pandas(), self._witnesses.games)
                self._require_columns(path, table.column_names, rows)
            except BadInput as problem:  # the games of other files are known all the same
                unreadable.append(problem)
                continue
            flags = {OTHER_TRICODES: others.to_numpy()}
            flags |= {column.words: pd.Series(True, rows.index) for column in self._folder.derived(path)}
            flags |= {f"{name} by the box score": flag for name, flag in filled.items()}
            for what, flag in flags.items():
                repaired[what] |= set(rows["game_id"][flag].dropna())
            games, found = read_games(rows, self._folder.name(path))
            frames.append(games)
            for date, problem in found:
                problems[date].append(problem)
        games = pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True)
        games = games.drop_duplicates("game_id", keep="last")
        return _Parsed(games, repaired, problems, unreadable)

    def _require_columns(self, path: Path, names: Sequence[str], rows: pd.DataFrame) -> None:
        """Hold a file to the columns of a schedule, but those that its games' box scores gave it."""
        if missing := [name for name in COLUMNS if name not in names and rows[name].isna().all()]:
            raise BadInput(
                file=self._folder.name(path), game=None, field=", ".join(missing), reason="column missing",
                remedy=EXPORT,
            )  # fmt: skip
