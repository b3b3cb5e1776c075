"""The gate answers from the lake alone: partitions, and refusals that name what they left there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from nba_assets.quality.gate import Gate, Shut
from nba_assets.quality.refusals import Refusals
from nba_assets.quality.verdict import Verdict
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore
from nba_assets.storage.partition_file import Stamp

DATE, OTHER = dt.date(2023, 12, 4), dt.date(2023, 12, 5)
FAILED = {DATE: Verdict("FAIL")}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(FolderStore(tmp_path))


@pytest.fixture
def refusals(lake: Lake) -> Refusals:
    return Refusals(lake.store)


def _write(lake: Lake, value: float = 1.0, date: dt.date = DATE) -> None:
    rows = pa.table({"game_date": pa.array([date], pa.date32()), "value": [value]})
    lake.write("table", rows, {date: Stamp("code", "schema", "inputs")})


def _refuse(lake: Lake, refusals: Refusals) -> None:
    refusals.keep("table", FAILED, lake.file_hashes("table", [DATE]))


def test_a_partition_without_a_refusal_is_open(lake: Lake) -> None:
    _write(lake)
    assert Gate(lake).shut("table", [DATE]) == {}
    assert Gate(lake).open("table", [DATE]) == [DATE]


def test_a_date_that_is_not_stored_is_shut(lake: Lake) -> None:
    assert Gate(lake).shut("table", [DATE]) == {DATE: Shut.NOT_MATERIALIZED}


def test_a_refusal_shuts_what_it_left_in_the_lake(lake: Lake, refusals: Refusals) -> None:
    _refuse(lake, refusals)
    assert Gate(lake).shut("table", [DATE]) == {DATE: Shut.REFUSED}, "nothing was stored"
    _write(lake)
    assert Gate(lake).shut("table", [DATE]) == {}, "written since, and the process died before it healed"
    _refuse(lake, refusals)
    assert Gate(lake).shut("table", [DATE]) == {DATE: Shut.REFUSED}
    _write(lake, 2.0)
    assert Gate(lake).shut("table", [DATE]) == {}


def test_a_refused_partition_that_was_deleted_is_still_not_open(lake: Lake, refusals: Refusals) -> None:
    _write(lake)
    _refuse(lake, refusals)
    lake.store.delete(lake.name("table", DATE))
    assert Gate(lake).shut("table", [DATE]) == {DATE: Shut.NOT_MATERIALIZED}


def test_healing_opens_unchanged_bytes_and_records_when(lake: Lake, refusals: Refusals) -> None:
    _write(lake)
    _refuse(lake, refusals)
    versions = refusals.versions("table", [DATE])
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    refusals.heal("table", [DATE], versions)
    assert Gate(lake).open("table", [DATE]) == [DATE]
    assert refusals.healed("table", [DATE])[DATE] >= before


def test_a_refusal_that_another_run_has_made_meanwhile_is_not_healed(lake: Lake, refusals: Refusals) -> None:
    _write(lake)
    _refuse(lake, refusals)
    versions = refusals.versions("table", [DATE])
    refusals.keep("table", {DATE: Verdict("BLOCKED")}, lake.file_hashes("table", [DATE]))
    refusals.heal("table", [DATE], versions)
    assert Gate(lake).shut("table", [DATE]) == {DATE: Shut.REFUSED}


def test_the_same_refusal_again_is_not_written_again(lake: Lake, refusals: Refusals) -> None:
    _refuse(lake, refusals)
    before = refusals.versions("table", [DATE])
    _refuse(lake, refusals)
    assert refusals.versions("table", [DATE]) == before


def test_each_date_and_table_is_judged_alone_and_open_dates_are_sorted(
    lake: Lake, refusals: Refusals
) -> None:
    _write(lake)
    _write(lake, date=OTHER)
    _refuse(lake, refusals)
    assert Gate(lake).open("table", [OTHER, DATE]) == [OTHER]
    assert Gate(lake).shut("another", [OTHER]) == {OTHER: Shut.NOT_MATERIALIZED}
    assert Gate(lake).shut("table", []) == {}


def test_a_damaged_refusal_shuts_its_date_until_it_is_written(lake: Lake, refusals: Refusals) -> None:
    _write(lake)
    _write(lake, date=OTHER)
    _refuse(lake, refusals)
    (path,) = Path(lake.store.root).glob("_refused/table/*.json")
    path.write_bytes(path.read_bytes().replace(b"FAIL", b"PASS"))
    assert Gate(lake).shut("table", [DATE, OTHER]) == {DATE: Shut.REFUSED}
    assert "2023-12-04.json is damaged" in refusals.damaged("table")[DATE]
    refusals.heal("table", [DATE], refusals.versions("table", [DATE]))
    assert Gate(lake).open("table", [DATE]) == [DATE]
