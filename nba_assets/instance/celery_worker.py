"""A worker that executes the runs which the instance of DAGSTER_HOME launches on Celery.

    celery -A nba_assets.instance.celery_worker worker --concurrency 1

Broker and results are those of its dagster.yaml: they are named once.
"""

from __future__ import annotations

from typing import cast

from dagster import DagsterInstance
from dagster_celery.tasks import create_execute_job_task, create_resume_job_task

from nba_assets.instance.celery_launcher import WatchedCeleryRunLauncher


def _launcher() -> WatchedCeleryRunLauncher:
    with DagsterInstance.get() as instance:
        return cast("WatchedCeleryRunLauncher", instance.run_launcher)


app = _launcher().celery
execute_job, resume_job = create_execute_job_task(app), create_resume_job_task(app)
