"""A week through a real daemon and webserver, in which nobody touches anything after the clicks.

``make week`` runs it: it takes long, so it is no part of the suite. In the week a box score is corrected
after two days, the books do not answer on Friday afternoon, a game of Saturday is postponed, the daemon
crashes in Saturday's evening, on Sunday one game begins at noon and the first run of the date is killed, and
on Tuesday the models are trained anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import pytest

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.automation.fetching import FETCH_JOB
from nba_assets.automation.jobs import PREDICT_JOB, RETRAIN_JOB
from nba_assets.lineage.graph import TableGraph
from nba_assets.modeling.evaluation.grading import GAME_POSTPONED
from nba_assets.reports.reading import read_table
from nba_assets.simulation.server.incidents import Incidents, Outage
from nba_assets.simulation.server.world import EASTERN, World
from nba_assets_tests.support.finished_dates import assert_complete, assert_predicted_and_graded
from nba_assets_tests.support.live_daemon import LiveDaemon
from nba_assets_tests.support.small_league import has_mistake, make_league, make_past

LAST_PAST = dt.date(2024, 11, 19)
WEEK = [dt.date(2024, 11, day) for day in (20, 21, 22, 23, 24, 26)]  # Wednesday to Tuesday, but Monday
WEDNESDAY, _, FRIDAY, SATURDAY, SUNDAY, TUESDAY = WEEK
DAY = dt.timedelta(1)


def at(date: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(hour), EASTERN)


class Week(NamedTuple):
    """The league, and what happens in it."""

    league: Path
    incidents: Incidents
    seed: int

    @property
    def world(self) -> World:
        return World(self.league, self.seed, self.incidents)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    league = tmp_path_factory.mktemp("week") / "league"
    make_league(league)
    (corrected,), (_, postponed) = (World(league).on(date) for date in (WEDNESDAY, SATURDAY))
    incidents = Incidents(
        postponed={postponed.game_id: at(SATURDAY, 17)},
        corrected_days={corrected.game_id: 2},
        outages=(Outage("/v4/", at(FRIDAY, 15), at(FRIDAY, 18)),),
    )
    weeks = (Week(league, incidents, seed) for seed in range(99))
    return next(week for week in weeks if has_mistake(week.world, corrected))


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory, week: Week) -> Iterator[LiveDaemon]:
    folder = tmp_path_factory.mktemp("daemon")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(folder / "dagster"))
        make_past(folder, week.league, LAST_PAST)
        daemon = LiveDaemon(folder, week.league, at(WEDNESDAY, 9), week.incidents, week.seed)
        try:
            daemon.start_all()
            for date in WEEK:
                _play(daemon, date)
            daemon.turn(TUESDAY + DAY, 10, 30)  # the corrections of the last evening
            daemon.rest()
            yield daemon
        finally:
            daemon.close()


def _play(daemon: LiveDaemon, date: dt.date) -> None:
    """A date from the morning on, at which the corrections of the days before come, to its results."""
    daemon.turn(date, 9, 30)
    daemon.rest()
    daemon.turn(date, 10 if date == SUNDAY else 12)
    if date == SUNDAY:
        daemon.kill_first(PREDICT_JOB, date)
    daemon.rest()
    if date == FRIDAY:
        daemon.turn(date, 16)
        daemon.rest()
    daemon.turn(date, 18, 30)
    daemon.rest()
    if date == SATURDAY:
        daemon.restart()
    daemon.turn(date + DAY, 0, 30)
    daemon.rest()


def test_no_tick_has_failed(days: LiveDaemon) -> None:
    failed = {name: [words for status, words in ticks.values() if status == "FAILURE"]
              for name, ticks in days.ticks.items()}  # fmt: skip
    assert {name: words for name, words in failed.items() if words} == {}


def test_every_game_was_predicted_before_tipoff_and_graded(days: LiveDaemon) -> None:
    assert_predicted_and_graded(days.lake, WEEK)


def test_every_date_is_complete_and_green(days: LiveDaemon) -> None:
    assert_complete(days.lake, WEEK)


def test_who_was_predicted_of_the_postponed_game_is_void_for_that_reason(days: LiveDaemon) -> None:
    games = read_table(days.lake, "raw_schedule", dates=[SATURDAY])
    (postponed,) = games.loc[games["is_postponed"].astype(bool), "game_id"]
    rows = read_table(days.lake, "player_prop_predictions", dates=[SATURDAY])
    assert postponed in set(rows["game_id"])
    graded = read_table(days.lake, "prediction_accuracy", dates=[SATURDAY])
    mine = graded[graded["game_id"].eq(postponed)]
    assert set(mine["void_reason"]) <= {GAME_POSTPONED}


def test_the_correction_after_two_days_has_arrived(days: LiveDaemon, week: Week) -> None:
    world = week.world
    (game,) = world.on(WEDNESDAY)
    first, then = ({row["PLAYER_ID"]: row["AST"] for row in world.log(game, at(date, 12))}
                   for date in (WEDNESDAY + DAY, WEDNESDAY + 2 * DAY))  # fmt: skip
    assert first != then
    rows = read_table(days.lake, "raw_player_boxscores", dates=[WEDNESDAY]).set_index("player_id")
    assert rows.loc[list(then), "ast"].to_dict() == then


def test_the_killed_run_is_launched_again_and_nothing_else_has_failed(days: LiveDaemon) -> None:
    killed, again, *_ = days.runs(PREDICT_JOB, SUNDAY)
    assert (killed.status, again.status) == (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS)
    failed = [run for run in days.instance.get_runs() if run.status is dg.DagsterRunStatus.FAILURE]
    books = [run for run in failed if run.job_name == FETCH_JOB]
    assert {run.tags["dagster/partition"] for run in books} == {str(FRIDAY)}
    assert [run.run_id for run in failed if run not in books] == [killed.run_id]


def test_the_models_are_trained_on_the_first_date_of_the_week(days: LiveDaemon) -> None:
    assert {run.tags["dagster/partition"] for run in days.runs(RETRAIN_JOB)} == {str(TUESDAY)}


def test_nothing_is_made_twice_without_new_data(days: LiveDaemon) -> None:
    """A table is made again only if one that it is made from has changed since, on its date or before.

    A raw table is made from documents: it has changed itself.
    """
    graph = TableGraph.of(ALL_TABLES)
    made_in: dict[tuple[str, str], int] = {}
    changes: list[tuple[int, str, str]] = []
    for number, run in enumerate(reversed(days.instance.get_runs())):
        made = {one: changed for one, changed in _made(days.instance, run).items() if one[0] in graph.names}
        changes += [(number, *one) for one, changed in made.items() if changed]
        for table, date in made.keys() & made_in.keys():
            since = {other for at, other, day in changes if at >= made_in[table, date] and day <= date}
            itself = set() if table in graph.raw else {table}
            assert table in graph.dependants(since - itself), (run, table, date)
        made_in |= dict.fromkeys(made, number)


def _made(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dict[tuple[str, str], bool]:
    """Tables and dates that a run has materialized, and whether their bytes changed."""
    made = dg.DagsterEventType.ASSET_MATERIALIZATION
    records = instance.get_records_for_run(run.run_id, of_type=made).records
    found = [record.asset_materialization for record in records if record.asset_materialization]
    return {
        (one.asset_key.to_user_string(), str(one.partition)): bool(one.metadata["changed"].value)
        for one in found
    }


def test_alerts_are_of_what_went_wrong(days: LiveDaemon) -> None:
    """A clock that is turned by hours leaves feeds unasked for as long: those alarms are the test's."""
    killed, *_ = days.runs(PREDICT_JOB, SUNDAY)
    own = ("feeds:", "model states of ")
    (alert,) = [words for words in days.alerts if not words.startswith(own)]
    assert killed.run_id in alert
