"""Values of declared expressions for some rows, from declared columns and windows only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from nba_assets.domain.as_of import Floats, HorizonError, PriorRows, UndeclaredReadError
from nba_assets.domain.declarations.expressions import Column, Expression, Function
from nba_assets.domain.declarations.sources import Derived, Games, OpenDates, Past, Stored
from nba_assets.domain.declarations.statistics import DecayedMean

_LEAGUE = "league"


@dataclass(frozen=True)
class KnownDates:
    """Game dates of the league, and those of them on which a table may be read."""

    game_dates: Sequence[dt.date]
    open_dates: Mapping[str, Sequence[dt.date]]


NO_DATES = KnownDates((), {})


class AsOf:
    """What a table may know of the past: the windows that it declares, and nothing else.

    Args:
        history: earlier rows by table, ``game_date`` among the columns.
        declared: the windows.
        horizon: first date that must not be known.
        dates: which dates could be read.

    Raises:
        HorizonError: a history reaches the horizon.
    """

    def __init__(
        self,
        history: Mapping[str, pd.DataFrame],
        declared: Iterable[Past | OpenDates],
        horizon: pd.Timestamp,
        dates: KnownDates,
    ):
        self._declared = dict.fromkeys(declared)
        self._history = history
        self._dates = dates
        self._derived: dict[Derived, pd.Series] = {}
        self._games: dict[Games, pd.DataFrame] = {}
        for table, rows in history.items():
            if len(rows) and rows["game_date"].max() >= horizon:
                raise HorizonError(
                    f"{table} reaches {rows['game_date'].max():%Y-%m-%d}, past {horizon:%Y-%m-%d}"
                )

    def prior_rows(self, games: Games, subjects: pd.DataFrame) -> PriorRows:
        """Earlier games of each subject's entity, of which nothing may be read yet."""
        history, by, names = self.games(games), list(games.by), list(games.names)
        wanted = subjects[["game_date", *names]].set_axis(["game_date", *by], axis=1)
        if not by:
            by = [_LEAGUE]
            history, wanted = history.assign(**{_LEAGUE: 0}), wanted.assign(**{_LEAGUE: 0})
        return PriorRows(history, wanted, by).within_days(games.days).only(())

    def narrowed(self, rows: PriorRows, *windows: Past) -> PriorRows:
        """The games of declared windows that differ in their columns alone, of which these may be read.

        Raises:
            UndeclaredReadError: the table does not declare one of the windows.
        """
        for past in windows:
            self._check(past)
        past = windows[0]
        if past.days is not None:
            rows = rows.within_days(past.days)
        if past.last is not None:
            rows = rows.last(past.last)
        return rows.skip(past.skip).only([name for past in windows for name in past.names])

    def frame(self, past: Past, subjects: pd.DataFrame) -> pd.DataFrame:
        """Everybody's rows of a declared window, from the first that some subject may look at.

        Raises:
            UndeclaredReadError: the table does not declare the window.
        """
        self._check(past)
        history = self._history[past.games.table]
        first = subjects["game_date"].min() - pd.Timedelta(days=past.reach)
        chosen = (history["game_date"] >= first).to_numpy(bool)
        columns = dict.fromkeys(["game_date", *past.games.by, *past.names])
        return pd.DataFrame(history.loc[chosen, list(columns)]).reset_index(drop=True)

    def known_dates(self, declared: OpenDates) -> KnownDates:
        """Game dates before the horizon, and those of them on which a table may be read.

        Raises:
            UndeclaredReadError: the table does not declare that it asks.
        """
        self._check(declared)
        table = declared.table
        return KnownDates(self._dates.game_dates, {table: self._dates.open_dates[table]})

    def _check(self, requested: Past | OpenDates) -> None:
        if requested not in self._declared:
            raise UndeclaredReadError(f"the table declares no such window: {requested}")

    def games(self, games: Games) -> pd.DataFrame:
        """Earlier games of everybody, with the columns that a declared window reads of them."""
        if games not in self._games:
            self._games[games] = self._prepared(games)
        return self._games[games]

    def _prepared(self, games: Games) -> pd.DataFrame:
        """Rows of some games with every column that a declared window reads of them."""
        columns = dict.fromkeys(
            column for past in self._declared if isinstance(past, Past) and past.games == games
            for column in past.columns
        )  # fmt: skip
        history = self._history[games.table]
        stored = [column for column in columns if isinstance(column, str)]
        rows = history[list(dict.fromkeys(["game_date", *games.by, *stored]))].assign(
            **{column.name: self._value(column, history) for column in columns
               if isinstance(column, Derived)}
        )  # fmt: skip
        if games.only is not None:
            rows = pd.DataFrame(rows[history[games.only].eq(True).fillna(False).to_numpy(bool)])
        if not games.daily:
            return rows
        day = ["game_date", *games.by]
        values = [name for name in rows if name not in day]
        if not values:
            return rows.drop_duplicates(ignore_index=True)
        return pd.DataFrame(rows.groupby(day, as_index=False)[values].sum(min_count=1))

    def _value(self, column: Derived, history: pd.DataFrame) -> pd.Series:
        if column not in self._derived:
            value = Evaluation(history, self._history, self, {}).floats(column.value)
            self._derived[column] = pd.Series(np.asarray(value), index=history.index)
        return self._derived[column]


