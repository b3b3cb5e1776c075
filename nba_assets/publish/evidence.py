"""The rows behind the features of a prediction: what is stored of the date, and earlier games."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, cached_property
from typing import Any

import pandas as pd

from nba_assets.domain.as_of import HISTORY_DAYS
from nba_assets.domain.declarations.expressions import Column
from nba_assets.domain.declarations.sources import Games, history_columns
from nba_assets.domain.declarations.statistics import DecayedMean, Statistic
from nba_assets.domain.declarations.trace import Trace, Tracer, traced_windows
from nba_assets.domain.feature_store.feature_registry import FEATURE_TABLES
from nba_assets.publish.contract.evidence import (
    FeatureEvidence,
    StoredValue,
    UsedGame,
    UsedGames,
    UsedStatistic,
)
from nba_assets.publish.contract.slate import SlatePlayer
from nba_assets.publish.tables import OpenTables, Row, grouped, rows_of
from nba_assets.reports.features.inputs import Origin, origins

SHOWN_GAMES = 10  # of one window, the newest
_LEAST_WEIGHT = 0.005
_STORES = ("ml_feature_store_v3", "ml_feature_store_v2")
_IDENTITY = ("game_id", "player_id", "player_name", "team", "opponent", "season")


class EvidenceReader:
    """Finds the rows behind the features of one date's predictions; each table is read once.

    Args:
        tables: where rows are.
        date: the date.
    """

    def __init__(self, tables: OpenTables, date: dt.date):
        self._tables = tables
        self._date = date
        self._stored = cache(self._read_stored)

    def evidence(self, player: SlatePlayer) -> tuple[FeatureEvidence, ...]:
        """What each feature of a player's explanation was made from, in the order of the explanation."""
        if player.explanation is None:
            return ()
        row = self._rows[player.game_id, player.player_id]
        return tuple(self._of_feature(each.feature, row) for each in player.explanation.contributions)

    def _of_feature(self, name: str, row: pd.Series) -> FeatureEvidence:
        behind = self._origins[name]
        values = [self._value(origin, column, row) for origin in behind for column in origin.columns]
        stored = dict.fromkeys(value for value in values if value is not None)
        return FeatureEvidence(feature=name, stored=tuple(stored), games=self._games(behind, row))

    def _games(self, behind: tuple[Origin, ...], row: pd.Series) -> tuple[UsedGames, ...]:
        """Windows of earlier games; statistics of the same games are shown together."""
        together: dict[tuple[Any, ...], dict[Statistic, Trace]] = {}
        whose: dict[tuple[Any, ...], str] = {}
        for origin in behind:
            own = origin.row(row)
            for statistic in origin.statistics:
                window = replace(statistic.window, columns=())
                key = (origin.renamed, window, getattr(statistic, "half_life", None))
                together.setdefault(key, {})[statistic] = self._tracer.trace(statistic, own)
                whose[key] = _whose(window.games, own)
        used = (_used_games(whose[key], traces) for key, traces in together.items())
        return tuple(each for each in used if each.games)

    def _value(self, origin: Origin, column: Column, row: pd.Series) -> StoredValue | None:
        """A stored value of the date; None for another table's feature, whose own sources are shown."""
        source = column.source
        features = FEATURE_TABLES.get(source.table)
        if features is not None and features.declares(column.name):
            return None
        own = origin.row(row)
        key = tuple(
            self._date if name == "game_date" else own[called]
            for name, called in zip(source.key, source.names, strict=True)
        )
        found = self._stored(source.table, source.key).get(key if len(key) > 1 else key[0])
        value = found[0][column.name] if found else None
        if isinstance(value, pd.Timestamp):
            value = f"{value:%Y-%m-%d %H:%M} UTC"
        return StoredValue(table=source.table, column=column.name, value=value)

    def _read_stored(self, table: str, key: tuple[str, ...]) -> dict[Any, list[Row]]:
        return grouped(rows_of(self._tables.read(table, [self._date])), *key)

    @cached_property
    def _store(self) -> str:
        """The store that holds the date's features."""
        return next(name for name in _STORES if self._tables.open_dates(name, [self._date]))

    @cached_property
    def _origins(self) -> Mapping[str, tuple[Origin, ...]]:
        """Every feature of the store with those that it is made from."""
        return {
            feature.name: origins(self._store, feature.name)
            for feature in FEATURE_TABLES[self._store].features
        }

    @cached_property
    def _rows(self) -> Mapping[tuple[str, int], pd.Series]:
        frame = self._tables.read(self._store, [self._date], _IDENTITY)
        return {(str(row["game_id"]), int(row["player_id"])): row for _, row in frame.iterrows()}

    @cached_property
    def _tracer(self) -> Tracer:
        every = dict.fromkeys(
            statistic
            for behind in self._origins.values()
            for origin in behind
            for statistic in origin.statistics
        )
        columns = history_columns(window for statistic in every for window in traced_windows(statistic))
        history = {table: self._before(table, names) for table, names in columns.items()}
        return Tracer(every, history, pd.Timestamp(self._date))

    def _before(self, table: str, columns: tuple[str, ...]) -> pd.DataFrame:
        days = [day for day in self._tables.dates(table) if 0 < (self._date - day).days <= HISTORY_DAYS]
        return self._tables.read(table, days, columns)


def _whose(games: Games, row: pd.Series) -> str:
    """Whose games a window holds, for people."""
    named = dict(zip(games.by, games.names, strict=True))
    if "player_id" in named:
        return "his games"
    if "team" in named:
        return f"games of {row[named['team']]}"
    return f"games against {row[named['opponent']]}" if "opponent" in named else "games of the league"


def _used_games(whose: str, traces: Mapping[Statistic, Trace]) -> UsedGames:
    """The newest games of a window, newest first, with the columns of all its statistics."""
    statistic = next(iter(traces))
    columns = list(dict.fromkeys(name for each in traces for name in each.window.names))
    first = traces[statistic].games
    weights = isinstance(statistic, DecayedMean)
    counts = first[(first["weight"] >= _LEAST_WEIGHT).to_numpy(bool)] if weights else first
    shown = counts.tail(SHOWN_GAMES).iloc[::-1]
    for trace in traces.values():
        shown = shown.assign(**{name: trace.games[name] for name in trace.games if name in columns})
    return UsedGames(
        whose=whose,
        statistics=tuple(
            UsedStatistic(words=trace.words, value=_plain(trace.value)) for trace in traces.values()
        ),
        columns=tuple(columns),
        games=tuple(
            UsedGame(
                game_date=row["game_date"],
                opponent=None if "opponent" in statistic.window.games.by else _plain(row.get("opponent")),
                values=tuple(_number(row[name]) for name in columns),
                weight=_plain(row["weight"]) if weights else None,
            )
            for row in shown.to_dict("records")
        ),
        others=len(first) - len(shown),
    )


def _plain(value: Any) -> Any:
    """NULL as None."""
    return None if value is None or pd.isna(value) else value


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
