"""How Dagster treats a set of dates: what GAME_DATES and range runs rely on."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.partitions.context import partition_loading_context

from nba_assets.calendar.partitions import GAME_DATES
from nba_assets.instance.partition_keys import add_partitions, partition_dates
from nba_assets_tests.support.workbench import (
    GROUPED,
    RANGE_END,
    RANGE_START,
)

OCTOBER = [dt.date(2024, 10, day) for day in (22, 23, 25)]
YEAR_BEFORE = [dt.date(2023, 10, day) for day in (24, 25)]


@pytest.fixture(params=["ours", "stock"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """An instance without partitions, on our event log and on Dagster's own."""
    ours = {"event_log_storage": {**GROUPED, "config": {"base_dir": str(tmp_path / "event_log")}}}
    opened = dg.DagsterInstance.local_temp(str(tmp_path), overrides=ours if request.param == "ours" else {})
    yield opened
    opened.dispose()


def _table(calls: list[list[str]]) -> dg.AssetsDefinition:
    @dg.asset(partitions_def=GAME_DATES, backfill_policy=dg.BackfillPolicy.single_run())
    def table(context: dg.AssetExecutionContext) -> None:
        calls.append(list(context.partition_keys))

    return table


def test_an_older_season_that_is_added_later_comes_first(empty: dg.DagsterInstance) -> None:
    assert add_partitions(empty, OCTOBER[::-1]) == OCTOBER
    assert add_partitions(empty, [*OCTOBER, *YEAR_BEFORE]) == YEAR_BEFORE
    assert partition_dates(empty) == [*YEAR_BEFORE, *OCTOBER]
    assert add_partitions(empty, [*OCTOBER, *YEAR_BEFORE]) == []


def test_a_game_moved_to_a_day_between_two_partitions_takes_its_place(empty: dg.DagsterInstance) -> None:
    moved = dt.date(2024, 10, 24)
    add_partitions(empty, OCTOBER)
    assert add_partitions(empty, [moved]) == [moved]
    assert partition_dates(empty) == sorted([*OCTOBER, moved])


def test_a_range_of_a_run_holds_the_dates_between_its_ends_whenever_they_were_added(
    empty: dg.DagsterInstance,
) -> None:
    calls: list[list[str]] = []
    add_partitions(empty, OCTOBER)
    add_partitions(empty, YEAR_BEFORE)
    tags = {RANGE_START: str(YEAR_BEFORE[1]), RANGE_END: str(OCTOBER[1])}
    assert dg.materialize([_table(calls)], instance=empty, tags=tags).success
    assert calls == [["2023-10-25", "2024-10-22", "2024-10-23"]]


def test_materializations_outlive_the_new_order_of_keys(empty: dg.DagsterInstance) -> None:
    add_partitions(empty, OCTOBER)
    dg.materialize([_table([])], instance=empty, partition_key="2024-10-23")
    add_partitions(empty, YEAR_BEFORE)
    assert empty.get_materialized_partitions(dg.AssetKey("table")) == {"2024-10-23"}


def test_stock_storage_appends_keys() -> None:
    """The reason why keys have to be put in order."""
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("game_dates", ["2024-10-22"])
        instance.add_dynamic_partitions("game_dates", ["2023-10-24"])
        assert list(instance.get_dynamic_partitions("game_dates")) == ["2024-10-22", "2023-10-24"]


def test_a_subset_of_dates_survives_the_database(instance: dg.DagsterInstance) -> None:
    with partition_loading_context(dynamic_partitions_store=instance):
        subset = GAME_DATES.subset_with_partition_keys(["2024-12-23", "2024-12-25", "2025-01-02"])
        stored = GAME_DATES.deserialize_subset(subset.serialize())
        assert sorted(stored.get_partition_keys()) == ["2024-12-23", "2024-12-25", "2025-01-02"]


def test_a_run_on_a_day_that_is_no_partition_is_refused(empty: dg.DagsterInstance) -> None:
    add_partitions(empty, OCTOBER)
    with pytest.raises(dg.DagsterUnknownPartitionError, match="2024-10-24"):
        dg.materialize([_table([])], instance=empty, partition_key="2024-10-24")