class Evaluation:
    """Values of expressions for some rows; each is computed once.

    Args:
        rows: the rows to describe.
        stored: tables of the same date.
        as_of: what they may know of the past.
        named: expressions that others name as columns of the same row.
        source: table of which the rows are.
    """

    def __init__(
        self,
        rows: pd.DataFrame,
        stored: Mapping[str, pd.DataFrame],
        as_of: AsOf,
        named: Mapping[str, Expression],
        source: Stored | None = None,
    ):
        self._rows = rows.reset_index(drop=True)
        self._stored = stored
        self._as_of = as_of
        self._named = named
        self._values: dict[Any, Any] = {}
        self._joined = {} if source is None else {source: self._rows}
        self._prior: dict[Games, PriorRows] = {}
        self._windows: dict[Past, PriorRows] = {}
        self._decaying = [
            part for value in named.values() for part in value.parts() if isinstance(part, DecayedMean)
        ]

    def value(self, expression: Expression) -> Any:
        """The values of an expression, aligned with the rows."""
        if expression not in self._values:
            self._values[expression] = expression.evaluate(self)
        return self._values[expression]

    def floats(self, expression: Expression) -> Any:
        """The values as floats, NaN for NULL."""
        value = self.value(expression)
        return value.to_numpy(np.float64, na_value=np.nan) if isinstance(value, pd.Series) else value

    def own(self, name: str) -> Any:
        """A column of the row itself."""
        return self.value(self._named[name]) if name in self._named else self._rows[name]

    def stored(self, column: Column) -> pd.Series:
        """A column of a table of the same date; NULL where it has no such row.

        Raises:
            pandas.errors.MergeError: the table has two rows of a key.
        """
        source = column.source
        if source not in self._joined:
            key = list(source.key)
            left = self._rows[list(source.names)].set_axis(key, axis=1)
            right = self._stored[source.table]
            self._joined[source] = left.merge(right, on=key, how="left", validate="many_to_one")
        return self._joined[source][column.name]

    def window(self, past: Past) -> PriorRows:
        """The earlier games of a declared window."""
        if past not in self._windows:
            self._windows[past] = self._as_of.narrowed(self._prior_rows(past.games), past)
        return self._windows[past]

    def called(self, function: Function) -> Any:
        """What a hand-written function makes of the columns and windows that it declares."""
        key = (function.compute, function.reads, function.windows)
        if key not in self._values:
            reads = {read.name: self.value(read) for read in function.reads}
            windows = [self._handed_out(past) for past in function.windows]
            self._values[key] = function.compute(pd.DataFrame(reads, index=self._rows.index), *windows)
        made = self._values[key]
        return made[function.output] if function.output else made

    def decayed_mean(self, statistic: DecayedMean) -> Floats:
        """A decayed mean; all those of the same games are computed in one walk over them."""
        past = statistic.window
        alike = [
            other for other in self._decaying if replace(other.window, columns=past.columns) == past
        ] or [statistic]
        rows = self._as_of.narrowed(self._prior_rows(past.games), *(other.window for other in alike))
        half_lives: dict[str, list[float]] = {}
        for other in alike:
            half_lives.setdefault(other.name, []).append(other.half_life)
        means = rows.decayed_means(half_lives)
        for other in alike:
            enough = rows.known(other.name) >= other.needs
            self._values[other] = np.where(enough, means[other.name, other.half_life], np.nan)
        return self._values[statistic]

    def _handed_out(self, past: Past | OpenDates) -> Any:
        if isinstance(past, OpenDates):
            return self._as_of.known_dates(past)
        return self._as_of.frame(past, self._rows) if past.as_frame else self.window(past)

    def _prior_rows(self, games: Games) -> PriorRows:
        if games not in self._prior:
            self._prior[games] = self._as_of.prior_rows(games, self._rows)
        return self._prior[games]
