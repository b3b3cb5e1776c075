"""The sensor of new documents: a date whose results are on their way is not made without them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import pytest

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.automation.fetching import FETCH_JOB
from nba_assets.automation.jobs import MAIN_JOB
from nba_assets.automation.sensors.landing import LandingSensors
from nba_assets.instance.private_api import PARTITION_NAME_TAG
from nba_assets.lineage.graph import TableGraph
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.simulation.server.world import EASTERN, World
from nba_assets_tests.automation.clocked_desk import ClockedDesk
from nba_assets_tests.sources.landed_days import land, schedule
from nba_assets_tests.support.workbench import calendar_instance

SUNDAY = dt.date(2024, 10, 27)
LONG_OVER = dt.datetime.combine(SUNDAY + dt.timedelta(1), dt.time(10), EASTERN)  # the machine was off


@pytest.mark.parametrize(("job", "is_requested"), [(None, True), (FETCH_JOB, False), (MAIN_JOB, False)])
def test_a_date_that_is_over_waits_for_the_run_that_fetches_its_results(
    tmp_path: Path, job: str | None, is_requested: bool
) -> None:
    simulate(tmp_path / "league", seasons=1, teams=6, seed=7, dates_per_season=8, matinees=True)
    settings = Settings(source="live", lake=str(tmp_path / "lake"))  # type: ignore[arg-type]
    desk = ClockedDesk(settings)
    desk.moment = LONG_OVER
    land(desk.landing(), World(tmp_path / "league"), schedule("2024-25"), LONG_OVER)
    sensors = LandingSensors(settings, TableGraph.of(ALL_TABLES), desk)
    with calendar_instance() as instance:
        if job:
            tags = {PARTITION_NAME_TAG: str(SUNDAY)}
            instance.add_run(dg.DagsterRun(job_name=job, tags=tags, status=dg.DagsterRunStatus.STARTED))
        found = sensors.new_files(dg.build_sensor_context(instance, sensor_name="new_landing_files"))
    assert (str(SUNDAY) in {one.partition_key for one in found.run_requests or []}) is is_requested
