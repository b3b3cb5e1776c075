"""Dates of a file's rows: as it states them, or those of their games."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from nba_assets.domain.raw.box_scores import games_of_teams
from nba_assets.tabular.arrow_columns import by_distinct, is_text, pc

_TEAM_KEYS = ("GAME_DATE", "TEAM_ABBREVIATION")


class RowDates:
    """Dates and games of rows, by the schedule.

    Args:
        games: game_id, game_date, home_team, away_team and tipoff_utc of every game.
    """

    def __init__(self, games: pd.DataFrame):
        self._games = games

    def dated(self, rows: pa.Table, game_column: str, date_column: str) -> pa.Table:
        """Rows of games as a file has them; a date that is none is that of the row's game."""
        column = rows.column(date_column)
        distinct = pc.unique(column.cast(pa.string()))
        if is_text(column.type) and pc.all(_is_day(distinct), skip_nulls=False).as_py():
            return rows
        texts, ids = column.cast(pa.string()), rows.column(game_column).cast(pa.string())
        known = pc.if_else(_is_day(texts), texts, pa.scalar(None, pa.string()))
        days = pc.coalesce(known, self.days_of(ids), texts)
        return rows.set_column(rows.column_names.index(date_column), date_column, days)

    def by_games(self, rows: pa.Table, game_column: str, date_column: str) -> pa.Table:
        """Rows of games as a file has them, on the dates that the schedule has of their games.

        A row of a game that the schedule does not have keeps its date.
        """
        rows = self.named(rows)
        texts, ids = (rows.column(name).cast(pa.string()) for name in (date_column, game_column))
        days = pc.coalesce(self.days_of(ids), texts)
        if is_text(rows.schema.field(date_column).type) and days.equals(texts):
            return rows
        return rows.set_column(rows.column_names.index(date_column), date_column, days)

    def named(self, rows: pa.Table) -> pa.Table:
        """Box rows of a file that names no game at all, with the game of their team on their date."""
        if not {"GAME_ID", *_TEAM_KEYS} <= {*rows.column_names} or rows.column("GAME_ID").null_count < len(
            rows
        ):
            return rows
        keys = rows.select([*_TEAM_KEYS]).to_pandas()
        ids = pa.array(games_of_teams(keys, self._games), pa.string())
        return rows.set_column(rows.column_names.index("GAME_ID"), "GAME_ID", ids)

    def days_of(self, ids: pa.ChunkedArray) -> pa.ChunkedArray:
        """Dates of games as text; NULL for games that the schedule does not have."""
        known = pa.array(self._games["game_id"], pa.string())
        days = pa.array(self._games["game_date"].dt.strftime("%Y-%m-%d"), pa.string())
        found = by_distinct(
            ids.combine_chunks(), lambda distinct: days.take(pc.index_in(distinct, value_set=known))
        )
        return pa.chunked_array([found])

    def misdated(self, rows: pd.DataFrame) -> pd.Series:
        """Dates of the games of box rows that state another date, where the game's is meant.

        It is where most rows of the game have it, where theirs is the day of the tip-off in UTC, or where all
        rows of the game are of one day beside it: a game that has moved by a day is on that one, see
        `Witnesses.moved`.

        Args:
            rows: GAME_ID and GAME_DATE of whole games, on a unique index.

        Returns:
            The date of the game as text, on the index of the rows that mean it.
        """
        games = self._games.set_index("game_id")
        own = rows["GAME_ID"].map(games["game_date"].dt.strftime("%Y-%m-%d"))
        in_utc = rows["GAME_ID"].map(games["tipoff_utc"].dt.strftime("%Y-%m-%d"))
        stated = own.eq(rows["GAME_DATE"])
        most = stated.groupby(rows["GAME_ID"]).transform("mean").gt(0.5)
        days = pd.to_datetime(rows["GAME_DATE"].astype("string"), format="%Y-%m-%d", errors="coerce")
        beside = (days - pd.to_datetime(own)).abs().eq(pd.Timedelta(days=1))
        beside = beside.groupby(rows["GAME_ID"]).transform("all")
        one_day = rows["GAME_DATE"].groupby(rows["GAME_ID"]).transform("nunique").eq(1)
        return own[own.notna() & ~stated & (most | in_utc.eq(rows["GAME_DATE"]) | beside & one_day)]


def _is_day(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whether each text is a day in the form of every table; NULL is none."""
    return pc.fill_null(pc.match_substring_regex(texts, r"^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])$"), False)
