"""Box scores of an archive: which games can be believed, and what the others cost."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa

from nba_assets.domain.raw import box_scores
from nba_assets.domain.raw.box_reading import (
    BoxRows,
    contradicted_percentages,
    read_box_rows,
    with_names,
)
from nba_assets.domain.raw.schedule import EXHIBITION_ID
from nba_assets.sources.archive.files import EXPORT, Problems
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
        notes: dict[dt.date, Counter[str]] = {}
        games: set[str | None] = {None}  # to leave out
        frames: list[pd.DataFrame] = []
        wanted = {date.isoformat() for date in dates}
        for path in self._covering(f"leaguegamelog/{prefix}_*.parquet", dates):
            try:
                found = self._box_rows(path, columns, dates, shortfalls)
            except BadInput as problem:
                self._spoil(shortfalls, path, dates, problem)
                continue
            _count(notes, found.repairs, wanted)
            rows = found.rows.drop_duplicates([*columns])  # a row that is repeated as it is adds nothing
            unreadable = found.unreadable[found.unreadable.index.isin(rows.index)]
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
        return Fetched(parse(rows, self._games, self.kind), shortfalls=shortfalls, notes=notes)

    def _box_rows(
        self, path: Path, columns: tuple[str, ...], dates: Sequence[dt.date], shortfalls: Problems
    ) -> BoxRows:
        """Rows of a file that are about some dates; a column that it may lack is a shortfall of them."""
        whole = self._read(path)
        box_scores.check_columns(whole.column_names, columns, self._name(path))
        for column in ("GAME_ID", "GAME_DATE"):
            self._need_text(whole.schema, column, path)
        for name in (name for name in box_scores.DISPENSABLE_COLUMNS if name not in whole.column_names):
            whole = whole.append_column(name, pa.nulls(len(whole), pa.string()))
            problem = BadInput(
                file=self._name(path), game=None, field=name, reason="column missing", remedy=EXPORT
            )
            self._spoil(shortfalls, path, dates, problem)
        present = [name for name in (*columns, *box_scores.OPTIONAL_COLUMNS) if name in whole.column_names]
        percentages = {name for names in box_scores.PERCENTAGES for name in names} & set(whole.column_names)
        # Team rows can be rebuilt from the players; without player rows there is nothing.
        most = 0.5 if "PLAYER_ID" in columns else 1.0
        contradicted = contradicted_percentages(whole.select(sorted(percentages)).to_pandas(), most)
        table = whole.select(present).append_column(box_scores.CONTRADICTED, pa.array(contradicted))
        found = read_box_rows(table.filter(self._about(table, dates)).to_pandas())
        if "PLAYER_NAME" not in columns or not box_scores.blank(found.rows["PLAYER_NAME"]).any():
            return found
        named = with_names(found.rows, self._named_players)
        mended = box_scores.blank(found.rows["PLAYER_NAME"]) & named["PLAYER_NAME"].notna()
        repairs = found.repairs | {"names by other rows of the player": named.loc[mended, "GAME_DATE"]}
        return replace(found, rows=named, repairs=repairs)

    def _about(self, table: pa.Table, dates: Sequence[dt.date]) -> pa.ChunkedArray:
        """Rows of the dates, and of games that the schedule has on them: none slips by under another date.

        Exhibition games, which are no games of the season, are left out.
        """
        days = pa.array(sorted(date.isoformat() for date in dates), table.column("GAME_DATE").type)
        due = set(self._games.loc[self._games["game_date"].isin(pd.to_datetime([*dates])), "game_id"])
        games = pa.array(sorted(due), table.column("GAME_ID").type)
        mine = pc.or_(
            pc.is_in(table.column("GAME_DATE"), value_set=days),
            pc.is_in(table.column("GAME_ID"), value_set=games),
        )
        exhibition = pc.match_substring_regex(table.column("GAME_ID"), EXHIBITION_ID)
        return pc.and_not(mine, pc.fill_null(exhibition, False))

    @cached_property
    def _named_players(self) -> pd.DataFrame:
        """PLAYER_ID, PLAYER_NAME and GAME_DATE of every player file that can be read."""
        columns = ["PLAYER_ID", "PLAYER_NAME", "GAME_DATE"]
        frames = [pd.DataFrame(columns=columns)]
        for path in self._files("leaguegamelog/players_*.parquet"):
            try:
                frames.append(self._read(path, columns).to_pandas())
            except BadInput:  # reported by player_boxscores
                continue
        return pd.concat(frames, ignore_index=True)


def _count(notes: dict[dt.date, Counter[str]], repairs: Mapping[str, pd.Series], wanted: set[str]) -> None:
    """Add the number of repaired rows of each date."""
    for what, days in repairs.items():
        for day, rows in days[days.isin(wanted)].value_counts().items():
            notes.setdefault(dt.date.fromisoformat(str(day)), Counter())[f"repaired: {what}"] += int(rows)
