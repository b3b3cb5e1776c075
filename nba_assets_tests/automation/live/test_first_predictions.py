"""The sensor that starts a date: when it asks, for what, and again when nothing has come of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import pytest

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.automation.attempts import PAUSES
from nba_assets.automation.sensors.first_predictions import FirstPredictions
from nba_assets.lineage.graph import TableGraph
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.simulation.server.world import EASTERN, World
from nba_assets_tests.automation.clocked_desk import ClockedDesk
from nba_assets_tests.sources.landed_days import land, schedule
from nba_assets_tests.support.workbench import calendar_instance

SUNDAY = dt.date(2024, 10, 27)  # its first game begins at noon
GRAPH = TableGraph.of(ALL_TABLES)


class Sunday:
    """The sensor on a date with a matinee, whose schedule lands when the test says so."""

    def __init__(self, folder: Path):
        simulate(folder / "league", seasons=1, teams=6, seed=7, dates_per_season=8, matinees=True)
        self.world = World(folder / "league")
        settings = Settings(source="live", lake=str(folder / "lake"))  # type: ignore[arg-type]
        self.desk, self.cursor = ClockedDesk(settings), None
        self.sensor = FirstPredictions(settings, GRAPH, self.desk)

    def land_schedule(self) -> None:
        land(self.desk.landing(), self.world, schedule("2024-25"), at(8))

    def tick(self, moment: dt.datetime) -> dg.RunRequest | str:
        self.desk.moment = moment
        with calendar_instance() as instance:
            name = "predictions_before_tipoff"
            found = self.sensor.evaluate(dg.build_sensor_context(instance, self.cursor, sensor_name=name))
        if isinstance(found, dg.SkipReason):
            return str(found.skip_message)
        self.cursor = found.cursor
        (request,) = found.run_requests or []
        return request


def at(hour: int, minute: int = 0, day: int = 0) -> dt.datetime:
    return dt.datetime.combine(SUNDAY + dt.timedelta(day), dt.time(hour, minute), EASTERN)


@pytest.fixture
def sunday(tmp_path: Path) -> Sunday:
    return Sunday(tmp_path)


def test_a_matinee_is_predicted_at_ten(sunday: Sunday) -> None:
    assert sunday.tick(at(9)) == f"no landed schedule contains {SUNDAY}"
    sunday.land_schedule()
    assert sunday.tick(at(9, 59)) == f"{SUNDAY}: due at 10:00, first tip-off at 12:00, it is 09:59"
    request = sunday.tick(at(10))
    assert isinstance(request, dg.RunRequest)
    assert request.partition_key == str(SUNDAY)
    assert {key.to_user_string() for key in request.asset_selection or []} == set(GRAPH.before_tipoff)


def test_a_run_that_left_nothing_is_requested_again_three_times_in_all(sunday: Sunday) -> None:
    sunday.land_schedule()
    keys = [sunday.tick(at(10)).run_key]  # type: ignore[union-attr]
    assert sunday.tick(at(10, 9)) == f"{SUNDAY} has no predictions: attempt 1 of 3 was made, the next follows"
    second = at(10) + PAUSES[0]
    keys += [sunday.tick(moment).run_key for moment in (second, second + PAUSES[1])]  # type: ignore[union-attr]
    assert len(set(keys)) == 3, "the daemon starts a run key once"
    last = "attempt 3 of 3 was made, the last until something new lands"
    assert sunday.tick(at(19)) == f"{SUNDAY} has no predictions: {last}"


def test_a_sensor_that_starts_late_predicts_what_is_still_to_come(sunday: Sunday) -> None:
    sunday.land_schedule()
    assert isinstance(sunday.tick(at(15)), dg.RunRequest)


def test_the_morning_after_is_too_late(sunday: Sunday) -> None:
    sunday.land_schedule()
    assert sunday.tick(at(8, day=1)).startswith(f"{SUNDAY + dt.timedelta(1)}: due at 12:00, ")  # type: ignore[union-attr]
