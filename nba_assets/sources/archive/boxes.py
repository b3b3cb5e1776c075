"""Box scores of an archive: which games can be believed, and what the others cost."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from nba_assets.domain.raw import box_scores
from nba_assets.sources.archive.folder import ArchiveFolder
from nba_assets.sources.archive.schedule import ArchiveSchedule, part_of
from nba_assets.sources.base import Fetched
from nba_assets.tabular.arrow_columns import pc
from nba_assets.tabular.problems import BadInput, Problems


class ArchiveBoxes:
    """Box scores of an archive's files, by game.

    Args:
        folder: files of the archive.
        schedule: its games.
    """

    def __init__(self, folder: ArchiveFolder, schedule: ArchiveSchedule):
        self._folder = folder
        self._schedule = schedule

    def players(self, dates: Sequence[dt.date]) -> Fetched:
        """Player box scores; a game with an impossible row is left out."""
        return self._fetched(
            "players",
            box_scores.PLAYER_COLUMNS,
            ["GAME_ID", "PLAYER_ID"],
            box_scores.raw_player_rows,
            dates,
        )

    def teams(self, dates: Sequence[dt.date]) -> Fetched:
        """Team box scores; a game with an impossible row is left out."""
        return self._fetched(
            "teams",
            box_scores.TEAM_COLUMNS,
            ["GAME_ID", "TEAM_ABBREVIATION"],
            box_scores.raw_team_rows,
            dates,
        )

    @property
    def newest_result(self) -> pd.Timestamp:
        """Date of the newest box score: games after it have not been played yet."""
        known = [max(dates) for dates in self._dates.values() if dates]
        return pd.Timestamp(max(known)) if known else pd.Timestamp.min

    @property
    def unreadable_parts(self) -> set[str]:
        """Seasons' parts, as in 2024-25_regular, whose player box scores cannot be read."""
        return {part_of(path) for path, dates in self._dates.items() if dates is None}

    def matchups(self, dates: Sequence[dt.date]) -> pd.DataFrame:
        """GAME_ID and MATCHUP of the files that have games on some of the dates."""
        wanted = {date.isoformat() for date in dates}
        frames = [pd.DataFrame({"GAME_ID": [], "MATCHUP": []}, dtype="string[pyarrow]")]
        for path, known in self._dates.items():
            names = pq.read_schema(path).names if known else []
            if known and known & wanted and {"GAME_ID", "MATCHUP"} <= set(names):
                frames.append(self._folder.read(path, ["GAME_ID", "MATCHUP"]).to_pandas().drop_duplicates())
        return pd.concat(frames, ignore_index=True).astype("string[pyarrow]")

    def _fetched(
        self,
        prefix: str,
        columns: tuple[str, ...],
        key: list[str],
        parse: Callable[[pd.DataFrame, pd.DataFrame, str], pd.DataFrame],
        dates: Sequence[dt.date],
    ) -> Fetched:
        shortfalls: Problems = defaultdict(list)
        games: set[str | None] = {None}  # to leave out
        frames: list[pd.DataFrame] = []
        wanted = {date.isoformat() for date in dates}
        for path in self._schedule.covering(f"leaguegamelog/{prefix}_*.parquet", dates):
            try:
                rows, unreadable = box_scores.read_box_rows(self._box_rows(path, columns, wanted))
            except BadInput as problem:
                self._schedule.spoil(shortfalls, path, dates, problem)
                continue
            rows = rows.drop_duplicates([*columns])  # a row that is repeated as it is adds nothing
            unreadable = unreadable[unreadable.index.isin(rows.index)]
            for date, problem in box_scores.impossible_rows(
                rows, key, self._schedule.games, self._folder.name(path), unreadable
            ):
                games.add(problem.game)
                if date in wanted:
                    shortfalls[dt.date.fromisoformat(date)].append(problem)
            frames.append(rows)
        rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*columns])
        rows = rows[~rows["GAME_ID"].astype("object").where(rows["GAME_ID"].notna(), None).isin(games)]
        rows = rows.drop_duplicates([*columns])
        for row in rows[rows.duplicated(key)].drop_duplicates("GAME_ID").to_dict("records"):
            problem = BadInput(
                file=f"leaguegamelog/{prefix}_*", game=row["GAME_ID"], field=", ".join(key),
                reason="two files have different rows of it", remedy="keep the file that is right",
            )  # fmt: skip
            shortfalls[dt.date.fromisoformat(row["GAME_DATE"])].append(problem)
            rows = rows[rows["GAME_ID"] != problem.game]
        rows = rows.reset_index(drop=True)
        return Fetched(parse(rows, self._schedule.games, self._schedule.kind), shortfalls=shortfalls)

    def _box_rows(self, path: Path, columns: tuple[str, ...], wanted: set[str]) -> pd.DataFrame:
        whole = self._folder.read(path)
        box_scores.check_columns(whole.column_names, columns, self._folder.name(path))
        for column in ("GAME_ID", "GAME_DATE"):
            self._folder.require_text(whole.schema, column, path)
        present = [name for name in (*columns, *box_scores.OPTIONAL_COLUMNS) if name in whole.column_names]
        table = whole.select(present)
        # A game that the schedule has on a wanted date must not slip by under another date of its own.
        games = self._schedule.games
        due = set(games.loc[games["game_date"].isin(pd.to_datetime(sorted(wanted))), "game_id"])
        mask = pc.or_(
            pc.is_in(
                table.column("GAME_DATE"), value_set=pa.array(sorted(wanted), table.column("GAME_DATE").type)
            ),
            pc.is_in(table.column("GAME_ID"), value_set=pa.array(sorted(due), table.column("GAME_ID").type)),
        )
        return table.filter(mask).to_pandas()

    @cached_property
    def _dates(self) -> dict[Path, set[str] | None]:
        """Dates in each player file; None for a file that cannot be read."""
        dates: dict[Path, set[str] | None] = {}
        for path in self._folder.files("leaguegamelog/players_*.parquet"):
            try:
                rows = self._folder.read(path, ["GAME_DATE"])
                self._folder.require_text(rows.schema, "GAME_DATE", path)
                dates[path] = set(pc.unique(rows.column(0)).to_pylist())
            except BadInput:
                # Reported by `players`, on every date of the file; here it only must not look like
                # a season that has not been played.
                dates[path] = None
        return dates
