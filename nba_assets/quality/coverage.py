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
    by_date = dict(iter(rows.groupby("game_date"))) if len(rows) else {}
    return {date: _verdict(by_date.get(pd.Timestamp(date)), problems.get(date, [])) for date in dates}


def _verdict(rows: pd.DataFrame | None, problems: list[str]) -> Verdict:
    evidence: dict[str, Any] = {}
    statuses = [] if rows is None else list(rows["status"])
    status = next((s for s in ("FAIL", "WARN", "PASS") if s in statuses), "EMPTY_OK")
    words: list[str] = list(problems)
    share = None
    if rows is not None:
        shares = rows["share"].dropna()
        share = float(shares.min()) if len(shares) else None
        evidence["metrics"] = [
            {
                "metric": row.metric,
                "status": row.status,
                "expected": row.expected,
                "actual": row.actual,
                "share": None if pd.isna(row.share) else round(row.share, 4),
            }
            | ({"missing": row.missing.split("|")} if row.missing and row.status in ("FAIL", "WARN") else {})
            for row in rows.itertuples()
        ]
        words += [_sentence(row) for row in rows.itertuples() if row.status in ("FAIL", "WARN")]
    if problems:
        status = "FAIL"
        evidence["problems"] = problems
    evidence["status"] = status
    return Verdict(status, "; ".join(words) or ("complete" if status == "PASS" else "nothing expected"), share, evidence)


def _sentence(row: Any) -> str:
    words = f"{row.metric}: {row.actual:g} of {row.expected:g} ({row.share:.1%})"
    return f"{words}, missing {row.missing.replace('|', ', ')}" if row.missing else words
