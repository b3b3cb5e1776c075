"""Why a date is red: the verdicts of its checks, from the first table to the last.

What belongs here: reading verdicts and putting them in order. What does not: making them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
from dagster._core.event_api import PartitionKeyFilter

from nba_assets.quality.gate import CHECK_NAME

_NO_VERDICT = "never evaluated: the table was not materialized on this date"


def explain(
    instance: dg.DagsterInstance, date: dt.date, tables: Sequence[str]
) -> Iterator[tuple[str, str, list[str]]]:
    """The newest verdict on each table of a date.

    Args:
        instance: where the verdicts are.
        date: game date.
        tables: tables in the order of the graph.

    Yields:
        (table, status, lines of evidence).
    """
    for table in tables:
        evaluation = _newest(instance, table, date)
        if evaluation is None:
            yield table, "UNKNOWN", [_NO_VERDICT]
            continue
        evidence: dict[str, Any] = {name: value.value for name, value in evaluation.metadata.items()}
        lines = [] if evaluation.passed else [evaluation.description or ""]
        lines += [
            f"{metric['metric']}: {metric['actual']:g} of {metric['expected']:g}"
            for metric in evidence.get("metrics", [])
            if metric["status"] not in ("EMPTY_OK",)
        ]
        yield table, str(evidence["status"]), lines


def _newest(instance: dg.DagsterInstance, table: str, date: dt.date) -> dg.AssetCheckEvaluation | None:
    key = dg.AssetCheckKey(dg.AssetKey(table), CHECK_NAME)
    records = instance.event_log_storage.get_asset_check_execution_history(
        key, limit=1, partition_filter=PartitionKeyFilter(key=date.isoformat())
    )
    return records[0].evaluation if records else None
