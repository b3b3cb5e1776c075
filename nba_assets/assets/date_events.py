"""What Dagster is told of each date: materializations and verdicts."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)

from nba_assets.quality.gate import CHECK_NAME
from nba_assets.quality.verdict import Verdict
from nba_assets.storage.lake import Written

Targets = Mapping[dt.date, AssetCheckEvaluationTargetMaterializationData]


def materialization(
    table: str, date: dt.date, written: Written, verdict: Verdict, notes: Mapping[str, Any]
) -> dg.AssetMaterialization:
    """A date that has been written."""
    metadata: dict[str, Any] = {
        "rows": written.rows,
        "status": verdict.status,
        "content": written.content_hash,
        "changed": written.changed,
    }
    if verdict.share is not None:
        metadata["coverage"] = verdict.share
    if verdict.override:
        metadata["override"] = verdict.override
    return dg.AssetMaterialization(
        asset_key=table, partition=date.isoformat(), metadata=metadata | dict(notes)
    )


def targets(context: dg.AssetExecutionContext, table: str, dates: Sequence[dt.date]) -> Targets:
    """The materializations that the evaluations are about, without which a check is not current."""
    ids = context.instance.event_log_storage.get_latest_storage_id_by_partition(
        dg.AssetKey(table),
        dg.DagsterEventType.ASSET_MATERIALIZATION,
        partitions={date.isoformat() for date in dates},
    )
    now = time.time()
    return {
        dt.date.fromisoformat(key): AssetCheckEvaluationTargetMaterializationData(
            storage_id=storage_id, run_id=context.run_id, timestamp=now
        )
        for key, storage_id in ids.items()
    }


def evaluation(table: str, date: dt.date, verdict: Verdict, about: Targets) -> dg.AssetCheckEvaluation:
    """The verdict on a date."""
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(table),
        check_name=CHECK_NAME,
        passed=verdict.passed,
        metadata=verdict.evidence,
        target_materialization_data=about.get(date),
        severity=dg.AssetCheckSeverity.ERROR,
        description=verdict.words,
        # A failed date must not end the run of the others: the gate keeps it from going on.
        blocking=False,
        partition=date.isoformat(),
    )  # fmt: skip


def forget(context: dg.AssetExecutionContext, table: str, dates: Sequence[dt.date]) -> None:
    """Make dates that were refused missing in the UI; their rows in the lake stay, behind the shut gate.

    A date that an earlier run turned green would stay green beside its failed check.
    """
    if not dates:
        return
    storage, key = context.instance.event_log_storage, dg.AssetKey(table)
    materialized = dg.DagsterEventType.ASSET_MATERIALIZATION
    wanted = {date.isoformat() for date in dates}
    keys = sorted(storage.get_latest_storage_id_by_partition(key, materialized, partitions=wanted))
    if not keys:
        return
    try:
        storage.wipe_asset_partitions(key, keys)
    except NotImplementedError:
        context.log.warning(f"this event log forgets no partition: of {keys}, what was green stays green")
