"""Fetch runs that want the same publishers at once: each publisher meets one of them at a time."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from nba_assets.automation.fetching import STAGES, fetch_config, fetch_job
from nba_assets.cli.run import prepare_home
from nba_assets.settings import Settings
from nba_assets.sources.fetch_desk import FetchDesk
from nba_assets.sources.fetcher import Outcome
from nba_assets.sources.http.hosts import NBA_CDN
from nba_assets_tests.live_days import QUIET

DATES = ("2024-10-22", "2024-10-23")
ONE_FEED = fetch_config(["boxscore"])


class BusyDesk(FetchDesk):
    """A desk whose publishers take their time, and that counts who is with each of them."""

    def __init__(self, patience: float = 0.3) -> None:
        super().__init__(Settings())
        self._patience = patience
        self._lock = threading.Lock()
        self._here: Counter[str] = Counter()
        self.most: dict[str, int] = {}
        self.asked: list[dict[str, Any]] = []

    def fetch(self, date: dt.date, host: str, *asked: Any, **how: Any) -> list[Outcome]:
        with self._lock:
            self.asked.append({"date": date, "host": host, **how})
            self._here[host] += 1
            self.most[host] = max(self.most.get(host, 0), self._here[host])
        time.sleep(self._patience)
        with self._lock:
            self._here[host] -= 1
        return []

    def take_bought(self, date: dt.date) -> list[Outcome]:
        return []


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the project's own dagster.yaml."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return prepare_home(Settings(DAGSTER_HOME=tmp_path))  # type: ignore[call-arg]


def _run(desk: FetchDesk, instance: dg.DagsterInstance, date: str, **more: Any) -> bool:
    job, config = fetch_job(desk), ONE_FEED | QUIET
    return job.execute_in_process(instance=instance, partition_key=date, run_config=config, **more).success


@pytest.mark.usefixtures("home")
def test_two_runs_never_ask_a_publisher_at_once() -> None:
    desk = BusyDesk()
    with dg.DagsterInstance.get() as instance, ThreadPoolExecutor(len(DATES)) as together:
        assert all(together.map(lambda date: _run(desk, instance, date), DATES))
        claimed = instance.event_log_storage.get_concurrency_info(NBA_CDN)
    hosts = Counter(host for _, host, stages in STAGES if stages)
    assert Counter(one["host"] for one in desk.asked) == {host: 2 * n for host, n in hosts.items()}
    assert desk.most == dict.fromkeys(hosts, 1)
    assert claimed.active_slot_count == 0


@pytest.mark.parametrize(("tags", "bulk"), [({}, False), ({"dagster/backfill": "b"}, True)])
def test_a_backfill_is_at_the_pace_for_many_games(tags: dict[str, str], bulk: bool) -> None:
    """Its runs start one by one, and none of them could know of the others."""
    desk = BusyDesk(0.0)
    with dg.DagsterInstance.ephemeral() as instance:
        assert _run(desk, instance, DATES[0], tags=tags)
    assert {one["bulk"] for one in desk.asked} == {bulk}
    assert {one["resume"] for one in desk.asked} == {False}
