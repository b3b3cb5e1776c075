"""A simulated league live, its clock in the test's hand, and what the daemon would do at each moment."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.definitions.partitions.context import partition_loading_context
from dagster._core.events import DagsterEventType
from pydantic import SecretStr

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.definitions import build_defs
from nba_assets.lineage.graph import TableGraph
from nba_assets.settings import Settings
from nba_assets.simulation.server.http_server import LiveServer
from nba_assets.simulation.server.incidents import Incidents
from nba_assets.simulation.server.world import EASTERN
from nba_assets.sources.landing import Landing
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.support.refusing_event_log import RefusingEventLog
from nba_assets_tests.support.webhook import Webhook
from nba_assets_tests.support.workbench import passing_instance

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
CLOCKED = ("slate_every_half_hour", "slate_before_tipoffs", "results_at_five", "retrain_weekly")
SENSORS = (
    "game_dates",
    *CLOCKED,
    "predictions_before_tipoff",
    "final_games",
    "new_landing_files",
    "line_moves",
    "corrected_history",
    "promoted_models",
    "failed_runs",
    "failed_checks",
    "freshness",
)
_ROUNDS = 5


@dataclass(frozen=True)
class Ran:
    """One run, as the test saw it."""

    job: str
    date: str
    at: dt.datetime
    success: bool
    materialized: dict[str, bool]
    """Tables, and whether their bytes changed."""


@dataclass
class LiveDays:
    """A league, a lake, an instance, and a clock that stands until it is turned."""

    folder: Path
    league: Path
    now: dt.datetime
    incidents: Incidents | None = None
    runs: list[Ran] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    evaluations: list[dg.AssetCheckEvaluation] = field(default_factory=list)
    """Of checks that a sensor reported."""

    def __post_init__(self) -> None:
        self.server = LiveServer(self.league, lambda: self.now, incidents=self.incidents)
        self.webhook = Webhook(self.alerts)
        self.settings = Settings(  # type: ignore[call-arg]
            source="simulated-live",  # type: ignore[arg-type]
            live_url=self.server.url,
            lake=str(self.folder / "lake"),
            archive_dir=self.league,
            alert_webhook=SecretStr(self.webhook.url),
            DAGSTER_HOME=self.folder / "dagster",
        )
        self.graph = TableGraph.of(ALL_TABLES)
        self.defs = build_defs(self.settings)
        self.repository = self.defs.get_repository_def()
        self.instance = passing_instance(self.folder / "dagster", RefusingEventLog)
        self.lake = Lake(open_store(self.settings.lake))
        self.landing = Landing(open_store(self.settings.landing_root))
        self._cursors: dict[str, str | None] = {}
        self._keys: set[tuple[str, str]] = set()

    def close(self) -> None:
        """Stop the server and let go of the databases."""
        self.server.close()
        self.webhook.close()
        self.instance.dispose()

    def turn(self, date: dt.date, hour: int, minute: int = 0) -> None:
        """Turn the clock to a moment in New York, and let everything that is due happen."""
        if not self._cursors.keys() & set(CLOCKED):
            for name in CLOCKED:
                self.tick(name)
        self.now = dt.datetime.combine(date, dt.time(hour, minute), EASTERN)
        for _ in range(_ROUNDS):
            if not sum(self.tick(name) for name in SENSORS):
                return
        raise AssertionError(f"sensors do not come to rest at {self.now}")

    def tick(self, name: str) -> int:
        """Evaluate a sensor once and run what it asks for; how many runs it was."""
        sensor = self.repository.get_sensor_def(name)
        context = dg.build_sensor_context(
            self.instance, self._cursors.get(name), repository_def=self.repository, sensor_name=name
        )
        # The daemon hands its instance down; here nobody does.
        with partition_loading_context(dynamic_partitions_store=self.instance):
            output = sensor.evaluate_tick(context)
        self._cursors[name] = output.cursor
        for event in output.asset_events:
            self.instance.report_runless_asset_event(event)
            self.evaluations.append(event)  # type: ignore[arg-type]
        job = sensor.job_name if output.run_requests else ""
        return self._run_all(name, job, output.run_requests or [])

    def _run_all(self, name: str, job: str, requests: Any) -> int:
        # The daemon starts a run key of a sensor or schedule once.
        fresh = [request for request in requests if (name, request.run_key) not in self._keys]
        for request in fresh:
            self._keys.add((name, request.run_key))
            self.run(job, request.partition_key, request.run_config, request.asset_selection)
        return len(fresh)

    def run(
        self, job: str, date: str, config: Any = None, selection: Any = None
    ) -> dg.ExecuteInProcessResult:
        """Run a job on a date; as everywhere, no two runs have the same moment."""
        self.now += dt.timedelta(seconds=1)
        result = self.defs.resolve_job_def(job).execute_in_process(
            instance=self.instance,
            partition_key=date,
            run_config={**dict(config or {}), **QUIET},
            asset_selection=selection,
            raise_on_error=False,
        )
        made: dict[str, bool] = {}
        for event in result.all_events:
            if event.event_type == DagsterEventType.ASSET_MATERIALIZATION:
                output = event.step_materialization_data.materialization
                made[output.asset_key.to_user_string()] = bool(output.metadata["changed"].value)
        self.runs.append(Ran(job, date, self.now, result.success, made))
        return result

    def made(self) -> Counter[tuple[str, str]]:
        """How often each table and date was materialized."""
        return Counter((table, run.date) for run in self.runs for table in run.materialized)
