"""Failed coverage checks, as they happen."""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg
import sqlalchemy as db
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus as Status
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable

_MOST = 500


@dataclass(frozen=True)
class FailedCheck:
    """One failed evaluation, and its place in the log."""

    place: int
    table: str
    check: str
    partition: str | None


def newest_evaluation(instance: dg.DagsterInstance) -> int:
    """Place of the newest event of any check; 0 in an empty log."""
    column = AssetCheckExecutionsTable.c.evaluation_event_storage_id
    with instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]
        return connection.execute(db.select(db.func.max(column))).scalar() or 0


def failed_checks(instance: dg.DagsterInstance, after: int) -> list[FailedCheck]:
    """Failed evaluations after a place in the log, oldest first."""
    columns = AssetCheckExecutionsTable.c
    query = (
        db.select(
            columns.evaluation_event_storage_id, columns.asset_key, columns.check_name, columns.partition
        )
        .where(columns.evaluation_event_storage_id > after, columns.execution_status == Status.FAILED.value)
        .order_by(columns.evaluation_event_storage_id)
        .limit(_MOST)
    )
    with instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]
        rows = connection.execute(query).fetchall()
    return [
        FailedCheck(
            row.evaluation_event_storage_id,
            dg.AssetKey.from_db_string(row.asset_key).to_user_string(),  # type: ignore[union-attr]
            row.check_name,
            row.partition,
        )
        for row in rows
    ]
