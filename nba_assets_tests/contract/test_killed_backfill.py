"""A backfill that is killed and resumed ends in the bytes, verdicts and statuses of one left alone."""

import datetime as dt
import hashlib
import multiprocessing
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.quality.gate import Gate, check_key
from nba_assets.simulation.league import simulate
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.contract.dying_backfill import backfill
from nba_assets_tests.support.league import (
    edit,
    set_value,
)

KILLS, REPAIRED_AFTER = 4, 2
TABLES = (
    "raw_schedule", "raw_player_boxscores", "raw_team_boxscores", "raw_play_by_play", "raw_shot_chart",
    "raw_game_lines", "player_game_events", "team_offense_game_summary", "team_defense_game_summary",
    "upcoming_team_game_context", "team_defense_zone_analysis",
)  # fmt: skip
PLAYERS = "leaguegamelog/players_2024-25_regular.parquet"
_FINISHED = ("FAILURE", "SUCCESS")
MOST_MOMENTS = 400  # a run of its own has about four times as many


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four teams, forty dates; the tenth date cannot be read, and nobody repairs it."""
    folder = tmp_path_factory.mktemp("league") / "archive"
    simulate(folder, seasons=1, teams=4, seed=3, dates_per_season=40)
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


@contextmanager
def _instance(folder: Path) -> Iterator[dg.DagsterInstance]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DAGSTER_HOME", str(folder / "dagster"))
        with dg.DagsterInstance.get() as instance:
            yield instance


def _runs(folder: Path) -> Counter[str]:
    """Number of runs of the instance by status."""
    with _instance(folder) as instance:
        return Counter(run.status.value for run in instance.get_runs())


def _statuses(folder: Path) -> dict[str, tuple[set[str], dict[str, str]]]:
    """Dates that the instance has as materialized, and the status of each date's check, by table."""
    with _instance(folder) as instance:
        found = {name: (instance.get_materialized_partitions(dg.AssetKey(name)), {}) for name in TABLES}
        keys = [check_key(name) for name in TABLES]
        for check in instance.event_log_storage.get_asset_check_partition_info(keys):
            status = check.latest_execution_status.value
            found[check.check_key.asset_key.to_user_string()][1][check.partition_key] = status
        return found


def test_kills_leave_no_trace(
    league: Path,
    workers: multiprocessing.context.ForkServerContext,
    tmp_path: Path,
) -> None:
    days = _days(league)
    game_dates, chance = finished_seasons().between(days[0], days[-1]), np.random.default_rng(8)
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
    unfinished: list[int] = []
    for kill in range(KILLS):
        if kill == REPAIRED_AFTER:
            (killed / "archive" / PLAYERS).write_bytes(good)
        assert run(killed, int(chance.integers(1, MOST_MOMENTS))) == -signal.SIGKILL, f"kill {kill}"
        unfinished.append(sum(n for status, n in _runs(killed).items() if status not in _FINISHED))
    stored = _contents(killed)
    assert run(killed, None) == 0

    # Each run began by ending the one before; a kill may come before its first run.
    assert max(unfinished) == 1
    assert set(_runs(killed)) == set(_FINISHED)
    assert _statuses(killed) == _statuses(alone)

    assert 0 < len(stored) < len(_contents(alone))
    assert _contents(killed) == _contents(alone)
    shut = _shut(killed, game_dates)
    assert shut == _shut(alone, game_dates)
    assert set(shut["raw_player_boxscores"]) == {days[9]}
