"""Changes one stored row of a table's past, and sees which dates' rows change and which dates' hashes do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

import numpy as np
import pyarrow as pa

from nba_assets.lineage.inputs import Gathered, History, Inputs
from nba_assets.lineage.reader import Reader
from nba_assets.lineage.table import Table
from nba_assets.schemas.catalog import TABLES
from nba_assets.tabular.arrow_columns import pc
from nba_assets.tabular.value_hashes import (
    days_of,
    in_order,
    row_hashes,
    sums_by_date,
)

Dates = set[dt.date]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Outcome:
    """What a change did: to which dates' rows, and to which dates' hashes."""

    change: str
    rows: Dates
    hashes: Dates


def computed(table: Table, gathered: Gathered) -> pa.Table:
    """Rows of a table whose computation asks nothing but its inputs."""
    frames = {name: TABLES[name].to_pandas(rows) for name, rows in gathered.same.items()}
    past = {item.table: TABLES[item.table].to_pandas(rows) for item, rows in gathered.past.items()}
    result = table.compute(cast(Any, None), Inputs(gathered.dates, frames, past, gathered))
    schema = table.schema
    return schema.to_arrow(schema.conform(cast(Any, result)))


def outcomes(
    table: Table, reader: Reader, dates: list[dt.date], changes: int, seed: int
) -> Iterator[Outcome]:
    """Outcomes of random changes; one that the computation refuses as impossible is left out."""
    chance = np.random.default_rng(seed)
    gathered = reader.gather(table.inputs, table.history, dates)
    own = computed(table, gathered)
    rows, hashes = _by_date(own, dates), gathered.used(own)
    for _ in range(changes):
        item = _one([item for item in gathered.past if gathered.past[item].num_rows], chance)
        words, day, past = _changed(gathered.past[item], item, chance)
        other = replace(gathered, past={**gathered.past, item: past})
        try:
            again = _by_date(computed(table, other), dates)
        except ValueError:
            continue
        now = other.used(own)
        # A range reads further back for its last dates than they may look: what lies beyond their reach is
        # never theirs, unless a season is a year off.
        near = [date for date in dates if (date - day).days <= item.days]
        yield Outcome(
            f"{table.name}: {words}",
            {date for date in near if again[date] != rows[date]},
            {date for date in near if now[date] != hashes[date]},
        )


def _by_date(rows: pa.Table, dates: list[dt.date]) -> dict[dt.date, int]:
    days = days_of(rows)
    sums = sums_by_date(days, in_order(days, row_hashes(rows, rows.column_names)), dates)
    return dict(zip(dates, sums.tolist(), strict=True))


def _changed(rows: pa.Table, item: History, chance: np.random.Generator) -> tuple[str, dt.date, pa.Table]:
    """The history without one of its rows, or with another value in one; in words, and the row's date."""
    at = int(chance.integers(rows.num_rows))
    name = _one([*rows.column_names[1:], ""], chance)
    day = rows["game_date"][at].as_py()
    where = f"{item.table} of {day}"
    if not name:
        kept = pa.concat_tables([rows.slice(0, at), rows.slice(at + 1)])
        return f"{where} without a row", day, kept
    column = rows[name].combine_chunks()
    value = _other(column, at, chance)
    mask = pa.array([number == at for number in range(rows.num_rows)])
    changed = pc.if_else(mask, pa.scalar(value, column.type), column)
    words = f"{where}, row {at}: {name} {column[at]} -> {value}"
    return words, day, rows.set_column(rows.column_names.index(name), name, changed)


def _one(choices: Sequence[Item], chance: np.random.Generator) -> Item:
    return choices[int(chance.integers(len(choices)))]


def _other(column: Any, at: int, chance: np.random.Generator) -> Any:
    """Another value than the one in a row: a neighbour's text, a number beside it, the other truth."""
    value = column[at].as_py()
    if pa.types.is_boolean(column.type):
        return not value
    if pa.types.is_string(column.type):
        others = sorted({text for text in pc.unique(column).to_pylist() if text not in (None, value)})
        return _one(others, chance) if others else "other"
    return 1 if value is None else value + _one([-1, 1], chance)
