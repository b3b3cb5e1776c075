"""The demo: a small league from nothing to tonight's predictions."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from rich.console import Console
from rich.progress import Progress

from nba_assets.automation.jobs import MAIN_MODEL
from nba_assets.definitions import ALL_TABLES
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
_PLAYER = ["player_name", "team", "opponent"]
_BESIDE = ("season_average", "hand_rules")


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
            [table.name for table in ALL_TABLES],
            progress=console.is_terminal,
            retrain={
                "first_date": (dates[DATES // 2]).isoformat(),
                "override_reason": "a small simulated league: its models show how, not how well",
            },
        )  # fmt: skip
        print_run(console, report)
        ready &= report.success and not report.blocked
    _show_tonight(console, settings, dates[-1])
    console.print("Open the UI with make dev, then http://127.0.0.1:3000")
    return 0 if ready else 1


def _show_tonight(console: Console, settings: Settings, tonight: dt.date) -> None:
    lake = Lake(open_store(settings.lake))
    rows = counting(read_table(lake, "player_prop_predictions", dates=[tonight]))
    champions = rows.loc[rows["role"].eq("champion"), "system"].unique()
    shown = str(champions[0]) if len(champions) else MAIN_MODEL
    standing = "champion" if len(champions) else "in shadow: no system has earned to be served"
    wide = rows[rows["system"].isin(_BESIDE)].pivot_table(
        index=_PLAYER, columns="system", values="predicted_points"
    )
    own = rows[rows["system"].eq(shown)].set_index(_PLAYER).rename(columns={"predicted_points": shown})
    table = wide.join(own[[shown, "line", "prob_over", "recommendation"]])
    table = table.sort_values(shown, ascending=False).head(_TOP).round(2).reset_index()
    print_frame(console, f"Predictions for {tonight}: points; {shown} is {standing}", table)
    print_frame(console, "MAE of the predictions, on rows of every system", served_scores(lake))
