"""The demo: a small league from nothing to tonight's predictions."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from rich.console import Console
from rich.progress import Progress

from nba_assets.cli.dates import DateRange
from nba_assets.cli.predictions import print_predictions
from nba_assets.cli.publish import publish_dates
from nba_assets.reports.models.scores import served_scores
from nba_assets.runs.materialize import materialize
from nba_assets.runs.report import (
    print_frame,
    print_run,
)
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

SEASONS, TEAMS, SEED, DATES = 2, 8, 7, 60


def run_demo(console: Console, settings: Settings) -> int:
    """Simulate, materialize, show.

    Returns:
        Exit code: 0 when every date is complete.
    """
    if not (settings.archive_dir / "schedule").is_dir():
        with Progress(disable=not console.is_terminal) as bar:
            task = bar.add_task("simulating a league", total=None)
            simulate(
                settings.archive_dir, seasons=SEASONS, teams=TEAMS, seed=SEED, dates_per_season=DATES,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )  # fmt: skip
    games = pd.concat(
        pd.read_parquet(path) for path in sorted(settings.archive_dir.glob("schedule/games_*.parquet"))
    )
    dates = sorted(dt.date.fromisoformat(day) for day in games["game_date"].unique())
    seasons = games.groupby("season")["game_date"].agg(["min", "max"]).to_numpy()
    ready = True
    for first, last in seasons:
        report = materialize(
            settings,
            dt.date.fromisoformat(first),
            dt.date.fromisoformat(last),
            progress=console.is_terminal,
            retrain={
                "first_date": (dates[DATES // 2]).isoformat(),
                "override_reason": "a small simulated league: its models show how, not how well",
            },
        )  # fmt: skip
        print_run(console, report)
        ready &= report.success and not report.blocked
    print_predictions(console, settings, dates[-1], None, None, as_json=False)
    print_frame(
        console,
        "MAE of the predictions, on rows of every system",
        served_scores(Lake(open_store(settings.lake))),
    )
    console.print("Open the UI with make dev, then http://127.0.0.1:3000; tonight's page is")
    newest = DateRange(dt.date.fromisoformat(seasons[-1][0]), dates[-1])
    return 0 if publish_dates(console, settings, newest) and ready else 1
