"""The games behind a statistic of one row, and the value they give: a second, slow way to the same number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from nba_assets.domain.declarations.evaluation import NO_DATES, AsOf
from nba_assets.domain.declarations.sources import Past
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


def trace(statistic: Statistic, history: Mapping[str, pd.DataFrame], row: pd.Series) -> Trace:
    """The games that a row's statistic is made of.

    Args:
        statistic: a statistic that a feature declares.
        history: earlier rows by table, with the columns of ``traced_windows``.
        row: game_date, and what the statistic's games are found by.
    """
    windows = traced_windows(statistic)
    past, date = windows[0], row["game_date"]
    games = AsOf(history, windows, date, NO_DATES).games(past.games)
    first = date - pd.Timedelta(days=min(past.games.days, past.days or past.games.days))
    chosen = games["game_date"].between(first, date, inclusive="left")
    for column, name in zip(past.games.by, past.games.names, strict=True):
        chosen &= games[column].eq(row[name]).fillna(False)
    found = games[chosen.to_numpy(bool)].sort_values("game_date", ignore_index=True)
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
