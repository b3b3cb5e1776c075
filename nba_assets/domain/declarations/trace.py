"""The games behind a statistic of one row, and the value they give: a second, slow way to the same number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from nba_assets.domain.declarations.evaluation import NO_DATES, AsOf
from nba_assets.domain.declarations.sources import Games, Past
from nba_assets.domain.declarations.statistics import Statistic

_SHOWN = ("game_id", "opponent")


@dataclass(frozen=True)
class Trace:
    """The games behind a value.

    Attributes:
        games: one row per game, oldest first: date, what is used of it, its weight, what it adds.
        value: what they give.
        words: the statistic in one line.
    """

    games: pd.DataFrame
    value: float
    words: str


def traced_windows(statistic: Statistic) -> tuple[Past, ...]:
    """Windows that a trace reads: those of the statistic, and what names its games."""
    past = statistic.window
    shown = () if past.games.daily else tuple(name for name in _SHOWN if name not in past.games.by)
    inner = [window for column in past.derived for window in column.past]
    return (replace(past, columns=tuple(dict.fromkeys([*past.columns, *shown]))), *inner)


class Tracer:
    """Traces of statistics for rows of one date; games that several statistics share are prepared once.

    Args:
        statistics: statistics that features declare.
        history: earlier rows by table, with the columns of their ``traced_windows``.
        date: date of the rows.

    Raises:
        HorizonError: the history reaches the date.
    """

    def __init__(
        self, statistics: Iterable[Statistic], history: Mapping[str, pd.DataFrame], date: pd.Timestamp
    ):
        windows = [window for statistic in statistics for window in traced_windows(statistic)]
        self._as_of = AsOf(history, windows, date, NO_DATES)
        self._date = date
        self._prepared: dict[Games, tuple[pd.DataFrame, dict[Any, Any]]] = {}
        self._found: dict[tuple[Games, tuple[Any, ...]], pd.DataFrame] = {}

    def trace(self, statistic: Statistic, row: pd.Series) -> Trace:
        """The games that a row's statistic is made of.

        Args:
            statistic: one of the statistics.
            row: what the statistic's games are found by.
        """
        past = traced_windows(statistic)[0]
        found = self._games_of(past.games, row)
        if past.days is not None and past.days < past.games.days:
            found = found[(found["game_date"] >= self._date - pd.Timedelta(days=past.days)).to_numpy(bool)]
        found = found if past.last is None else found.tail(past.last)
        found = found.head(len(found) - past.skip).reset_index(drop=True)
        share = statistic.share(found)
        columns = ["game_date", *(name for name in _SHOWN if name in found), *statistic.window.names]
        shown = found[columns].assign(game_date=found["game_date"].dt.date)
        if share is not None:
            shown["weight"] = share
            if len(statistic.window.names) == 1:
                shown["adds"] = share * shown[statistic.window.names[0]].astype("float64")
        return Trace(shown, statistic.of_games(found), statistic.formula)

    def _games_of(self, games: Games, row: pd.Series) -> pd.DataFrame:
        """Games of a row's entity before the date, oldest first."""
        key = tuple(row[name] for name in games.names)
        if (games, key) not in self._found:
            rows, places = self._rows_and_places(games)
            own = rows.iloc[places.get(key[0] if len(key) == 1 else key, [])] if games.by else rows
            self._found[games, key] = own
        return self._found[games, key]

    def _rows_and_places(self, games: Games) -> tuple[pd.DataFrame, dict[Any, Any]]:
        """Everybody's games before the date, oldest first, and where those of each entity are."""
        if games not in self._prepared:
            rows = self._as_of.games(games)
            first = self._date - pd.Timedelta(days=games.days)
            rows = rows[rows["game_date"].between(first, self._date, inclusive="left").to_numpy(bool)]
            rows = rows.sort_values("game_date", ignore_index=True)
            by = list(games.by)
            self._prepared[games] = rows, rows.groupby(by[0] if len(by) == 1 else by).indices if by else {}
        return self._prepared[games]


def trace(statistic: Statistic, history: Mapping[str, pd.DataFrame], row: pd.Series) -> Trace:
    """The games that a row's statistic is made of.

    Args:
        statistic: a statistic that a feature declares.
        history: earlier rows by table, with the columns of ``traced_windows``.
        row: game_date, and what the statistic's games are found by.
    """
    return Tracer([statistic], history, row["game_date"]).trace(statistic, row)
