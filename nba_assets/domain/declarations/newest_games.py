"""The newest games that windows hold, for all rows of a date at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from nba_assets.domain.declarations.evaluation import NO_DATES, AsOf, Evaluation
from nba_assets.domain.declarations.sources import Past


def newest_games(
    windows: Sequence[Past], history: Mapping[str, pd.DataFrame], rows: pd.DataFrame, count: int
) -> pd.DataFrame:
    """The newest games of each row's entity, with every column that the windows use of them.

    Args:
        windows: windows over the same games (their ``games`` are equal).
        history: earlier rows by table, with the columns of ``history_columns`` of the windows.
        rows: rows of one date: game_date, and what the games are found by.
        count: games of each entity at most.

    Returns:
        The entity's columns, game_date, the windows' columns: one row per entity and game (and date, where
        rows of a date are added up), newest first.

    Raises:
        HorizonError: the history reaches the date.
    """
    games, date = windows[0].games, rows["game_date"].iloc[0]
    before = [inner for past in windows for column in past.derived for inner in column.past]
    as_of = AsOf(history, [*windows, *before], date, NO_DATES)
    stored = history[games.table]
    counts = stored["game_date"] >= date - pd.Timedelta(days=games.days)
    if games.only is not None:
        counts &= stored[games.only].eq(True).fillna(False)
    found = pd.DataFrame(stored[counts.to_numpy(bool)])
    by = list(games.by)
    if by:
        found = found.merge(rows[list(games.names)].drop_duplicates().set_axis(by, axis=1), on=by)
    day = [*by, "game_date"]
    days = found[day].drop_duplicates().sort_values("game_date", ascending=False)
    newest = found.merge((days.groupby(by) if by else days).head(count), on=day)
    columns = {column if isinstance(column, str) else column.name: column
               for past in windows for column in past.columns}  # fmt: skip
    evaluation = Evaluation(newest, history, as_of, {})
    used = newest[day].assign(**{
        name: newest[column] if isinstance(column, str) else evaluation.floats(column.value)
        for name, column in columns.items()
    })  # fmt: skip
    if games.daily and not columns:
        used = used.drop_duplicates()
    elif games.daily:
        used = used.groupby(day, as_index=False, dropna=False)[list(columns)].sum(min_count=1)
    return used.sort_values(day, ascending=[True] * len(by) + [False], kind="stable", ignore_index=True)
