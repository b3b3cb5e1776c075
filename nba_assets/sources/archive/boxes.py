"""Box scores of an archive: which games can be believed, and what the others cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from nba_assets.domain.raw import box_scores
from nba_assets.sources.archive.files import Problems
from nba_assets.sources.archive.fingerprints import ArchiveFingerprints
from nba_assets.sources.base import Fetched
from nba_assets.tabular.arrow_columns import pc
from nba_assets.tabular.problems import BadInput


class ArchiveBoxes(ArchiveFingerprints):
    """Box scores of an archive's files, by game."""

    def player_boxscores(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Player box scores; a game with an impossible row is left out."""
        return self._boxes(
            "players",
            box_scores.PLAYER_COLUMNS,
            ["GAME_ID", "PLAYER_ID"],
            box_scores.raw_player_rows,
            dates,
            schedule,
        )

    def team_boxscores(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Team box scores; a game with an impossible row is left out."""
        return self._boxes(
            "teams",
            box_scores.TEAM_COLUMNS,
            ["GAME_ID", "TEAM_ABBREVIATION"],
            box_scores.raw_team_rows,
            dates,
            schedule,
        )

    def _boxes(
        self,
        prefix: str,
        columns: tuple[str, ...],
        key: list[str],
        parse: Callable[[pd.DataFrame, pd.DataFrame, str], pd.DataFrame],
        dates: Sequence[dt.date],
        schedule: pd.DataFrame,
    ) -> Fetched:
        shortfalls: Problems = {}
        games: set[str | None] = {None}  # to leave out
        frames: list[pd.DataFrame] = []
        wanted = {date.isoformat() for date in dates}
        for path in self._covering(f"leaguegamelog/{prefix}_*.parquet", dates):
            try:
                rows, unreadable = box_scores.read_box_rows(self._box_rows(path, columns, wanted))
            except BadInput as problem:
                self._spoil(shortfalls, path, dates, problem)
                continue
            rows = rows.drop_duplicates([*columns])  # a row that is repeated as it is adds nothing
            unreadable = unreadable[unreadable.index.isin(rows.index)]
            for date, problem in box_scores.impossible_rows(
                rows, key, self._games, self._name(path), unreadable
            ):
                games.add(problem.game)
                if date in wanted:
                    shortfalls.setdefault(dt.date.fromisoformat(date), []).append(problem)
            frames.append(rows)
        rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*columns])
        rows = rows[~rows["GAME_ID"].astype("object").where(rows["GAME_ID"].notna(), None).isin(games)]
        rows = rows.drop_duplicates([*columns])
        for row in rows[rows.duplicated(key)].drop_duplicates("GAME_ID").to_dict("records"):
            problem = BadInput(
                file=f"leaguegamelog/{prefix}_*", game=row["GAME_ID"], field=", ".join(key),
                reason="two files have different rows of it", remedy="keep the file that is right",
            )  # fmt: skip
            shortfalls.setdefault(dt.date.fromisoformat(row["GAME_DATE"]), []).append(problem)
            rows = rows[rows["GAME_ID"] != problem.game]
        rows = rows.reset_index(drop=True)
        return Fetched(parse(rows, self._games, self.kind), shortfalls=shortfalls)

    def _box_rows(self, path: Path, columns: tuple[str, ...], wanted: set[str]) -> pd.DataFrame:
        whole = self._read(path)
        box_scores.check_columns(whole.column_names, columns, self._name(path))
        for column in ("GAME_ID", "GAME_DATE"):
            self._need_text(whole.schema, column, path)
        present = [name for name in (*columns, *box_scores.OPTIONAL_COLUMNS) if name in whole.column_names]
        table = whole.select(present)
        # A game that the schedule has on a wanted date must not slip by under another date of its own.
        due = set(self._games.loc[self._games["game_date"].isin(pd.to_datetime(sorted(wanted))), "game_id"])
        mask = pc.or_(
            pc.is_in(
                table.column("GAME_DATE"), value_set=pa.array(sorted(wanted), table.column("GAME_DATE").type)
            ),
            pc.is_in(table.column("GAME_ID"), value_set=pa.array(sorted(due), table.column("GAME_ID").type)),
        )
        return table.filter(mask).to_pandas()
