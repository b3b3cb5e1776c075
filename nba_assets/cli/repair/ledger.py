"""Making the ledger and its page anew."""

from __future__ import annotations

import datetime as dt

from rich.console import Console

from nba_assets.cli.daily.publish import publish_newest
from nba_assets.runs.materialize import materialize
from nba_assets.runs.report import print_run
from nba_assets.runs.selection import LEDGER
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store


def rebuild(console: Console, settings: Settings, first: dt.date | None, last: dt.date | None) -> int:
    """Write the ledger of the dates, all stored ones by default, and the page of the whole.

    Returns:
        Exit code.
    """
    lake = Lake(open_store(settings.lake))
    known = lake.dates("raw_schedule")
    if not known:
        console.print(f"{settings.lake} holds no date yet: nba-assets backfill")
        return 1
    report = materialize(settings, first or known[0], last or known[-1], [LEDGER])
    print_run(console, report)
    published = publish_newest(console, settings)
    return 0 if report.success and published else 1
