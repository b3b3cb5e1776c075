"""Overrides: dates that a person lets through against their coverage, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import dagster as dg
from pydantic import Field

RESOURCE = "allow_partial"

_EXAMPLE = """
For example:

```yaml
resources:
  allow_partial:
    config:
      dates: ["2023-12-05", "2024-01-10..2024-01-12"]
      reason: "the league has published no box score of two games"
```
"""


class AllowPartial(dg.ConfigurableResource):
    """Dates to let through although they are not complete, once for every table of the run."""

    dates: list[str] = Field(
        default=[],
        description="Game dates, YYYY-MM-DD or FIRST..LAST, that every table of this run lets through "
        "although they are not complete. The decision holds for the data that it was made on: a later run "
        "keeps it until the data of the date change." + _EXAMPLE,
    )
    reason: str = Field(
        default="", description="Why; kept in the rows, in what is made of them, in models and in the ledger."
    )

    def reasons(self, dates: Sequence[dt.date]) -> dict[dt.date, str]:
        """The reason for each of some dates that is let through.

        Raises:
            dg.Failure: no reason is given, or a date is not written YYYY-MM-DD.
        """
        if not self.dates:
            return {}
        if not self.reason.strip():
            raise dg.Failure(f"{RESOURCE} needs a reason: it stays with every row made from these dates")
        try:
            ranges = [_range(text) for text in self.dates]
        except ValueError as error:
            raise dg.Failure(f"{RESOURCE}: {error}; dates are written YYYY-MM-DD") from error
        return {
            date: self.reason.strip()
            for date in dates
            if any(first <= date <= last for first, last in ranges)
        }


def override_run_config(dates: Sequence[dt.date], reason: str) -> dict[str, Any]:
    """Run configuration that lets dates through."""
    return {RESOURCE: {"config": {"dates": [date.isoformat() for date in dates], "reason": reason}}}


def _range(text: str) -> tuple[dt.date, dt.date]:
    first, _, last = text.partition("..")
    return dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)
