"""What changed on a disk, or by hand, is found by whoever reads it, and named with what heals it."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nba_assets.assets.coverage import ledger_graph
from nba_assets.automation.sync import sync_job
from nba_assets.lineage.staleness import Staleness
from nba_assets.quality.damage import Damage, damages
from nba_assets.quality.gate import Gate
from nba_assets.sources.base import Source
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore
from nba_assets.storage.partition_file import DamagedPartitionError
from nba_assets_tests.support.ladder import (
    BAD,
    DATES,
    FIRST,
    LADDER,
    LAST,
    SOURCE,
    STEPS,
)
from nba_assets_tests.support.workbench import (
    QUIET,
    Workbench,
)

DATE = dt.date.fromisoformat(FIRST)


@pytest.fixture
def path(bench: Workbench) -> Path:
    """The file of one partition, in a lake that is read from disk."""
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, STEPS)
    bench.lake.claim("archive")
    bench.lake = Lake(FolderStore(Path(bench.root)))
    return Path(bench.root) / Lake.name("bottom", DATE)


def _found(bench: Workbench) -> list[Damage]:
    return list(damages(bench.lake, STEPS))


def test_a_lake_as_it_was_written_has_no_damage(bench: Workbench, path: Path) -> None:
    assert _found(bench) == []


def test_every_byte_counts(bench: Workbench, path: Path) -> None:
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        flipped = bytearray(whole)
        flipped[place] ^= 4
        path.write_bytes(flipped)
        with pytest.raises(DamagedPartitionError, match=r"bottom/game_date=2023-12-04/part\.parquet"):
            bench.lake.stamp("bottom", DATE)
        with pytest.raises(DamagedPartitionError, match="Materialize this partition again"):
            bench.rows("bottom", FIRST)


def test_a_damaged_partition_is_named_with_what_heals_it(bench: Workbench, path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])
    (damage,) = _found(bench)
    assert damage.remedy == f"nba-assets heal {FIRST} --tables bottom"
    bench.run(FIRST, names=["bottom"])
    assert _found(bench) == []


def test_rows_edited_under_a_kept_stamp_are_found(bench: Workbench, path: Path) -> None:
    table = pq.read_table(io.BytesIO(path.read_bytes()))
    edited = table.set_column(1, "value", pa.array([99.0, 2.0]))
    pq.write_table(edited.replace_schema_metadata(table.schema.metadata), path)
    (damage,) = _found(bench)
    assert (damage.table, damage.date) == ("bottom", DATE)


def test_the_file_of_another_date_is_found(bench: Workbench, path: Path) -> None:
    path.write_bytes((Path(bench.root) / Lake.name("bottom", dt.date.fromisoformat(DATES[1]))).read_bytes())
    (damage,) = _found(bench)
    assert (damage.table, damage.date) == ("bottom", DATE)


@pytest.mark.parametrize("name", ["lake.json", f"_refused/bottom/{BAD}.json"])
def test_records_beside_the_tables_are_verified_too(bench: Workbench, path: Path, name: str) -> None:
    record = Path(bench.root) / name
    record.write_bytes(record.read_bytes().replace(b"e", b"f", 1))
    (damage,) = _found(bench)
    assert name in damage.reason


def test_a_damaged_date_costs_itself_and_is_left_out_of_history(bench: Workbench, path: Path) -> None:
    """Other processes read from disk; what this one wrote it keeps in memory."""
    path.write_bytes(b"torn")
    bench.run(FIRST, LAST, ["middle", "memory"])
    assert bench.materialized("middle") == [date for date in DATES if date not in (FIRST, BAD)]
    assert "bottom/game_date=2023-12-04/part.parquet" in bench.verdict("middle", FIRST)[1]
    assert bench.rows("memory", DATES[1])["value"].to_list() == [0.0]
    assert bench.rows("memory", LAST)["value"].to_list() == [6.0]


def test_a_damaged_date_is_stale_and_costs_no_other_its_staleness(bench: Workbench, path: Path) -> None:
    bench.run(FIRST, LAST, ["memory"])
    path.write_bytes(b"torn")
    staleness = Staleness(bench.lake, Gate(bench.lake), cast("Source", None))
    bottom, middle, _, memory = LADDER
    days = [dt.date.fromisoformat(date) for date in DATES]
    undamaged = [date for date in days if date not in (DATE, dt.date.fromisoformat(BAD))]
    (found,) = staleness.stale(bottom, days)
    assert (found.date, found.by_data) == (DATE, True)
    assert "bottom/game_date=2023-12-04/part.parquet: not as it was written" in found.reasons[0]
    assert staleness.fresh(bottom, days) == undamaged
    assert staleness.stale(middle, days) == []
    assert staleness.fresh(middle, days) == undamaged
    assert [str(item.date) for item in staleness.stale(memory, days)] == list(DATES[1:])


def test_a_damaged_date_on_which_nothing_is_due_is_made_empty(bench: Workbench, path: Path) -> None:
    path.write_bytes(b"torn")
    SOURCE[FIRST] = None
    assert bench.run(FIRST, DATES[1], ["bottom"]).success
    assert bench.rows("bottom", FIRST).empty
    assert len(bench.rows("bottom", DATES[1])) == 2


def test_a_damaged_date_keeps_no_decision(bench: Workbench, path: Path) -> None:
    path.write_bytes(b"torn")
    SOURCE[FIRST] = [1.0]
    bench.run(FIRST, DATES[1], ["bottom"])
    assert not bench.verdict("bottom", FIRST)[0]
    assert bench.verdict("bottom", DATES[1])[0]


def test_a_sync_reports_a_damaged_date_as_failed_and_the_others_as_they_are(
    bench: Workbench, path: Path
) -> None:
    path.write_bytes(b"torn")
    result = sync_job(LADDER[:1], ledger_graph(LADDER)).execute_in_process(
        instance=bench.instance, resources=bench.resources, run_config=QUIET
    )
    assert result.success
    assert bench.materialized("bottom") == [date for date in DATES if date not in (FIRST, BAD)]
    assert "not as it was written" in bench.verdict("bottom", FIRST)[1]
