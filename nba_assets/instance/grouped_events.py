"""What our event logs share: events of many dates wait in memory and are stored in groups.

The materializations and check evaluations of a step wait in memory and go down together, at the latest before
anything in this process reads the log, before any other kind of event, or at ``GROUP_SIZE``. A process killed
in between loses events, never data: those dates show as missing and are materialized again, to the same
bytes. The contract tests hold the stored rows equal to stock Dagster's.

A run launched from the UI is planned before it starts. Stock storage writes an event for every asset and date
of the range, and for every check a row with the whole range inside: two minutes for a thousand dates. Here a
range is planned with one event an asset and one a check.
"""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from threading import RLock
from typing import Any

import dagster as dg
import sqlalchemy as db
from dagster import AssetKey
from dagster._core.events import DagsterEventType
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.dagster_run import FINISHED_STATUSES
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, SqlEventLogStorageTable
from sqlalchemy.engine import Connection

from nba_assets.instance.partition_status import PartitionStatusMixin
from nba_assets.instance.pool_slots import PatientSlots
from nba_assets.instance.run_locks import RunLocks

ENDS = frozenset({DagsterEventType.RUN_SUCCESS, DagsterEventType.RUN_FAILURE, DagsterEventType.RUN_CANCELED})
GROUPED = frozenset({
    DagsterEventType.ASSET_MATERIALIZATION, DagsterEventType.ASSET_FAILED_TO_MATERIALIZE,
    DagsterEventType.ASSET_CHECK_EVALUATION,
})  # fmt: skip
GROUP_SIZE = 500


