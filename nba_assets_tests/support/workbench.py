"""A Dagster instance, a lake and assets in a temporary folder, for tests that run assets."""

from __future__ import annotations

import atexit
import datetime as dt
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.definitions.partitions.context import partition_loading_context
from dagster._core.event_api import PartitionKeyFilter
from dagster._core.instance import InstanceType
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.run_coordinator import DefaultRunCoordinator
from dagster._core.storage.event_log.base import EventLogStorage
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster._core.storage.root import LocalArtifactStorage
from dagster._core.storage.runs import InMemoryRunStorage
from dagster_gcp.gcs import GCSResource

from nba_assets.assets.coverage import ledger_graph
from nba_assets.assets.factory.overrides import AllowPartial
from nba_assets.assets.factory.table_asset import table_asset
from nba_assets.assets.resources import LakeResource, SourceResource
from nba_assets.assets.training.training_config import Training
from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.calendar.partitions import GAME_DATES
from nba_assets.instance.event_log import GroupCommitSqliteEventLogStorage
from nba_assets.instance.partition_keys import add_partitions
from nba_assets.lineage.table import Table
from nba_assets.quality.gate import check_key
from nba_assets.schemas.catalog import TABLES
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

GROUPED = {"module": "nba_assets.instance.event_log", "class": "GroupCommitSqliteEventLogStorage"}
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
PARTITIONS = finished_seasons().possible(dt.date(2020, 12, 22), dt.date(2026, 6, 30))
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"


def open_instance(home: Path, *, grouped: bool = True) -> dg.DagsterInstance:
    """An instance that another process can open again, with our event log or with Dagster's own."""
    home.mkdir(parents=True, exist_ok=True)
    settings: dict[str, Any] = {"telemetry": {"enabled": False}}
    if grouped:
        settings["event_log_storage"] = {**GROUPED, "config": {"base_dir": str(home / "event_log")}}
    instance = dg.DagsterInstance.local_temp(str(home), overrides=settings)
    add_partitions(instance, PARTITIONS)
    return instance


@contextmanager
def calendar_instance() -> Iterator[dg.DagsterInstance]:
    """An instance whose partitions are the game dates of the calendar.

    It is one on disk: requests of a tick are held against the partitions of an instance that has a reference.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        dg.DagsterInstance.local_temp(folder) as instance,
        partition_loading_context(dynamic_partitions_store=instance),
    ):
        add_partitions(instance, PARTITIONS)
        yield instance


@cache
def _fresh_event_log() -> Path:
    """An event log without events, to be copied: making its tables takes longer than a run."""
    folder = Path(tempfile.mkdtemp(prefix="fresh_event_log_"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    storage = GroupCommitSqliteEventLogStorage(str(folder))
    storage.add_dynamic_partitions(str(GAME_DATES.name), [str(day) for day in PARTITIONS])
    storage.dispose()
    return folder


def passing_instance(
    home: Path, event_log: Callable[[str], EventLogStorage] = GroupCommitSqliteEventLogStorage
) -> dg.DagsterInstance:
    """An instance of this process alone, with our event log: a third of the cost of one on disk."""
    shutil.copytree(_fresh_event_log(), home / "event_log")
    return dg.DagsterInstance(
        instance_type=InstanceType.EPHEMERAL,
        local_artifact_storage=LocalArtifactStorage(str(home)),
        run_storage=InMemoryRunStorage(),
        event_storage=event_log(str(home / "event_log")),
        compute_log_manager=NoOpComputeLogManager(),
        run_coordinator=DefaultRunCoordinator(),
        run_launcher=SyncInMemoryRunLauncher(),
        settings={"telemetry": {"enabled": False}},
    )


class Workbench:
    """Runs tables on ranges of dates and reads the outcome."""

    def __init__(
        self,
        home: Path,
        tables: Sequence[Table],
        archive: Path | str = "/nonexistent",
        *,
        lake_root: str | None = None,
        instance: dg.DagsterInstance | None = None,
    ):
        self.home = home
        self.root = lake_root or str(home / "lake")
        self.instance = instance or passing_instance(home / "dagster")
        self.assets = [table_asset(table, ledger_graph(tables)) for table in tables]
        self.names = [table.name for table in tables]
        gcs = GCSResource(project="test")
        self.lake = Lake(open_store(self.root, gcs))
        self.resources = {
            "lake": LakeResource(root=self.root, gcs=gcs),
            "source": SourceResource(archive_dir=str(archive)),
            "training": Training(),
            "allow_partial": AllowPartial(),
        }

    def run(
        self,
        first: str,
        last: str | None = None,
        names: Sequence[str] | None = None,
        resources: dict[str, Any] | None = None,
        **more: Any,
    ) -> dg.ExecuteInProcessResult:
        """Materialize tables (all by default) on a range of dates; a failed run is returned, not raised."""
        return dg.materialize(
            self.assets,
            selection=list(names or self.names),
            instance=self.instance,
            resources=self.resources,
            raise_on_error=False,
            run_config=QUIET | {"resources": resources or {}},
            tags={RANGE_START: first, RANGE_END: last or first},
            **more,
        )

    def materialized(self, name: str) -> list[str]:
        """Dates that Dagster shows as materialized."""
        return sorted(self.instance.get_materialized_partitions(dg.AssetKey(name)))

    def statuses(self, name: str, first: str, last: str) -> dict[str, str]:
        """Latest status of the coverage check of each date that has one."""
        days = (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days
        start = dt.date.fromisoformat(first)
        found = self.instance.event_log_storage.get_asset_check_partition_info(
            [check_key(name)], partition_keys=[str(start + dt.timedelta(days=n)) for n in range(days + 1)]
        )
        return {row.partition_key: row.latest_execution_status.value for row in found}

    def verdict(self, name: str, date: str) -> tuple[bool, str]:
        """Whether the newest evaluation of a date passed, and what it found: the cause and advice are cut."""
        record = self.instance.event_log_storage.get_asset_check_execution_history(
            check_key(name), limit=1, partition_filter=PartitionKeyFilter(key=date)
        )[0]
        evaluation = record.evaluation
        assert evaluation is not None
        return evaluation.passed, (evaluation.description or "").split(". Because: ")[0]

    def rows(self, name: str, *dates: str) -> Any:
        """Stored rows of dates, as a frame."""
        wanted = [dt.date.fromisoformat(date) for date in dates]
        return TABLES[name].to_pandas(self.lake.read(name, wanted, TABLES[name].arrow).table)

    def bytes_of(self, name: str) -> dict[str, str]:
        """Hash of the stored bytes of each date of a table."""
        return {
            str(date): hashlib.sha256(self.lake.store.read(self.lake.name(name, date))).hexdigest()
            for date in self.lake.dates(name)
        }

    def close(self) -> None:
        """Let go of the databases."""
        self.instance.dispose()


def step_failure(result: dg.ExecuteInProcessResult, name: str) -> Any:
    """The error a step ended with."""
    (event,) = [e for e in result.all_events if e.is_step_failure and e.step_key == name]
    return event.step_failure_data
