"""A thin slice of the real archive in a folder of its own, and ways to break its files."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

SEASON = "2023-24"
# Two games each but 12-06, which has eleven; nobody played on 12-03. Results end with 12-07.
FIRST, LAST = "2023-12-04", "2023-12-07"
DATES = ("2023-12-04", "2023-12-05", "2023-12-06", "2023-12-07")
DAYS = [dt.date.fromisoformat(date) for date in DATES]

SCHEDULE = "schedule/games_2023-24.parquet"
PLAYERS = f"leaguegamelog/players_{SEASON}_regular.parquet"
TEAMS = f"leaguegamelog/teams_{SEASON}_regular.parquet"
EVENTS = f"playbyplay/{SEASON}_regular.parquet"
SHOTS = f"shotchart/{SEASON}_regular.parquet"
_DATE_COLUMNS = {PLAYERS: "GAME_DATE", TEAMS: "GAME_DATE", EVENTS: "game_date", SHOTS: "GAME_DATE"}


def cut(archive: Path, folder: Path) -> Path:
    """Write the season's whole schedule and four dates of every other file."""
    for name, column in _DATE_COLUMNS.items():
        rows = pq.read_table(archive / name, filters=[(column, "in", list(DATES))], partitioning=None)
        _write(folder / name, rows)
    games = pd.concat([pd.read_parquet(path) for path in sorted(archive.glob("schedule/games_*.parquet"))])
    _write(folder / SCHEDULE, pa.Table.from_pandas(games[games["season"] == SEASON], preserve_index=False))
    return folder


def copy(league: Path, folder: Path) -> Path:
    """A copy of a cut league that may be broken."""
    shutil.copytree(league, folder)
    return folder


def edit(folder: Path, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Rewrite a file after a change of its rows."""
    path = folder / name
    _write(path, pa.Table.from_pandas(change(pd.read_parquet(path)), preserve_index=False))


def set_value(date: str, column: str, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """A change that puts a value into the first row of a date."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        days = "game_date" if "game_date" in rows else "GAME_DATE"
        if isinstance(value, float):
            rows[column] = rows[column].astype("float64")
        rows.loc[rows.index[rows[days] == date][0], column] = value
        return rows

    return change


def first_game(folder: Path, name: str, date: str) -> str:
    """Game of the first row of a date in a file."""
    rows = pq.read_table(folder / name, partitioning=None)
    days, games = ("game_date", "game_id") if "game_date" in rows.column_names else ("GAME_DATE", "GAME_ID")
    return rows.filter(pc.equal(rows.column(days), date)).column(games)[0].as_py()


def _write(path: Path, rows: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, path, compression="zstd")
