"""The demo: a small league from nothing to tonight's predictions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.progress import Progress

from nba_assets.calendar.seasons import by_season
from nba_assets.modeling.systems.versions import counting
from nba_assets.reports.models.scores import served_scores
from nba_assets.reports.reading import read_table
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
_TOP = 12
_IN_SHADOW = "xgboost_v1"  # shown where no system is champion
_PLAYER = ["player_name", "team", "opponent"]
_BESIDE = ("season_average", "hand_rules")


def run_demo(console: Console, settings: Settings) -> int:
    """Simulate, materialize, show.

    Returns:
        Exit code: 0 when every date is complete.
    """
    dates = small_league(console, settings.archive_dir)
    ready = backfill_seasons(console, settings, dates)
    _show_tonight(console, settings, dates[-1])
    console.print("Open the UI with make dev, then http://127.0.0.1:3000")
    return 0 if ready else 1


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
    """Run everything on dates, season by season, and tell whether every date is complete."""
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


def _show_tonight(console: Console, settings: Settings, tonight: dt.date) -> None:
    lake = Lake(open_store(settings.lake))
    rows = counting(read_table(lake, "player_prop_predictions", dates=[tonight]))
    champions = rows.loc[rows["role"].eq("champion"), "system"].unique()
    shown = str(champions[0]) if len(champions) else _IN_SHADOW
    standing = "champion" if len(champions) else "in shadow: no system has earned to be served"
    wide = rows[rows["system"].isin(_BESIDE)].pivot_table(
        index=_PLAYER, columns="system", values="predicted_points"
    )
    own = rows[rows["system"].eq(shown)].set_index(_PLAYER).rename(columns={"predicted_points": shown})
    table = wide.join(own[[shown, "line", "prob_over", "recommendation"]])
    table = table.sort_values(shown, ascending=False).head(_TOP).round(2).reset_index()
    print_frame(console, f"Predictions for {tonight}: points; {shown} is {standing}", table)
    print_frame(console, "MAE of the predictions, on rows of every system", served_scores(lake))
