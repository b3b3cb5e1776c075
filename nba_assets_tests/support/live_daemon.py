"""A simulated league on a clock in the test's hand, and a real ``dagster dev`` beside it."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import dagster as dg
from pydantic import SecretStr

from nba_assets.instance.dagster_dev import DagsterDev
from nba_assets.instance.home import prepare_home
from nba_assets.instance.webserver import Automation
from nba_assets.settings import Settings
from nba_assets.simulation.server.http_server import LiveServer
from nba_assets.simulation.server.incidents import Incidents
from nba_assets.simulation.server.world import EASTERN
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.support.webhook import Webhook

BOUND = 600.0
"""Seconds in which something that is waited for has to happen, a run begin or end: machines may be slow."""
_PACE = 0.1  # of the league's clock: were it ours, a slow machine would see more of the day than a fast one
_RUNS_SHOWN = 12
_PAUSE = 2.0  # every look is a question to the webserver
_UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING,
]  # fmt: skip


class LiveDaemon:
    """League, lake, instance and ``dagster dev``; the test turns the league's clock."""

    def __init__(self, folder: Path, league: Path, now: dt.datetime, incidents: Incidents, seed: int):
        self.folder, self._turned_to, self._turned_at = folder, now, time.monotonic()
        self.alerts: list[str] = []
        self.ticks: dict[str, dict[float, tuple[str, str]]] = {}
        self.server = LiveServer(league, lambda: self.now, seed=seed, incidents=incidents)
        self.webhook = Webhook(self.alerts)
        self.settings = Settings(  # type: ignore[call-arg]
            source="simulated-live",  # type: ignore[arg-type]
            live_url=self.server.url,
            lake=str(folder / "lake"),
            archive_dir=league,
            alert_webhook=SecretStr(self.webhook.url),
            DAGSTER_HOME=folder / "dagster",
        )
        prepare_home(self.settings)
        self.instance = dg.DagsterInstance.get()
        self.lake = Lake(open_store(self.settings.lake))
        self.dagster = self._dagster()

    @property
    def now(self) -> dt.datetime:
        """The league's moment; it passes slowly, so that no two runs have the same."""
        return self._turned_to + dt.timedelta(seconds=_PACE * (time.monotonic() - self._turned_at))

    def _dagster(self) -> DagsterDev:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        dagster = DagsterDev(self.settings, port=port, log=self.folder / "dagster.log")
        dagster.wait()
        return dagster

    def restart(self) -> None:
        """Kill webserver, daemon and code server, as a crash would, and start them again."""
        self.dagster.kill()
        self.dagster = self._dagster()

    def close(self) -> None:
        """End everything."""
        self.dagster.stop()
        self.server.close()
        self.webhook.close()
        self.instance.dispose()

    def start_all(self) -> None:
        """Click every switch of the Automation page."""
        for one in self.dagster.webserver.automations():
            self.dagster.webserver.start(one)

    def turn(self, date: dt.date, hour: int, minute: int = 0) -> None:
        """Turn the clock to a moment in New York; what follows from it happens by itself."""
        self._turned_to, self._turned_at = (
            dt.datetime.combine(date, dt.time(hour, minute), EASTERN),
            time.monotonic(),
        )

    def rest(self) -> None:
        """Wait until every automation has looked since the last thing that happened, and asks for nothing."""
        quiet_since = time.time()

        def is_quiet() -> bool:
            nonlocal quiet_since
            if self.instance.get_runs_count(dg.RunsFilter(statuses=_UNDER_WAY)):
                quiet_since = time.time()
                return False
            return all(self._has_looked(one, quiet_since) for one in self._running())

        self.until(is_quiet, "all at rest")

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until something is true, for as long as runs are asked for, begin and end."""
        ends, seen = time.monotonic() + BOUND, self._states()
        while not condition():
            assert time.monotonic() < ends, f"nothing for {BOUND:g} s, not {what}: {self._words()}"
            time.sleep(_PAUSE)
            if (states := self._states()) != seen:
                ends, seen = time.monotonic() + BOUND, states

    def runs(self, job: str, date: dt.date | None = None) -> list[dg.DagsterRun]:
        """Runs of a job, the oldest first."""
        tags = {} if date is None else {"dagster/partition": str(date)}
        return list(reversed(self.instance.get_runs(dg.RunsFilter(job_name=job, tags=tags))))

    def kill_first(self, job: str, date: dt.date) -> None:
        """Kill the first run of a job on a date once it has started, and wait until it is launched again."""
        self.until(lambda: self._has_started(job, date), "a first run")
        self._kill(self.runs(job, date)[0])
        self.until(lambda: len(self.runs(job, date)) > 1, "it is launched again")

    def _has_started(self, job: str, date: dt.date) -> bool:
        return any(run.status is dg.DagsterRunStatus.STARTED for run in self.runs(job, date))

    def _kill(self, run: dg.DagsterRun) -> None:
        """Kill the process of a run, as the kernel does when memory runs out."""
        pids = [
            int(event.engine_event_data.metadata["pid"].text)  # type: ignore[attr-defined]
            for event in (entry.dagster_event for entry in self.instance.all_logs(run.run_id))
            if event and event.is_engine_event and "pid" in event.engine_event_data.metadata
        ]
        os.kill(pids[-1], signal.SIGKILL)

    def _states(self) -> dict[str, dg.DagsterRunStatus]:
        return {run.run_id: run.status for run in self.instance.get_runs()}

    def _running(self) -> Iterable[Automation]:
        for one in self.dagster.webserver.automations():
            if one.running:
                if one.tick is not None and one.tick.seconds is not None:
                    seen = self.ticks.setdefault(one.name, {})
                    seen[one.tick.at] = (one.tick.status, one.tick.reason)
                yield one

    @staticmethod
    def _has_looked(one: Automation, since: float) -> bool:
        tick = one.tick
        return tick is not None and tick.at > since and tick.seconds is not None and not tick.runs

    def _words(self) -> str:
        """The last runs with their seconds in the queue and under way, and where the log is."""
        records = self.instance.get_run_records(limit=_RUNS_SHOWN)
        return f"{[_times(record) for record in records]}, see {self.dagster.log}"


def _times(record: dg.RunRecord) -> str:
    run, now = record.dagster_run, time.time()
    asked, started = record.create_timestamp.timestamp(), record.start_time
    waited, took = (started or now) - asked, (record.end_time or now) - (started or now)
    return f"{run.job_name} {run.status.value} asked for {now - asked:.0f} s ago, {waited:.0f} + {took:.0f} s"
