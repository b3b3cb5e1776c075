"""The gate: which dates of a table may feed another.

Dagster stops downstream assets in the same run only; a run launched by hand goes past a failed check.
So every asset asks here before it reads, whoever launched it. A date is open when the newest evaluation of
the table's check passed on the newest materialization. Anything else, silence included, shuts the gate.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass

import dagster as dg
import sqlalchemy as db
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus as Status
from dagster._core.storage.asset_check_execution_record import AssetCheckPartitionInfo
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable

from nba_assets.storage.lake import Lake

CHECK_NAME = "coverage"
NOT_RUN = "its coverage was never evaluated"
NOT_MATERIALIZED = "not materialized"
OLDER = "coverage was evaluated on an older materialization"
GONE = "materialized, but its file is not in the lake"
_PATIENCE, _PAUSE = 10.0, 0.2  # seconds


def check_key(table: str) -> dg.AssetCheckKey:
    """The blocking check of a table."""
    return dg.AssetCheckKey(dg.AssetKey(table), CHECK_NAME)


@dataclass(frozen=True)
class _Verdict:
    """Newest evaluation of a date: its status, the newest materialization, and the one it judged."""

    status: Status
    materialization: int | None
    judged: int | None

    @classmethod
    def of(cls, record: AssetCheckPartitionInfo) -> _Verdict:
        return cls(
            record.latest_execution_status,
            record.latest_materialization_storage_id,
            record.latest_target_materialization_storage_id,
        )


def _reason(verdict: _Verdict | None) -> str | None:
    """Why a verdict shuts the gate; None when it opens it."""
    if verdict is None:
        return NOT_RUN
    if verdict.status != Status.SUCCEEDED:
        return f"coverage check {verdict.status.value.lower()}"
    if verdict.materialization is None:
        return NOT_MATERIALIZED
    if verdict.judged != verdict.materialization:
        return OLDER
    return None


class Gate:
    """Verdicts of one Dagster instance on the partitions of one lake.

    Args:
        instance: where verdicts are kept.
        lake: where partitions are.
        run_id: the run that asks. It waits a little for another run that has materialized a date and is about
            to judge it: two backfills of one date met in that moment, and one of them failed.
    """

    def __init__(self, instance: dg.DagsterInstance, lake: Lake, run_id: str | None = None):
        self._instance = instance
        self._lake = lake
        self._run_id = run_id

    def shut(self, table: str, dates: Iterable[dt.date]) -> dict[dt.date, str]:
        """The dates that may not be read, each with the reason: no good verdict, or no file behind it."""
        wanted = list(dates)
        reasons = self._without_verdict(table, wanted)
        stored = self._lake.stored(table, [date for date in wanted if date not in reasons])
        for date in wanted:
            if date not in reasons and date not in stored:
                reasons[date] = f"{table}: {GONE}"
        return reasons

    def _without_verdict(self, table: str, wanted: list[dt.date]) -> dict[dt.date, str]:
        verdicts = self._verdicts(table, wanted)
        patience_ends = time.monotonic() + _PATIENCE
        while older := [date for date in wanted if _reason(verdicts.get(date.isoformat())) == OLDER]:
            if time.monotonic() > patience_ends or not self._others_are_at_work():
                break
            time.sleep(_PAUSE)
            verdicts |= self._verdicts(table, older)
        reasons: dict[dt.date, str] = {}
        for date in wanted:
            reason = _reason(verdicts.get(date.isoformat()))
            if reason:
                reasons[date] = f"{table}: {reason}"
        return reasons

    def _others_are_at_work(self) -> bool:
        if self._run_id is None:
            return False
        started = self._instance.get_run_ids(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
        return any(run_id != self._run_id for run_id in started)

    def _verdicts(self, table: str, wanted: list[dt.date]) -> dict[str, _Verdict]:
        key = check_key(table)
        found = self._instance.event_log_storage.get_asset_check_partition_info(
            [key], partition_keys=[date.isoformat() for date in wanted]
        )
        verdicts = {str(record.partition_key): _Verdict.of(record) for record in found}
        # A run that is queued, running or was killed has planned evaluations: they say nothing yet, and must
        # not shut dates that an earlier run opened.
        planned = [name for name, verdict in verdicts.items() if verdict.status == Status.PLANNED]
        return verdicts | self._before_planning(key, {name: verdicts[name] for name in planned})

    def _before_planning(self, key: dg.AssetCheckKey, planned: dict[str, _Verdict]) -> dict[str, _Verdict]:
        """The newest verdicts that were spoken, of partitions whose newest is only planned."""
        if not planned:
            return {}
        executions = AssetCheckExecutionsTable.c
        newest = (
            db.select(db.func.max(executions.id))
            .where(
                executions.asset_key == key.asset_key.to_string(),
                executions.check_name == key.name,
                executions.execution_status != Status.PLANNED.value,
                executions.partition.in_(list(planned)),
            )
            .group_by(executions.partition)
        )
        query = db.select(
            executions.partition, executions.execution_status, executions.materialization_event_storage_id
        ).where(executions.id.in_(newest))
        with self._instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]
            rows = connection.execute(query).fetchall()
        return {
            row.partition: _Verdict(
                Status(row.execution_status),
                planned[row.partition].materialization,
                row.materialization_event_storage_id,
            )
            for row in rows
        }

    def open(self, table: str, dates: Iterable[dt.date]) -> list[dt.date]:
        """The dates that may be read, in order; what is not stored has no rows to read."""
        wanted = sorted(dates)
        shut = self._without_verdict(table, wanted)
        return [date for date in wanted if date not in shut]
