"""A simulated season from today on: the league's server and `dagster dev`, on a lake until yesterday."""

from __future__ import annotations

import datetime as dt
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from rich.console import Console

from nba_assets.cli.daily.demo import (
    backfill_seasons,
    small_league,
)
from nba_assets.instance.dagster_dev import DagsterDev
from nba_assets.instance.home import prepare_home
from nba_assets.settings import Settings, SourceKind
from nba_assets.simulation.server.http_server import LiveServer, SpedUpClock
from nba_assets.simulation.server.world import EASTERN
from nba_assets.sources.league_clock import eastern
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

DAYS_LEFT = 8
"""Game dates of the league that are still to be played."""
_MORNING = dt.time(10)
_LAST_TABLE = "prediction_accuracy"
_PAUSE = 1.0


@dataclass(frozen=True)
class LivePlace:
    """Where a simulated season lives: league, lake, Dagster instance, and the moment at which it stopped."""

    folder: Path

    @property
    def league(self) -> Path:
        """Files of the whole league, games to come included."""
        return self.folder / "league"

    def settings(self, source: SourceKind, url: str = "") -> Settings:
        """Settings over its lake."""
        given = {"live_url": url} if url else {}
        return Settings(
            source=source,
            archive_dir=self.league,
            lake=str(self.folder / "lake"),
            landing=str(self.folder / "landing"),
            DAGSTER_HOME=self.folder / "dagster",  # type: ignore[call-arg]
            **given,
        )

    def moment(self, dates: list[dt.date]) -> dt.datetime:
        """Where the league stopped, or the morning of the first date that is still to be played."""
        if self._stopped.is_file():
            return dt.datetime.fromisoformat(self._stopped.read_text().strip())
        return dt.datetime.combine(dates[-DAYS_LEFT], _MORNING, EASTERN)

    def stop_at(self, moment: dt.datetime) -> None:
        """Remember the league's moment for the next start: its clock never goes back."""
        self._stopped.write_text(f"{moment.isoformat()}\n")

    @property
    def _stopped(self) -> Path:
        return self.folder / "stopped_at.txt"


def simulate_live(
    console: Console,
    folder: Path,
    *,
    port: int,
    league_port: int,
    speed: float,
    hours: float | None,
    start: bool,
) -> int:
    """Play until it is interrupted, or for some hours of the league.

    Args:
        console: where to print progress.
        folder: where everything is kept; made where there is nothing yet.
        port: of the webserver.
        league_port: of the league's server.
        speed: seconds of the league in one of ours.
        hours: of the league, after which to stop; until interrupted by default.
        start: start every automation, in place of a person who clicks.

    Returns:
        Exit code: 0, or 1 when the lake cannot be made.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs ignore the first
        signal.signal(number, signal.default_int_handler)
    place = LivePlace(folder)
    dates = small_league(console, place.league)
    moment = place.moment(dates)
    if not _backfilled(console, place, dates[:-DAYS_LEFT]):
        return 1
    clock = SpedUpClock(moment, speed)
    with (
        LiveServer(place.league, clock, port=league_port) as server,
        _dagster_dev(console, place, server.url, port) as dagster,
    ):
        console.print(f"the league's clock shows {_words(clock())}; it runs once an automation is started,")
        console.print(f"at {dagster.webserver.url}/automation or by nba-assets automation start")
        try:
            _play(console, dagster, clock, hours=hours, start=start)
        except KeyboardInterrupt:
            console.print(f"stopped at {_words(clock())}")
        place.stop_at(clock())
    return 0


def _backfilled(console: Console, place: LivePlace, past: list[dt.date]) -> bool:
    """Make the lake until the day before the league's first, unless it exists."""
    settings = place.settings(SourceKind.ARCHIVE)
    if Lake(open_store(settings.lake)).stored(_LAST_TABLE, past[-1:]):
        return True
    console.print(f"making the lake until {past[-1]}")
    return backfill_seasons(console, settings, past)


@contextmanager
def _dagster_dev(console: Console, place: LivePlace, url: str, port: int) -> Iterator[DagsterDev]:
    settings = place.settings(SourceKind.SIMULATED_LIVE, url)
    prepare_home(settings)
    dagster = DagsterDev(settings, port=port, log=place.folder / "dagster.log")
    try:
        dagster.wait()
        console.print(f"the Dagster UI is at {dagster.webserver.url}, its log in {dagster.log}")
        yield dagster
    finally:
        dagster.stop()


def _play(
    console: Console, dagster: DagsterDev, clock: SpedUpClock, *, hours: float | None, start: bool
) -> None:
    """Let the clock run once something is started, and print runs as they end."""
    webserver = dagster.webserver
    if start:
        for one in webserver.automations():
            webserver.start(one)
    while not any(one.running for one in webserver.automations()):
        time.sleep(_PAUSE)
    clock.run()
    ends = None if hours is None else clock() + dt.timedelta(hours=hours)
    with dg.DagsterInstance.get() as instance:
        known = set(instance.get_run_ids())
        while dagster.is_running() and (ends is None or clock() < ends):
            _print_runs(console, instance, clock, known)
            time.sleep(_PAUSE)


def _print_runs(console: Console, instance: dg.DagsterInstance, clock: SpedUpClock, known: set[str]) -> None:
    """Print the runs that have ended since the last look."""
    for record in reversed(instance.get_run_records(limit=50)):
        run = record.dagster_run
        if run.is_finished and run.run_id not in known:
            known.add(run.run_id)
            began = clock.at(record.start_time) if record.start_time else clock()
            by = run.tags.get("dagster/sensor_name", "a person")
            took = (record.end_time or 0) - (record.start_time or 0)
            words = f"{_words(began)}  {run.job_name} {run.tags.get('dagster/partition', '')}"
            console.print(f"{words} {run.status.value.lower()} in {took:.0f} s, requested by {by}")


def _words(moment: dt.datetime) -> str:
    return f"{eastern(moment):%Y-%m-%d %H:%M}"
