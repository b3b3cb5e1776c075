"""What the recommendations of a lake would have returned at the prices that were offered."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from rich.console import Console

from nba_assets.modeling.evaluation.bets import bet_returns
from nba_assets.reports.reading import read_table
from nba_assets.runs.report import print_frame
from nba_assets.schemas.catalog import TABLES
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

EDGE_BAND, SEASON = "edge_band", "season"
_GROUPS = (EDGE_BAND, SEASON, "book", "side", "is_pregame")
_COUNTS = ("bets", "won", "lost", "pushes", "void")


def print_bets(console: Console, settings: Settings, by: Sequence[str], systems: Sequence[str]) -> None:
    """Print hit rate and return of each system's paper bets, by what is asked for.

    Args:
        console: where they are shown.
        settings: where the lake is.
        by: columns that group the bets, beside the system.
        systems: systems to show; all by default.

    Raises:
        ValueError: a grouping that does not exist, or no bet in the lake.
    """
    if unknown := sorted(set(by) - set(_GROUPS)):
        raise ValueError(f"bets are not grouped by {', '.join(unknown)}: one of {', '.join(_GROUPS)}")
    lake = Lake(open_store(settings.lake))
    rows = read_table(lake, "bets", TABLES["bets"].columns[1:])
    if SEASON in by:
        games = read_table(lake, "raw_schedule", ("game_id", "season"), lake.dates("bets"))
        rows = rows.merge(games[["game_id", "season"]], on="game_id", validate="many_to_one")
    if systems:
        rows = rows[rows["system"].isin(systems)]
    if rows.empty:
        raise ValueError("the lake holds no bet of these systems: nba-assets backfill")
    found = bet_returns(rows, ["system", *by])
    console.print(
        "Paper bets at the line and price of a book; profit is per unit staked, intervals are 95 % over dates"
    )
    table = found[["system", *by, *_COUNTS]].assign(
        hit_rate=_intervals(found, "hit_rate", "{:.1%}"),
        break_even=found["break_even"].map("{:.1%}".format, na_action="ignore"),
        profit=_intervals(found, "profit", "{:+.3f}"),
        closing_line_value=_intervals(found, "closing_line_value", "{:+.2f}"),
    )
    print_frame(console, "Returns", table)


def _intervals(found: pd.DataFrame, name: str, style: str) -> pd.Series:
    """A value with its interval as text; NULL where it is unknown."""
    value, low, high = (
        found[column].map(style.format, na_action="ignore").astype("string")
        for column in (name, f"{name}_low", f"{name}_high")
    )
    return value + " [" + low + ", " + high + "]"
