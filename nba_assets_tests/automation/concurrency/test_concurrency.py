"""Two backfills and a sensor at once, in processes of their own, on one lake and one instance."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from nba_assets.quality.gate import Gate
from nba_assets.schemas.catalog import TABLES
from nba_assets.simulation.server.http_server import LiveServer
from nba_assets.simulation.server.world import World
from nba_assets.sources.landing import Landing
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore
from nba_assets_tests.automation.concurrency import busy_process
from nba_assets_tests.sources.landed_days import HOUR, land_results

ROOT = Path(__file__).parents[3]
DATES = [dt.date(2024, 10, 22) + dt.timedelta(days) for days in range(5)]
SCRIPT = Path(busy_process.__file__)


def _surroundings(folder: Path, landing: Path, url: str) -> dict[str, str]:
    return {
        **os.environ, "PYTHONPATH": str(ROOT), "NBA_SOURCE": "simulated-live", "NBA_LIVE_URL": url,
        "NBA_LAKE": str(folder / "lake"), "NBA_LANDING": str(landing), "DAGSTER_HOME": str(folder / "home"),
    }  # fmt: skip


def _start(env: dict[str, str], *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", str(SCRIPT), *words]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _bytes(folder: Path) -> dict[str, bytes]:
    lake = Lake(FolderStore(folder / "lake"))
    rows: dict[str, bytes] = {}
    for table in busy_process.TABLES:
        for date in lake.dates(table):
            rows[lake.name(table, date)] = lake.store.read(lake.name(table, date))
            lake.stamp(table, date)
            lake.read(table, [date], TABLES[table].arrow)  # raises if a file is damaged
    return rows


def test_nothing_is_corrupted_and_nothing_is_lost(
    league: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(league)
    now = world.on(DATES[-1])[0].corrected + HOUR
    landing = tmp_path / "zone"
    for date in DATES:
        land_results(Landing(FolderStore(landing)), world, date, now)
    busy, alone = tmp_path / "busy", tmp_path / "alone"
    with LiveServer(league, lambda: now) as server:
        env = _surroundings(busy, landing, server.url)
        together = [
            _start(env, "backfill", str(DATES[0]), str(DATES[3])),
            _start(env, "backfill", str(DATES[1]), str(DATES[4])),
            _start(env, "sensor"),
        ]
        result = [process.communicate(timeout=240)[0] for process in together]
        assert [process.returncode for process in together] == [0, 0, 0], "\n".join(result)
        by_itself = _start(
            _surroundings(alone, landing, server.url), "backfill", str(DATES[0]), str(DATES[-1])
        )
        words, _ = by_itself.communicate(timeout=240)
        assert by_itself.returncode == 0, words
    assert _bytes(busy) == _bytes(alone), "the same bytes as from one process, in every table and date"
    assert not list(busy.rglob("*.tmp"))
    gate = Gate(Lake(FolderStore(busy / "lake")))
    for table in busy_process.TABLES:
        assert gate.open(table, DATES) == DATES, table
    monkeypatch.setenv("DAGSTER_HOME", str(busy / "home"))  # where the event log looks for itself
    with dg.DagsterInstance.from_config(str(busy / "home")) as instance:
        assert all(run.is_success for run in instance.get_runs())
        _every_event_is_there(instance)


def _every_event_is_there(instance: dg.DagsterInstance) -> None:
    """The log of each run and the index that all runs share tell of the same materializations."""
    for table in busy_process.TABLES:
        index = instance.fetch_materializations(dg.AssetKey(table), limit=1000).records
        of_runs = [
            event
            for run in instance.get_runs()
            for event in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
            if event.get_dagster_event().asset_key == dg.AssetKey(table)
        ]
        assert len(index) == len(of_runs) >= 2 * 3 + 2, table
