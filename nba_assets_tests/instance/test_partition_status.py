"""What the UI sees of many partitions: what stock Dagster sees, and refused dates as failed until healed."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.partitions.context import partition_loading_context
from dagster._core.loader import LoadingContextForTest
from dagster._core.storage.event_log.base import EventLogStorage
from dagster._core.storage.partition_status_cache import AssetStatusCacheValue

from nba_assets.calendar.partitions import GAME_DATES
from nba_assets.instance.partition_events import check_targets, report_failures
from nba_assets.instance.partition_keys import add_partitions
from nba_assets_tests.support.workbench import open_instance

KEY = dg.AssetKey("table")
CHECK = dg.AssetCheckKey(KEY, "coverage")
DAYS = ["2024-10-22", "2024-10-23", "2024-10-24"]


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    opened = open_instance(tmp_path)
    yield opened
    opened.dispose()


def _run(instance: dg.DagsterInstance, refused: set[str], *, planned_only: bool = False) -> None:
    """One run over three dates that materializes and judges those that it does not refuse."""

    @dg.asset(
        name="table",
        partitions_def=GAME_DATES,
        backfill_policy=dg.BackfillPolicy.single_run(),
        dagster_type=dg.Nothing,
        check_specs=[dg.AssetCheckSpec("coverage", asset="table", partitions_def=GAME_DATES)],
    )
    def table(context: dg.AssetExecutionContext) -> Iterator[object]:
        context.run.tags["dagster/defer_asset_events"] = "true"
        if planned_only:
            raise dg.Failure("stopped halfway", allow_retries=False)
        good = [day for day in DAYS if day not in refused]
        for day in good:
            yield dg.AssetMaterialization("table", partition=day)
        report_failures(context, "table", {dt.date.fromisoformat(day): "no box score" for day in refused})
        targets = check_targets(
            context.instance, "table", [dt.date.fromisoformat(day) for day in good], context.run_id
        )
        for day in DAYS:
            yield dg.AssetCheckEvaluation(
                asset_key=KEY,
                check_name="coverage",
                passed=day in good,
                partition=day,
                blocking=False,
                target_materialization_data=targets.get(dt.date.fromisoformat(day)),
            )
        yield dg.Output(None, output_name="table_coverage")
        yield dg.Output(None)

    tags = {"dagster/asset_partition_range_start": DAYS[0], "dagster/asset_partition_range_end": DAYS[-1]}
    dg.materialize([table], instance=instance, tags=tags, raise_on_error=False)


def _status(instance: dg.DagsterInstance) -> tuple[set[str], set[str]]:
    """Materialized and failed dates, as the Partitions tab and the graph get them."""
    context = LoadingContextForTest(instance)
    (value,) = instance.event_log_storage.get_asset_status_cache_values([(KEY, GAME_DATES)], context)
    assert isinstance(value, AssetStatusCacheValue)
    with partition_loading_context(dynamic_partitions_store=instance):
        materialized = value.deserialize_materialized_partition_subsets(GAME_DATES)
        failed = value.deserialize_failed_partition_subsets(GAME_DATES)
    return set(materialized.get_partition_keys()), set(failed.get_partition_keys())


def test_a_refused_date_is_failed_and_green_once_it_is_healed(instance: dg.DagsterInstance) -> None:
    _run(instance, {DAYS[1]})
    assert _status(instance) == ({DAYS[0], DAYS[2]}, {DAYS[1]})
    _run(instance, set())
    assert _status(instance) == (set(DAYS), set())


def test_dates_of_a_range_whose_run_was_stopped_are_failed(instance: dg.DagsterInstance) -> None:
    """A range is planned as one event: each of its dates counts as planned."""
    _run(instance, set(), planned_only=True)
    assert _status(instance) == (set(), set(DAYS))
    _run(instance, set())
    assert _status(instance) == (set(DAYS), set())


def test_a_table_of_which_every_date_was_refused_is_failed(instance: dg.DagsterInstance) -> None:
    _run(instance, set(DAYS))
    assert _status(instance) == (set(), set(DAYS))


def test_the_events_tab_has_the_reason_of_a_refused_date(instance: dg.DagsterInstance) -> None:
    _run(instance, {DAYS[1]})
    (record,) = instance.event_log_storage.fetch_failed_materializations(KEY, limit=10).records
    failure = record.event_log_entry.get_dagster_event().event_specific_data.asset_materialization_failure
    assert (failure.partition, failure.description) == (DAYS[1], "no box score")


def test_partition_keys_of_another_process_are_seen(tmp_path: Path) -> None:
    with open_instance(tmp_path) as ours, open_instance(tmp_path) as other:
        for count in range(1, len(DAYS) + 1):
            before = ours.get_dynamic_partitions("game_dates")
            add_partitions(other, [dt.date.fromisoformat(DAYS[count - 1])])
            assert ours.get_dynamic_partitions("game_dates") == sorted({*before, DAYS[count - 1]})


def test_partition_keys_are_read_once_between_writes(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = instance.event_log_storage
    index = Path(log.path_for_shard("index"))  # type: ignore[attr-defined]
    for path in index.parent.glob(f"{index.name}*"):
        os.utime(path, (0, 0))  # as if the last commit were long ago
    keys = log.get_dynamic_partitions("game_dates")
    monkeypatch.setattr(log, "index_connection", None)  # reading would raise
    assert log.get_dynamic_partitions("game_dates") == keys


def test_stock_dagster_keeps_no_event_of_a_refused_date(tmp_path: Path) -> None:
    """The reason why our event log says that it can store them."""
    with open_instance(tmp_path, grouped=False) as instance:
        assert not instance.event_log_storage.can_store_asset_failure_events


def test_the_latest_execution_of_a_check_is_a_failed_date_until_none_is(instance: dg.DagsterInstance) -> None:
    _run(instance, {DAYS[1]})
    record = instance.event_log_storage.get_latest_asset_check_execution_by_key([CHECK])[CHECK]
    assert (record.partition, record.status.value) == (DAYS[1], "FAILED")
    _run(instance, set())
    record = instance.event_log_storage.get_latest_asset_check_execution_by_key([CHECK])[CHECK]
    assert (record.partition, record.status.value) == (DAYS[2], "SUCCEEDED")


@pytest.mark.parametrize("planned_only", [False, True], ids=["ended", "stopped halfway"])
def test_statuses_of_a_check_are_those_of_stock_dagster(
    instance: dg.DagsterInstance, planned_only: bool
) -> None:
    _run(instance, {DAYS[1]})
    _run(instance, {DAYS[2]}, planned_only=planned_only)
    storage = instance.event_log_storage
    ours = storage.get_asset_check_state([(CHECK, GAME_DATES)])[CHECK]
    with partition_loading_context(dynamic_partitions_store=instance):
        stock = EventLogStorage.get_asset_check_state(storage, [(CHECK, GAME_DATES)])[CHECK]
    assert ours.subsets == stock.subsets
    assert ours.latest_storage_id == stock.latest_storage_id
    assert any(not subset.is_empty for subset in ours.subsets.values())
