"""Dates of a real season of the archive in wire shape, served as its publishers do."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow.parquet as pq

SEASON = "2024-25"
AFTER = dt.datetime(2025, 7, 20, tzinfo=dt.UTC)  # the season is over, and still the running one
_DATED = {
    "leaguegamelog/players": "GAME_DATE", "leaguegamelog/teams": "GAME_DATE", "playbyplay/": "game_date",
    "shotchart/": "GAME_DATE",
}  # fmt: skip


def season_folder(archive: Path, folder: Path, first: str, last: str) -> Path:
    """A folder that holds the dates from ``first`` to ``last`` of an archive, for ``LiveServer`` to serve.

    Play-in games are left out: the archive has them in the schedule and has no box score of them.
    """
    for beginning, column in _DATED.items():
        for path in sorted(archive.glob(f"{beginning}*{SEASON}_*.parquet")):
            _copy(path, folder / path.relative_to(archive), column, first, last)
    for path in sorted(archive.glob("schedule/games_*.parquet")):
        target = folder / path.relative_to(archive)
        _copy(path, target, "game_date", first, last, ("season_type", "!=", "PlayIn"))
    (folder / "SIMULATED.json").write_text(json.dumps({"files": []}))
    return folder


def _copy(path: Path, target: Path, column: str, first: str, last: str, *more: tuple[str, str, str]) -> None:
    rows = pq.read_table(
        path, filters=[(column, ">=", first), (column, "<=", last), *more], partitioning=None
    )
    if len(rows):
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, target)
