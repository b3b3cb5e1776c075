"""Runs that a webserver starts on whatever its instance launches runs with: processes, Celery, Kubernetes."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nba_assets.instance.webserver import Webserver, WebserverError

_REPOSITORIES = """
query {
  repositoriesOrError {
    ... on PythonError { message }
    ... on RepositoryConnection { nodes { name location { name } jobs { name } } }
  }
}"""
_RUNS = """
query ($ids: [String!]!) {
  runsOrError(filter: {runIds: $ids}) {
    ... on PythonError { message }
    ... on Runs { results { runId status endTime tags { key value } stepStats { stepKey status } } }
  }
}"""
_ENDED = {"SUCCESS", "FAILURE", "CANCELED"}
# Seconds in which Dagster says whether it retries a failed run; where it never retries, it says nothing.
_DECIDED_WITHIN = 10.0


@dataclass(frozen=True)
class EndedRun:
    """How a run has ended, after all its retries.

    Attributes:
        run_id: of the last attempt.
        status: SUCCESS, FAILURE or CANCELED.
        steps: SUCCESS, FAILURE or SKIPPED by step, of the last attempt that came to it: a retry leaves out
            what the attempt before has done.
    """

    run_id: str
    status: str
    steps: Mapping[str, str]


class RemoteRuns:
    """Runs of one job.

    Args:
        webserver: of the instance.
        job: name of the job.

    Raises:
        WebserverError: no webserver answers, or it knows no such job.
    """

    def __init__(self, webserver: Webserver, job: str):
        self._webserver = webserver
        found = webserver.query(_REPOSITORIES)["repositoriesOrError"]
        for node in found.get("nodes", ()):
            if job in {known["name"] for known in node["jobs"]}:
                self._selector = {
                    "repositoryName": node["name"],
                    "repositoryLocationName": node["location"]["name"],
                    "pipelineName": job,
                }
                return
        raise WebserverError(found.get("message") or f"{webserver.url} has no job {job}")

    def launch(self, assets: Sequence[str], tags: Mapping[str, str], config: Mapping[str, Any]) -> str:
        """Start a run of some assets and their checks; its id.

        Raises:
            WebserverError: it was refused.
        """
        selector = {**self._selector, "assetSelection": [{"path": [name]} for name in assets]}
        return self._webserver.launch_run(selector, tags, config)

    def ended(self, run_ids: Collection[str]) -> dict[str, EndedRun]:
        """Those of the launched runs that have ended; one that the instance launches again has not.

        Raises:
            WebserverError: the webserver does not answer, or knows one of the runs no more.
        """
        last = {run_id: run_id for run_id in run_ids}
        steps: dict[str, dict[str, str]] = {run_id: {} for run_id in run_ids}
        ended: dict[str, EndedRun] = {}
        while last:
            found = self._webserver.query(_RUNS, ids=list(last.values()))["runsOrError"]
            runs = {run["runId"]: run for run in found.get("results", ())}
            if missing := set(last.values()) - runs.keys():
                raise WebserverError(found.get("message") or f"no such runs: {sorted(missing)}")
            retried: dict[str, str] = {}
            for first, run_id in last.items():
                run = runs[run_id]
                tags = {tag["key"]: tag["value"] for tag in run["tags"]}
                steps[first] |= {
                    step["stepKey"]: step["status"] for step in run["stepStats"] if step["status"]
                }
                if again := tags.get("dagster/auto_retry_run_id"):
                    retried[first] = again
                elif run["status"] in _ENDED and not _may_be_retried(run, tags.get("dagster/will_retry")):
                    ended[first] = EndedRun(run_id, run["status"], steps[first])
            last = retried
        return ended


def _may_be_retried(run: Mapping[str, Any], verdict: str | None) -> bool:
    """Whether an ended run is retried, or the instance has yet to say: it does a moment after a failure."""
    undecided = verdict is None and run["status"] == "FAILURE"
    return verdict == "true" or (undecided and time.time() - run["endTime"] < _DECIDED_WITHIN)
