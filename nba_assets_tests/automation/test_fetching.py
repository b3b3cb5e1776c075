"""Fetch runs that want the same publishers at once: each publisher meets one of them at a time."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from nba_assets.automation.fetching import STAGES, silent_publishers
from nba_assets.sources.fetch.fetcher import Outcome, Result
from nba_assets.sources.http.hosts import NBA_CDN, NBA_REPORTS, NBA_STATS, ODDS_API
from nba_assets.sources.landing import Document
from nba_assets_tests.automation import busy_fetch
from nba_assets_tests.support.workbench import calendar_instance

ROOT, SCRIPT = Path(__file__).parents[2], Path(busy_fetch.__file__)
DATES = ("2024-10-22", "2024-10-23")
NIGHT = dt.date(2024, 10, 22)


def test_two_runs_never_ask_a_publisher_at_once(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "DAGSTER_HOME": str(tmp_path / "home")}
    together = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", str(SCRIPT), date, str(tmp_path)],
            env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for date in DATES
    ]  # fmt: skip
    result = [process.communicate(timeout=240)[0] for process in together]
    assert [process.returncode for process in together] == [0, 0], "\n".join(result)
    runs = [json.loads((tmp_path / f"{date}.json").read_text()) for date in DATES]
    assert len(runs) == busy_fetch.PROCESSES
    first_end = min(run[-1]["to"] for run in runs)
    assert max(run[0]["from"] for run in runs) < first_end, "they were there at the same time"
    hosts = Counter(host for _, host, stages in STAGES if stages)
    for host, times in hosts.items():
        visits = sorted((one["from"], one["to"]) for run in runs for one in run if one["host"] == host)
        assert len(visits) == times * len(runs)
        assert all(before[1] <= after[0] for before, after in pairwise(visits)), (host, visits)


@pytest.mark.parametrize(("tags", "bulk"), [({}, False), ({"dagster/backfill": "b"}, True)])
def test_a_backfill_is_at_the_pace_for_many_games(tags: dict[str, str], bulk: bool) -> None:
    """Its runs start one by one, and none of them could know of the others."""
    desk = busy_fetch.BusyDesk()
    with calendar_instance() as instance:
        assert busy_fetch.run(desk, instance, DATES[0], tags=tags)
    assert {one["bulk"] for one in desk.asked} == {bulk}
    assert {one["resume"] for one in desk.asked} == {False}


class BrokenDesk(busy_fetch.BusyDesk):
    """A desk whose landing zone does not answer at first."""

    retry_delay = 0.01

    def fetch(self, *asked: Any, **how: Any) -> list[Outcome]:
        """Break off twice."""
        super().fetch(*asked, **how)
        if len(self.asked) <= 2:
            raise ConnectionError("no landing zone")
        return []


class DeafDesk(busy_fetch.BusyDesk):
    """A desk of whose publishers one gives nothing, another half, and a third has nothing out yet."""

    def fetch(self, date: dt.date, host: str, *asked: Any, **how: Any) -> list[Outcome]:
        """What became of two documents."""
        super().fetch(date, host, *asked, **how)
        results = {
            NBA_STATS: (Result.REFUSED, Result.FAILED),
            NBA_CDN: (Result.FAILED, Result.UNCHANGED),
            NBA_REPORTS: (Result.WAIT, Result.FAILED),
        }.get(host, ())
        return [Outcome(Document("schedule", date, "key", "json"), one, "timeout") for one in results]


def test_a_run_fails_once_every_stage_is_over_when_a_publisher_gave_nothing() -> None:
    desk = DeafDesk()
    with calendar_instance() as instance:
        assert not busy_fetch.run(desk, instance, DATES[0], raise_on_error=False)
    assert [one["host"] for one in desk.asked] == [host for _, host, stages in STAGES if stages]
    (silent,) = silent_publishers((host, desk.fetch(NIGHT, host)) for host in (NBA_CDN, NBA_STATS, ODDS_API))
    assert silent == f"nba_stats gave none of 2 documents, the first: refused schedule/{NIGHT}/key: timeout, "


def test_a_stage_that_breaks_off_is_tried_again() -> None:
    desk = BrokenDesk()
    with calendar_instance() as instance:
        assert busy_fetch.run(desk, instance, DATES[0])
    assert [one["host"] for one in desk.asked[:3]] == [STAGES[0][1]] * 3