class GroupedEvents(PartitionStatusMixin, PatientSlots):
    """An event log that stores the events of many dates in groups, over any SQL storage."""

    def __init__(self, *args: Any, **kwargs: Any):
        self._pending: list[EventLogEntry] = []
        self._flushing = False
        self._lock = RLock()  # a computation in the background logs while the run reports dates
        super().__init__(*args, **kwargs)

    @abstractmethod
    def _store_group(self, run_id: str, events: list[EventLogEntry]) -> None:
        """Store events of one run and what is read by asset: materializations, evaluations, tags."""

    @property
    def supports_partition_subset_in_asset_materialization_planned_events(self) -> bool:
        """Whether the planned events of a range are one event with the range in it."""
        return True

    def _store_asset_check_evaluation_planned(self, event: EventLogEntry, event_id: int | None) -> None:
        """Plan a check of one partition; of a range, its evaluations alone are rows."""
        planned = event.get_dagster_event().asset_check_planned_data
        if planned.partitions_subset is None or len(planned.partitions_subset) == 1:
            super()._store_asset_check_evaluation_planned(event, event_id)

    @abstractmethod
    def _forget_logs(self, run_ids: Sequence[str]) -> int:
        """Remove the logs of runs, but not what the pages of assets and checks read; how many had one."""

    def prune(self, before: dt.datetime) -> int:
        """Forget what ended runs have logged that were created before a moment; what they made stays known.

        Returns:
            Number of runs whose log is gone.
        """
        self._flush()
        old = dg.RunsFilter(statuses=FINISHED_STATUSES, created_before=before)
        return self._forget_logs(self._instance.get_run_ids(old))

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event: grouped when it is one of many of a step, at once otherwise."""
        with self._lock:
            if event.is_dagster_event and event.dagster_event_type in GROUPED and event.run_id:
                self._pending.append(event)
                if len(self._pending) >= GROUP_SIZE:
                    self._flush()
            else:
                self._flush()
                super().store_event(event)
                self._note_process(event)

    def _note_process(self, event: EventLogEntry) -> None:
        """Hold the run's lock from the start of its execution, here, to its end, wherever it is reported."""
        if event.dagster_event_type == DagsterEventType.RUN_START:
            self._run_locks.acquire(event.run_id)
        elif event.dagster_event_type in ENDS:
            self._run_locks.release(event.run_id)

    @cached_property
    def _run_locks(self) -> RunLocks:
        return RunLocks(self._instance.root_directory)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events in order."""
        for event in events:
            self.store_event(event)

    def wipe_asset_partitions(self, asset_key: AssetKey, partition_keys: Sequence[str]) -> None:
        """Make partitions missing again, as Dagster's own storage does for whole assets only.

        Their events leave the index, from which the UI and the gate read; the logs of their runs stay.
        """
        events = SqlEventLogStorageTable.c
        wiped = SqlEventLogStorageTable.delete().where(
            events.asset_key == asset_key.to_string(),
            events.partition.in_(list(partition_keys)),
            events.dagster_event_type == DagsterEventType.ASSET_MATERIALIZATION.value,
        )
        with self.index_connection() as connection:
            gone = connection.execute(wiped).rowcount
        if gone:
            self.wipe_asset_cached_status(asset_key)

    def _flush(self) -> None:
        with self._lock:
            if not self._pending or self._flushing:
                return
            self._flushing = True
            try:
                events, self._pending = self._pending, []
                for run_id in dict.fromkeys(event.run_id for event in events):
                    self._store_group(run_id, [event for event in events if event.run_id == run_id])
            finally:
                self._flushing = False

    def _insert(self, connection: Connection, rows: list[dict[str, Any]]) -> list[int]:
        """Store rows of events; their ids, in order."""
        inserted = SqlEventLogStorageTable.insert().returning(
            SqlEventLogStorageTable.c.id, sort_by_parameter_order=True
        )
        return list(connection.execute(inserted, rows).scalars())

    def _index_materializations(
        self, connection: Connection, events: list[EventLogEntry], ids: list[int]
    ) -> None:
        pairs = [
            (event, event_id)
            for event, event_id in zip(events, ids, strict=True)
            if event.dagster_event_type == DagsterEventType.ASSET_MATERIALIZATION
        ]
        if not pairs:
            return
        self._store_asset_event_tags(connection, [e for e, _ in pairs], [i for _, i in pairs])
        # The asset's own row keeps its newest event only.
        newest = {event.get_dagster_event().asset_key: (event, event_id) for event, event_id in pairs}
        for event, event_id in newest.values():
            self._store_asset_event(connection, event, event_id)

    def _index_evaluations(
        self,
        connection: Connection,
        run_id: str,
        events: list[EventLogEntry],
        stored: list[dict[str, Any]],
        ids: list[int],
    ) -> None:
        rows = [
            self._evaluation_row(event, row["event"], event_id)
            for event, row, event_id in zip(events, stored, ids, strict=True)
            if event.dagster_event_type == DagsterEventType.ASSET_CHECK_EVALUATION
        ]
        if not rows:
            return
        table = AssetCheckExecutionsTable
        # A run launched from the UI has planned these evaluations; a row of this run is replaced.
        planned = {
            (row.asset_key, row.check_name, row.partition): row.id
            for row in connection.execute(
                db.select(table.c.id, table.c.asset_key, table.c.check_name, table.c.partition).where(
                    table.c.run_id == run_id, table.c.asset_key.in_({row["asset_key"] for row in rows})
                )
            )
        }
        # Of two evaluations of one date in a run only the later is kept.
        newest = {(row["asset_key"], row["check_name"], row["partition"]): row for row in rows}
        fresh = [row for key, row in newest.items() if key not in planned]
        for key, row in newest.items():
            if key in planned:
                connection.execute(table.update().where(table.c.id == planned[key]).values(**row))
        if fresh:
            connection.execute(table.insert(), fresh)

    def _evaluation_row(self, event: EventLogEntry, text: str, event_id: int) -> dict[str, Any]:
        evaluation = event.get_dagster_event().asset_check_evaluation_data
        target = evaluation.target_materialization_data
        status = AssetCheckExecutionRecordStatus
        return {
            "asset_key": evaluation.asset_key.to_string(),
            "check_name": evaluation.check_name,
            "partition": evaluation.partition,
            "run_id": event.run_id,
            "execution_status": (status.SUCCEEDED if evaluation.passed else status.FAILED).value,
            "evaluation_event": text,
            "evaluation_event_timestamp": self._event_insert_timestamp(event),
            "evaluation_event_storage_id": event_id,
            "materialization_event_storage_id": target.storage_id if target else None,
        }


def prune_events(instance: dg.DagsterInstance, before: dt.datetime) -> int:
    """Remove the logs of runs that ended before a moment; what partitions are is kept.

    Returns:
        Number of runs.

    Raises:
        TypeError: the instance's event log is not one of ours.
    """
    log = instance.event_log_storage
    if not isinstance(log, GroupedEvents):
        raise TypeError(f"{type(log).__name__} prunes its events by itself, or not at all")
    return log.prune(before)
