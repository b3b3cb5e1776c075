"""Publishing dates from the command line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from rich.console import Console

from nba_assets.assets.published_predictions import NAME
from nba_assets.publish.site.pages import INDEX
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store


def publish(console: Console, settings: Settings, first: dt.date | None, last: dt.date | None) -> int:
    """Publish a range of dates; the newest predicted date by default.

    Returns:
        Exit code: 1 when a date is not published.

    Raises:
        ValueError: the lake holds no date yet.
    """
    lake = Lake(open_store(settings.lake))
    known = lake.dates("player_prop_predictions") or lake.dates("raw_schedule")
    if not known:
        raise ValueError(f"{settings.lake} holds no date yet: nba-assets backfill")
    done = publish_dates(console, settings, first or last or known[-1], last or known[-1])
    return 0 if done else 1


def publish_dates(console: Console, settings: Settings, first: dt.date, last: dt.date) -> bool:
    """Run the asset on a range of dates and print the address of the pages; whether all were published."""
    report = materialize(settings, first, last, [NAME], progress=console.is_terminal)
    for error in report.errors.values():
        console.print(error, style="red", markup=False, soft_wrap=True)
    published, changed = report.materialized[NAME], report.changed[NAME]
    done = f"{published} of {len(report.dates)} dates published, {changed} changed"
    console.print(f"{done}, in {report.wall_seconds:.1f} s", markup=False)
    console.print(address(settings), markup=False, soft_wrap=True)
    return report.success and published == len(report.dates)


def address(settings: Settings) -> str:
    """Where the first page is, as a browser takes it."""
    root = settings.published_root
    page = f"{root.rstrip('/')}/{INDEX}"
    return page if "://" in root else Path(page).resolve().as_uri()
