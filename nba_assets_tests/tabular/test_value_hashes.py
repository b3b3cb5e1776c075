"""Equal values hash alike however they are stored, other values never do."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from nba_assets.tabular.value_hashes import (
    days_of,
    in_order,
    row_hashes,
    sums_by_date,
)

COLUMNS = {
    "text": pa.array(["a", "b", None, ""]),
    "whole": pa.array([1, 0, None, -1]),
    "number": pa.array([0.5, 0.0, None, -0.5]),
    "flag": pa.array([True, False, None, True]),
    "moment": pa.array([1, 2, None, 3], pa.timestamp("us", "UTC")),
    "day": pa.array([1, 2, None, 3], pa.date32()),
    "nothing": pa.nulls(4),
}
ROWS = pa.table(COLUMNS)


@pytest.mark.parametrize("name", [name for name in COLUMNS if name not in ("nothing", "flag")])
def test_every_value_of_a_column_has_a_hash_of_its_own(name: str) -> None:
    assert len(set(row_hashes(ROWS, [name]).tolist())) == 4


def test_null_is_neither_false_nor_true() -> None:
    true, false, null, again = row_hashes(ROWS, ["flag"]).tolist()
    assert len({true, false, null}) == 3
    assert again == true


def test_chunks_and_layout_do_not_count() -> None:
    whole = row_hashes(ROWS, ROWS.column_names)
    chunked = pa.concat_tables([ROWS.slice(0, 1), ROWS.slice(1, 2), ROWS.slice(3)])
    assert (row_hashes(chunked, ROWS.column_names) == whole).all()
    other = ROWS.set_column(0, "text", ROWS["text"].cast(pa.large_string()).dictionary_encode())
    assert (row_hashes(other, ROWS.column_names[::-1]) == whole).all()


def test_a_value_in_another_column_is_another_row() -> None:
    pair = pa.table({"a": ["x", "y"], "b": ["y", "x"]})
    first, second = row_hashes(pair, ["a", "b"]).tolist()
    assert first != second


def test_the_place_within_a_date_counts_where_it_should() -> None:
    days = np.array([1, 1, 2, 2])
    hashes = np.array([7, 8, 7, 8], dtype=np.uint64)
    turned = hashes[[1, 0, 2, 3]]
    dates = [dt.date(1970, 1, 2), dt.date(1970, 1, 3), dt.date(1970, 1, 9)]
    plain = sums_by_date(days, hashes, dates).tolist()
    assert plain == [15, 15, 0]
    assert sums_by_date(days, turned, dates).tolist() == plain
    kept, other = (sums_by_date(days, in_order(days, h), dates).tolist() for h in (hashes, turned))
    assert kept[0] == kept[1] != other[0]
    assert other[1:] == kept[1:]


def test_no_rows() -> None:
    empty = ROWS.slice(0, 0)
    assert row_hashes(empty, ROWS.column_names).tolist() == []
    assert days_of(pa.table({"game_date": pa.array([], pa.date32())})).tolist() == []


def test_a_hash_is_the_same_on_every_machine_and_day() -> None:
    assert row_hashes(pa.table({"a": ["x"], "b": [1.5]}), ["a", "b"]).tolist() == [13085235332070162982]
