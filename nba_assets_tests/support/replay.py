"""A real season of the archive in wire shape, served as its publishers do."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from nba_assets.simulation.server.http_server import LiveServer

SEASON = "2024-25"
AFTER = dt.datetime(2025, 7, 20, tzinfo=dt.UTC)  # the season is over, and still the running one


def season_folder(archive: Path, folder: Path, season: str = SEASON) -> Path:
    """A folder that holds one season of an archive.

    Play-in games are left out: the archive has them in the schedule and has no box score of them.
    """
    for name in (
        f"leaguegamelog/players_{season}_regular.parquet", f"leaguegamelog/players_{season}_playoffs.parquet",
        f"leaguegamelog/teams_{season}_regular.parquet", f"playbyplay/{season}_regular.parquet",
        f"playbyplay/{season}_playoffs.parquet", f"shotchart/{season}_regular.parquet",
    ):  # fmt: skip
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(archive / name)
    (folder / "schedule").mkdir()
    for path in archive.glob("schedule/games_*.parquet"):
        games = pq.read_table(path, partitioning=None)
        mine = pc.and_(pc.equal(games["season"], season), pc.not_equal(games["season_type"], "PlayIn"))
        pq.write_table(games.filter(mine), folder / "schedule" / path.name)
    (folder / "SIMULATED.json").write_text(json.dumps({"files": []}))
    return folder


def replay(folder: Path, now: dt.datetime = AFTER) -> LiveServer:
    """The server, at a moment after the season."""
    return LiveServer(folder, lambda: now)
