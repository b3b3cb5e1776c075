"""Which columns each column is made from, from the declarations."""

from __future__ import annotations

import dagster as dg

from nba_assets.assets.factory.derived_columns import (
    DERIVED,
    OF_NO_COLUMN,
    Source,
)
from nba_assets.domain.declarations.expressions import Column, Expression, Own
from nba_assets.domain.declarations.feature import FeatureTable
from nba_assets.domain.declarations.sources import Past
from nba_assets.domain.feature_store.feature_registry import FEATURE_TABLES
from nba_assets.lineage.table import Table
from nba_assets.schemas.catalog import TABLES


def column_lineage(table: Table) -> dg.TableColumnLineage:
    """Sources of every column of a table that has any, for Dagster."""
    return dg.TableColumnLineage({
        column: [dg.TableColumnDep(dg.AssetKey(name), source) for name, source in sources]
        for column, sources in columns_of(table).items()
        if sources
    })  # fmt: skip


def columns_of(table: Table) -> dict[str, tuple[Source, ...]]:
    """Columns of other tables that each column is made from, by column.

    A declared feature names what it reads; a column that is declared as derived names its sources; any other
    is carried from the inputs that have a column of its name. What a table of features adds at the end is
    made of all its features.
    """
    features = FEATURE_TABLES.get(table.name)
    found = {field.name: _sources(table, features, field.name) for field in table.schema.fields}
    if features is not None and features.finish is not None:
        every = tuple(dict.fromkeys(source for sources in found.values() for source in sources))
        found |= {name: every for name, sources in found.items() if not sources and name not in OF_NO_COLUMN}
    return found


def _sources(table: Table, features: FeatureTable | None, column: str) -> tuple[Source, ...]:
    if features is not None and features.declares(column):
        return _feature_sources(features, column)
    return DERIVED.get(table.name, {}).get(column) or _carried(table, column)


def declared(table: Table) -> dict[str, set[str]]:
    """Columns that a table declares to read, by table; the date is always among them."""
    found: dict[str, set[str]] = {}
    for item in (*table.inputs, *table.history):
        columns = item.columns or TABLES[item.table].columns
        found.setdefault(item.table, {"game_date"}).update(columns)
    return found


def _carried(table: Table, column: str) -> tuple[Source, ...]:
    read = declared(table)
    return tuple((name, column) for name in read if name != table.name and column in read[name])


def _feature_sources(table: FeatureTable, name: str) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(_expression_sources(table, table[name].value)))


def _expression_sources(table: FeatureTable, value: Expression) -> list[Source]:
    """Stored columns behind an expression, its windows and the table's other features that it reads."""
    found: list[Source] = []
    for part in value.parts():
        if isinstance(part, Column):
            found.append((part.source.table, part.name))
        elif isinstance(part, Own):
            own = table.declares(part.name)
            found += _feature_sources(table, part.name) if own else [(table.rows.table, part.name)]
        for past in part.past:
            found += _window_sources(table, past) if isinstance(past, Past) else [(past.table, "game_date")]
    return found


def _window_sources(table: FeatureTable, past: Past) -> list[Source]:
    """Stored columns behind a window; where it uses none, the entity whose games it counts."""
    found = [(past.games.table, name) for name in past.stored]
    for column in past.derived:
        found += [(stored.source.table, stored.name) for stored in column.stored]
        found += [source for inner in column.past for source in _window_sources(table, inner)]
    return found or [(past.games.table, name) for name in past.games.by or ("game_date",)]
