"""Overrides.

Dates let through against their coverage, by a person, with a reason that stays with the rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

KEY = "allow_partial"


def override_config() -> dict[str, Any]:
    """The field every asset's run configuration has."""
    shape = {
        "dates": dg.Field([str], description="Game dates, YYYY-MM-DD, to let through although not complete."),
        "reason": dg.Field(str, description="Why; kept in rows, ledger and models made of them."),
    }
    return {KEY: dg.Field(dg.Shape(shape), is_required=False, description="Let incomplete dates through.")}


def override_run_config(tables: Sequence[str], dates: Sequence[dt.date], reason: str) -> dict[str, Any]:
    """Run configuration that lets dates of tables through."""
    said = {KEY: {"dates": [date.isoformat() for date in dates], "reason": reason}}
    return {table: {"config": said} for table in tables}


def overrides_of(op_config: Mapping[str, Any] | None) -> dict[dt.date, str]:
    """Dates a run lets through, each with the reason.

    Raises:
        dg.Failure: no reason is given, or a date is none.
    """
    said = (op_config or {}).get(KEY)
    if not said:
        return {}
    if not said["reason"].strip():
        raise dg.Failure(f"{KEY} needs a reason: it stays with every row made from these dates")
    try:
        return {dt.date.fromisoformat(date): said["reason"].strip() for date in said["dates"]}
    except ValueError as error:
        raise dg.Failure(f"{KEY}: {error}; dates are written YYYY-MM-DD") from error


def own_config(op_config: Mapping[str, Any] | None) -> dict[str, Any]:
    """A table's own part of its run configuration."""
    return {name: value for name, value in (op_config or {}).items() if name != KEY}
