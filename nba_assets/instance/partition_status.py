"""How an event log answers for a thousand partitions at once: their order, their checks, which have failed.

Dagster's own storage answers the same questions key by key: one query for each key of a check, one union of
subsets for each date. A page of an asset with a thousand dates took a minute of the webserver.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as db
from dagster import (
    AssetCheckKey,
    AssetCheckSeverity,
    AssetKey,
    DagsterEventType,
    DagsterRunStatus,
    RunsFilter,
)
from dagster._core.asset_graph_view.serializable_entity_subset import SerializableEntitySubset
from dagster._core.definitions.partitions.context import partition_loading_context
from dagster._core.definitions.partitions.definition import PartitionsDefinition
from dagster._core.event_api import AssetRecordsFilter, EventRecordsResult, PartitionKeyFilter
from dagster._core.events.log import EventLogEntry
from dagster._core.loader import LoadingContext
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,
    AssetCheckExecutionRecordStatus,
    AssetCheckExecutionResolvedStatus,
    AssetCheckPartitionInfo,
)
from dagster._core.storage.asset_check_state import AssetCheckState
from dagster._core.storage.dagster_run import FINISHED_STATUSES
from dagster._core.storage.event_log.schema import (
    AssetCheckExecutionsTable,
    DynamicPartitionsTable,
    SqlEventLogStorageTable,
)
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage, enforce_max_records_limit
from dagster._core.storage.partition_status_cache import AssetStatusCacheValue
from dagster_shared.serdes import deserialize_value
from sqlalchemy.engine import Connection

Recorded = AssetCheckExecutionRecordStatus
Resolved = AssetCheckExecutionResolvedStatus
_JUDGED = {Recorded.SUCCEEDED: Resolved.SUCCEEDED, Recorded.FAILED: Resolved.FAILED}


class PartitionStatusMixin(SqlEventLogStorage):
    """Answers about many partitions, over any SQL event log."""

    def add_dynamic_partitions(self, partitions_def_name: str, partition_keys: Sequence[str]) -> None:
        """Add keys in their alphabetical place, all at once; Dagster's own storage appends them."""
        with self.index_connection() as connection:
            self._insert_partitions(connection, partitions_def_name, partition_keys)

    def _insert_partitions(
        self, connection: Connection, partitions_def_name: str, partition_keys: Sequence[str]
    ) -> None:
        if not partition_keys:
            return
        name, key = DynamicPartitionsTable.c.partitions_def_name, DynamicPartitionsTable.c.partition
        from_first = db.and_(name == partitions_def_name, key >= min(partition_keys))
        # Starting with a write takes SQLite's lock: another process that adds keys waits for this one.
        later = connection.execute(DynamicPartitionsTable.delete().where(from_first).returning(key))
        keys = sorted({*later.scalars(), *partition_keys})
        rows = [{"partitions_def_name": partitions_def_name, "partition": key} for key in keys]
        connection.execute(DynamicPartitionsTable.insert(), rows)

    def get_asset_check_state(
        self, keys: Sequence[tuple[AssetCheckKey, PartitionsDefinition | None]]
    ) -> Mapping[AssetCheckKey, AssetCheckState]:
        """Dates of checks by status: what Dagster's own storage answers, each status in one piece."""
        infos: dict[AssetCheckKey, list[AssetCheckPartitionInfo]] = defaultdict(list)
        for info in self.get_asset_check_partition_info([key for key, _ in keys]):
            infos[info.check_key].append(info)
        planned = {
            info.latest_planned_run_id
            for found in infos.values()
            for info in found
            if info.latest_execution_status is Recorded.PLANNED
        }
        ended = self._ended_runs(planned)
        with partition_loading_context(dynamic_partitions_store=self._instance):
            return {key: _check_state(key, definition, infos[key], ended) for key, definition in keys}

    def get_latest_asset_check_execution_by_key(
        self, check_keys: Sequence[AssetCheckKey], partition_filter: PartitionKeyFilter | None = None
    ) -> Mapping[AssetCheckKey, AssetCheckExecutionRecord]:
        """Newest execution of each check; a failed date comes before dates that passed after it.

        The graph shows an asset red as long as one of its dates is failed. Its other pages show the execution
        that this returns: the newest one of all would be that of a date which passed.
        """
        latest = super().get_latest_asset_check_execution_by_key(check_keys, partition_filter)
        return latest if partition_filter else {**latest, **self._failed_executions(check_keys)}

    def _failed_executions(
        self, check_keys: Sequence[AssetCheckKey]
    ) -> dict[AssetCheckKey, AssetCheckExecutionRecord]:
        """By check, the newest of the executions that are the last of their date and have failed."""
        table = AssetCheckExecutionsTable
        check, row = (table.c.asset_key, table.c.check_name), table.c.id
        known = {(key.asset_key.to_string(), key.name): key for key in check_keys}
        newest = (
            db.select(db.func.max(row).label("id"))
            .where(table.c.asset_key.in_({asset for asset, _ in known}), table.c.partition.is_not(None))
            .group_by(*check, table.c.partition)
            .subquery()
        )
        failed = (
            db.select(db.func.max(row).label("id"))
            .select_from(table.join(newest, row == newest.c.id))
            .where(
                table.c.execution_status == Recorded.FAILED.value,
                # A warning, such as too little to train a model on, fails nothing.
                table.c.evaluation_event.contains(str(AssetCheckSeverity.ERROR)),
            )
            .group_by(*check)
            .subquery()
        )
        with self.index_connection() as connection:
            rows = connection.execute(db.select(table).join(failed, row == failed.c.id)).mappings().all()
        keys = [known.get((found["asset_key"], found["check_name"])) for found in rows]
        return {
            key: AssetCheckExecutionRecord.from_db_row(found, key=key)
            for key, found in zip(keys, rows, strict=True)
            if key
        }

    def _ended_runs(self, run_ids: Iterable[str]) -> dict[str, DagsterRunStatus]:
        wanted = list(run_ids)
        if not wanted:
            return {}
        runs = self._instance.get_runs(RunsFilter(run_ids=wanted, statuses=FINISHED_STATUSES))
        return {run.run_id: run.status for run in runs}

    def get_asset_status_cache_values(
        self,
        partitions_defs_by_key: Iterable[tuple[AssetKey, PartitionsDefinition | None]],
        context: LoadingContext,
    ) -> Sequence[AssetStatusCacheValue | None]:
        """Dates of assets by status; a date is failed, too, when its last materialization was refused.

        Dagster knows failed partitions from failed runs alone: a run that went on without a date it refused
        would leave the date missing, like one that was never requested.
        """
        wanted = list(partitions_defs_by_key)
        values = super().get_asset_status_cache_values(wanted, context)
        with partition_loading_context(dynamic_partitions_store=self._instance):
            return [
                _with_failed(value, definition, self.refused_partitions(key)) if definition else value
                for (key, definition), value in zip(wanted, values, strict=True)
            ]

    def get_latest_asset_partition_materialization_attempts_without_materializations(
        self, asset_key: AssetKey, after_storage_id: int | None = None
    ) -> Mapping[str, tuple[str, int]]:
        """Dates that were planned and not materialized since, each with its run and the planned event.

        Dagster's own storage sees events of one partition only. The dates of a range, which is planned as one
        event, would be missing while their run goes on, and after it has failed.
        """
        attempts = dict(
            super().get_latest_asset_partition_materialization_attempts_without_materializations(
                asset_key, after_storage_id
            )
        )
        ranges = self._planned_ranges(asset_key, after_storage_id or 0)
        newer = {key: one for key, one in ranges.items() if key not in attempts or one[1] > attempts[key][1]}
        if newer:
            materialized = self.get_latest_storage_id_by_partition(
                asset_key, DagsterEventType.ASSET_MATERIALIZATION, partitions=set(newer)
            )
            attempts |= {key: one for key, one in newer.items() if one[1] > materialized.get(key, 0)}
        return attempts

    def _planned_ranges(self, asset_key: AssetKey, after: int) -> dict[str, tuple[str, int]]:
        """Dates of ranges that are planned as one event, each with the newest run and event."""
        events = SqlEventLogStorageTable.c
        planned = (
            db.select(events.id, events.run_id, events.event)
            .where(
                events.asset_key == asset_key.to_string(),
                events.dagster_event_type == DagsterEventType.ASSET_MATERIALIZATION_PLANNED.value,
                events.partition.is_(None),
                events.id > after,
            )
            .order_by(events.id)
        )
        with self.index_connection() as connection:
            rows = connection.execute(planned).all()
        found: dict[str, tuple[str, int]] = {}
        with partition_loading_context(dynamic_partitions_store=self._instance):
            for event_id, run_id, text in rows:
                event = deserialize_value(text, EventLogEntry).get_dagster_event()
                subset = event.asset_materialization_planned_data.partitions_subset
                if subset is not None:
                    found |= dict.fromkeys(subset.get_partition_keys(), (run_id, event_id))
        return found

    def fetch_failed_materializations(
        self,
        records_filter: AssetKey | AssetRecordsFilter,
        limit: int,
        cursor: str | None = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """Refused dates, for the Events tab; Dagster's own open-source storage stores none."""
        enforce_max_records_limit(limit)
        if isinstance(records_filter, AssetKey):
            records_filter = AssetRecordsFilter(records_filter)
        events = records_filter.to_event_records_filter(
            DagsterEventType.ASSET_FAILED_TO_MATERIALIZE, cursor=cursor, ascending=ascending
        )
        return self._get_event_records_result(events, limit, cursor, ascending)

    @property
    def can_store_asset_failure_events(self) -> bool:
        """Dagster drops these events where a storage does not ask for them."""
        return True

    def refused_partitions(self, asset_key: AssetKey) -> set[str]:
        """Partitions that failed to materialize after they last were materialized, if ever."""
        failed = self.get_latest_storage_id_by_partition(
            asset_key, DagsterEventType.ASSET_FAILED_TO_MATERIALIZE
        )
        if not failed:
            return set()
        materialized = self.get_latest_storage_id_by_partition(
            asset_key, DagsterEventType.ASSET_MATERIALIZATION, partitions=set(failed)
        )
        return {key for key, event_id in failed.items() if event_id > materialized.get(key, 0)}


def _check_state(
    key: AssetCheckKey,
    definition: PartitionsDefinition | None,
    infos: Sequence[AssetCheckPartitionInfo],
    ended: Mapping[str, DagsterRunStatus],
) -> AssetCheckState:
    named = {info.partition_key for info in infos if info.partition_key is not None}
    valid = definition.filter_valid_partition_keys(named) if definition else {None}
    by_status: dict[Resolved, list[Any]] = defaultdict(list)
    by_run: dict[str, list[Any]] = defaultdict(list)
    for info in (info for info in infos if info.partition_key in valid):
        status = _resolved(info, ended)
        if status is not None:
            by_status[status].append(info.partition_key)
        if status is Resolved.IN_PROGRESS:
            by_run[info.latest_planned_run_id].append(info.partition_key)

    def subset(partitions: list[Any]) -> SerializableEntitySubset[AssetCheckKey]:
        if not partitions:
            return SerializableEntitySubset.empty(key, definition)
        return SerializableEntitySubset.from_coercible_value(
            key, partitions if definition else None, definition
        )

    ids = (max(i.latest_check_event_storage_id, i.latest_materialization_storage_id or 0) for i in infos)
    return AssetCheckState(
        latest_storage_id=max(ids, default=0),
        subsets={status: subset(by_status[status]) for status in Resolved},
        in_progress_runs={run_id: subset(partitions) for run_id, partitions in by_run.items()},
    )


def _resolved(info: AssetCheckPartitionInfo, ended: Mapping[str, DagsterRunStatus]) -> Resolved | None:
    """Status of a date; none when it was materialized after it was judged."""
    if info.latest_execution_status is not Recorded.PLANNED:
        return _JUDGED[info.latest_execution_status] if info.is_current else None
    run = ended.get(info.latest_planned_run_id)
    if run is None:
        return Resolved.IN_PROGRESS
    return Resolved.EXECUTION_FAILED if run is DagsterRunStatus.FAILURE else Resolved.SKIPPED


def _with_failed(
    value: AssetStatusCacheValue | None, definition: PartitionsDefinition, refused: set[str]
) -> AssetStatusCacheValue | None:
    failed = definition.filter_valid_partition_keys(refused)
    if not failed:
        return value
    identity = definition.get_serializable_unique_identifier()
    known = value or AssetStatusCacheValue(latest_storage_id=0, partitions_def_id=identity)
    subset = known.deserialize_failed_partition_subsets(definition).with_partition_keys(failed)
    return known._replace(serialized_failed_partition_subset=subset.serialize())
