"""What an instance has recorded of single partitions of an asset, by calls that Dagster+ supports too."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Mapping
from typing import Any

import dagster as dg
from dagster._core.definitions.events import (
    AssetMaterializationFailure,
    AssetMaterializationFailureReason,
    AssetMaterializationFailureType,
)
from dagster._core.events import DagsterEvent, DagsterEventType, StepMaterializationData

from nba_assets.instance.private_api import CheckTarget

FILE = "file"  # in the metadata of a materialization: hash of the file that was written
_PAGE = 500


def materialized_metadata(
    instance: dg.DagsterInstance, table: str, dates: Collection[dt.date] | None = None
) -> dict[dt.date, Mapping[str, Any]]:
    """Values in the metadata of the newest materialization of each materialized date, of all by default."""
    ids = sorted(_storage_ids(instance, table, dates).values())
    found: dict[dt.date, Mapping[str, Any]] = {}
    for start in range(0, len(ids), _PAGE):
        wanted = dg.AssetRecordsFilter(dg.AssetKey(table), storage_ids=ids[start : start + _PAGE])
        for record in instance.fetch_materializations(wanted, limit=_PAGE).records:
            event = record.asset_materialization
            if event and event.partition:
                values = {name: value.value for name, value in event.metadata.items()}
                found[dt.date.fromisoformat(event.partition)] = values
    return found


def check_targets(
    instance: dg.DagsterInstance, table: str, dates: Collection[dt.date], run_id: str
) -> Mapping[dt.date, CheckTarget]:
    """The newest materializations, for evaluations about them: without one a check is not current."""
    now = time.time()
    return {
        date: CheckTarget(storage_id=storage_id, run_id=run_id, timestamp=now)
        for date, storage_id in _storage_ids(instance, table, dates).items()
    }


def wipe_materializations(
    instance: dg.DagsterInstance, table: str, dates: Collection[dt.date]
) -> list[dt.date]:
    """Make dates missing in the UI.

    Returns:
        Dates that stay materialized: stock event logs can only wipe whole assets.
    """
    known = sorted(_storage_ids(instance, table, dates))
    if not known:
        return []
    try:
        instance.wipe_asset_partitions(dg.AssetKey(table), [date.isoformat() for date in known])
    except NotImplementedError:
        return known
    return []


def report(context: dg.OpExecutionContext, event: dg.AssetMaterialization | dg.AssetCheckEvaluation) -> None:
    """Store an event of a partition as one that the run has yielded.

    What an op yields passes its context, its hooks and its logger one by one: of the 70,000 events of a
    lake that is half the time.
    """
    if isinstance(event, dg.AssetMaterialization):
        kind, data = DagsterEventType.ASSET_MATERIALIZATION, StepMaterializationData(event)
    else:
        kind, data = DagsterEventType.ASSET_CHECK_EVALUATION, event
    step = context.get_step_execution_context().step.key
    stored = DagsterEvent(kind.value, context.job_name, step_key=step, event_specific_data=data)
    context.instance.report_dagster_event(stored, context.run_id)


def report_failures(context: dg.OpExecutionContext, table: str, reasons: Mapping[dt.date, str]) -> None:
    """Make dates failed in the UI: not materialized by this run, and why.

    Dagster takes dates of failed runs for failed. A run that goes on without the dates that it refuses does
    not fail, and they would be missing like dates that were never requested.
    """
    for date, reason in reasons.items():
        failure = AssetMaterializationFailure(
            asset_key=table,
            partition=date.isoformat(),
            failure_type=AssetMaterializationFailureType.FAILED,
            reason=AssetMaterializationFailureReason.FAILED_TO_MATERIALIZE,
            description=reason,
        )
        step = context.get_step_execution_context().step.key
        event = DagsterEvent.build_asset_failed_to_materialize_event(context.job_name, step, failure)
        context.instance.report_dagster_event(event, context.run_id)


def _storage_ids(
    instance: dg.DagsterInstance, table: str, dates: Collection[dt.date] | None = None
) -> dict[dt.date, int]:
    """The newest materialization of each of some dates, of all by default."""
    if dates is not None and not dates:
        return {}
    ids = instance.get_latest_storage_id_by_partition(
        dg.AssetKey(table),
        dg.DagsterEventType.ASSET_MATERIALIZATION,
        partitions=None if dates is None else {date.isoformat() for date in dates},
    )
    return {dt.date.fromisoformat(key): storage_id for key, storage_id in ids.items()}
