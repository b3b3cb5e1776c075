"""The archive: season dumps in a folder, in the shapes in which their publishers serve them.

What belongs here: which file holds what, and which dates a broken one spoils. What does not: the meaning of
rows (domain/).

Layout: ``schedule/games_*.parquet``, ``leaguegamelog/players_{season}_{part}.parquet``,
``leaguegamelog/teams_{season}_{part}.parquet``, ``playbyplay/{season}_{part}.parquet``,
``shotchart/{season}_{part}.parquet``, ``odds/player_points_lines_*.parquet``,
``odds/game_closing_lines*.parquet``, ``injuries/injury_snapshots_*.parquet``. Files are found by pattern; a
feed may lack any season. A column ``source`` says that a league is not the real one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nba_assets.domain import box_scores
from nba_assets.domain.game_lines import game_lines_from_archive
from nba_assets.domain.injuries import injuries_from_archive
from nba_assets.domain.play_by_play import EVENTS_SCHEMA, SHOTS_SCHEMA, parse_archive_events, parse_archive_shots
from nba_assets.domain.points_lines import points_lines_from_archive
from nba_assets.domain.problems import BadInput
from nba_assets.domain.teams import TEAM_TRICODES
from nba_assets.schemas.raw import RAW_GAME_LINES, RAW_INJURY_REPORTS, RAW_PLAYER_POINTS_LINES
from nba_assets.sources.base import Fetched

_EXPORT = "export the file again"
_SCHEDULE = ("game_id", "game_date", "season", "season_type", "home_team_tricode", "away_team_tricode")
_PARTS = {"Regular Season": "regular", "PlayIn": "playin", "Playoffs": "playoffs", "Cup": "cup"}

Problems = dict[dt.date, list[BadInput]]


class ArchiveSource:
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
        """``archive``, or what the schedule's column ``source`` says.

        Raises:
            BadInput: schedules of two kinds lie in one folder.
        """
        kinds = set(self._games["source"])
        if len(kinds) > 1:
            raise BadInput(
                file=str(self._folder / "schedule"), game=None, field="source", reason=f"kinds {sorted(kinds)} are mixed",
                remedy="keep real and simulated leagues in folders of their own",
            )  # fmt: skip
        return kinds.pop()

    def accounted_days(self, dates: Sequence[dt.date]) -> list[dt.date]:
        """Dates from the first to the last game of a season that the schedule has."""
        spans = self._games.groupby("season")["game_date"].agg(["min", "max"])
        days = pd.Series(pd.to_datetime(list(dates)))
        known = pd.Series(False, index=days.index)
        for first, last in spans.itertuples(index=False):
            known |= days.between(first, last)
        return [day.date() for day in days[known]]

    def schedule(self, dates: Sequence[dt.date]) -> Fetched:
        """Games of the dates, home team by the schedule, neutral sites by the box scores' MATCHUP."""
        games = self._games[self._games["game_date"].isin(pd.to_datetime(list(dates)))].copy()
        neutral = box_scores.neutral_games(self._matchups(dates))
        final = (games["game_date"] <= self._newest_result) | games["part"].isin(self._unreadable_parts)
        games["status"] = final.map({True: "final", False: "scheduled"})
        games["is_neutral"] = games["game_id"].map(neutral).astype("boolean")
        return Fetched(games.assign(is_postponed=False, home_score=pd.NA, away_score=pd.NA).drop(columns="part"))

    def player_boxscores(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Player box scores; a date with an impossible row fails."""
        return self._boxes(
            "players", box_scores.PLAYER_COLUMNS, ["GAME_ID", "PLAYER_ID"], box_scores.raw_player_rows, dates, schedule
        )

    def team_boxscores(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Team box scores; a date with an impossible row fails."""
        return self._boxes(
            "teams", box_scores.TEAM_COLUMNS, ["GAME_ID", "TEAM_ABBREVIATION"], box_scores.raw_team_rows, dates, schedule
        )

    def play_by_play(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Events in order of play; a date with an unreadable event fails."""
        return self._events("playbyplay", "game_id", "game_date", parse_archive_events, dates, schedule)

    def shot_chart(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Field goal attempts; a date with an unreadable one fails."""
        return self._events("shotchart", "GAME_ID", "GAME_DATE", parse_archive_shots, dates, schedule)

    def injury_reports(self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame) -> Fetched:
        """Captures of injury lists, filed under the first date whose cutoff they precede."""
        rows = self._whole("injuries/injury_snapshots_*.parquet")
        if rows is None:
            return Fetched(RAW_INJURY_REPORTS.empty())
        return self._evidence(*injuries_from_archive(rows, self._all_games(), appearances), dates)

    def game_lines(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Closing lines of games."""
        rows = self._whole("odds/game_closing_lines*.parquet")
        if rows is None:
            return Fetched(RAW_GAME_LINES.empty())
        return self._evidence(*game_lines_from_archive(rows, self._all_games()), dates)

    def points_lines(self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame) -> Fetched:
        """Players' points lines."""
        rows = self._whole("odds/player_points_lines_*.parquet")
        if rows is None:
            return Fetched(RAW_PLAYER_POINTS_LINES.empty())
        return self._evidence(*points_lines_from_archive(rows, self._all_games(), appearances), dates)

    # --- files ---------------------------------------------------------------------------------------------

    def _files(self, pattern: str) -> list[Path]:
        return sorted(self._folder.glob(pattern))

    def _read(self, path: Path, columns: list[str] | None = None, **more: Any) -> pa.Table:
        try:
            return pq.read_table(path, columns=columns, partitioning=None, **more)
        except (pa.ArrowException, OSError) as error:
            first = str(error).splitlines()[0]
            raise BadInput(
                file=self._name(path), game=None, field=None, reason=f"not readable as parquet: {first}", remedy=_EXPORT
            ) from error

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()

    @cached_property
    def _games(self) -> pd.DataFrame:
        """Every game of every schedule file, in the columns of raw_schedule and ``part``."""
        frames = []
        for path in self._files("schedule/games_*.parquet"):
            table = self._read(path)
            missing = [name for name in _SCHEDULE if name not in table.column_names]
            if missing:
                raise BadInput(
                    file=self._name(path), game=None, field=", ".join(missing), reason="column missing", remedy=_EXPORT
                )
            frames.append(table.to_pandas())
        rows = pd.concat(frames, ignore_index=True).drop_duplicates("game_id", keep="last")
        games = rows.rename(columns={"home_team_tricode": "home_team", "away_team_tricode": "away_team"})
        games["game_date"] = pd.to_datetime(games["game_date"]).astype("datetime64[ns]")
        tipoff = games["tipoff_utc"] if "tipoff_utc" in games else pd.Series(pd.NA, index=games.index)
        games["tipoff_utc"] = pd.to_datetime(tipoff, utc=True).astype("datetime64[ns, UTC]")
        games["source"] = games["source"] if "source" in games else "archive"
        games["part"] = games["season"] + "_" + games["season_type"].map(_PARTS)
        columns = ["game_date", "game_id", "season", "season_type", "home_team", "away_team", "tipoff_utc"]
        return games[[*columns, "source", "part"]]

    def _all_games(self) -> pd.DataFrame:
        return self._games.drop(columns="part").assign(is_neutral=pd.NA, is_postponed=False)

    @cached_property
    def _box_dates(self) -> dict[Path, set[str] | None]:
        """Dates in each player file; None for a file that cannot be read."""
        dates: dict[Path, set[str] | None] = {}
        for path in self._files("leaguegamelog/players_*.parquet"):
            try:
                dates[path] = set(pc.unique(self._read(path, ["GAME_DATE"]).column(0)).to_pylist())
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

    @property
    def _unreadable_parts(self) -> set[str]:
        return {_part(path) for path, dates in self._box_dates.items() if dates is None}

    def _matchups(self, dates: Sequence[dt.date]) -> pd.DataFrame:
        wanted = {date.isoformat() for date in dates}
        frames = [pd.DataFrame({"GAME_ID": [], "MATCHUP": []}, dtype="string[pyarrow]")]
        for path, known in self._box_dates.items():
            names = pq.read_schema(path).names if known else []
            if known and known & wanted and {"GAME_ID", "MATCHUP"} <= set(names):
                frames.append(self._read(path, ["GAME_ID", "MATCHUP"]).to_pandas().drop_duplicates())
        return pd.concat(frames, ignore_index=True).astype("string[pyarrow]")

    def _whole(self, pattern: str) -> pd.DataFrame | None:
        files = self._files(pattern)
        return pd.concat([self._read(path).to_pandas() for path in files], ignore_index=True) if files else None

    # --- box scores ----------------------------------------------------------------------------------------

    def _boxes(
        self,
        prefix: str,
        columns: tuple[str, ...],
        key: list[str],
        parse: Callable[[pd.DataFrame, pd.DataFrame, str], pd.DataFrame],
        dates: Sequence[dt.date],
        schedule: pd.DataFrame,
    ) -> Fetched:
        problems: Problems = {}
        frames: list[pd.DataFrame] = []
        wanted = {date.isoformat() for date in dates}
        for path in self._covering(f"leaguegamelog/{prefix}_*.parquet", dates):
            try:
                rows = self._box_rows(path, columns, wanted)
            except BadInput as problem:
                self._spoil(problems, path, dates, problem)
                continue
            for date, problem in box_scores.impossible_rows(rows, key, self._games, self._name(path)):
                if date in wanted:
                    problems.setdefault(dt.date.fromisoformat(date), []).append(problem)
            frames.append(rows)
        rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*columns])
        bad = {date.isoformat() for date in problems}
        rows = rows[~rows["GAME_DATE"].isin(bad)].reset_index(drop=True)
        return Fetched(parse(rows, self._games, self.kind), problems)

    def _box_rows(self, path: Path, columns: tuple[str, ...], wanted: set[str]) -> pd.DataFrame:
        try:
            schema = pq.read_schema(path)
        except (pa.ArrowException, OSError):
            self._read(path)  # says what is wrong with the file
            raise
        box_scores.check_columns(schema.names, map(str, schema.types), columns, self._name(path))
        present = [name for name in (*columns, *box_scores.OPTIONAL_COLUMNS) if name in schema.names]
        table = self._read(path, present)
        # A game that the schedule has on a wanted date must not slip by under another date of its own.
        due = set(self._games.loc[self._games["game_date"].isin(pd.to_datetime(sorted(wanted))), "game_id"])
        mask = pc.or_(
            pc.is_in(table.column("GAME_DATE"), value_set=pa.array(sorted(wanted), table.column("GAME_DATE").type)),
            pc.is_in(table.column("GAME_ID"), value_set=pa.array(sorted(due), table.column("GAME_ID").type)),
        )
        return table.filter(mask).to_pandas()

    # --- events --------------------------------------------------------------------------------------------

    def _events(
        self,
        folder: str,
        game_column: str,
        date_column: str,
        parse: Callable[..., pa.Table],
        dates: Sequence[dt.date],
        schedule: pd.DataFrame,
    ) -> Fetched:
        problems: Problems = {}
        tables: list[pa.Table] = []
        wanted = sorted(date.isoformat() for date in dates)
        for path in self._covering(f"{folder}/*.parquet", dates):
            try:
                rows = self._read(path, filters=[(date_column, "in", wanted)])
                tables.append(self._isolate(rows, parse, game_column, date_column, path, problems))
            except BadInput as problem:
                self._spoil(problems, path, dates, problem)
        if not tables:
            empty = (EVENTS_SCHEMA if folder == "playbyplay" else SHOTS_SCHEMA).empty_table()
            return Fetched(empty, problems)
        # Files come in the order of their names, seasons in the order of play: playoffs last.
        rows = pa.concat_tables(sorted((t for t in tables if len(t)), key=_first_date) or tables[:1])
        for date, problem in self._strangers(rows, folder):
            problems.setdefault(date, []).append(problem)
        return Fetched(rows, problems)

    def _isolate(
        self,
        rows: pa.Table,
        parse: Callable[..., pa.Table],
        game_column: str,
        date_column: str,
        path: Path,
        problems: Problems,
    ) -> pa.Table:
        """Parse a file; set aside, one by one, the dates of games that cannot be parsed."""
        while True:
            try:
                return parse(rows, TEAM_TRICODES, file=self._name(path), source=self.kind)
            except BadInput as problem:
                if problem.game is None:
                    raise
                game = rows.filter(pc.equal(rows.column(game_column), problem.game))
                spoiled = pc.unique(game.column(date_column)).to_pylist()
                if not spoiled:
                    raise
                for date in spoiled:
                    problems.setdefault(dt.date.fromisoformat(date), []).append(problem)
                rows = rows.filter(pc.invert(pc.is_in(rows.column(date_column), value_set=pa.array(spoiled))))

    def _strangers(self, rows: pa.Table, folder: str) -> Iterator[tuple[dt.date, BadInput]]:
        """Games that the schedule does not have on their date."""
        pairs = rows.select(["game_date", "game_id"]).group_by(["game_date", "game_id"]).aggregate([]).to_pandas()
        known = pairs.merge(self._games[["game_date", "game_id"]], how="left", indicator="there")
        for row in known[known["there"].eq("left_only")].sort_values(["game_date", "game_id"]).itertuples():
            yield row.game_date.date(), BadInput(
                file=folder, game=row.game_id, field="game_id", reason="the schedule has no such game on this date",
                remedy="complete the schedule, or remove the game from the file",
            )  # fmt: skip

    # --- evidence with times of its own --------------------------------------------------------------------

    def _evidence(self, rows: pd.DataFrame, refused: pd.DataFrame, dates: Sequence[dt.date]) -> Fetched:
        days = pd.to_datetime(list(dates))
        kept = rows[rows["game_date"].isin(days)].reset_index(drop=True)
        if self.kind != "archive":
            kept["source"] = self.kind
        counted = refused[refused["game_date"].isin(days)].groupby(["game_date", "reason"])["count"].sum()
        notes: dict[dt.date, dict[str, Any]] = {}
        for (day, reason), count in counted.items():
            notes.setdefault(day.date(), {})[f"refused: {reason}"] = int(count)
        return Fetched(kept, notes=notes)

    # --- which file covers which date ----------------------------------------------------------------------

    def _covering(self, pattern: str, dates: Sequence[dt.date]) -> list[Path]:
        """Files whose season and part have games on some of the dates."""
        days = self._games["game_date"].isin(pd.to_datetime(list(dates)))
        parts = set(self._games.loc[days, "part"])
        return [path for path in self._files(pattern) if _part(path) in parts]

    def _spoil(self, problems: Problems, path: Path, dates: Sequence[dt.date], problem: BadInput) -> None:
        """A whole file is unusable: its part of the season fails on every date."""
        games = self._games[self._games["part"].eq(_part(path))]
        spoiled = set(games["game_date"].dt.date)
        for date in dates:
            if date in spoiled:
                problems.setdefault(date, []).append(problem)


def _first_date(rows: pa.Table) -> dt.datetime:
    return rows.column("game_date")[0].as_py()


def _part(path: Path) -> str:
    """Season and part of a file, as in 2024-25_regular."""
    found = re.search(r"(\d{4}-\d{2}_[a-z]+)", path.name)
    return found.group(1) if found else path.stem
