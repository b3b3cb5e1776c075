"""When a launched run has ended, by what is said of its attempts; `make spread` asks a real webserver."""

from __future__ import annotations

import time
from typing import Any, cast

from nba_assets.instance.remote_runs import EndedRun, RemoteRuns
from nba_assets.instance.webserver import Webserver

REPOSITORY = {"name": "all", "location": {"name": "nba_assets"}, "jobs": [{"name": "everything"}]}


def attempt(
    run_id: str, status: str, steps: dict[str, str], *, ago: float = 0.0, **tags: str
) -> dict[str, Any]:
    return {
        "runId": run_id,
        "status": status,
        "endTime": time.time() - ago,
        "tags": [{"key": f"dagster/{name}", "value": value} for name, value in tags.items()],
        "stepStats": [{"stepKey": step, "status": state} for step, state in steps.items()],
    }


class Answers:
    """A webserver that knows some runs."""

    def __init__(self, *runs: dict[str, Any]):
        self._runs = {run["runId"]: run for run in runs}

    def query(self, _: str, **variables: Any) -> dict[str, Any]:
        if "ids" in variables:
            return {"runsOrError": {"results": [self._runs[run_id] for run_id in variables["ids"]]}}
        return {"repositoriesOrError": {"nodes": [REPOSITORY]}}


def ended(*runs: dict[str, Any]) -> dict[str, EndedRun]:
    return RemoteRuns(cast("Webserver", Answers(*runs)), "everything").ended([runs[0]["runId"]])


def test_a_failure_has_not_ended_until_the_instance_says_that_it_is_not_retried() -> None:
    assert ended(attempt("a", "FAILURE", {})) == {}
    assert ended(attempt("a", "FAILURE", {}, will_retry="true")) == {}
    assert ended(attempt("a", "FAILURE", {}, will_retry="false")) == {"a": EndedRun("a", "FAILURE", {})}


def test_a_failure_of_an_instance_that_retries_nothing_has_ended_after_a_while() -> None:
    assert ended(attempt("a", "FAILURE", {}, ago=60)) == {"a": EndedRun("a", "FAILURE", {})}


def test_success_and_cancellation_are_ends_at_once() -> None:
    for status in ("SUCCESS", "CANCELED"):
        assert ended(attempt("a", status, {})) == {"a": EndedRun("a", status, {})}


def test_what_an_attempt_has_made_before_it_was_killed_counts() -> None:
    killed = attempt("a", "FAILURE", {"one": "SUCCESS", "two": "FAILURE"}, auto_retry_run_id="b")
    again = attempt("b", "SUCCESS", {"two": "SUCCESS"})
    assert ended(killed, again) == {"a": EndedRun("b", "SUCCESS", {"one": "SUCCESS", "two": "SUCCESS"})}
