"""Verdicts on dates: coverage measured and judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from nba_assets.quality.expectations import EXPECTATIONS
from nba_assets.quality.expected_sets import Frames, HistoryNotReadError
from nba_assets.quality.measures import judge
from nba_assets.quality.thresholds import thresholds
from nba_assets.quality.verdict import Problem, Verdict


def verdicts(
    table: str,
    frame: pd.DataFrame,
    inputs: Frames,
    dates: list[dt.date],
    problems: Mapping[dt.date, list[Problem]],
) -> dict[dt.date, Verdict]:
    """Judge each date of a table.

    Args:
        table: its name.
        frame: computed rows.
        inputs: frames they were computed from: the expected sets come from these, never from ``frame``.
        dates: dates to judge.
        problems: what is wrong beyond coverage, by date.
    """
    metrics = _metrics(table, frame, inputs, dates)
    return {date: _verdict(metrics.get(date, []), tuple(problems.get(date, []))) for date in dates}


def blocked_verdicts(
    table: str, frame: pd.DataFrame, inputs: Frames, blocked_by: Mapping[dt.date, tuple[str, ...]]
) -> dict[dt.date, Verdict]:
    """Verdicts on dates whose inputs are shut: rows that the open inputs let expect, and that are missing.

    Args:
        table: its name.
        frame: no rows, in the table's columns.
        inputs: rows of the open inputs.
        blocked_by: reasons by date.
    """
    metrics = _metrics(table, frame, inputs, list(blocked_by))
    return {
        date: Verdict(
            "BLOCKED",
            # If the expected set itself is shut, coverage is unknown, and unknown is not complete.
            tuple(metric for metric in metrics.get(date, []) if metric["expected"]),
            blocked_by=reasons,
        )
        for date, reasons in blocked_by.items()
    }


def _metrics(
    table: str, frame: pd.DataFrame, inputs: Frames, dates: list[dt.date]
) -> dict[dt.date, list[dict[str, Any]]]:
    days = pd.DatetimeIndex(pd.to_datetime(dates))
    measured: list[pd.DataFrame] = []
    for measure in dict.fromkeys(EXPECTATIONS[table].values()) if dates else ():
        try:
            measured.append(measure(frame, inputs, days))
        except HistoryNotReadError:
            continue
    if not measured:
        return {}
    rows = judge(pd.concat(measured, ignore_index=True), thresholds().root.get(table, {}))
    by_date: dict[dt.date, list[dict[str, Any]]] = {}
    for row in rows.to_dict("records"):
        by_date.setdefault(row["game_date"].date(), []).append(_facts(row))
    return by_date


def _facts(row: dict[Any, Any]) -> dict[str, Any]:
    facts = {name: row[name] for name in ("metric", "status", "expected", "actual")}
    facts["share"] = None if row["status"] == "EMPTY_OK" else round(row["share"], 4)
    if row["missing"] and row["status"] in ("FAIL", "WARN"):
        facts["missing"] = row["missing"].split("|")
    return facts


def _verdict(metrics: list[dict[str, Any]], problems: tuple[Problem, ...]) -> Verdict:
    statuses = {metric["status"] for metric in metrics}
    status = next((s for s in ("FAIL", "WARN", "PASS") if s in statuses), "EMPTY_OK")
    if status not in ("FAIL", "WARN"):
        problems = tuple(problem for problem in problems if problem.warns)
    if any(problem.fatal for problem in problems):
        status = "FAIL"
    elif problems and status != "FAIL":
        status = "WARN"  # good enough by its coverage, yet not all that was due
    return Verdict(status, tuple(metrics), problems)
