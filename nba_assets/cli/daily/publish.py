"""Publishing dates from the command line."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from nba_assets.assets.published_predictions import NAME
from nba_assets.cli.dates import DateRange
from nba_assets.lineage.graph import PREDICTIONS
from nba_assets.publish.site.pages import INDEX
from nba_assets.quality.gate import Gate
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store


def publish_newest(console: Console, settings: Settings) -> bool:
    """Publish the newest predicted date, else the newest of the schedule; whether it was."""
    lake = Lake(open_store(settings.lake))
    newest = (lake.dates(PREDICTIONS) or lake.dates("raw_schedule"))[-1]
    return publish_dates(console, settings, DateRange(newest, newest))


def publish_dates(console: Console, settings: Settings, dates: DateRange) -> bool:
    """Run the asset on a range of dates and print the address of the pages; whether all were published."""
    report = materialize(settings, dates.first, dates.last, [NAME], progress=console.is_terminal)
    for error in report.errors.values():
        console.print(error, style="red", soft_wrap=True)
    published, changed = report.materialized[NAME], report.changed[NAME]
    done = f"{published} of {len(report.dates)} dates published, {changed} changed"
    console.print(f"{done}, in {report.wall_seconds:.1f} s")
    shut = Gate(Lake(open_store(settings.lake))).shut(PREDICTIONS, report.dates)
    if shut:
        first = min(shut)
        console.print(
            f"{len(shut)} dates have no predictions that may be read; {first}: {shut[first]}. "
            f"Why: nba-assets explain {first}",
            soft_wrap=True,
        )
    console.print(f"Tonight's page: {address(settings)}", soft_wrap=True)
    return report.success and published == len(report.dates)


def address(settings: Settings) -> str:
    """Where the first page is, as a browser takes it."""
    root = settings.published_root
    page = f"{root.rstrip('/')}/{INDEX}"
    return page if "://" in root else Path(page).resolve().as_uri()
