"""A spread backfill from the terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from rich.console import Console

from nba_assets.instance.webserver import Webserver
from nba_assets.runs.spread import spread
from nba_assets.settings import Settings


def spread_dates(
    console: Console,
    settings: Settings,
    days: Collection[dt.date],
    tables: Sequence[str] | None,
    runs: int,
    url: str,
) -> bool:
    """Run it, print a line for each level and the blocked dates; whether none is blocked."""
    report = spread(settings, days, tables, runs, Webserver(url), console.print)
    console.print(
        f"{len(report.dates):,} dates by {len(report.runs)} runs in {report.wall_seconds:.0f} s; "
        "each is in the Dagster UI"
    )
    for table, dates in report.blocked.items():
        first = min(dates)
        words = (
            f"{table}: {len(dates)} dates are not open; {first}: {dates[first]}. nba-assets explain {first}"
        )
        console.print(words, style="red", markup=False)
    return not report.blocked
