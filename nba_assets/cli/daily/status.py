"""The state of the platform in the terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nba_assets.assets.tables import ALL_TABLES, GRAPH
from nba_assets.cli.daily.feeds import print_red_feeds
from nba_assets.cli.daily.predictions import age
from nba_assets.cli.daily.publish import address
from nba_assets.publish.contract.coverage import DateCoverage
from nba_assets.publish.contract.status import PlatformStatus
from nba_assets.publish.coverage import date_coverage
from nba_assets.publish.publication import Publication
from nba_assets.publish.site.text import count
from nba_assets.publish.slates import build_slates
from nba_assets.publish.status import RECENT_DATES, build_status
from nba_assets.publish.tables import OpenTables, grouped, rows_of
from nba_assets.quality.ledger import entries
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store


def print_status(console: Console, settings: Settings) -> int:
    """Print what is fresh, red, waiting and served; of a live source its red feeds and its credits too.

    Returns:
        Exit code: 1 when a recent date is red or waits for predictions, or a feed is red.

    Raises:
        ValueError: the lake has no schedule.
    """
    tables = OpenTables(Lake(open_store(settings.lake)))
    known = tables.dates("raw_schedule")[-RECENT_DATES:]
    newest = known[-1] if known else None
    slate = build_slates(tables, [newest]).get(newest) if newest else None
    status = build_status(tables, slate, _recent(tables, known))
    _print_stages(console, status)
    _print_served(console, status)
    for red in status.red:
        console.print(Text(f"red: {red.game_date}: {red.root_cause.sentence}", style="red"))
        if red.root_cause.heal:
            console.print(Text(f"  heal: {red.root_cause.heal}"))
    for date in status.waiting:
        console.print(Text(f"waiting for predictions: {date}", style="yellow"))
    manifest = Publication(open_store(settings.published_root)).manifest()
    published = (
        f"through {manifest.latest}, revision {manifest.revision}" if manifest.latest else "nothing yet"
    )
    console.print(Text(f"published: {published}: {address(settings)}"))
    red_feeds = print_red_feeds(console, settings)
    return 1 if status.red or status.waiting or red_feeds else 0


def _recent(tables: OpenTables, dates: Sequence[dt.date]) -> list[DateCoverage]:
    """Coverage of dates from partitions and refusals as they are now, newest first."""
    groups = {table.name: table.group for table in ALL_TABLES}
    ledger = grouped(rows_of(entries(tables.lake, GRAPH, dates)), "game_date")
    return [date_coverage(date, ledger.get(date, []), groups) for date in reversed(dates)]


def _print_stages(console: Console, status: PlatformStatus) -> None:
    table = Table(
        "step", "newest", "due", "", title=Text(f"{status.game_date}: {count(status.games, 'game')}")
    )
    for stage in status.stages:
        late = stage.due is not None and (stage.newest is None or stage.newest < stage.due)
        state = Text("late", style="red") if late else Text("fresh", style="green")
        table.add_row(
            Text(stage.stage), Text(str(stage.newest or "never")), Text(str(stage.due or "")), state
        )
    console.print(table)


def _print_served(console: Console, status: PlatformStatus) -> None:
    served = status.served
    if served is None:
        console.print("served: nothing")
        return
    when = f", predicted {age(served.predicted_at)} ago" if served.predicted_at else ""
    model = f" ({served.model_id}, trained through {served.trained_through})" if served.model_id else ""
    alarm = f"; its last 30 days: {served.alarm}" if served.alarm else ""
    console.print(
        Text(f"served: {served.system}, {served.role}{model}, {count(served.players, 'player')}{when}{alarm}")
    )
