"""Two lakes are equal when their rows are, whatever made them; a difference is named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from nba_assets.bench.lake_comparison import compare_lakes
from nba_assets.storage.lake import Lake, Stamp
from nba_assets.storage.object_store import open_store

DAYS = [dt.date(2024, 1, day) for day in (1, 2, 3)]
ROWS = {"id": ["a", "b"], "value": [1.0, None]}


def lake(folder: Path, code: str, days: list[dt.date], **changes: list) -> Lake:
    made = Lake(open_store(str(folder)))
    table = pa.table(ROWS | changes)
    dates = pa.array([day for day in days for _ in range(table.num_rows)], pa.date32())
    rows = pa.concat_tables([table] * len(days)).add_column(0, "game_date", dates)
    made.write("t", rows, dict.fromkeys(days, Stamp(code, "s", "i")))
    return made


def compared(one: Lake, other: Lake) -> tuple[list[int], list[str]]:
    counts, differences = compare_lakes(one, other, ["t"], DAYS[0], DAYS[-1])
    return counts.iloc[0, 1:].tolist(), [
        f"{row.game_date} {row.difference}" for row in differences.itertuples()
    ]


def test_other_code_with_the_same_rows_is_equal(tmp_path: Path) -> None:
    found = compared(lake(tmp_path / "one", "before", DAYS), lake(tmp_path / "other", "after", DAYS))
    assert found == ([3, 3, 0, 0, 0], [])


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"value": [1.0, 2.0]}, "columns value"), ({"value": [1, None]}, "columns value"),
     ({"more": [True, True]}, "columns more"), ({"id": ["a"], "value": [1.0]}, "2 rows, 1 rows")],
)  # fmt: skip
def test_a_difference_is_named(tmp_path: Path, changes: dict[str, list], words: str) -> None:
    one, other = lake(tmp_path / "one", "c", DAYS), lake(tmp_path / "other", "c", DAYS[:2])
    lake(tmp_path / "other", "c", DAYS[2:], **changes)
    assert compared(one, other) == ([3, 2, 1, 0, 0], [f"2024-01-03 {words}"])


def test_partitions_of_one_lake_alone_are_counted(tmp_path: Path) -> None:
    one, other = lake(tmp_path / "one", "c", DAYS[:2]), lake(tmp_path / "other", "c", DAYS[1:])
    assert compared(one, other) == ([3, 1, 0, 1, 1], [])
