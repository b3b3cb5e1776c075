"""A Dagster webserver as its pages use it: the automations, and the clicks that start and stop them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpcore

_SECONDS = 60.0
_TICK_ENDS_WITHIN, _PAUSE = 120.0, 0.1
# With statuses named, ticks of before a restart of `dagster dev` and of after it are found alike.
_TICK = """
ticks(limit: 1, statuses: [STARTED, SKIPPED, SUCCESS, FAILURE]) {
  timestamp endTimestamp status skipReason runIds error { message }
}"""
_AUTOMATIONS = f"""
query {{
  repositoriesOrError {{
    ... on PythonError {{ message }}
    ... on RepositoryConnection {{
      nodes {{
        name location {{ name }}
        sensors {{ name sensorState {{ id status {_TICK} }} }}
      }}
    }}
  }}
}}"""
_START = """
mutation ($selector: SensorSelector!) {
  startSensor(sensorSelector: $selector) {
    __typename ... on PythonError { message }
  }
}"""
_STOP = "mutation ($id: String!) { stopSensor(id: $id) { __typename ... on PythonError { message } } }"

_LAUNCH = """
mutation ($params: ExecutionParams!) {
  launchPipelineExecution(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on RunConfigValidationInvalid { errors { message } }
    ... on PythonError { message }
  }
}"""


class WebserverError(RuntimeError):
    """The webserver cannot be reached, or refused a request."""


@dataclass(frozen=True)
class Tick:
    """An evaluation of an automation.

    Attributes:
        at: moment, seconds since 1970.
        seconds: how long it took; None while it runs.
        status: STARTED, SKIPPED, SUCCESS or FAILURE.
        reason: why nothing was requested, or what went wrong.
        runs: ids of the runs that it requested.
    """

    at: float
    seconds: float | None
    status: str
    reason: str
    runs: tuple[str, ...]


@dataclass(frozen=True)
class Automation:
    """A sensor, and its newest tick: the schedules of this project are sensors too (timetable.py)."""

    name: str
    selector: dict[str, str]
    state_id: str
    running: bool
    tick: Tick | None


class Webserver:
    """The webserver at an address such as http://127.0.0.1:3000."""

    def __init__(self, url: str):
        self.url = url.rstrip("/")

    def query(self, text: str, **variables: Any) -> dict[str, Any]:
        """Answer of a GraphQL query.

        Raises:
            WebserverError: no webserver at the address, or the query has failed.
        """
        body = json.dumps({"query": text, "variables": variables}).encode()
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), _SECONDS)
        try:
            answer = httpcore.request(
                "POST",
                f"{self.url}/graphql",
                headers={"Content-Type": "application/json"},
                content=body,
                extensions={"timeout": timeouts},
            )
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise WebserverError(
                f"no Dagster webserver answers at {self.url}: {type(error).__name__}"
            ) from error
        if answer.status != 200:
            raise WebserverError(f"{self.url} answered with status {answer.status}: is it Dagster's?")
        found = json.loads(answer.content)
        if found.get("errors"):
            raise WebserverError("; ".join(error["message"] for error in found["errors"]))
        return found["data"]

    def launch_run(
        self, selector: Mapping[str, Any], tags: Mapping[str, str], config: Mapping[str, Any]
    ) -> str:
        """Launch a run, as the launchpad does; its id.

        Args:
            selector: job of a repository, its assets and their checks, as GraphQL has them.
            tags: tags of the run.
            config: its configuration.

        Raises:
            WebserverError: as :meth:`query`, or the run was refused.
        """
        params = {
            "mode": "default",
            "runConfigData": json.dumps(config),
            "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in tags.items()]},
            "selector": selector,
        }
        answer = self.query(_LAUNCH, params=params)["launchPipelineExecution"]
        if "run" not in answer:
            raise WebserverError(f"{self.url} launches no run: {json.dumps(answer)}")
        return answer["run"]["runId"]

    def automations(self) -> list[Automation]:
        """Every sensor of every code location, by name.

        Raises:
            WebserverError: as :meth:`query`.
        """
        found: list[Automation] = []
        for repository in _checked(self.query(_AUTOMATIONS)["repositoriesOrError"])["nodes"]:
            place = {
                "repositoryName": repository["name"],
                "repositoryLocationName": repository["location"]["name"],
            }
            found += [_automation(one, place) for one in repository["sensors"]]
        return sorted(found, key=lambda one: one.name)

    def start(self, automation: Automation) -> None:
        """Start an automation, as the switch on the Automation page does.

        Raises:
            WebserverError: as :meth:`query`.
        """
        _checked(self.query(_START, selector=automation.selector)["startSensor"])

    def stop(self, automation: Automation) -> None:
        """Stop an automation, whether or not a tick of it is under way.

        Dagster's daemon writes at the end of a tick that its sensor runs, as it was at the tick's beginning:
        a stop in between would be undone. A tick under way is waited for, and the sensor stopped once more.

        Raises:
            WebserverError: as :meth:`query`, or the tick does not end.
        """
        _checked(self.query(_STOP, id=automation.state_id)["stopSensor"])
        until = time.monotonic() + _TICK_ENDS_WITHIN
        while self._ticks(automation):
            if time.monotonic() > until:
                raise WebserverError(f"the tick of {automation.name} does not end: stop it again once it has")
            time.sleep(_PAUSE)
            _checked(self.query(_STOP, id=automation.state_id)["stopSensor"])

    def _ticks(self, automation: Automation) -> bool:
        """Whether a tick of an automation is under way."""
        (now,) = [one for one in self.automations() if one.state_id == automation.state_id]
        return now.tick is not None and now.tick.status == "STARTED"


def _automation(sensor: dict[str, Any], place: dict[str, str]) -> Automation:
    name, state = sensor["name"], sensor["sensorState"]
    ticks = [_tick(one) for one in state["ticks"]]
    running = state["status"] == "RUNNING"
    return Automation(name, {**place, "sensorName": name}, state["id"], running, ticks[0] if ticks else None)


def _tick(facts: dict[str, Any]) -> Tick:
    ended = facts["endTimestamp"]
    reason = (facts["error"] or {}).get("message") or facts["skipReason"] or ""
    seconds = None if ended is None else ended - facts["timestamp"]
    return Tick(facts["timestamp"], seconds, facts["status"], reason.strip(), tuple(facts["runIds"]))


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    if "message" in answer:
        raise WebserverError(answer["message"].strip())
    return answer
