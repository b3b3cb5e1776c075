"""The verdict on a table and date: coverage measured, judged, and put into words.

What belongs here: one verdict a date, with its evidence. What does not: counting (measures.py), expected sets
(expectations.py), who reads verdicts (gate.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nba_assets.quality.expectations import EXPECTATIONS, Frames
from nba_assets.quality.measures import judge
from nba_assets.quality.thresholds import thresholds

NAMED_METRICS = 6


@dataclass(frozen=True)
class Verdict:
    """What a check says of a date."""

    status: str
    words: str
    share: float | None
    evidence: Mapping[str, Any]

    @property
    def passed(self) -> bool:
        """The date may feed others."""
        return self.status in ("PASS", "WARN", "EMPTY_OK")

    @classmethod
    def blocked(cls, reasons: list[str]) -> Verdict:
        """The verdict on a date whose inputs may not be read."""
        words = "blocked: " + "; ".join(reasons)
        return cls("BLOCKED", words, None, {"status": "BLOCKED", "blocked_by": reasons})


def verdicts(
    table: str,
    frame: pd.DataFrame,
    inputs: Frames,
    dates: list[dt.date],
    problems: Mapping[dt.date, list[str]],
) -> dict[dt.date, Verdict]:
    """Judge each date of a table.

    Args:
        table: its name.
        frame: computed rows.
        inputs: frames they were computed from: the expected sets come from these, never from ``frame``.
        dates: dates to judge.
        problems: what is wrong beyond coverage, by date.
    """
    if not dates:
        return {}
    days = pd.DatetimeIndex(pd.to_datetime(dates))
    measured = [measure(frame, inputs, days) for measure in EXPECTATIONS[table].values()]
    limits = thresholds().root.get(table, {})
    rows = judge(pd.concat(measured, ignore_index=True), limits) if measured else pd.DataFrame()
    by_date: dict[dt.date, list[dict[str, Any]]] = {}
    for row in rows.to_dict("records"):
        by_date.setdefault(row["game_date"].date(), []).append(row)
    return {date: _verdict(by_date.get(date, []), problems.get(date, [])) for date in dates}


def _verdict(rows: list[dict[str, Any]], problems: list[str]) -> Verdict:
    statuses = {row["status"] for row in rows}
    status = next((s for s in ("FAIL", "WARN", "PASS") if s in statuses), "EMPTY_OK")
    status = "FAIL" if problems else status
    poor = [row for row in rows if row["status"] in ("FAIL", "WARN")]
    shares = [row["share"] for row in rows if row["status"] != "EMPTY_OK"]
    words = [*problems, *map(_sentence, poor)]
    evidence: dict[str, Any] = {"status": status, "metrics": [_evidence(row) for row in rows]}
    if problems:
        evidence["problems"] = problems
    return Verdict(
        status, "; ".join(words) or _complete(rows), float(min(shares)) if shares else None, evidence
    )


def _complete(rows: list[dict[str, Any]]) -> str:
    counted = [f"{row['metric']} {row['actual']:g} of {row['expected']:g}" for row in rows if row["expected"]]
    more = f" and {len(counted) - NAMED_METRICS} more" if len(counted) > NAMED_METRICS else ""
    return ", ".join(counted[:NAMED_METRICS]) + more or "nothing expected"


def _evidence(row: dict[str, Any]) -> dict[str, Any]:
    facts = {name: row[name] for name in ("metric", "status", "expected", "actual")}
    facts["share"] = None if row["status"] == "EMPTY_OK" else round(row["share"], 4)
    if row["missing"] and row["status"] in ("FAIL", "WARN"):
        facts["missing"] = row["missing"].split("|")
    return facts


def _sentence(row: dict[str, Any]) -> str:
    words = f"{row['metric']}: {row['actual']:g} of {row['expected']:g} ({row['share']:.1%})"
    return f"{words}, missing {row['missing'].replace('|', ', ')}" if row["missing"] else words
