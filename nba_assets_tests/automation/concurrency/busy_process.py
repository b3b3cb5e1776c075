"""One of several processes that work on one lake and one Dagster instance at once.

``backfill FIRST LAST`` materializes a range, as the command does; ``sensor`` evaluates the landing sensor and
runs what it asks for, until nothing is asked for any more. Settings come from the environment.
"""

import datetime as dt
import sys
import time

import dagster as dg

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.automation.jobs import MAIN_JOB
from nba_assets.automation.sensors.landing import LandingSensors
from nba_assets.definitions import build_defs
from nba_assets.instance.home import prepare_home
from nba_assets.lineage.graph import TableGraph
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.sources.fetch.fetch_desk import FetchDesk

TABLES = (
    "raw_schedule", "raw_player_boxscores", "raw_team_boxscores", "raw_play_by_play", "raw_shot_chart",
    "player_game_events", "team_offense_game_summary", "team_defense_game_summary", "player_game_summary",
)  # fmt: skip
_LONGEST, _PAUSE, _QUIET_TICKS = 120.0, 0.3, 2
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def backfill(first: str, last: str) -> int:
    """Exit code of a backfill of the range."""
    days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    report = materialize(Settings(), *days, TABLES, progress=False)
    return 0 if report.success and not report.blocked else 1


def sensor() -> int:
    """Exit code of the sensor: 0 when all that it asked for has run well and it has come to rest."""
    settings = Settings()
    prepare_home(settings)
    graph = TableGraph(tuple(table for table in ALL_TABLES if table.name in TABLES))
    watch = LandingSensors(settings, graph, FetchDesk(settings))
    job = build_defs(settings).resolve_job_def(MAIN_JOB)
    cursor, quiet, started = None, 0, time.monotonic()
    with dg.DagsterInstance.get() as instance:
        while quiet < _QUIET_TICKS:
            if time.monotonic() - started > _LONGEST:
                return 2
            output = watch.new_files(
                dg.build_sensor_context(instance, cursor, sensor_name="new_landing_files")
            )
            requests = output.run_requests if isinstance(output, dg.SensorResult) else []
            cursor = output.cursor if isinstance(output, dg.SensorResult) else cursor
            for request in requests or []:
                result = job.execute_in_process(
                    instance=instance, partition_key=request.partition_key,
                    asset_selection=request.asset_selection, run_config=_QUIET,
                )  # fmt: skip
                if not result.success:
                    return 1
            quiet = 0 if requests else quiet + 1
            time.sleep(_PAUSE)
    return 0


if __name__ == "__main__":
    sys.exit(sensor() if sys.argv[1] == "sensor" else backfill(*sys.argv[2:4]))
