"""Syncing the instance of DAGSTER_HOME with a lake, as a run of the job that does it."""

from __future__ import annotations

from typing import cast

import dagster as dg

from nba_assets.automation.sync import SYNC_JOB, SYNC_OP
from nba_assets.definitions import build_defs
from nba_assets.instance.home import prepare_home
from nba_assets.instance.run_locks import RunLocks, end_dead_runs
from nba_assets.runs.materialize import QUIET
from nba_assets.settings import Settings


def end_killed_runs(settings: Settings) -> list[str]:
    """Report runs whose process was killed as failed, and what they have written to the instance.

    A process that is killed loses events that wait to be stored, never rows: the lake has more dates than the
    instance shows. That is so too where the daemon has noticed first and ended the run.

    Returns:
        Ids of the runs.
    """
    prepare_home(settings)
    with dg.DagsterInstance.get() as instance:
        end_dead_runs(instance)
        killed = RunLocks(instance.root_directory).killed()
    if killed:
        sync(settings)
    return killed


def sync(settings: Settings, *, again: bool = False) -> dict[str, dict[str, int]]:
    """Report the lake's partitions and verdicts to the instance.

    Args:
        settings: where lake and instance are.
        again: also report dates that the instance has already.

    Returns:
        By table, how many dates were learned, wiped and refused.

    Raises:
        ValueError: a partition or refusal is damaged; it names the file and the remedy.
    """
    prepare_home(settings)
    job = build_defs(settings).resolve_job_def(SYNC_JOB)
    config = {"ops": {SYNC_OP: {"config": {"again": again}}}}
    with dg.DagsterInstance.get() as instance:
        locks = RunLocks(instance.root_directory)
        killed = locks.killed()
        result = job.execute_in_process(instance=instance, run_config=config | QUIET)
        locks.forget_killed(killed)
    (event,) = [event for event in result.all_events if event.is_successful_output]
    metadata = event.step_output_data.metadata
    return {table: cast("dict[str, int]", found.value) for table, found in metadata.items()}
