import datetime as dt
import multiprocessing
import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from nba_assets.lake import Lake, Stamp, split_by_date
from nba_assets.object_store import FolderStore
from nba_assets.schemas.columns import TableSchema, flag, integer, moment, number, text
from nba_assets_tests.lake_frames import DATES, STAMP, parts, rows, schema

STAMPS = dict.fromkeys(DATES, STAMP)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(FolderStore(tmp_path))


def test_every_kind_of_column_comes_back_as_it_went_in(lake: Lake) -> None:
    lake.write("t", parts(), STAMPS)
    read = lake.read("t", DATES, schema())
    assert read.table.column("game_date").to_pylist() == [DATES[0]] * 3 + [DATES[1]] * 3
    assert read.table.drop_columns(["game_date"]).equals(pa.concat_tables(parts().values()))
    assert list(read.hashes) == DATES


def test_frames_keep_null_apart_from_zero_false_and_empty(lake: Lake) -> None:
    table = TableSchema(
        "t",
        "One row a key.",
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
    assert table.arrow.equals(schema())
    assert frame.isna().sum(axis=1).to_list() == [0, 5, 0]
    assert frame["integer"].to_list()[2] == 2**53 + 1
    assert frame.loc[2, "text"] == ""
    assert frame["game_date"].eq(pd.Timestamp(DATES[0])).all()
    back = table.to_arrow(table.conform(frame))
    assert split_by_date(back, [DATES[0]])[DATES[0]].equals(stored)
    table.pandera.validate(table.conform(frame))


def test_duckdb_reads_a_table_as_hive_partitions(lake: Lake, tmp_path: Path) -> None:
    lake.write("t", parts(), STAMPS)
    found = duckdb.sql(
        f"select game_date, count(*), count(integer), max(integer), max(text) "
        f"from read_parquet('{tmp_path}/t/*/*.parquet', hive_partitioning=true) group by 1 order by 1"
    ).fetchall()
    assert found == [(day, 3, 2, 2**53 + 1, "Dončić") for day in DATES[:2]]


def test_pyarrow_reads_a_table_as_hive_partitions(lake: Lake, tmp_path: Path) -> None:
    lake.write("t", parts(), STAMPS)
    partitioning = ds.partitioning(pa.schema([("game_date", pa.date32())]), flavor="hive")
    found = ds.dataset(tmp_path / "t", partitioning=partitioning).to_table(filter=ds.field("game_date") == DATES[1])
    assert found.column("key").to_pylist() == [f"{DATES[1]}-{letter}" for letter in "abc"]


def test_dates_that_are_not_stored_are_left_out_and_have_no_hash(lake: Lake) -> None:
    lake.write("t", {DATES[1]: rows(DATES[1])}, STAMPS)
    read = lake.read("t", DATES, schema())
    assert list(read.hashes) == [DATES[1]]
    assert lake.dates("t") == [DATES[1]]
    nothing = lake.read("none", DATES, schema())
    assert nothing.table.schema.names == ["game_date", *schema().names]
    assert nothing.table.num_rows == 0
    assert lake.dates("none") == []


def test_an_empty_date_is_stored_and_has_a_hash(lake: Lake) -> None:
    written = lake.write("t", parts(), STAMPS)
    assert written[DATES[2]].rows == 0
    assert DATES[2] in lake.read("t", DATES, schema()).hashes


def test_columns_are_pruned(lake: Lake) -> None:
    lake.write("t", parts(), STAMPS)
    read = lake.read("t", DATES, schema(), ["number", "key"])
    assert read.table.column_names == ["game_date", "number", "key"]
    assert read.hashes == lake.read("t", DATES, schema()).hashes


def test_writing_the_same_again_changes_nothing_on_disk(lake: Lake, tmp_path: Path) -> None:
    assert {w.changed for w in lake.write("t", parts(), STAMPS).values()} == {True}
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    assert {w.changed for w in lake.write("t", parts(), STAMPS).values()} == {False}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")} == times
    assert len(times) == 3


def test_only_the_changed_date_is_replaced(lake: Lake) -> None:
    lake.write("t", parts(), STAMPS)
    corrected = parts() | {DATES[1]: rows(DATES[1]).slice(0, 2)}
    assert [w.changed for w in lake.write("t", corrected, STAMPS).values()] == [False, True, False]


def test_a_date_has_the_same_bytes_from_a_range_or_alone(tmp_path: Path) -> None:
    whole = pa.concat_tables([part.add_column(0, "game_date", pa.array([day] * part.num_rows, pa.date32()))
                              for day, part in parts().items()])  # fmt: skip
    together, alone = Lake(FolderStore(tmp_path / "range")), Lake(FolderStore(tmp_path / "alone"))
    together.write("t", split_by_date(whole, DATES), STAMPS)
    for day, part in parts().items():
        alone.write("t", {day: part}, STAMPS)
    for day in DATES:
        name = Lake.name("t", day)
        assert together.store.read(name) == alone.store.read(name)


def test_the_content_hash_is_of_the_rows_alone(lake: Lake) -> None:
    before = lake.write("t", {DATES[0]: rows(DATES[0])}, STAMPS)[DATES[0]]
    restamped = lake.write("t", {DATES[0]: rows(DATES[0])}, {DATES[0]: Stamp("other", "5c4e", "1a2b")})[DATES[0]]
    assert restamped.changed
    assert restamped.content_hash == before.content_hash
    corrected = lake.write("t", {DATES[0]: rows(DATES[1])}, STAMPS)[DATES[0]]
    assert corrected.content_hash != before.content_hash


def test_the_stamp_is_kept_with_the_rows(lake: Lake) -> None:
    lake.write("t", parts(), STAMPS)
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
    lake.write("t", parts(), STAMPS)
    name = Lake.name("t", DATES[1])
    lake.store.write(name, damage(lake.store.read(name)))
    with pytest.raises(ValueError, match=f"t/game_date={DATES[1]}/part.parquet.*Materialize this partition again"):
        lake.read("t", DATES, schema())


def test_no_flipped_byte_ever_changes_a_value_unnoticed(lake: Lake) -> None:
    """Without page checksums, a flip inside compressed numbers came back as other numbers."""
    lake.write("t", {DATES[0]: rows(DATES[0])}, STAMPS)
    name, truth = Lake.name("t", DATES[0]), lake.read("t", DATES[:1], schema()).table
    whole = lake.store.read(name)
    noticed = 0
    for place in range(len(whole)):
        lake.store.write(name, _flip(whole, place))
        try:
            found = lake.read("t", DATES[:1], schema()).table
        except ValueError as error:
            assert "Materialize this partition again" in str(error)  # noqa: PT017
            noticed += 1
        else:
            assert found.equals(truth), place
    assert noticed > len(whole) / 2


def test_a_missing_column_is_an_error_that_names_the_file(lake: Lake) -> None:
    lake.write("t", {DATES[0]: rows(DATES[0]).drop_columns(["flag"])}, STAMPS)
    with pytest.raises(ValueError, match=f"game_date={DATES[0]}/part.parquet.*flag.*Materialize"):
        lake.read("t", DATES, schema())


def test_a_damaged_file_is_healed_by_writing_it_again(lake: Lake) -> None:
    lake.write("t", parts(), STAMPS)
    lake.store.write(Lake.name("t", DATES[0]), b"torn")
    assert lake.write("t", parts(), STAMPS)[DATES[0]].changed
    assert lake.read("t", DATES, schema()).table.num_rows == 6


class _Died(BaseException):
    pass


@pytest.mark.parametrize("moment_of_death", ["write_bytes", "replace"])
def test_a_write_that_dies_leaves_the_old_bytes_and_no_visible_file(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment_of_death: str
) -> None:
    lake.write("t", {DATES[0]: rows(DATES[0])}, STAMPS)
    before = lake.store.read(Lake.name("t", DATES[0]))
    whole = Path.write_bytes

    def die(path: Path, *arguments: object) -> None:
        if moment_of_death == "write_bytes":
            whole(path, before[:50])
        raise _Died

    with monkeypatch.context() as patch, pytest.raises(_Died):
        patch.setattr(Path, moment_of_death, die)
        lake.write("t", {DATES[0]: rows(DATES[1]), DATES[1]: rows(DATES[1])}, STAMPS)
    assert lake.store.read(Lake.name("t", DATES[0])) == before
    assert lake.dates("t") == [DATES[0]]
    assert list(lake.store.list("t/")) == [Lake.name("t", DATES[0])]
    left = [path.name for path in tmp_path.rglob("*") if path.is_file() and path.name != "part.parquet"]
    assert all(name.startswith(".") and not name.endswith(".parquet") for name in left)
    assert duckdb.sql(f"select count(*) from '{tmp_path}/t/*/*.parquet'").fetchall() == [(3,)]
    # The next write takes no notice of what was left behind.
    lake.write("t", parts(), STAMPS)
    assert lake.dates("t") == DATES


def _write_over_and_over(root: str, seed: int) -> None:
    lake, choice = Lake(FolderStore(Path(root))), random.Random(seed)  # noqa: S311
    for _ in range(80):
        lake.write("t", {DATES[0]: rows(DATES[0]).slice(0, choice.randint(0, 3))}, STAMPS)
        assert lake.read("t", DATES[:1], schema()).table.num_rows in (0, 1, 2, 3)


def test_two_processes_on_one_partition_never_leave_a_broken_file(lake: Lake, tmp_path: Path) -> None:
    other = multiprocessing.get_context("spawn").Process(target=_write_over_and_over, args=(str(tmp_path), 1))
    other.start()
    while other.is_alive():
        _write_over_and_over(str(tmp_path), 2)
    other.join()
    assert other.exitcode == 0
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["part.parquet"]


def _dated(days: list[dt.date]) -> pa.Table:
    return pa.table({"game_date": pa.array(days, pa.date32()), "value": pa.array(range(len(days)), pa.int64())})


def test_split_by_date_gives_each_wanted_date_its_rows_and_an_empty_one_none() -> None:
    cut = split_by_date(_dated([DATES[0], DATES[0], DATES[2]]), DATES)
    assert [part.column("value").to_pylist() for part in cut.values()] == [[0, 1], [], [2]]


def test_split_by_date_refuses_rows_of_other_dates_and_disorder() -> None:
    with pytest.raises(ValueError, match="not asked for.*2023, 12, 5"):
        split_by_date(_dated(DATES), [DATES[0], DATES[2]])
    with pytest.raises(ValueError, match="not sorted"):
        split_by_date(_dated(DATES[::-1]), DATES)
