"""What pruning an event log must leave, whatever database it is in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import dagster as dg

from nba_assets.instance.grouped_events import GroupedEvents
from nba_assets_tests.support.workbench import Workbench

_DAY = dt.timedelta(days=1)


def assert_forgets_logs_alone(bench: Workbench, run_id: str) -> None:
    """Prune the log of a run of the table ``bottom``: everything that pages of assets show stays."""
    log, now = bench.instance.event_log_storage, dt.datetime.now(dt.UTC)
    assert isinstance(log, GroupedEvents)
    shown, logged = _shown(bench), len(bench.instance.get_records_for_run(run_id).records)
    assert log.prune(now - _DAY) == 0  # the run is not a day old
    assert len(bench.instance.get_records_for_run(run_id).records) == logged
    assert log.prune(now + _DAY) == 1
    assert len(bench.instance.get_records_for_run(run_id).records) < logged
    assert _shown(bench) == shown
    assert shown[0]


def _shown(bench: Workbench) -> tuple[Any, ...]:
    log, key = bench.instance.event_log_storage, dg.AssetKey("bottom")
    (record,) = bench.instance.get_asset_records([key])
    info = log.get_asset_check_partition_info([dg.AssetCheckKey(key, "coverage")])
    return (
        sorted(log.get_materialized_partitions(key)),
        {row.partition_key: row.latest_execution_status for row in info},
        record.asset_entry.last_materialization_storage_id,
        bench.instance.get_latest_materialization_event(key),
    )
