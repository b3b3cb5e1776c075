"""Promotion by hand: which system serves."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from rich.console import Console

from nba_assets.automation.jobs import champion_config
from nba_assets.reports.reading import read_table
from nba_assets.runs.materialize import materialize
from nba_assets.runs.report import (
    print_frame,
    print_run,
)
from nba_assets.runs.selection import chosen_tables
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

BACK = "BACK"
_SHOWN = ["system", "state", "since", "model_id", "share", "replaced", "by_hand", "reason"]


def run_promotion(
    console: Console, settings: Settings, system: str, reason: str, date: dt.date | None, share: float = 1.0
) -> int:
    """Make a system champion of a date, and predict the date's slate with it served.

    Args:
        console: where the registry is shown.
        settings: where lake and instance are.
        system: the new champion; ``BACK``: the system that the present one replaced.
        reason: why; kept in the registry.
        date: first game date it serves; the newest with features by default.
        share: of the games that it serves, by a stable hash; the system it replaces serves the others.

    Returns:
        Exit code: 1 when the registry or a prediction check refused.

    Raises:
        ValueError: the system has no model, no reason is given, or there is no earlier champion.
    """
    if not reason.strip():
        raise ValueError("a champion chosen by hand needs a reason")
    lake = Lake(open_store(settings.lake))
    slates = lake.dates("ml_feature_store_v2")
    if not slates:
        raise ValueError(f"no features in {settings.lake}: nothing to serve")
    day = date or slates[-1]
    chosen = _before_the_champion(lake, day) if system == BACK else system
    report = materialize(
        settings,
        day,
        day,
        chosen_tables("model_registry,player_prop_predictions+"),
        progress=console.is_terminal,
        more_config=champion_config(chosen, reason, share),
    )
    print_run(console, report)
    registry = read_table(lake, "model_registry", dates=[day])
    print_frame(console, f"Registry of {day}", registry[_SHOWN])
    return 0 if report.success and not report.blocked else 1


def _before_the_champion(lake: Lake, day: dt.date) -> str:
    """The system that the champion of the newest registry replaced."""
    known = [date for date in lake.dates("model_registry") if date <= day]
    registry = read_table(lake, "model_registry", dates=known[-1:])
    replaced = registry.loc[registry["state"].eq("champion"), "replaced"].dropna()
    if replaced.empty or pd.isna(replaced.iloc[0]):
        raise ValueError("no earlier champion is known: name the system to promote")
    return str(replaced.iloc[0])
