"""A lake that remembers says what the lake says, reads each file once, and forgets when told."""

from pathlib import Path

import pyarrow as pa
import pytest

from nba_assets.storage.cached_lake import RememberingLake
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore
from nba_assets.storage.partition_file import DamagedPartitionError, encode
from nba_assets_tests.support.lake_frames import (
    DATES,
    STAMP,
    dated,
    rows,
    schema,
)


class CountingStore(FolderStore):
    """Counts what is read."""

    reads = 0

    def read(self, name: str, version: str = "") -> bytes:
        self.reads += 1
        return super().read(name)


@pytest.fixture
def store(tmp_path: Path) -> CountingStore:
    writer = Lake(FolderStore(tmp_path))
    writer.write("t", dated({date: rows(date) for date in DATES}), dict.fromkeys(DATES, STAMP))
    copy = tmp_path.with_name(f"{tmp_path.name}_again")  # another root: nothing of it is kept in memory
    tmp_path.rename(copy)
    return CountingStore(copy)


@pytest.mark.parametrize("columns", [None, ("number", "key")])
@pytest.mark.parametrize("chosen", [DATES, DATES[1:], DATES[:1], []])
def test_it_equals_the_lake(store: CountingStore, columns: tuple | None, chosen: list) -> None:
    lake = RememberingLake(store)
    lake.read("t", DATES, schema())
    reported, plain = (
        lake.read("t", chosen, schema(), columns),
        Lake(store).read("t", chosen, schema(), columns),
    )
    assert reported.table.to_pylist() == plain.table.to_pylist()
    assert reported.table.schema == plain.table.schema
    assert reported.hashes == plain.hashes


def test_a_table_requested_on_most_dates_is_read_once(store: CountingStore) -> None:
    lake = RememberingLake(store)
    for _ in range(3):
        lake.read("t", DATES[:2], schema(), ("key",))
    assert store.reads == len(DATES)


def test_a_table_requested_on_few_dates_is_not_kept(store: CountingStore) -> None:
    lake = RememberingLake(store)
    for _ in range(3):
        lake.read("t", DATES[:1], schema())
    assert store.reads == 3


def test_a_forgotten_table_is_read_anew(store: CountingStore) -> None:
    lake = RememberingLake(store)
    lake.read("t", DATES, schema())
    changed = rows(DATES[0]).slice(0, 1)
    Lake(FolderStore(Path(store.root))).write("t", dated({DATES[0]: changed}), {DATES[0]: STAMP})
    assert lake.read("t", DATES, schema()).table.num_rows == 9
    lake.forget("t")
    assert lake.read("t", DATES, schema()).table.num_rows == 7


def test_a_damaged_date_costs_those_who_request_it(store: CountingStore) -> None:
    store.write(Lake.name("t", DATES[0]), b"torn")
    lake = RememberingLake(store)
    with pytest.raises(DamagedPartitionError, match=str(DATES[0])):
        lake.read("t", DATES, schema())
    assert list(lake.read("t", DATES[1:], schema()).hashes) == list(DATES[1:])
    assert list(lake.read_undamaged("t", DATES, schema()).hashes) == list(DATES[1:])


def test_rows_that_are_kept_are_read_once_in_whatever_columns(store: CountingStore) -> None:
    lake = Lake(store)
    for columns in (("key",), ("number", "key"), None):
        found = lake.read("t", DATES, schema(), columns, keep=True).table
        assert found.drop_columns(["game_date"]).equals(
            pa.concat_tables([rows(date) for date in DATES]).select(columns or schema().names)
        )
        assert found.column("key").num_chunks == 1  # not an array a date, which a long run has too many of
    assert store.reads == len(DATES)
    assert lake.read("t", DATES[1:2], schema()).table.num_rows == rows(DATES[1]).num_rows
    assert store.reads == len(DATES)


def test_a_kept_date_that_another_process_replaces_is_read_anew(store: CountingStore) -> None:
    lake = Lake(store)
    lake.read("t", DATES, schema(), keep=True)
    name = Lake.name("t", DATES[0])
    store.write(name, encode(rows(DATES[0]).slice(0, 1), STAMP, name))
    assert lake.read("t", DATES, schema(), keep=True).table.num_rows == 7
    assert store.reads == len(DATES) + 1


def test_a_date_of_an_older_schema_is_kept_from_nobody_who_wants_its_columns(store: CountingStore) -> None:
    name = Lake.name("t", DATES[0])
    older = rows(DATES[0]).drop_columns(["flag"])
    store.write(name, encode(older, STAMP, name))
    for keep in (False, True, True):
        found = Lake(store).read("t", DATES, schema(), ("key", "number"), keep=keep)
        assert found.table.num_rows == 9 and [*found.hashes] == DATES
    with pytest.raises(DamagedPartitionError, match="flag"):
        Lake(store).read("t", DATES, schema(), keep=True)
