"""A day through a real daemon and webserver, in which nobody touches anything after the clicks.

On Sunday one game begins at noon and one in the evening, the books do not answer from three to six, a run is
killed, and the daemon crashes. On Monday the date is complete.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from nba_assets.automation.fetching import FETCH_JOB
from nba_assets.automation.jobs import PREDICT_JOB
from nba_assets.cli.main import app
from nba_assets.reports.reading import read_table
from nba_assets.simulation.server.incidents import Incidents, Outage
from nba_assets.simulation.server.world import EASTERN, World
from nba_assets_tests.support.finished_dates import assert_complete, assert_predicted_and_graded
from nba_assets_tests.support.live_daemon import LiveDaemon
from nba_assets_tests.support.small_league import has_mistake, make_league, make_past

RUNNER = CliRunner()
SATURDAY, SUNDAY, MONDAY = dt.date(2024, 11, 23), dt.date(2024, 11, 24), dt.date(2024, 11, 25)


class Scenario:
    """The league, and what happens in it."""

    def __init__(self, folder: Path):
        self.league = folder
        make_league(folder)
        self.noon, self.evening = World(folder).on(SUNDAY)
        self.seed = next(seed for seed in range(99) if has_mistake(World(folder, seed), self.noon))
        day = dt.datetime.combine(SUNDAY, dt.time(), EASTERN)
        silence = Outage("/v4/", day + dt.timedelta(hours=15), day + dt.timedelta(hours=18))
        self.incidents = Incidents(outages=(silence,))


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return Scenario(tmp_path_factory.mktemp("scenario") / "league")


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory, scenario: Scenario) -> Iterator[LiveDaemon]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("daemon")
        patch.setenv("DAGSTER_HOME", str(folder / "dagster"))
        make_past(folder, scenario.league, SATURDAY)
        morning = dt.datetime.combine(SUNDAY, dt.time(9), EASTERN)
        daemon = LiveDaemon(folder, scenario.league, morning, scenario.incidents, scenario.seed)
        try:
            _play(daemon)
            yield daemon
        finally:
            daemon.close()


def _play(daemon: LiveDaemon) -> None:
    daemon.start_all()
    daemon.rest()
    daemon.turn(SUNDAY, 9, 30)
    daemon.rest()
    daemon.turn(SUNDAY, 10)
    daemon.kill_first(PREDICT_JOB, SUNDAY)
    daemon.rest()
    daemon.turn(SUNDAY, 16)
    daemon.rest()
    daemon.restart()
    daemon.turn(SUNDAY, 18, 30)
    daemon.rest()
    daemon.turn(MONDAY, 0, 30)
    daemon.rest()
    daemon.turn(MONDAY, 10, 30)
    daemon.rest()


def test_every_tick_has_a_reason_and_takes_no_time(days: LiveDaemon) -> None:
    reasons = {name: {words for _, words in ticks.values()} for name, ticks in days.ticks.items()}
    assert set(reasons) == {one.name for one in days.dagster.webserver.automations()}
    for name, found in reasons.items():
        assert not [words for words in found if "empty result" in words or "locked" in words], name
    failed = {name for name, ticks in days.ticks.items() if any(s == "FAILURE" for s, _ in ticks.values())}
    assert failed == set()


def test_every_game_was_predicted_before_tipoff_and_graded(days: LiveDaemon, scenario: Scenario) -> None:
    assert_predicted_and_graded(days.lake, [SUNDAY])
    graded = read_table(days.lake, "prediction_accuracy", dates=[SUNDAY])
    assert scenario.noon.game_id in set(graded["game_id"])


def test_the_date_is_complete_and_green(days: LiveDaemon) -> None:
    assert_complete(days.lake, [SUNDAY])


def test_a_killed_run_is_launched_again_and_reported(days: LiveDaemon) -> None:
    first, second, *_ = days.runs(PREDICT_JOB, SUNDAY)
    assert (first.status, second.status) == (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS)
    messages = [words for words in days.alerts if first.run_id in words]
    assert len(messages) == 1
    failed = [run for run in days.instance.get_runs() if run.status is dg.DagsterRunStatus.FAILURE]
    fetches = [run for run in failed if run.job_name == FETCH_JOB]  # while the books did not answer
    assert [run.run_id for run in failed if run not in fetches] == [first.run_id]
    assert fetches
    # A clock that is turned by hours leaves feeds unasked for as long, and a model of six teams errs a lot:
    # those alarms are the test's own doing.
    own = ("feeds:", "model states of ")
    assert [words for words in days.alerts if words not in messages and not words.startswith(own)] == []


def test_nothing_is_made_twice_without_new_data(days: LiveDaemon) -> None:
    """Another look in the same moment asks for nothing, whatever the daemon forgot when it was killed."""
    before = days.instance.get_runs_count()
    days.rest()
    assert days.instance.get_runs_count() == before


def test_the_command_line_stops_starts_and_shows_automations(days: LiveDaemon) -> None:
    url, names = days.dagster.webserver.url, sorted(days.ticks)
    shown = RUNNER.invoke(app, ["automation", "status", "--url", url], env={"COLUMNS": "300"})
    assert shown.exit_code == 0, shown.output
    assert [name for name in names if name not in shown.output] == []
    for verb, word in (("stop", "stopped"), ("start", "started"), ("start", "already running")):
        changed = RUNNER.invoke(app, ["automation", verb, "freshness", "--url", url])
        assert changed.output == f"{word}: freshness\n"
    unknown = RUNNER.invoke(app, ["automation", "start", "weather", "--url", url])
    assert "no automation weather; known: " in str(unknown.exception)
