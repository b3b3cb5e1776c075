"""Events that Dagster gets for each date: a materialization and a check evaluation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import dagster as dg

from nba_assets.instance.partition_events import FILE
from nba_assets.instance.private_api import CheckTarget
from nba_assets.quality.explanations import Explanation
from nba_assets.quality.gate import CHECK_NAME
from nba_assets.quality.verdict import NO_GO, Verdict
from nba_assets.storage.partitions import Written


def materialization(
    table: str, date: dt.date, written: Written, verdict: Verdict, notes: Mapping[str, Any]
) -> dg.AssetMaterialization:
    """A date that has been written."""
    metadata: dict[str, Any] = {
        "rows": written.rows,
        "status": verdict.status,
        "content": written.content_hash,
        FILE: written.file_hash,
        "changed": written.changed,
    }
    if verdict.share is not None:
        metadata["coverage"] = verdict.share
    if verdict.override:
        metadata["override"] = verdict.override
    return dg.AssetMaterialization(
        asset_key=table,
        partition=date.isoformat(),
        metadata=metadata | dict(notes),
    )


def evaluation(
    table: str,
    date: dt.date,
    verdict: Verdict,
    about: Mapping[dt.date, CheckTarget],
    explained: Explanation | None = None,
) -> dg.AssetCheckEvaluation:
    """The verdict on a date; for a red date with its root-cause table and the command that repairs it."""
    is_no_go = verdict.status == NO_GO
    metadata: dict[str, Any] = {}
    if explained:
        metadata["to_blame"] = dg.MetadataValue.asset(dg.AssetKey(explained.blamed))
        metadata["to_do"] = explained.remedy.command
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(table),
        check_name=CHECK_NAME,
        passed=verdict.passed and not is_no_go,
        metadata=metadata | verdict.evidence,
        target_materialization_data=about.get(date),
        # Nothing downstream waits for a model that could not be trained: the other systems predict.
        severity=dg.AssetCheckSeverity.WARN if is_no_go else dg.AssetCheckSeverity.ERROR,
        description=words(verdict, explained),
        # A failed date must not end the run of the others: the gate keeps it from going on.
        blocking=False,
        partition=date.isoformat(),
    )  # fmt: skip


def words(verdict: Verdict, explained: Explanation | None) -> str:
    """The explanation of a date in a sentence; its verdict where there is no more to say."""
    return explained.words if explained else verdict.words
