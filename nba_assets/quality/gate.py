"""The gate: which dates of a table may feed another.

What belongs here: reading the verdicts of blocking checks from Dagster's event log. What does not: making
them (coverage.py).

Dagster stops downstream assets in the same run only; a run launched by hand goes past a failed check. So every
asset asks here before it reads, whoever launched it. A date is open when the newest evaluation of the table's
check passed on the newest materialization. Anything else, silence included, shuts the gate.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

CHECK_NAME = "coverage"


def check_key(table: str) -> dg.AssetCheckKey:
    """The blocking check of a table."""
    return dg.AssetCheckKey(dg.AssetKey(table), CHECK_NAME)


class Gate:
    """Verdicts of one Dagster instance."""

    def __init__(self, instance: dg.DagsterInstance):
        self._instance = instance

    def shut(self, table: str, dates: Iterable[dt.date]) -> dict[dt.date, str]:
        """The dates that may not be read, each with the reason."""
        wanted = list(dates)
        key = check_key(table)
        found = self._instance.event_log_storage.get_asset_check_partition_info(
            [key], partition_keys=[date.isoformat() for date in wanted]
        )
        info = {record.partition_key: record for record in found}
        reasons: dict[dt.date, str] = {}
        for date in wanted:
            record = info.get(date.isoformat())
            if record is None:
                reasons[date] = f"{table}: its coverage was never evaluated"
            elif record.latest_execution_status != AssetCheckExecutionRecordStatus.SUCCEEDED:
                reasons[date] = f"{table}: coverage check {record.latest_execution_status.value.lower()}"
            elif record.latest_materialization_storage_id is None:
                reasons[date] = f"{table}: not materialized"
            elif not record.is_current:
                reasons[date] = f"{table}: coverage was evaluated on an older materialization"
        return reasons

    def open(self, table: str, dates: Iterable[dt.date]) -> list[dt.date]:
        """The dates that may be read, in order."""
        wanted = sorted(dates)
        shut = self.shut(table, wanted)
        return [date for date in wanted if date not in shut]
