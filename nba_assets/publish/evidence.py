"""The rows behind the features that explain a slate's predictions, for all of its players at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from nba_assets.domain.as_of import HISTORY_DAYS
from nba_assets.domain.declarations.expressions import Column, Expression
from nba_assets.domain.declarations.newest_games import newest_games
from nba_assets.domain.declarations.sources import Games, Past, history_columns
from nba_assets.domain.declarations.statistics import DecayedMean
from nba_assets.domain.feature_store.feature_registry import FEATURE_TABLES
from nba_assets.publish.contract.evidence import (
    FeatureEvidence,
    PlayerEvidence,
    StoredValue,
    UsedGame,
    UsedGames,
    UsedWindow,
)
from nba_assets.publish.contract.slate import Slate
from nba_assets.publish.tables import OpenTables, Row, grouped, rows_of
from nba_assets.reports.features.inputs import Origin, origins
from nba_assets.schemas.catalog import TABLES

SHOWN_GAMES = 10  # the newest of each player or team
_STORES = ("ml_feature_store_v3", "ml_feature_store_v2")
_IDENTITY = ("game_id", "player_id", "team", "opponent", "season")
_ALWAYS = ("minutes", "pts")  # of a player's own games
_TEAM_DATES = 100  # game dates in which every team of a season plays ten games, with a wide margin

Renamed = tuple[tuple[str, str], ...]  # as of an Origin


@dataclass(frozen=True)
class _Window:
    """A window that a feature reads, in his row or in that of the opponent."""

    renamed: Renamed
    past: Past
    words: str

    @property
    def key(self) -> tuple[Renamed, Games]:
        """Windows with the same key list the same games."""
        return self.renamed, self.past.games


@dataclass(frozen=True)
class _Behind:
    """What a feature is made from: stored columns of the date, and windows over earlier games."""

    columns: tuple[tuple[Renamed, Column], ...]
    windows: tuple[_Window, ...]
    teammates: bool

    @classmethod
    def of(cls, found: Sequence[Origin]) -> _Behind:
        """What a feature and those that it is made from read; features of other tables are followed."""
        columns = [(origin.renamed, column) for origin in found for column in origin.columns]
        windows = [
            _Window(origin.renamed, _without_dates(past), _words(part))
            for origin in found
            for part in origin.feature.value.parts()
            for past in part.past
            if isinstance(past, Past) and not past.as_frame
        ]
        return cls(
            tuple(dict.fromkeys(each for each in columns if not _is_feature(each[1]))),
            tuple(dict.fromkeys(windows)),
            any(origin.teammates for origin in found),
        )


def build_evidence(tables: OpenTables, slate: Slate) -> dict[int, PlayerEvidence]:
    """The rows behind every explained prediction of a slate, by player id; each table is read once.

    Args:
        tables: where rows are.
        slate: the slate.
    """
    explained = {
        player.player_id: [each.feature for each in player.explanation.contributions]
        for player in slate.players
        if player.explanation
    }
    if not explained:
        return {}
    store = next(name for name in _STORES if tables.open_dates(name, [slate.game_date]))
    behind = {
        feature: _Behind.of(origins(store, feature))
        for feature in dict.fromkeys(name for names in explained.values() for name in names)
    }
    rows = tables.read(store, [slate.game_date], _IDENTITY)
    rows = rows[rows["player_id"].isin(list(explained))].reset_index(drop=True)
    shown = _Shown(
        _stored_values(tables, rows, behind.values()), _games(tables, slate.game_date, rows, behind.values())
    )
    return {
        row["player_id"]: shown.of(row, {name: behind[name] for name in explained[row["player_id"]]})
        for row in rows_of(rows)
    }


@dataclass(frozen=True)
class _Shown:
    """What may be listed of a slate.

    Attributes:
        values: values of a stored column by player id.
        games: the newest games of every player or team, by whose they are.
    """

    values: Mapping[tuple[Renamed, Column], Mapping[int, Any]]
    games: Mapping[tuple[Renamed, Games], Mapping[Any, Sequence[Row]]]

    def of(self, row: Row, behind: Mapping[str, _Behind]) -> PlayerEvidence:
        """The evidence of one player.

        Args:
            row: his row of the feature store.
            behind: what his features are made from.
        """
        columns = list(dict.fromkeys(each for one in behind.values() for each in one.columns))
        used: dict[tuple[Renamed, Games], dict[str, None]] = {}
        for window in (window for one in behind.values() for window in one.windows):
            names = used.setdefault(window.key, dict.fromkeys(_always(window.past.games)))
            names |= dict.fromkeys(window.past.names)
        listed = {key: self._listed(key, row) for key in used}
        keys = [key for key, games in listed.items() if games]
        return PlayerEvidence(
            stored=tuple(
                StoredValue(
                    table=column.source.table,
                    column=column.name,
                    value=self.values[renamed, column][row["player_id"]],
                )
                for renamed, column in columns
            ),
            games=tuple(_used_games(key, tuple(used[key]), listed[key], row) for key in keys),
            features=tuple(
                FeatureEvidence(
                    feature=feature,
                    stored=tuple(columns.index(each) for each in one.columns),
                    windows=tuple(
                        _used_window(window, keys.index(window.key), listed[window.key], row["game_date"])
                        for window in one.windows
                        if window.key in keys
                    ),
                    teammates=one.teammates,
                )
                for feature, one in behind.items()
            ),
        )

    def _listed(self, key: tuple[Renamed, Games], row: Row) -> Sequence[Row]:
        renamed, games = key
        own = _own(row, renamed)
        names = tuple(own[name] for name in games.names)
        return self.games[key].get(names[0] if len(names) == 1 else names, ())


def _stored_values(
    tables: OpenTables, rows: pd.DataFrame, behind: Iterable[_Behind]
) -> dict[tuple[Renamed, Column], dict[int, Any]]:
    """Values of every stored column, by player id; NULL where the table has no row."""
    wanted = dict.fromkeys(each for one in behind for each in one.columns)
    read: dict[str, dict[str, None]] = {}
    for _, column in wanted:
        names = read.setdefault(column.source.table, {})
        names |= dict.fromkeys([*column.source.key, column.name])
    dates = list(rows["game_date"].dt.date.unique())
    stored = {table: tables.read(table, dates, tuple(names)) for table, names in read.items()}
    found: dict[tuple[Renamed, Column], dict[int, Any]] = {}
    for renamed, column in wanted:
        key = list(column.source.key)
        subjects = _subjects(rows, renamed)[list(column.source.names)].set_axis(key, axis=1)
        values = subjects.merge(
            stored[column.source.table][[*key, column.name]], on=key, how="left", validate="many_to_one"
        )[column.name]
        found[renamed, column] = dict(zip(rows["player_id"], map(_plain, values), strict=True))
    return found


def _games(
    tables: OpenTables, date: dt.date, rows: pd.DataFrame, behind: Iterable[_Behind]
) -> dict[tuple[Renamed, Games], dict[Any, list[Row]]]:
    """The newest games behind the windows, by whose they are and by the key of the player or team."""
    together: dict[tuple[Renamed, Games], dict[Past, None]] = {}
    for window in (window for one in behind for window in one.windows):
        games = window.past.games
        named = () if games.daily or "opponent" in games.by else ("opponent",)
        columns = tuple(dict.fromkeys([*window.past.columns, *_always(games), *named]))
        together.setdefault(window.key, {})[replace(window.past, columns=columns)] = None
    every = [past for pasts in together.values() for past in pasts]
    every += [inner for past in every for derived in past.derived for inner in derived.past]
    deep = {
        past.games.table for past in every if "player_id" in past.games.by
    }  # he may have been out for long
    history: dict[str, pd.DataFrame] = {}
    for table, names in history_columns(every).items():
        days = [day for day in tables.dates(table) if 0 < (date - day).days <= HISTORY_DAYS]
        history[table] = tables.read(table, days if table in deep else days[-_TEAM_DATES:], names)
    found: dict[tuple[Renamed, Games], dict[Any, list[Row]]] = {}
    for (renamed, games), pasts in together.items():
        # One more than is shown, to know whether there are older ones.
        newest = newest_games(list(pasts), history, _subjects(rows, renamed), SHOWN_GAMES + 1)
        found[renamed, games] = grouped(rows_of(newest), *games.by)
    return found


def _used_games(
    key: tuple[Renamed, Games], columns: tuple[str, ...], listed: Sequence[Row], row: Row
) -> UsedGames:
    renamed, games = key
    return UsedGames(
        whose=_whose(games, _own(row, renamed)),
        columns=columns,
        games=tuple(
            UsedGame(
                game_date=game["game_date"],
                opponent=None if "opponent" in games.by else game.get("opponent"),
                amounts=tuple(None if game[name] is None else float(game[name]) for name in columns),
            )
            for game in listed[:SHOWN_GAMES]
        ),
    )


def _used_window(window: _Window, place: int, listed: Sequence[Row], date: dt.date) -> UsedWindow:
    past = window.past
    counts = [
        past.days is None or (date - game["game_date"]).days <= past.days
        for game in listed[past.skip : past.last]
    ]
    shown = SHOWN_GAMES - past.skip
    return UsedWindow(
        words=window.words,
        games=place,
        columns=past.names,
        skipped=past.skip,
        listed=sum(counts[:shown]),
        older=any(counts[shown:]),
    )


def _without_dates(past: Past) -> Past:
    """A window without the date as a column: it is listed with every game, and is no number."""
    return replace(past, columns=tuple(column for column in past.columns if column != "game_date"))


def _whose(games: Games, row: Row) -> str:
    """Whose games they are, for people."""
    called = dict(zip(games.by, games.names, strict=True))
    value = {name: row[own] for name, own in called.items()}
    if "player_id" in value:
        words = ["his games"]
        words += [f"for {value['team']}"] if "team" in value else []
        words += [f"against {value['opponent']}"] if "opponent" in value else []
    elif "team" in value:
        words = [f"games of {value['team']}"]
    else:
        words = [f"games against {value['opponent']}" if "opponent" in value else "all games of the league"]
    words += ["this season"] if "season" in value else []
    return " ".join([*words, f"({games.only.replace('_', ' ')})"] if games.only else words)


def _words(part: Expression) -> str:
    """A part of a feature that reads a window, in words."""
    half_life = f", halved every {part.half_life:g} games" if isinstance(part, DecayedMean) else ""
    return f"{part.formula}{half_life}"


def _always(games: Games) -> tuple[str, ...]:
    """Columns that are listed whatever the features use."""
    if "player_id" not in games.by:
        return ()
    return tuple(name for name in _ALWAYS if name in TABLES[games.table].columns)


def _is_feature(column: Column) -> bool:
    table = FEATURE_TABLES.get(column.source.table)
    return table is not None and table.declares(column.name)


def _own(row: Row, renamed: Renamed) -> Row:
    """His row, or that of the opponent, as an Origin calls it."""
    return row | {name: row[called] for name, called in renamed}


def _subjects(rows: pd.DataFrame, renamed: Renamed) -> pd.DataFrame:
    return rows.assign(**{name: rows[called] for name, called in renamed})


def _plain(value: Any) -> Any:
    """A stored value as JSON has it."""
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return value.item() if hasattr(value, "item") else value
