"""A backfill that is killed eight times and resumed ends in the bytes and verdicts of one left alone."""

import datetime as dt
import hashlib
import multiprocessing
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.quality.gate import Gate
from nba_assets.simulation.league import simulate
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.contract.dying_backfill import backfill
from nba_assets_tests.support.league import (
    edit,
    set_value,
)

KILLS, REPAIRED_AFTER = 8, 4
TABLES = (
    "raw_schedule", "raw_player_boxscores", "raw_team_boxscores", "raw_play_by_play", "raw_shot_chart",
    "raw_game_lines", "player_game_events", "team_offense_game_summary", "team_defense_game_summary",
    "upcoming_team_game_context", "team_defense_zone_analysis",
)  # fmt: skip
PLAYERS = "leaguegamelog/players_2024-25_regular.parquet"
MOST_MOMENTS = 600  # a run of its own has about four times as many


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four teams, sixty dates; the tenth date cannot be read, and nobody repairs it."""
    folder = tmp_path_factory.mktemp("league") / "archive"
    simulate(folder, seasons=1, teams=4, seed=3, dates_per_season=60)
    edit(folder, PLAYERS, set_value(_days(folder)[9].isoformat(), "PTS", 999))
    return folder


def _days(archive: Path) -> list[dt.date]:
    games = pd.concat([pd.read_parquet(path) for path in sorted(archive.glob("schedule/*.parquet"))])
    return [dt.date.fromisoformat(day) for day in sorted(games["game_date"].unique())]


@pytest.fixture
def workers() -> Iterator[multiprocessing.context.ForkServerContext]:
    """Processes that are forked from one that has imported everything, threads and databases closed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["nba_assets_tests.contract.dying_backfill"])
    yield context


def _contents(folder: Path) -> dict[str, str]:
    """Hash of each object of the lake; what a killed write left behind is hidden and no object."""
    store = Lake(open_store(str(folder / "lake"))).store
    return {name: hashlib.sha256(store.read(name)).hexdigest()
            for table in TABLES for name in store.list(f"{table}/")}  # fmt: skip


def _shut(folder: Path, dates: list[dt.date]) -> dict[str, dict]:
    gate = Gate(Lake(open_store(str(folder / "lake"))))
    return {table: gate.shut(table, dates) for table in TABLES}


def test_eight_kills_leave_no_trace(
    league: Path,
    workers: multiprocessing.context.ForkServerContext,
    tmp_path: Path,
) -> None:
    days = _days(league)
    dates, chance = finished_seasons().between(days[0], days[-1]), np.random.default_rng(8)
    span = (days[0], days[-1], TABLES)

    def run(folder: Path, moments: int | None) -> int | None:
        process = workers.Process(target=backfill, args=(folder, *span, moments))
        process.start()
        process.join()
        return process.exitcode

    alone, killed = tmp_path / "alone", tmp_path / "killed"
    for folder in (alone, killed):
        shutil.copytree(league, folder / "archive")
    assert run(alone, None) == 0

    good = (killed / "archive" / PLAYERS).read_bytes()
    edit(killed / "archive", PLAYERS, set_value(days[29].isoformat(), "PTS", 999))
    for kill in range(KILLS):
        if kill == REPAIRED_AFTER:
            (killed / "archive" / PLAYERS).write_bytes(good)
        assert run(killed, int(chance.integers(1, MOST_MOMENTS))) == -signal.SIGKILL, f"kill {kill}"
    stored = _contents(killed)
    assert run(killed, None) == 0

    assert 0 < len(stored) < len(_contents(alone))
    assert _contents(killed) == _contents(alone)
    shut = _shut(killed, dates)
    assert shut == _shut(alone, dates)
    assert set(shut["raw_player_boxscores"]) == {days[9]}
