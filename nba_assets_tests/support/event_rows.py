"""Rows of event logs as two runs share them: without clocks, process ids, folders and random names."""

from __future__ import annotations

import json
import re
from typing import Any

RUNS = ("first", "second")
# What no two runs share: clocks, process ids, folders, time taken, random names.
_PASSING = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.\d]*|\b\d+(\.\d+)? ?m?s\b|/tmp/[^\s\"]+|process \(pid: \d+\)"
)
_PASSING_KEYS = {"timestamp", "pid", "create_timestamp", "duration_ms", "log_key"}


def plain(run_ids: tuple[str, ...], name: str, value: Any) -> Any:
    """A value of a column, the ids of runs by their names."""
    if name in _PASSING_KEYS or name.endswith("_timestamp"):
        return None
    if not isinstance(value, str):
        return value
    for run, run_id in zip(RUNS, run_ids, strict=True):
        value = value.replace(run_id, run)
    return _without_passing(json.loads(value) if value.startswith("{") else value)


def _without_passing(value: Any) -> Any:
    if isinstance(value, dict) and value.get("label") == "compute_seconds":
        return "compute_seconds"
    if isinstance(value, dict):
        return {k: _without_passing(v) for k, v in value.items() if k not in _PASSING_KEYS}
    if isinstance(value, list):
        return [_without_passing(item) for item in value]
    return _PASSING.sub("_", value) if isinstance(value, str) else value


def by_key(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of checks without their ids, in order of run, table and date."""
    rows = [row | {"id": None} for row in rows]
    return sorted(rows, key=lambda row: (row["run_id"], row["asset_key"], row["partition"]))
