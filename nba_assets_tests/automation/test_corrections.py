"""A correction of a past game: later dates that used it are listed, and made again; no others are."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from rich.console import Console

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.automation.jobs import MAIN_JOB
from nba_assets.automation.sensors.corrected_history import HistorySensor
from nba_assets.automation.sensors.landing import LandingSensors
from nba_assets.cli.repair.stale import (
    fix_stale,
    list_stale,
)
from nba_assets.definitions import build_defs
from nba_assets.lineage.graph import TableGraph
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.simulation.server.http_server import LiveServer
from nba_assets.simulation.server.world import (
    Match,
    World,
)
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.landing import Landing
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.sources.landed_days import HOUR, land_results
from nba_assets_tests.sources.live_league import corrected
from nba_assets_tests.support.live_days import QUIET

# From raw to the averages of players and teams: what a correction goes through on its way to a prediction.
TABLES = (
    "raw_schedule", "raw_player_boxscores", "raw_team_boxscores", "raw_play_by_play", "raw_shot_chart",
    "raw_injury_reports", "raw_game_lines", "raw_player_points_lines", "player_game_events",
    "team_offense_game_summary", "team_defense_game_summary", "player_game_summary",
    "upcoming_team_game_context", "upcoming_player_game_context", "player_shot_zone_analysis",
)  # fmt: skip
SILENT = Console(quiet=True)
DAYS = 8  # as many as the sensors look back


class Corrected:
    """A week that has landed and been made, and then a correction of one of its first games."""

    def __init__(self, folder: Path, league: Path):
        self.world = World(league)
        self.match: Match = corrected(self.world)[0]
        self.dates = [day for day in self.world.dates() if day >= self.match.date][:DAYS]
        self.now = self.world.on(self.dates[-1])[0].corrected + HOUR
        self.server = LiveServer(league, lambda: self.now)
        self.settings = Settings(  # type: ignore[call-arg]
            source="simulated-live", live_url=self.server.url, lake=str(folder / "lake"),  # type: ignore[arg-type]
            archive_dir=league, DAGSTER_HOME=folder / "home",
        )  # fmt: skip
        self.landing = Landing(open_store(self.settings.landing_root))
        self.lake = Lake(open_store(self.settings.lake))
        for day in self.dates:
            before = self.match.corrected - HOUR if day == self.match.date else self.now
            land_results(self.landing, self.world, day, before)
        report = materialize(self.settings, self.dates[0], self.dates[-1], TABLES, progress=False)
        assert report.success
        assert not report.blocked

    def correct(self) -> None:
        land_results(self.landing, self.world, self.match.date, self.now)

    @property
    def concerned(self) -> set[dt.date]:
        """Later dates on which a team of the corrected game plays."""
        teams = {self.match.home, self.match.away}
        later = self.dates[1:]
        return {day for day in later if any(teams & {m.home, m.away} for m in self.world.on(day))}

    def stale(self) -> set[tuple[str, dt.date]]:
        found = list_stale(SILENT, self.settings, tables=TABLES, limit=0)
        return {(item.table, item.date) for item in found}


@pytest.fixture
def week(tmp_path: Path, league: Path) -> Iterator[Corrected]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
        found = Corrected(tmp_path, league)
        yield found
        found.server.close()


def test_one_command_lists_the_later_dates_and_heals_them(week: Corrected) -> None:
    assert week.stale() == set()
    week.correct()
    first = week.stale()
    assert {day for _, day in first} == {week.match.date}
    assert ("raw_player_boxscores", week.match.date) in first
    healing = fix_stale(SILENT, week.settings, tables=TABLES)
    assert healing.left == []
    later = {item.date for item in healing.treated} - {week.match.date}
    assert later
    assert later <= week.concerned, "dates of other teams have used nothing of it"
    assert week.stale() == set()


def test_the_sensors_do_the_same_by_themselves(week: Corrected) -> None:
    week.correct()
    graph = TableGraph(tuple(table for table in ALL_TABLES if table.name in TABLES))
    desk = FetchDesk(week.settings)
    sensors = {
        "new_landing_files": LandingSensors(week.settings, graph, desk).new_files,
        "corrected_history": HistorySensor(week.settings, graph, desk).evaluate,
    }
    job = build_defs(week.settings).resolve_job_def(MAIN_JOB)
    cursors: dict[str, str | None] = dict.fromkeys(sensors)
    made: list[tuple[str, str]] = []
    with dg.DagsterInstance.get() as instance:
        for name in (*sensors, *sensors, *sensors):
            output = sensors[name](dg.build_sensor_context(instance, cursors[name], sensor_name=name))
            if not isinstance(output, dg.SensorResult):
                continue
            cursors[name] = output.cursor
            for request in output.run_requests or []:
                made.append((name, str(request.partition_key)))
                result = job.execute_in_process(
                    instance=instance, partition_key=request.partition_key,
                    asset_selection=request.asset_selection, run_config=QUIET,
                )  # fmt: skip
                assert result.success
    assert made[0] == ("new_landing_files", str(week.match.date))
    later = [date for name, date in made if name == "corrected_history"]
    assert later
    assert {dt.date.fromisoformat(date) for date in later} <= week.concerned
    assert len(made) == len(set(made)), "no date was asked for twice"
    assert week.stale() == set()
