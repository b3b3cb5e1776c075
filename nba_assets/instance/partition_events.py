"""What an instance knows of single partitions of an asset: the calls that Dagster+ answers too."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Mapping

import dagster as dg

from nba_assets.instance.private_api import CheckTarget


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


def _storage_ids(instance: dg.DagsterInstance, table: str, dates: Collection[dt.date]) -> dict[dt.date, int]:
    if not dates:  # an empty set asks for every partition
        return {}
    ids = instance.get_latest_storage_id_by_partition(
        dg.AssetKey(table),
        dg.DagsterEventType.ASSET_MATERIALIZATION,
        partitions={date.isoformat() for date in dates},
    )
    return {dt.date.fromisoformat(key): storage_id for key, storage_id in ids.items()}
