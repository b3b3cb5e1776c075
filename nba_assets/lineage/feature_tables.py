"""What a table of declared features reads: inputs and history windows follow from its declaration."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nba_assets.domain.declarations.feature import FeatureTable
from nba_assets.domain.declarations.sources import Past
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


def inputs_of(table: FeatureTable) -> tuple[Input, ...]:
    """Same-date inputs of a table of features, with the columns that it reads."""
    return tuple(Input(name, columns) for name, columns in table.reads.items())


def history_of(table: FeatureTable) -> tuple[History, ...]:
    """Earlier inputs of a table of features: columns, reach, and the windows that its rows use."""
    dated = {window.table: window.days for window in table.open_dates}
    uses = [use for past in table.windows for use in _uses(past)]
    return tuple(
        _history(name, columns, [use for use in uses if use.table == name], table.rows.table, dated.get(name))
        for name, columns in table.history_columns.items()
    )


def _history(
    name: str, columns: tuple[str, ...], uses: list[_Use], subjects: str, dated: int | None
) -> History:
    days = int(max([use.extent[1] for use in uses] + ([dated] if dated else [])))
    windows = tuple(_merged(uses, days, subjects))
    return History(name, days, columns, uses=windows, dated=dated is not None)


def _uses(past: Past) -> Iterator[_Use]:
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
        yield _Use(games.table, ((), ()), tuple(sorted(columns)), (math.inf, past.reach))
    elif plain or not past.columns or past.derived:
        yield _Use(games.table, entity, past.stored, (rows, past.reach))
    for column in past.derived:
        for stored in column.stored:
            keys = [name for name in stored.source.key if name not in games.by]
            yield _Use(stored.source.table, entity, (*keys, stored.name), (math.inf, past.reach))


def _merged(uses: Iterable[_Use], days: int, subjects: str) -> Iterator[Window]:
    """The fewest windows that hold all that is used: columns of one entity that reach equally far are one."""
    by_entity: dict[_Entity, list[_Use]] = {}
    for use in uses:
        by_entity.setdefault(use.entity, []).append(use)
    for (by, names), group in by_entity.items():
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
