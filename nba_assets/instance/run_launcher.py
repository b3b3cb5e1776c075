"""Dagster's launcher of runs in processes of the code server, which also notices when such a process dies."""

from __future__ import annotations

from dagster import DagsterRun
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus

from nba_assets.instance.run_locks import RunLocks


class WatchedRunLauncher(DefaultRunLauncher):
    """Reports runs without a process to Dagster's run monitoring.

    Stock Dagster cannot, so a run that was killed stayed STARTED for ever: its date counted as being made,
    and its slot of a publisher's pool as taken.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Whether run monitoring may ask."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether the run's process lives; a run of another machine, or one without a lock yet, counts so."""
        if RunLocks(self._instance.root_directory).is_dead(run.run_id):
            return CheckRunHealthResult(WorkerStatus.FAILED, "its process has died")
        return CheckRunHealthResult(WorkerStatus.RUNNING)
