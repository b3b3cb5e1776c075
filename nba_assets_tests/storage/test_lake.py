import datetime as dt
import multiprocessing
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from nba_assets.schemas.columns import TableSchema, flag, integer, moment, number, text
from nba_assets.storage import lake as lake_module
from nba_assets.storage import partitions as partitions_module
from nba_assets.storage.lake import Lake, MixedSourcesError
from nba_assets.storage.object_store import FolderStore
from nba_assets.storage.object_writes import VersionConflictError
from nba_assets.storage.partition_file import DamagedPartitionError, Stamp, encode
from nba_assets.storage.partitions import Written
from nba_assets.storage.recent_rows import RecentRows
from nba_assets_tests.support.lake_frames import (
    DATES,
    STAMP,
    dated,
    rows,
    schema,
    three_dates,
)

STAMPS = dict.fromkeys(DATES, STAMP)


def remember(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """Bytes of written rows that are kept in memory."""
    for module in (lake_module, partitions_module):
        monkeypatch.setattr(module, "RECENT", RecentRows(limit))


@pytest.fixture(params=[1 << 30, 0], ids=["remembers what it wrote", "reads files"])
def lake(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    remember(monkeypatch, request.param)
    return Lake(FolderStore(tmp_path))


def _write(lake: Lake, **days: pa.Table) -> dict[dt.date, Written]:
    """Write some of the dates, named d0 to d2."""
    chosen = {DATES[int(name[1])]: part for name, part in days.items()}
    return lake.write("t", dated(chosen), dict.fromkeys(chosen, STAMP))


def test_every_kind_of_column_comes_back_as_it_went_in(lake: Lake) -> None:
    lake.write("t", three_dates(), STAMPS)
    read = lake.read("t", DATES, schema())
    assert read.table.column("game_date").to_pylist() == [DATES[0]] * 3 + [DATES[1]] * 3
    assert read.table.drop_columns(["game_date"]).equals(three_dates().drop_columns(["game_date"]))
    assert list(read.hashes) == DATES


def test_frames_keep_null_apart_from_zero_false_and_empty() -> None:
    table = TableSchema(
        "t",
        "One row per key.",
        ("key",),
        (
            text("key", "Key."),
            text("text", "T.", nullable=True),
            integer("integer", "I.", nullable=True),
            number("number", "N.", nullable=True),
            flag("flag", "F.", nullable=True),
            moment("moment", "M.", nullable=True),
        ),
    )
    stored = rows(DATES[0])
    frame = table.to_pandas(stored.add_column(0, "game_date", pa.array([DATES[0]] * 3, pa.date32())))
    assert table.arrow.equals(schema().append(pa.field("override_reason", pa.string())))
    assert frame.isna().sum(axis=1).to_list() == [0, 5, 0]
    assert frame["integer"].to_list()[2] == 2**53 + 1
    assert frame.loc[2, "text"] == ""
    assert frame["game_date"].eq(pd.Timestamp(DATES[0])).all()
    again = table.to_arrow(table.conform(frame)).drop_columns(["game_date", "override_reason"])
    assert again.equals(stored)
    table.pandera.validate(table.conform(frame))


def test_duckdb_reads_a_table_as_hive_partitions(lake: Lake, tmp_path: Path) -> None:
    lake.write("t", three_dates(), STAMPS)
    table = f"read_parquet('{tmp_path}/t/*/*.parquet', hive_partitioning=true)"
    query = "select game_date, count(*), count(integer), max(integer), max(text) from"
    found = duckdb.sql(f"{query} {table} group by 1 order by 1").fetchall()
    assert found == [(day, 3, 2, 2**53 + 1, "Dončić") for day in DATES[:2]]


def test_pyarrow_reads_a_table_as_hive_partitions(lake: Lake, tmp_path: Path) -> None:
    lake.write("t", three_dates(), STAMPS)
    partitioning = ds.partitioning(pa.schema([("game_date", pa.date32())]), flavor="hive")
    found = ds.dataset(tmp_path / "t", partitioning=partitioning).to_table(
        filter=ds.field("game_date") == DATES[1]
    )
    assert found.column("key").to_pylist() == [f"{DATES[1]}-{letter}" for letter in "abc"]


def test_dates_that_are_not_stored_are_left_out_and_have_no_hash(lake: Lake) -> None:
    _write(lake, d1=rows(DATES[1]))
    read = lake.read("t", DATES, schema())
    assert list(read.hashes) == [DATES[1]]
    assert lake.dates("t") == [DATES[1]]
    nothing = lake.read("none", DATES, schema())
    assert nothing.table.schema.names == ["game_date", *schema().names]
    assert nothing.table.num_rows == 0
    assert lake.dates("none") == []


def test_an_empty_date_is_stored_and_has_a_hash(lake: Lake) -> None:
    written = lake.write("t", three_dates(), STAMPS)
    assert written[DATES[2]].rows == 0
    assert DATES[2] in lake.read("t", DATES, schema()).hashes


def test_columns_are_pruned(lake: Lake) -> None:
    lake.write("t", three_dates(), STAMPS)
    read = lake.read("t", DATES, schema(), ["number", "key"])
    assert read.table.column_names == ["game_date", "number", "key"]
    assert read.hashes == lake.read("t", DATES, schema()).hashes


def test_writing_the_same_again_changes_nothing_on_disk(lake: Lake, tmp_path: Path) -> None:
    assert {w.changed for w in lake.write("t", three_dates(), STAMPS).values()} == {True}
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    assert {w.changed for w in lake.write("t", three_dates(), STAMPS).values()} == {False}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")} == times
    assert len(times) == 3


def test_only_the_changed_date_is_replaced(lake: Lake) -> None:
    lake.write("t", three_dates(), STAMPS)
    corrected = _write(lake, d0=rows(DATES[0]), d1=rows(DATES[1]).slice(0, 2), d2=schema().empty_table())
    assert [w.changed for w in corrected.values()] == [False, True, False]


def test_a_date_has_the_same_bytes_from_a_range_or_alone(tmp_path: Path) -> None:
    together, alone = Lake(FolderStore(tmp_path / "range")), Lake(FolderStore(tmp_path / "alone"))
    together.write("t", three_dates(), STAMPS)
    for day, part in zip(DATES, (rows(DATES[0]), rows(DATES[1]), schema().empty_table()), strict=True):
        alone.write("t", dated({day: part}), {day: STAMP})
    for day in DATES:
        name = Lake.name("t", day)
        assert together.store.read(name) == alone.store.read(name)


def test_the_content_hash_is_of_the_rows_alone(lake: Lake) -> None:
    before = _write(lake, d0=rows(DATES[0]))[DATES[0]]
    other = {DATES[0]: Stamp("other", "5c4e", "1a2b")}
    restamped = lake.write("t", dated({DATES[0]: rows(DATES[0])}), other)[DATES[0]]
    assert restamped.changed
    assert restamped.content_hash == before.content_hash
    corrected = _write(lake, d0=rows(DATES[1]))[DATES[0]]
    assert corrected.content_hash != before.content_hash
    assert lake.read("t", DATES[:1], schema()).hashes == {DATES[0]: corrected.content_hash}


def test_the_stamp_is_kept_with_the_rows(lake: Lake) -> None:
    lake.write("t", three_dates(), STAMPS)
    assert lake.stamp("t", DATES[0]) == STAMP
    with pytest.raises(FileNotFoundError):
        lake.stamp("t", dt.date(2024, 1, 1))


# What a disk, a person or another program may have done to a file.
DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "not parquet": lambda data: b"PAR1 is a lie",
    "a byte of the rows flipped": lambda data: _flip(data, 60),
}


def _flip(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_file_is_an_error_that_names_it_and_the_remedy(
    lake: Lake, damage: Callable[[bytes], bytes]
) -> None:
    lake.write("t", three_dates(), STAMPS)
    name = Lake.name("t", DATES[1])
    lake.store.write(name, damage(lake.store.read(name)))
    with pytest.raises(
        ValueError, match=f"t/game_date={DATES[1]}/part.parquet.*Materialize this partition again"
    ):
        lake.read("t", DATES, schema())


def test_no_flipped_byte_ever_changes_a_value_unnoticed(tmp_path: Path) -> None:
    """Without page checksums, a flip inside compressed numbers came back as other numbers."""
    lake = Lake(FolderStore(tmp_path))
    _write(lake, d0=rows(DATES[0]))
    name, truth = Lake.name("t", DATES[0]), lake.read("t", DATES[:1], schema()).table
    whole = lake.store.read(name)
    noticed = 0
    for place in range(len(whole)):
        lake.store.write(name, _flip(whole, place))
        try:
            found = lake.read("t", DATES[:1], schema()).table
        except ValueError as error:
            assert "Materialize this partition again" in str(error)
            noticed += 1
        else:
            assert found.equals(truth), place
    assert noticed > len(whole) / 2


def test_a_missing_column_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    """A file of an older schema, that is: this process writes none."""
    FolderStore(tmp_path).write(Lake.name("t", DATES[0]), _without_flag())
    with pytest.raises(ValueError, match=f"game_date={DATES[0]}/part.parquet.*flag.*Materialize"):
        Lake(FolderStore(tmp_path)).read("t", DATES, schema())


def _without_flag() -> bytes:
    return encode(rows(DATES[0]).drop_columns(["flag"]), STAMP, Lake.name("t", DATES[0]))


def test_what_another_process_wrote_is_seen(lake: Lake) -> None:
    lake.write("t", three_dates(), STAMPS)
    assert lake.read("t", DATES, schema()).table.num_rows == 6
    # Past this process's memory, as another process would.
    name = Lake.name("t", DATES[0])
    lake.store.write(name, encode(rows(DATES[1]).slice(0, 1), STAMP, name))
    read = lake.read("t", DATES, schema())
    assert read.table.column("key").to_pylist()[0] == f"{DATES[1]}-a"
    assert read.table.num_rows == 4
    lake.store.delete(Lake.name("t", DATES[1]))
    assert lake.read("t", DATES, schema()).table.num_rows == 1


def test_a_date_that_was_read_empty_shows_what_another_process_writes(lake: Lake) -> None:
    lake.write("t", three_dates(), STAMPS)  # the third date is empty
    for columns in (None, ["key", "flag"], ["key", "flag"]):
        assert lake.read("t", DATES[2:], schema(), columns).table.num_rows == 0
    hashes = lake.read("t", DATES, schema()).hashes
    name = Lake.name("t", DATES[2])
    lake.store.write(name, encode(rows(DATES[2]), STAMP, name))
    read = lake.read("t", DATES, schema(), ["key", "flag"])
    assert read.table.column("key").to_pylist()[6:] == [f"{DATES[2]}-{row}" for row in "abc"]
    assert read.hashes[DATES[2]] != hashes[DATES[2]]
    lake.store.write(name, _without_flag())
    with pytest.raises(DamagedPartitionError, match=f"game_date={DATES[2]}"):
        lake.read("t", DATES[2:], schema())


def test_reading_any_dates_in_any_order_is_the_same_with_and_without_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(FolderStore(tmp_path))
    lake.write("t", three_dates(), STAMPS)
    _write(lake, d1=rows(DATES[1]).slice(1, 2))
    wanted = [[DATES[2], DATES[0]], DATES[::-1], [DATES[1]], [DATES[2]], []]
    remembered = [lake.read("t", days, schema(), ["number", "key"]) for days in wanted]
    remember(monkeypatch, 0)
    read = [lake.read("t", days, schema(), ["number", "key"]) for days in wanted]
    for one, other in zip(remembered, read, strict=True):
        assert one.table.equals(other.table)
        assert one.hashes == other.hashes
        assert list(one.hashes) == sorted(one.hashes)


def test_a_damaged_file_is_healed_by_writing_it_again(lake: Lake) -> None:
    lake.write("t", three_dates(), STAMPS)
    lake.store.write(Lake.name("t", DATES[0]), b"torn")
    assert lake.write("t", three_dates(), STAMPS)[DATES[0]].changed
    assert lake.read("t", DATES, schema()).table.num_rows == 6


class _Died(BaseException):
    pass


@pytest.mark.parametrize("moment_of_death", ["write_bytes", "replace"])
def test_a_write_that_dies_leaves_the_old_bytes_and_no_visible_file(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment_of_death: str
) -> None:
    _write(lake, d0=rows(DATES[0]))
    before = lake.store.read(Lake.name("t", DATES[0]))
    whole = Path.write_bytes

    def die(path: Path, *arguments: object) -> None:
        if moment_of_death == "write_bytes":
            whole(path, before[:50])
        raise _Died

    with monkeypatch.context() as patch, pytest.raises(_Died):
        patch.setattr(Path, moment_of_death, die)
        _write(lake, d0=rows(DATES[1]), d1=rows(DATES[1]))
    assert lake.store.read(Lake.name("t", DATES[0])) == before
    assert lake.dates("t") == [DATES[0]]
    assert list(lake.store.list("t/")) == [Lake.name("t", DATES[0])]
    left = [path.name for path in tmp_path.rglob("*") if path.is_file() and path.name != "part.parquet"]
    assert all(name.startswith(".") and not name.endswith(".parquet") for name in left)
    assert duckdb.sql(f"select count(*) from '{tmp_path}/t/*/*.parquet'").fetchall() == [(3,)]  # noqa: S608
    # The next write takes no notice of what was left behind.
    lake.write("t", three_dates(), STAMPS)
    assert lake.dates("t") == DATES


def _write_over_and_over(root: str, seed: int) -> None:
    lake, choice = Lake(FolderStore(Path(root))), random.Random(seed)  # noqa: S311
    for _ in range(80):
        with suppress(VersionConflictError):
            _write(lake, d0=rows(DATES[0]).slice(0, choice.randint(0, 3)))
        assert lake.read("t", DATES[:1], schema()).table.num_rows in (0, 1, 2, 3)


def test_two_processes_on_one_partition_never_leave_a_broken_file(lake: Lake, tmp_path: Path) -> None:
    other = multiprocessing.get_context("spawn").Process(target=_write_over_and_over, args=(str(tmp_path), 1))
    other.start()
    while other.is_alive():
        _write_over_and_over(str(tmp_path), 2)
    other.join()
    assert other.exitcode == 0
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"part.parquet", ".lock"}


def _of_days(days: list[dt.date]) -> pa.Table:
    return pa.table(
        {"game_date": pa.array(days, pa.date32()), "value": pa.array(range(len(days)), pa.int64())}
    )


def test_rows_of_other_dates_and_disorder_are_refused_before_anything_is_written(lake: Lake) -> None:
    with pytest.raises(ValueError, match=r"not requested.*2023, 12, 5"):
        lake.write("t", _of_days(DATES), {DATES[0]: STAMP, DATES[2]: STAMP})
    with pytest.raises(ValueError, match="not sorted"):
        lake.write("t", _of_days(DATES[::-1]), STAMPS)
    assert lake.dates("t") == []


def test_a_lake_takes_one_kind_of_rows(lake: Lake) -> None:
    lake.claim("archive")
    lake.claim("archive")
    with pytest.raises(MixedSourcesError, match="holds rows of source archive; rows of source simulated"):
        lake.claim("simulated")
