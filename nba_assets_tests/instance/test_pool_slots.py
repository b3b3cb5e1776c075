"""A killed run holds nothing: its slot is freed, and whoever waits ends with a reason or a signal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from nba_assets.instance.home import prepare_home
from nba_assets.instance.run_launcher import WatchedRunLauncher
from nba_assets.instance.run_locks import RunLocks, end_dead_runs
from nba_assets.settings import Settings
from nba_assets_tests.instance import holding_run

ROOT = Path(__file__).parents[2]
_BOUND = 120.0
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    prepare_home(Settings())
    with dg.DagsterInstance.get() as found:
        yield found


@pytest.fixture
def start(instance: dg.DagsterInstance, tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def process(patience: float = _BOUND) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "ignore", holding_run.__file__, str(tmp_path), str(patience)]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        one = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started.append(one)
        return one

    yield process
    for one in started:
        one.kill()
        one.communicate()


def _until(condition: Callable[[], object], what: str) -> None:
    ends = time.monotonic() + _BOUND
    while not condition():
        assert time.monotonic() < ends, f"not within {_BOUND:g} s: {what}"
        time.sleep(0.05)


def _asking(start: Start, folder: Path) -> subprocess.Popen[str]:
    """A process that holds the slot."""
    holder = start()
    _until((folder / holding_run.ASKING).exists, "the first run holds the slot")
    return holder


def _runs(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """Runs in the order of their start."""
    return sorted(instance.get_runs(), key=lambda run: instance.get_run_record_by_id(run.run_id).storage_id)


def test_a_slot_that_is_freed_while_a_step_gets_into_the_queue_is_given_to_it(
    instance: dg.DagsterInstance,
) -> None:
    log = instance.event_log_storage
    log.set_concurrency_slots("publisher", 1)
    # What it has found before: the slot is taken. Who held it has looked for a successor, and is gone.
    log.add_pending_step("publisher", "late", "fetch", should_assign=False)
    assert not log.claim_concurrency_slot("publisher", "late", "fetch").is_claimed
    assert log.claim_concurrency_slot("publisher", "late", "fetch").is_claimed


def test_the_slot_of_a_killed_run_is_free_for_the_next(
    instance: dg.DagsterInstance, start: Start, tmp_path: Path
) -> None:
    holder = _asking(start, tmp_path)
    holder.kill()
    holder.wait()
    (tmp_path / holding_run.DONE).touch()
    words, _ = (following := start()).communicate(timeout=_BOUND)
    assert following.returncode == 0, words
    assert [run.status.value for run in _runs(instance)] == ["FAILURE", "SUCCESS"]
    info = instance.event_log_storage.get_concurrency_info(holding_run.POOL)
    assert (info.slot_count, info.active_slot_count, info.pending_steps) == (1, 0, [])


def test_waiting_has_an_end_and_names_who_holds_the_slot(
    instance: dg.DagsterInstance, start: Start, tmp_path: Path
) -> None:
    holder = _asking(start, tmp_path)
    words, _ = (waiting := start(0.1)).communicate(timeout=_BOUND)
    first, second = _runs(instance)
    assert waiting.returncode != 0
    assert f"ask has waited 0.1 s for the pool publisher, held by run {first.run_id}" in words
    assert (first.status.value, second.status.value) == ("STARTED", "FAILURE")
    (tmp_path / holding_run.DONE).touch()
    assert holder.wait(timeout=_BOUND) == 0


def test_a_signal_ends_the_waiting(instance: dg.DagsterInstance, start: Start, tmp_path: Path) -> None:
    _asking(start, tmp_path)
    waiting = start()

    def pending() -> set[str]:
        return instance.event_log_storage.get_concurrency_info(holding_run.POOL).pending_run_ids

    _until(pending, "the second run waits")
    waiting.send_signal(signal.SIGTERM)
    assert waiting.wait(timeout=_BOUND) != 0
    assert pending() == set()


def test_a_killed_run_is_known_to_the_launcher_and_ended(
    instance: dg.DagsterInstance, start: Start, tmp_path: Path
) -> None:
    holder = _asking(start, tmp_path)
    (run,) = _runs(instance)
    launcher = instance.run_launcher
    assert isinstance(launcher, WatchedRunLauncher)
    assert launcher.check_run_worker_health(run).status.value == "RUNNING"
    assert end_dead_runs(instance) == []
    holder.kill()
    holder.wait()
    assert launcher.check_run_worker_health(run).status.value == "FAILED"
    assert end_dead_runs(instance) == [run.run_id]
    assert not RunLocks(instance.root_directory).is_dead(run.run_id), "it has ended"
    assert [one.status.value for one in _runs(instance)] == ["FAILURE"]
