"""What the tables of events and of shots are made with: periods, constants, games left out, order."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa

from nba_assets.domain.raw.event_text import period_numbers
from nba_assets.tabular.arrow_columns import by_distinct, is_text, pc
from nba_assets.tabular.problems import BadInput

LEAST_STRETCH: Final = 100  # rows; shorter ones are picked one by one


def with_periods(table: pa.Table, name: str, game_field: str, repairs: dict[str, Any] | None) -> pa.Table:
    """The table with periods as numbers where they are words, like ``Q1``, ``1st`` or ``OT1``."""
    if name not in table.column_names or not is_text(table.schema.field(name).type):
        return table
    written = table.column(name).cast(pa.string())
    numbers = by_distinct(written.combine_chunks(), period_numbers)
    words = pc.and_(pc.is_valid(numbers), pc.not_equal(numbers, pc.utf8_trim_whitespace(written)))
    if repairs is not None and pc.any(words).as_py() and game_field in table.column_names:
        repairs["periods by their words"] = table.column(game_field).filter(words)
    place = table.column_names.index(name)
    return table.set_column(place, name, pc.coalesce(numbers, written))


def without_games(rows: pa.Table, left_out: list[BadInput] | None) -> pa.Table:
    """Rows but those of games with a problem."""
    if not left_out:
        return rows
    games = pa.array({problem.game for problem in left_out if problem.game is not None}, pa.string())
    return rows.filter(pc.invert(pc.is_in(rows.column("game_id"), value_set=games)))


def constant(text: str, size: int) -> Any:
    """A column of one text."""
    return pa.repeat(pa.scalar(text, pa.string()), size)


def sorted_table(
    columns: dict[str, Any], order: np.ndarray, already_sorted: dict[str, np.ndarray], schema: pa.Schema
) -> pa.Table:
    """A table of columns in an order, and of some that are in it already; empties `columns`."""
    # A dump is in order but for whole games: moving a hundred stretches beats picking half a million rows.
    cuts = [0, *(np.flatnonzero(np.diff(order) != 1) + 1).tolist(), len(order)]
    stretches = [(int(order[first]), last - first) for first, last in pairwise(cuts) if last > first]
    whole = len(stretches) * LEAST_STRETCH <= len(order)
    arrays = [
        # pop: a column is given back as soon as its sorted copy exists.
        pa.array(already_sorted[name])
        if name in already_sorted
        else _in_order(columns.pop(name), order, stretches if whole else None)
        for name in schema.names
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _in_order(column: Any, order: np.ndarray, stretches: list[tuple[int, int]] | None) -> Any:
    if not stretches:
        return column.take(pa.array(order))
    return pa.concat_arrays([column.slice(start, length) for start, length in stretches])
