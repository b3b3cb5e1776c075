"""The leak lab on a lake: what each known leak does to the test MAE, and which guard catches it."""

from __future__ import annotations

import pandas as pd
from rich.console import Console

from nba_assets.bench.leak_lab import (
    BOX,
    LabFrames,
    feature_leaks,
    late_line_leak,
    random_split_leak,
)
from nba_assets.modeling.fitting.training_rows import training_rows
from nba_assets.reports.reading import read_table
from nba_assets.runs.report import print_frame
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

PROOF_DATE = pd.Timestamp("2024-12-10")  # in the test season, with games on the days around it
_ROWS = ("home_away",)
_GAMES = ("game_id", "player_id", "team", "opponent", "season", "is_production_ready", *BOX)
_CONTEXT = ("game_id", "player_id", "team", "opponent", "season", "is_late_addition")
_LINES = ("game_id", "player_id", "book", "line", "captured_at", "captured_before_tipoff")


def read_frames(lake: Lake) -> LabFrames:
    """What the lab works on, from a lake of all seasons."""
    games = read_table(lake, "player_game_summary", _GAMES)
    features = read_table(lake, "ml_feature_store_v2")
    context = read_table(lake, "upcoming_player_game_context", _CONTEXT)
    schedule = read_table(lake, "raw_schedule")
    return LabFrames(
        rows=training_rows(features, games, _ROWS),
        context=context.sort_values(["game_date", "game_id", "player_id"], ignore_index=True),
        games=games,
        lines=read_table(lake, "raw_player_points_lines", _LINES),
        schedule=schedule,
    )


def run_leak_lab(console: Console, settings: Settings) -> int:
    """Plant every leak, one at a time, and show what happens.

    Returns:
        Exit code: 0 when every leak was caught and the honest recipe was not.
    """
    frames = read_frames(Lake(open_store(settings.lake)))
    table = feature_leaks(frames, PROOF_DATE)
    honest = float(table["mae"].iloc[0])
    more = [random_split_leak(frames, honest), late_line_leak(frames)]
    table = pd.concat([table, pd.DataFrame(more)], ignore_index=True)
    print_frame(console, "Leaks planted one at a time; MAE in points", table)
    caught = table["caught"].to_numpy(bool)
    return 0 if caught[1:].all() and not caught[0] else 1
