"""The demo: a small league from nothing to tonight's predictions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.progress import Progress

from nba_assets.calendar.seasons import by_season
from nba_assets.cli.daily.publish import publish_dates
from nba_assets.cli.dates import DateRange
from nba_assets.runs.materialize import materialize
from nba_assets.runs.report import print_run, print_served
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate

SEASONS, TEAMS, SEED, DATES = 2, 8, 7, 60


def run_demo(console: Console, settings: Settings) -> int:
    """Simulate, materialize, show.

    Returns:
        Exit code: 0 when every date is complete.
    """
    dates = small_league(console, settings.archive_dir)
    ready = backfill_seasons(console, settings, dates)
    print_served(console, settings, dates[-1])
    console.print("The Dagster UI over this lake: make dev, then http://127.0.0.1:3000")
    newest = list(by_season(dates).values())[-1]
    published = publish_dates(console, settings, DateRange(newest[0], newest[-1]))
    return 0 if ready and published else 1


def small_league(console: Console, folder: Path) -> list[dt.date]:
    """Simulate a league where there is none, and return its game dates."""
    if not (folder / "schedule").is_dir():
        with Progress(disable=not console.is_terminal) as bar:
            task = bar.add_task("simulating a league", total=None)
            simulate(
                folder, seasons=SEASONS, teams=TEAMS, seed=SEED, dates_per_season=DATES,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )  # fmt: skip
    games = pd.concat(pd.read_parquet(path) for path in sorted(folder.glob("schedule/games_*.parquet")))
    return sorted(dt.date.fromisoformat(day) for day in games["game_date"].unique())


def backfill_seasons(console: Console, settings: Settings, dates: Sequence[dt.date]) -> bool:
    """Run everything on dates, season by season, and return whether every date is complete."""
    ready = True
    for season in by_season(dates).values():
        report = materialize(
            settings,
            season[0],
            season[-1],
            progress=console.is_terminal,
            retrain={
                "first_date": (dates[DATES // 2]).isoformat(),
                "override_reason": "a small simulated league: its models show how, not how well",
            },
        )  # fmt: skip
        print_run(console, report)
        ready &= report.success and not report.blocked
    return ready
