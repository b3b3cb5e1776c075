"""What declared windows and features read: inputs, and history with the rows that a date uses of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nba_assets.domain.declarations.feature import FeatureTable
from nba_assets.domain.declarations.sources import Past, history_columns
from nba_assets.lineage.inputs import History, Input
from nba_assets.lineage.windows import Window

_Entity = tuple[
    tuple[str, ...], tuple[str, ...]
]  # columns that name it in the history, and among the subjects
_Extent = tuple[float, float]  # rows back, days back; infinite where only the history ends it


@dataclass(frozen=True)
class _Use:
    """Columns of a history that the rows of an entity use, and how far back."""

    table: str
    entity: _Entity
    columns: tuple[str, ...]
    extent: _Extent
    subjects: str


def inputs_of(table: FeatureTable) -> tuple[Input, ...]:
    """Same-date inputs of a table of features, with the columns that it reads."""
    return tuple(Input(name, columns) for name, columns in table.reads.items())


def history_of(table: FeatureTable) -> tuple[History, ...]:
    """Earlier inputs of a table of features: columns, reach, and the windows that its rows use."""
    dated = {window.table: window.days for window in table.open_dates}
    return _histories([(past, table.rows.table) for past in table.windows], dated)


def history_of_windows(subjects: Mapping[str, Iterable[Past]]) -> tuple[History, ...]:
    """Earlier inputs of a table that reads declared windows by hand.

    Args:
        subjects: its windows, by the same-date input of whose rows they are, or ``OWN``.
    """
    return _histories([(past, table) for table, windows in subjects.items() for past in windows], {})


def _histories(windows: list[tuple[Past, str]], dated: Mapping[str, int]) -> tuple[History, ...]:
    """Histories that hold some windows.

    Args:
        windows: each with the table of its subjects.
        dated: tables of which it counts too which dates are open, and for how many days.
    """
    uses = [use for past, subjects in windows for use in _uses(past, subjects)]
    return tuple(
        _history(name, columns, [use for use in uses if use.table == name], dated.get(name))
        for name, columns in history_columns(past for past, _ in windows).items()
    )


def _history(name: str, columns: tuple[str, ...], uses: list[_Use], dated: int | None) -> History:
    days = int(max([use.extent[1] for use in uses] + ([dated] if dated else [])))
    return History(name, days, columns, uses=tuple(_merged(uses, days)), dated=dated is not None)


def _uses(past: Past, subjects: str) -> Iterator[_Use]:
    """What one window uses: of its games' table, and of the tables that its derived columns read."""
    games = past.games
    entity = (games.by, games.names)
    rows = math.inf if past.last is None or games.daily else float(past.last)
    plain = [column for column in past.columns if isinstance(column, str)]
    nested = [column for column in past.derived if column.past]
    if nested:
        # The games of others lie in the windows behind the column, whoever they are.
        columns = {*past.stored, *games.by}
        for column in nested:
            for inner in column.past:
                columns |= {*inner.stored, *inner.games.by}
        yield _Use(games.table, ((), ()), tuple(sorted(columns)), (math.inf, past.reach), subjects)
    elif plain or not past.columns or past.derived:
        yield _Use(games.table, entity, past.stored, (rows, past.reach), subjects)
    for column in past.derived:
        for stored in column.stored:
            keys = [name for name in stored.source.key if name not in games.by]
            yield _Use(stored.source.table, entity, (*keys, stored.name), (math.inf, past.reach), subjects)


def _merged(uses: Iterable[_Use], days: int) -> Iterator[Window]:
    """The fewest windows that hold all that is used: columns of one entity that reach equally far are one."""
    by_entity: dict[tuple[_Entity, str], list[_Use]] = {}
    for use in uses:
        by_entity.setdefault((use.entity, use.subjects), []).append(use)
    for ((by, names), subjects), group in by_entity.items():
        reach: dict[str, _Extent] = {}
        for use in group:
            for column in use.columns:
                reach[column] = _farther(use.extent, reach.get(column, (0, 0)))
        together: dict[_Extent, list[str]] = {}
        for column, extent in reach.items():
            together.setdefault(extent, []).append(column)
        for extent in {use.extent for use in group if not use.columns}:  # only that the games were played
            if not any(_covers(other, extent) for other in together):
                together[extent] = []
        for (rows, back), columns in together.items():
            yield Window(
                by, tuple(sorted(columns)),
                last=None if math.isinf(rows) else int(rows),
                days=None if back >= days else int(back),
                of=subjects,
                named=names if names != by else (),
            )  # fmt: skip


def _farther(one: _Extent, other: _Extent) -> _Extent:
    return max(one[0], other[0]), max(one[1], other[1])


def _covers(one: _Extent, other: _Extent) -> bool:
    return one[0] >= other[0] and one[1] >= other[1]
