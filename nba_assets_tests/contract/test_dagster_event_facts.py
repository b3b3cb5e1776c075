"""What Dagster makes of the events of a range: what the factory and the gate rely on."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)
from dagster._core.storage.asset_check_execution_record import AssetCheckPartitionInfo
from dagster._core.storage.tags import EXTERNALLY_MANAGED_ASSETS_TAG
from sqlalchemy.exc import IntegrityError

from nba_assets.assets.factory.table_asset import table_asset
from nba_assets.assets.tables import ALL_TABLES, GRAPH
from nba_assets.schemas.catalog import TABLES
from nba_assets_tests.support.workbench import (
    RANGE_END,
    RANGE_START,
)

DATES = dg.StaticPartitionsDefinition(["d1", "d2", "d3"])
RANGE = {RANGE_START: "d1", RANGE_END: "d3"}
KEY, CHECK = dg.AssetKey("table"), dg.AssetCheckKey(dg.AssetKey("table"), "coverage")

Body = Callable[[dg.AssetExecutionContext], Iterator[Any]]


def _table(body: Body, name: str = "table", **more: Any) -> dg.AssetsDefinition:
    @dg.asset(
        name=name,
        partitions_def=DATES,
        backfill_policy=dg.BackfillPolicy.single_run(),
        dagster_type=dg.Nothing,
        check_specs=[dg.AssetCheckSpec("coverage", asset=name, blocking=True, partitions_def=DATES)],
        **more,
    )
    def table(context: dg.AssetExecutionContext) -> Iterator[Any]:
        yield from body(context)

    return table


def _evaluation(date: str, passed: bool = True, storage_id: int | None = None, name: str = "table") -> Any:
    target = AssetCheckEvaluationTargetMaterializationData(
        storage_id=storage_id or 0, run_id="run", timestamp=time.time()
    )
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(name),
        check_name="coverage",
        passed=passed,
        partition=date,
        blocking=False,
        target_materialization_data=target if storage_id else None,
    )


def _ends(name: str = "table") -> Iterator[Any]:
    yield dg.Output(None, output_name=f"{name}_coverage")
    yield dg.Output(None)


def _two_of_three(context: dg.AssetExecutionContext) -> Iterator[Any]:
    for date in ("d1", "d3"):
        yield dg.AssetMaterialization("table", partition=date)
        yield _evaluation(date)
    yield _evaluation("d2", passed=False)
    yield from _ends()


def _tagged(context: dg.AssetExecutionContext) -> Iterator[Any]:
    context.run.tags[EXTERNALLY_MANAGED_ASSETS_TAG] = "true"
    yield from _two_of_three(context)


def _info(instance: dg.DagsterInstance) -> dict[str, AssetCheckPartitionInfo]:
    found = instance.event_log_storage.get_asset_check_partition_info(
        [CHECK], partition_keys=["d1", "d2", "d3"]
    )
    return {row.partition_key: row for row in found if row.partition_key}


def _statuses(instance: dg.DagsterInstance) -> dict[str, str]:
    return {date: row.latest_execution_status.value for date, row in _info(instance).items()}


def _materialized(instance: dg.DagsterInstance) -> set[str]:
    return instance.get_materialized_partitions(KEY)


def test_a_stock_output_marks_every_date_of_the_range_as_materialized(instance: dg.DagsterInstance) -> None:
    assert dg.materialize([_table(_two_of_three)], instance=instance, tags=RANGE).success
    assert _materialized(instance) == {"d1", "d2", "d3"}


def test_with_the_tag_set_in_memory_only_yielded_events_count(instance: dg.DagsterInstance) -> None:
    result = dg.materialize([_table(_tagged)], instance=instance, tags=RANGE)
    assert result.success
    assert _materialized(instance) == {"d1", "d3"}
    assert _statuses(instance) == {"d1": "SUCCEEDED", "d2": "FAILED", "d3": "SUCCEEDED"}
    # The run was created without the tag, so the UI had planned all three dates; its record stays so.
    stored = instance.get_run_by_id(result.run_id)
    assert stored is not None
    assert EXTERNALLY_MANAGED_ASSETS_TAG not in stored.tags
    planned = instance.event_log_storage.get_logs_for_run(
        result.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED
    )
    assert len(planned) == 1


def test_with_the_tag_the_chain_goes_on_after_a_bad_date(instance: dg.DagsterInstance) -> None:
    def below(context: dg.AssetExecutionContext) -> Iterator[Any]:
        context.run.tags[EXTERNALLY_MANAGED_ASSETS_TAG] = "true"
        yield dg.AssetMaterialization("below", partition="d1")
        yield _evaluation("d1", name="below")
        yield from _ends("below")

    chain = [_table(_tagged), _table(below, "below", deps=["table"])]
    assert dg.materialize(chain, instance=instance, tags=RANGE).success
    assert instance.get_materialized_partitions(dg.AssetKey("below")) == {"d1"}


def test_materializations_followed_by_failure_count(instance: dg.DagsterInstance) -> None:
    def body(context: dg.AssetExecutionContext) -> Iterator[Any]:
        context.run.tags[EXTERNALLY_MANAGED_ASSETS_TAG] = "true"
        yield dg.AssetMaterialization("table", partition="d1")
        yield _evaluation("d2", passed=False)
        raise dg.Failure("all is lost", allow_retries=False)

    result = dg.materialize([_table(body)], instance=instance, tags=RANGE, raise_on_error=False)
    assert not result.success
    assert _materialized(instance) == {"d1"}
    assert _statuses(instance)["d2"] == "FAILED"


def test_a_plain_check_result_of_a_range_judges_no_date(instance: dg.DagsterInstance) -> None:
    def body(context: dg.AssetExecutionContext) -> Iterator[Any]:
        yield dg.Output(None)
        yield dg.AssetCheckResult(passed=True, check_name="coverage")

    dg.materialize([_table(body)], instance=instance, tags=RANGE, raise_on_error=False)
    assert _statuses(instance) == {}


def test_a_failed_blocking_check_does_not_stop_a_later_run_by_hand(instance: dg.DagsterInstance) -> None:
    """The reason why the gate is ours."""
    ran: list[str] = []

    def below(context: dg.AssetExecutionContext) -> Iterator[Any]:
        ran.extend(context.partition_keys)
        yield _evaluation("d2", name="below")
        yield from _ends("below")

    chain = [_table(_two_of_three), _table(below, "below", deps=["table"])]
    dg.materialize(chain, selection=["table"], instance=instance, tags=RANGE)
    assert dg.materialize(chain, selection=["below"], instance=instance, partition_key="d2").success
    assert ran == ["d2"]


# --- currentness, as the gate asks for it --------------------------------------------------------------


def _materialize(instance: dg.DagsterInstance, date: str = "d1") -> int:
    instance.report_runless_asset_event(dg.AssetMaterialization("table", partition=date))
    return instance.event_log_storage.get_latest_storage_id_by_partition(
        KEY, dg.DagsterEventType.ASSET_MATERIALIZATION
    )[date]


def test_a_check_never_evaluated_has_no_row(instance: dg.DagsterInstance) -> None:
    _materialize(instance)
    assert _info(instance) == {}


def test_a_check_is_current_on_the_materialization_it_targets_and_no_later_one(
    instance: dg.DagsterInstance,
) -> None:
    instance.report_runless_asset_event(_evaluation("d1", storage_id=_materialize(instance)))
    assert _info(instance)["d1"].is_current
    _materialize(instance, "d2")
    assert _info(instance)["d1"].is_current
    _materialize(instance, "d1")
    assert not _info(instance)["d1"].is_current


def test_a_check_without_a_target_is_not_current(instance: dg.DagsterInstance) -> None:
    _materialize(instance)
    instance.report_runless_asset_event(_evaluation("d1"))
    assert not _info(instance)["d1"].is_current


def test_a_check_on_a_date_never_materialized_calls_itself_current(instance: dg.DagsterInstance) -> None:
    """So the gate asks for the materialization too."""
    instance.report_runless_asset_event(_evaluation("d1"))
    assert _info(instance)["d1"].is_current
    assert _info(instance)["d1"].latest_materialization_storage_id is None


def test_the_newest_evaluation_counts(instance: dg.DagsterInstance) -> None:
    outcome = [True]

    def body(context: dg.AssetExecutionContext) -> Iterator[Any]:
        yield _evaluation("d1", passed=outcome[0])
        yield from _ends()

    for passed in (True, False, True):
        outcome[0] = passed
        dg.materialize([_table(body)], instance=instance, partition_key="d1")
        assert _statuses(instance) == {"d1": "SUCCEEDED" if passed else "FAILED"}


def test_a_second_evaluation_without_a_run_is_refused(instance: dg.DagsterInstance) -> None:
    """Dagster's unique index takes all evaluations without a run for one run: a verdict needs a run."""
    instance.report_runless_asset_event(_evaluation("d1"))
    with pytest.raises(IntegrityError, match="UNIQUE constraint failed"):
        instance.report_runless_asset_event(_evaluation("d1"))


def test_evaluations_of_a_thousand_dates_are_requested_at_once(instance: dg.DagsterInstance) -> None:
    keys = [f"d{n}" for n in range(3000)]
    assert instance.event_log_storage.get_asset_check_partition_info([CHECK], partition_keys=keys) == []


# --- definitions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
def test_the_columns_tab_is_in_the_definition_before_the_first_run(table: Any) -> None:
    asset = table_asset(table, GRAPH)
    shown = asset.metadata_by_key[dg.AssetKey(table.name)]["dagster/column_schema"]
    columns = shown.value if hasattr(shown, "value") else shown
    assert [column.name for column in columns.columns] == list(TABLES[table.name].columns)
