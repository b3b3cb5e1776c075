"""An instance that knows nothing of a lake, or too much, learns what is there and forgets what is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import dagster as dg
import pytest

from nba_assets.assets.coverage import ledger_graph
from nba_assets.automation.sync import LEARNED, REFUSED, SYNC_OP, WIPED, sync_job
from nba_assets.calendar.partitions import GAME_DATES
from nba_assets.instance.partition_events import materialized_metadata
from nba_assets_tests.support import ladder
from nba_assets_tests.support.ladder import (
    BAD,
    DATES,
    FIRST,
    GOOD,
    LADDER,
    LAST,
    SOURCE,
    STEPS,
)
from nba_assets_tests.support.refusing_event_log import RefusingEventLog
from nba_assets_tests.support.workbench import (
    QUIET,
    Workbench,
    passing_instance,
)

MIDDLE = DATES[1]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Workbench]:
    """A lake of three tables and five dates; one date failed after it had been good."""
    with ladder.opened(tmp_path / "made") as bench:
        bench.run(FIRST, LAST, STEPS)
        SOURCE[BAD] = [1.0]
        bench.run(FIRST, LAST, STEPS)
        yield bench


@pytest.fixture(params=[None, RefusingEventLog], ids=["SQLite", "as Dagster+"])
def new(made: Workbench, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Workbench]:
    """Another instance over the same lake."""
    home = tmp_path / "new"
    instance = passing_instance(home, *([request.param] if request.param else []))
    bench = Workbench(home, LADDER, lake_root=made.root, instance=instance)
    yield bench
    bench.close()


def _sync(bench: Workbench, *, again: bool = False) -> dict[str, dict[str, int]]:
    config = {"ops": {SYNC_OP: {"config": {"again": again}}}}
    result = sync_job(LADDER[:3], ledger_graph(LADDER)).execute_in_process(
        instance=bench.instance, resources=bench.resources, run_config=config | QUIET
    )
    (event,) = [event for event in result.all_events if event.is_successful_output]
    metadata = event.step_output_data.metadata
    return {table: cast("dict[str, int]", found.value) for table, found in metadata.items()}


def _verdicts(bench: Workbench, table: str) -> dict[str, tuple[bool, str]]:
    """Newest evaluation of each date, asked of the storage behind one that refuses."""
    log = bench.instance.event_log_storage
    bench.instance._event_storage = getattr(log, "behind", log)
    found = {date: bench.verdict(table, date) for date in DATES}
    bench.instance._event_storage = log
    return found


def test_an_empty_instance_learns_dates_and_verdicts(made: Workbench, new: Workbench) -> None:
    assert new.run(FIRST, names=["top"]).success, "other runs need no sync"
    assert _sync(new) == {
        "bottom": {LEARNED: 4, WIPED: 0, REFUSED: 1},
        "middle": {LEARNED: 4, WIPED: 0, REFUSED: 1},
        "top": {LEARNED: 3, WIPED: 0, REFUSED: 1},
    }
    for name in STEPS:
        assert new.materialized(name) == GOOD
        assert _verdicts(new, name) == _verdicts(made, name)
        newest = dt.date.fromisoformat(LAST)
        shown, before = (materialized_metadata(each.instance, name)[newest] for each in (new, made))
        assert shown["season"] == before["season"], "drawn from the lake alone"


def test_the_second_sync_changes_nothing_unless_requested_again(new: Workbench) -> None:
    _sync(new)
    assert {found[LEARNED] for found in _sync(new).values()} == {0}
    assert {found[LEARNED] for found in _sync(new, again=True).values()} == {4}


def test_an_older_instance_learns_what_changed_and_forgets_what_is_gone(
    made: Workbench, new: Workbench
) -> None:
    _sync(new)
    SOURCE.update({FIRST: [3.0, 4.0], BAD: [1.0, 2.0]})
    made.run(FIRST, BAD, STEPS)
    made.lake.store.delete(made.lake.name("top", dt.date.fromisoformat(LAST)))
    counts = _sync(new)
    assert counts["bottom"] == {LEARNED: 2, WIPED: 0, REFUSED: 0}
    assert counts["top"] == {LEARNED: 2, WIPED: 1, REFUSED: 0}
    assert new.materialized("bottom") == list(DATES)
    assert new.materialized("top") == list(DATES[:-1])
    assert _verdicts(new, "bottom") == _verdicts(made, "bottom")


def test_the_learned_checks_are_about_the_learned_materializations(new: Workbench) -> None:
    """Else the UI shows them as outdated, and automation waits for ever."""
    _sync(new)
    log = new.instance.event_log_storage
    info = getattr(log, "behind", log).get_asset_check_partition_info(
        [dg.AssetCheckKey(dg.AssetKey("bottom"), "coverage")], partition_keys=[FIRST]
    )
    (row,) = info
    assert row.latest_target_materialization_storage_id == row.latest_materialization_storage_id


def test_a_sync_adds_the_partitions_that_an_instance_lacks_in_order(made: Workbench, tmp_path: Path) -> None:
    instance = passing_instance(tmp_path / "bare")
    name = str(GAME_DATES.name)
    for key in (FIRST, BAD, LAST):
        instance.delete_dynamic_partition(name, key)
    assert not {FIRST, BAD, LAST} & set(instance.get_dynamic_partitions(name))
    bench = Workbench(tmp_path / "bare", LADDER, lake_root=made.root, instance=instance)
    _sync(bench)
    keys = instance.get_dynamic_partitions(name)
    assert {FIRST, BAD, LAST} <= set(keys), "the refused date too"
    assert list(keys) == sorted(keys)
    assert bench.materialized("bottom") == GOOD
    bench.close()
