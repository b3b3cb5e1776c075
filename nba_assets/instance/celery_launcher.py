"""The run launcher of dagster-celery, which also notices when the worker of a run is gone."""

from __future__ import annotations

from dagster import DagsterRun
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG

_PATIENCE = 5.0  # seconds in which a worker answers


class WatchedCeleryRunLauncher(CeleryRunLauncher):
    """Reports runs whose worker does not answer to Dagster's run monitoring.

    Stock dagster-celery asks the results alone: a run whose worker was killed with its machine stays STARTED
    there for ever.
    """

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether the run's task is under way, on a worker that lives."""
        result = self.celery.AsyncResult(run.tags[DAGSTER_CELERY_TASK_ID_TAG])
        if result.state == "STARTED":
            worker = result.info["hostname"]
            if not self.celery.control.ping([worker], timeout=_PATIENCE):
                return CheckRunHealthResult(WorkerStatus.FAILED, f"its worker {worker} does not answer")
        return super().check_run_worker_health(run)
