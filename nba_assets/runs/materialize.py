"""Running the graph from the command line: one process, one run, a progress bar, exact statuses."""

from __future__ import annotations

import datetime as dt
import resource
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import dagster as dg
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from nba_assets.assets.factory.chosen_dates import chosen_tags
from nba_assets.assets.factory.table_run import COMPUTE_SECONDS
from nba_assets.assets.published_predictions import NAME as PUBLISHED
from nba_assets.automation.game_dates import GameDates
from nba_assets.automation.jobs import MAIN_JOB, PUBLISH_JOB, run_config
from nba_assets.definitions import build_defs
from nba_assets.instance.home import prepare_home
from nba_assets.instance.private_api import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    EXTERNALLY_MANAGED_ASSETS_TAG,
)
from nba_assets.instance.run_locks import RunLocks, end_dead_runs
from nba_assets.settings import Settings

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass
class RunReport:
    """What a run did.

    Attributes:
        success: no step failed.
        dates: requested dates.
        materialized: dates materialized by table.
        changed: of these, dates whose bytes changed.
        blocked: dates that may not feed others, with the reason, by table.
        no_go: dates on which a system had too little to train on, with the evidence, by system.
        errors: errors of steps that could not report by date.
        wall_seconds: whole run.
        compute_seconds: reading, computing, training and writing, by table.
        peak_bytes: peak memory until the end of the run: of the process, and of its second one beside it.
        died: runs that were found without a process before this one began, and ended as failed.
    """

    dates: list[dt.date]
    success: bool = False
    materialized: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    blocked: dict[str, dict[str, str]] = field(default_factory=dict)
    no_go: dict[str, dict[str, str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    wall_seconds: float = 0.0
    compute_seconds: dict[str, float] = field(default_factory=dict)
    peak_bytes: int = 0
    died: list[str] = field(default_factory=list)

    @property
    def orchestration_seconds(self) -> float:
        """What the framework took: planning, events, checks."""
        return self.wall_seconds - sum(self.compute_seconds.values())

    def add(self, more: RunReport) -> None:
        """Count another run in: its dates are among this one's."""
        self.success &= more.success
        self.materialized += more.materialized
        self.changed += more.changed
        self.rows += more.rows
        self.blocked |= more.blocked
        self.no_go |= more.no_go
        self.errors |= more.errors
        self.wall_seconds += more.wall_seconds
        self.compute_seconds |= more.compute_seconds
        self.peak_bytes = max(self.peak_bytes, more.peak_bytes)
        self.died += more.died


def partitions_between(settings: Settings, first: dt.date, last: dt.date) -> list[dt.date]:
    """Partitions of a requested range, in order; added to the instance if they can be game dates."""
    prepare_home(settings)
    with dg.DagsterInstance.get() as instance:
        return GameDates(settings).add_range(instance, first, last)


def materialize(
    settings: Settings,
    first: dt.date,
    last: dt.date,
    tables: Sequence[str] | None = None,
    *,
    progress: bool = True,
    retrain: Mapping[str, Any] | None = None,
    allow_partial: str = "",
    only: Collection[dt.date] | None = None,
    more_config: Mapping[str, Any] | None = None,
) -> RunReport:
    """Materialize tables on the game dates from ``first`` to ``last``; blocked dates are left out and named.

    Args:
        settings: where lake, source and instance are.
        first: first date.
        last: last date.
        tables: tables to materialize, all by default; each reads what the lake has of the others.
        progress: show a bar.
        retrain: when models are trained, as :func:`nba_assets.automation.jobs.training_config` takes it.
        allow_partial: reason for which dates are let through although they are not complete; none by default.
        only: of the range's dates, those to materialize; all by default.
        more_config: run configuration of single tables, as Dagster takes it.

    Raises:
        ValueError: no game date lies in the range, or none of ``only``.
    """
    prepare_home(settings)
    started = time.perf_counter()
    with dg.DagsterInstance.get() as instance, _bar(progress) as bar:
        known = GameDates(settings).add_range(instance, first, last)
        dates = [date for date in known if only is None or date in only]
        if not dates:
            raise ValueError(f"no game date from {first} to {last}")
        report = RunReport(dates)
        job = build_defs(settings).resolve_job_def(PUBLISH_JOB if PUBLISHED in (tables or ()) else MAIN_JOB)
        names = sorted(tables or (key.to_user_string() for key in job.asset_layer.executable_asset_keys))
        config = run_config(retrain or {}, dates if allow_partial else [], allow_partial, more_config)
        report.died = end_dead_runs(instance)
        run_id = str(uuid4())
        task = bar.add_task("starting", total=len(names) * len(dates))
        instance.add_event_listener(run_id, lambda event: _note(event, report, bar, task))
        # Before the run is known: one that is killed now never starts.
        with RunLocks(instance.root_directory).held(run_id):
            result = job.execute_in_process(
                instance=instance,
                run_id=run_id,
                run_config=config | QUIET,
                tags=range_tags(dates) | ({} if only is None else chosen_tags(dates)),
                asset_selection=[dg.AssetKey(name) for name in names] if tables else None,
                raise_on_error=False,
            )
        bar.update(task, description="done", completed=len(names) * len(dates))
    report.success = result.success
    report.wall_seconds = time.perf_counter() - started
    processes = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    report.peak_bytes = sum(resource.getrusage(each).ru_maxrss for each in processes) * 1024
    return report


def range_tags(dates: Sequence[dt.date]) -> dict[str, str]:
    """Tags of a run over the partitions from the first of the dates to the last."""
    return {
        ASSET_PARTITION_RANGE_START_TAG: dates[0].isoformat(),
        ASSET_PARTITION_RANGE_END_TAG: dates[-1].isoformat(),
        # Assets report their own dates (table_asset.py); this tag keeps Dagster from planning them.
        EXTERNALLY_MANAGED_ASSETS_TAG: "true",
    }


def _bar(shown: bool) -> Progress:
    columns = (
        TextColumn("{task.description:32}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    # Drawn ten times a second, as it is by default, it takes a fiftieth of a long run's processor time.
    return Progress(*columns, disable=not shown, refresh_per_second=2)


def _note(event: Any, report: RunReport, bar: Progress, task: Any) -> None:
    """Take from an event what the report needs."""
    if not event.is_dagster_event:
        return
    data = event.get_dagster_event()
    kind = data.event_type
    if kind == dg.DagsterEventType.STEP_START:
        bar.update(task, description=data.step_key)
    elif kind == dg.DagsterEventType.ASSET_MATERIALIZATION and data.partition:
        table = data.asset_key.to_user_string()
        metadata = data.step_materialization_data.materialization.metadata
        report.materialized[table] += 1
        report.rows[table] += metadata["rows"].value
        report.changed[table] += bool(metadata["changed"].value)
    elif kind == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
        evaluation = data.asset_check_evaluation_data
        bar.advance(task)
        if not evaluation.passed:
            stopped = evaluation.severity == dg.AssetCheckSeverity.ERROR
            kept = report.blocked if stopped else report.no_go
            reasons = kept.setdefault(evaluation.asset_key.to_user_string(), {})
            reasons[evaluation.partition] = evaluation.description
    elif kind == dg.DagsterEventType.STEP_OUTPUT and COMPUTE_SECONDS in data.step_output_data.metadata:
        report.compute_seconds[data.step_key] = data.step_output_data.metadata[COMPUTE_SECONDS].value
    elif kind == dg.DagsterEventType.STEP_FAILURE:
        error = data.event_specific_data.error
        report.errors[data.step_key] = error.cause.message.strip() if error.cause else error.message.strip()
