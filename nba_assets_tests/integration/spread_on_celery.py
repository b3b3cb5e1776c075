"""A spread backfill on real servers: Postgres, Redis, Dagster's webserver and daemon, two Celery workers.

``make spread`` runs it: minutes of processor time, so it is no part of the suite. It needs the
packages postgresql and redis-server of Debian, or programs of these names.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import dagster as dg
import pytest

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.instance.dagster_dev import DagsterDev
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.conftest import REPOSITORY
from nba_assets_tests.support import postgres

FIRST, LAST = dt.date(2024, 10, 22), dt.date(2024, 11, 10)
BEFORE_THE_KILL = 5  # runs that have ended
PATIENCE = 900.0  # seconds
TASK = "dagster-celery/task_id"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def process(*words: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process with all its children, until the block ends."""
    with log.open("wb") as out:
        started = subprocess.Popen(words, env=env, stdout=out, stderr=out, start_new_session=True)
    try:
        yield started
    finally:
        end(started)


def end(started: subprocess.Popen[bytes]) -> None:
    """Kill a process with all its children, as the loss of its machine would."""
    if started.poll() is None:
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()


def wait(until: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < ends, what
        time.sleep(0.2)


def objects(lake: Path) -> dict[str, bytes]:
    """Bytes of each object; of a refusal that has healed the moment is another."""
    store = open_store(str(lake))
    return {name: store.read(name) for name in store.list("") if not name.startswith("_healed/")}


def statuses(instance: dg.DagsterInstance) -> dict[str, set[str]]:
    """Materialized dates by table."""
    return {table.name: instance.get_materialized_partitions(dg.AssetKey(table.name)) for table in ALL_TABLES}


def made(instance: dg.DagsterInstance, run_ids: set[str]) -> Counter[tuple[str, str]]:
    """How often each date of each table was materialized by some runs."""
    kind = dg.DagsterEventType.ASSET_MATERIALIZATION
    events = [
        record.asset_materialization
        for run_id in run_ids
        for record in instance.get_records_for_run(run_id, of_type=kind).records
    ]
    return Counter((event.asset_key.to_user_string(), event.partition) for event in events if event)


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("league") / "archive"
    simulate(folder, seasons=1, teams=4, seed=3, dates_per_season=20)
    return folder


def settings(folder: Path, league: Path) -> Settings:
    return Settings(lake=str(folder / "lake"), archive_dir=league, DAGSTER_HOME=folder / "dagster")  # type: ignore[call-arg]


def test_a_spread_backfill_whose_worker_is_killed_makes_the_bytes_of_one_run(
    league: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs, redis = postgres.binaries(), shutil.which("redis-server")
    if programs is None or redis is None:
        pytest.skip("no Postgres or no Redis: apt-get install postgresql redis-server")
    alone, spread = tmp_path / "alone", tmp_path / "spread"
    report = materialize(settings(alone, league), FIRST, LAST, progress=False)
    with dg.DagsterInstance.get() as instance:
        expected = statuses(instance)

    home = spread / "dagster"
    home.mkdir(parents=True)
    text = (REPOSITORY / "deploy" / "dagster-celery.yaml").read_text()
    (home / "dagster.yaml").write_text(text.replace("poll_interval_seconds: 15", "poll_interval_seconds: 2"))
    broker = free_port()
    with ExitStack() as stack:
        own = settings(spread, league).environment() | {
            "DAGSTER_POSTGRES_URL": f"{stack.enter_context(postgres.server(programs))}/postgres",
            "DAGSTER_CELERY_BROKER_URL": f"redis://127.0.0.1:{broker}/0",
            "DAGSTER_CELERY_BACKEND_URL": f"redis://127.0.0.1:{broker}/1",
        }
        for name, value in own.items():
            monkeypatch.setenv(name, value)
        env = os.environ | own

        def start(name: str, *words: str) -> subprocess.Popen[bytes]:
            return stack.enter_context(process(*words, env=env, log=tmp_path / f"{name}.log"))

        def worker(name: str) -> subprocess.Popen[bytes]:
            app = ("-A", "nba_assets.instance.celery_worker")
            options = ("--concurrency", "1", "--hostname", f"{name}@%h")
            return start(name, sys.executable, "-m", "celery", *app, "worker", *options)

        start("redis", redis, "--port", str(broker), "--save", "", "--appendonly", "no")
        instance = stack.enter_context(dg.DagsterInstance.get())
        instance.get_runs(limit=1)  # its tables are made once, not by four processes
        first, _ = worker("first"), worker("second")
        dagster = DagsterDev(settings(spread, league), port=free_port(), log=tmp_path / "dagster.log")
        stack.callback(dagster.kill)
        dagster.wait()
        words = ("backfill", f"{FIRST}..{LAST}", "--spread", "2", "--url", dagster.webserver.url)
        command = start("backfill", sys.executable, "-m", "nba_assets.cli", *words)

        def first_is_busy() -> bool:
            started = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
            tasks = [
                instance.run_launcher.celery.AsyncResult(run.tags[TASK])
                for run in started
                if TASK in run.tags
            ]
            return any(
                task.state == "STARTED" and task.info["hostname"].startswith("first@") for task in tasks
            )

        done = dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS])

        def first_is_caught() -> bool:
            """Halt it, so that nothing ends between the look and the kill; unless busy, it goes on."""
            if instance.get_runs_count(done) < BEFORE_THE_KILL:
                return False
            os.killpg(first.pid, signal.SIGSTOP)
            if first_is_busy():
                return True
            os.killpg(first.pid, signal.SIGCONT)
            return False

        wait(first_is_caught, "no run to kill")
        end(first)
        worker("third")
        wait(lambda: command.poll() is not None, "the backfill does not end")
        assert command.returncode == (1 if report.blocked else 0), (tmp_path / "backfill.log").read_text()

        runs = {run.run_id: run for run in instance.get_runs()}
        killed = {run_id for run_id, run in runs.items() if run.status is dg.DagsterRunStatus.FAILURE}
        assert len(killed) == 1
        assert all(run.is_finished for run in runs.values())
        # One that was killed after its last step needs no second run, and Dagster makes none.
        again = {run_id for run_id in killed if runs[run_id].tags.get("dagster/auto_retry_run_id")}
        counts = made(instance, runs.keys() - again)
        assert set(counts.values()) == {1}
        assert statuses(instance) == expected
    assert objects(spread / "lake") == objects(alone / "lake")
    assert Lake(open_store(str(spread / "lake"))).dates("coverage")
