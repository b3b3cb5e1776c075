"""Schedules on the league clock: fast or slow, in another year, after a pause, across a change of clocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.automation.attempts import PAUSES, Attempts
from nba_assets.automation.schedules import schedules
from nba_assets.automation.timetable import BeforeTipoffs, Cron
from nba_assets.definitions import defs
from nba_assets.lineage.graph import TableGraph
from nba_assets.settings import Settings
from nba_assets.simulation.server.world import EASTERN, World
from nba_assets_tests.automation.clocked_desk import ClockedDesk
from nba_assets_tests.sources.landed_days import land, schedule
from nba_assets_tests.support.workbench import calendar_instance

GRAPH = TableGraph.of(ALL_TABLES)


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2025, 1, day, hour, minute, tzinfo=EASTERN)


class Timetable:
    """One schedule and its cursor."""

    def __init__(self, name: str, start: dt.datetime, settings: Settings):
        self.desk, self.cursor = ClockedDesk(settings), None
        self.name = name
        (self.sensor,) = [one for one in schedules(settings, GRAPH, self.desk) if one.name == name]
        self.tick(start)

    def tick(self, moment: dt.datetime) -> list[tuple[str, str]]:
        """Partition and key of each run that a tick asks for."""
        self.desk.moment = moment
        with calendar_instance() as instance:
            context = dg.build_sensor_context(
                instance, self.cursor, sensor_name=self.name, repository_def=defs.get_repository_def()
            )
            result = self.sensor.evaluate_tick(context)
        self.cursor, self.reason = result.cursor, result.skip_message
        return [(str(one.partition_key), str(one.run_key)) for one in result.run_requests or []]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    yield Settings(source="live", lake=str(tmp_path / "lake"))  # type: ignore[arg-type]


def test_a_moment_is_answered_once(settings: Settings) -> None:
    slate = Timetable("slate_every_half_hour", at(15, 11, 10), settings)
    assert slate.reason == "it is 2025-01-15 11:10 in New York, next at 2025-01-15 11:30"
    assert slate.tick(at(15, 11, 29)) == []
    assert slate.tick(at(15, 11, 31)) == [("2025-01-15", "2025-01-15:2025-01-15T11:30")]
    assert slate.tick(at(15, 11, 59)) == []
    assert slate.tick(at(15, 12, 0)) == [("2025-01-15", "2025-01-15:2025-01-15T12:00")]


def test_games_after_midnight_belong_to_the_evening_before(settings: Settings) -> None:
    slate = Timetable("slate_every_half_hour", at(16, 0, 10), settings)
    assert [date for date, _ in slate.tick(at(16, 0, 40))] == ["2025-01-15"]
    assert [date for date, _ in slate.tick(at(16, 2, 31))] == ["2025-01-15"]


def test_the_newest_of_the_moments_that_were_missed_counts(settings: Settings) -> None:
    """A daemon that was down for the afternoon fetches once, not nine times."""
    slate = Timetable("slate_every_half_hour", at(15, 11, 10), settings)
    assert slate.tick(at(15, 16, 5)) == [("2025-01-15", "2025-01-15:2025-01-15T16:00")]


def test_a_league_in_an_earlier_year_begins_anew(settings: Settings) -> None:
    slate = Timetable("slate_every_half_hour", dt.datetime(2026, 11, 28, 12, tzinfo=EASTERN), settings)
    assert slate.tick(at(15, 11, 10)) == []
    assert [date for date, _ in slate.tick(at(15, 11, 30))] == ["2025-01-15"]


def test_results_are_requested_on_three_mornings(settings: Settings) -> None:
    results = Timetable("results_at_five", at(15, 4), settings)
    assert [date for date, _ in results.tick(at(15, 5))] == ["2025-01-12", "2025-01-13", "2025-01-14"]


def test_the_week_is_trained_on_its_first_game_date(settings: Settings) -> None:
    retrain = Timetable("retrain_weekly", at(19, 12), settings)
    assert [date for date, _ in retrain.tick(at(20, 5))] == ["2025-01-20"], "a Monday"
    assert retrain.tick(at(21, 5)) == []
    assert retrain.reason.startswith("no game date at 2025-01-21 05:00; ")


def test_a_summer_asks_for_nothing(settings: Settings) -> None:
    slate = Timetable("slate_every_half_hour", dt.datetime(2026, 8, 10, 11, tzinfo=EASTERN), settings)
    assert slate.tick(dt.datetime(2026, 8, 10, 12, tzinfo=EASTERN)) == []
    assert slate.reason.startswith("no game date at 2026-08-10 12:00; ")


def test_clocks_that_are_changed_change_the_moments() -> None:
    five = Cron("0 5 * * *")
    autumn = dt.datetime(2024, 11, 4, 4, 59, tzinfo=EASTERN)
    assert five.next(autumn) == dt.datetime(2024, 11, 4, 5, tzinfo=EASTERN)
    assert five.newest(autumn) == dt.datetime(2024, 11, 3, 5, tzinfo=EASTERN)
    assert five.next(dt.datetime(2025, 3, 8, 5, tzinfo=EASTERN)).utcoffset() == dt.timedelta(hours=-4)


def test_lineups_and_closing_lines_are_fetched_before_each_tipoff(league: Path, tmp_path: Path) -> None:
    world, date = World(league), dt.date(2024, 10, 23)
    tipoffs = sorted({match.tipoff for match in world.on(date)})
    desk = ClockedDesk(Settings(source="live", lake=str(tmp_path / "lake")))  # type: ignore[arg-type]
    moments, noon = BeforeTipoffs(desk, (45, 5)), dt.datetime.combine(date, dt.time(12), EASTERN)
    assert (moments.newest(noon), moments.next(noon)) == (None, None), "no schedule has landed"
    land(desk.landing(), world, schedule(world.on(date)[0].season), noon)
    found, now = [], noon
    while (coming := moments.next(now)) is not None:
        assert moments.newest(coming) == coming
        found.append(coming)
        now = coming
    assert found == sorted(t - dt.timedelta(minutes=m) for t in tipoffs for m in (45, 5))


def test_a_state_is_tried_three_times_at_growing_distances() -> None:
    attempts, now, made = Attempts(None), at(15, 12), []
    for _ in range(120):
        if attempts.may_begin("date", "state", now):
            made.append(now)
            attempts.begin("date", "state", now)
        attempts = Attempts(attempts.cursor(["date"]))
        now += dt.timedelta(minutes=1)
    assert made == [at(15, 12), at(15, 12) + PAUSES[0], at(15, 12) + sum(PAUSES, dt.timedelta())]
    assert attempts.words("date") == "attempt 3 of 3 was made, the last until something new lands"
    assert attempts.may_begin("date", "another state", now)


def test_a_machine_that_lags_behind_is_not_requested_every_moment(settings: Settings) -> None:
    """A run of the schedule that is still queued will fetch what the newer moment asks for."""
    slate = Timetable("slate_every_half_hour", at(15, 11, 10), settings)
    slate.desk.moment = at(15, 12)
    with calendar_instance() as instance:
        tags = {"dagster/sensor_name": slate.name}
        run = create_run_for_test(instance, "fetch", tags=tags, status=dg.DagsterRunStatus.NOT_STARTED)
        context = dg.build_sensor_context(
            instance, slate.cursor, sensor_name=slate.name, repository_def=defs.get_repository_def()
        )
        waiting = slate.sensor.evaluate_tick(context)
        assert waiting.run_requests == []
        assert (waiting.skip_message or "").startswith("1 of its runs have not started yet; it is ")
        instance.delete_run(run.run_id)
        assert len(slate.sensor.evaluate_tick(context).run_requests or []) == 1
