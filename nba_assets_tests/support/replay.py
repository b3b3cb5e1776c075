"""Dates of real seasons of the archive in wire shape, served as their publishers do."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SEASON = "2024-25"
AFTER = dt.datetime(2025, 7, 20, tzinfo=dt.UTC)  # the season is over, and still the running one
_DATED = {
    "leaguegamelog/players": "GAME_DATE", "leaguegamelog/teams": "GAME_DATE", "playbyplay/": "game_date",
    "shotchart/": "GAME_DATE",
}  # fmt: skip


def season_folder(
    archive: Path, folder: Path, first: str, last: str, seasons: Sequence[str] = (SEASON,)
) -> Path:
    """A folder that holds the dates from ``first`` to ``last`` of an archive, for ``LiveServer`` to serve.

    Play-in games are left out: the archive has them in the schedule and has no box score of them. Of games
    whose tip-off it does not know half past seven in the evening of the winter is served, in New York.
    """
    for beginning, column in _DATED.items():
        paths = [path for season in seasons for path in archive.glob(f"{beginning}*{season}_*.parquet")]
        for path in sorted(paths):
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
    if "tipoff_utc" in rows.column_names:
        rows = _with_tipoffs(rows)
    if len(rows):
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, target)


def _with_tipoffs(games: pa.Table) -> pa.Table:
    dates, known = (games[name].to_pylist() for name in ("game_date", "tipoff_utc"))
    tipoffs = [tipoff or f"{date}T19:30:00-05:00" for date, tipoff in zip(dates, known, strict=True)]
    return games.set_column(games.column_names.index("tipoff_utc"), "tipoff_utc", pa.array(tipoffs))
