"""Launches as the lineage page makes them: over GraphQL, with the parameters of its dialogs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import dagster as dg

from nba_assets.instance.webserver import Webserver

BOUND = 600.0
"""Seconds in which a launch has to end: a machine with other work is slow."""
_PAUSE = 0.5
_NODES = """
query {
  assetNodes {
    assetKey { path } isExecutable jobNames repository { name location { name } }
    assetChecksOrError { ... on AssetChecks { checks { name jobNames } } }
  }
}"""
_BACKFILL = """
mutation ($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}"""
_STATUS = """
query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }"""


class LaunchPad:
    """The dialogs of the lineage page of a webserver.

    Args:
        webserver: the webserver.
        instance: the instance that it serves.
    """

    def __init__(self, webserver: Webserver, instance: dg.DagsterInstance):
        self._webserver = webserver
        self._instance = instance
        self._nodes = [node for node in webserver.query(_NODES)["assetNodes"] if node["isExecutable"]]

    def run(self, tables: Sequence[str], first: str, last: str, config: dict[str, Any]) -> dg.DagsterRun:
        """Launch a selection as one run over a range, with what stands in the launchpad; the finished run."""
        nodes = [node for node in self._nodes if node["assetKey"]["path"][-1] in tables]
        job = next(name for name in nodes[0]["jobNames"] if all(name in node["jobNames"] for node in nodes))
        checks = [
            {"assetKey": node["assetKey"], "name": check["name"]}
            for node in nodes
            for check in node["assetChecksOrError"].get("checks", [])
            if job in check["jobNames"]
        ]
        repository = nodes[0]["repository"]
        selector = {
            "repositoryLocationName": repository["location"]["name"],
            "repositoryName": repository["name"],
            "pipelineName": job,
            "assetSelection": [node["assetKey"] for node in nodes],
            "assetCheckSelection": checks,
        }
        tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
        return self._ended(self._webserver.launch_run(selector, tags, config))

    def backfill(self, tables: Sequence[str], keys: Sequence[str]) -> str:
        """Launch a selection as a backfill of the daemon; its status once it has ended."""
        nodes = [node for node in self._nodes if node["assetKey"]["path"][-1] in tables]
        params = {
            "assetSelection": [node["assetKey"] for node in nodes],
            "partitionNames": list(keys),
            "fromFailure": False,
            "tags": [{"key": "dagster/from_ui", "value": "true"}],
        }
        answer = self._webserver.query(_BACKFILL, params=params)["launchPartitionBackfill"]
        assert answer["__typename"] == "LaunchBackfillSuccess", answer
        ends = time.monotonic() + BOUND
        while True:
            found = self._webserver.query(_STATUS, id=answer["backfillId"])["partitionBackfillOrError"]
            if found["status"] not in ("REQUESTED", "CANCELING"):
                return found["status"]
            assert time.monotonic() < ends, found
            time.sleep(_PAUSE)

    def everything(self) -> list[str]:
        """Names of all assets: what "Materialize all" selects."""
        return [node["assetKey"]["path"][-1] for node in self._nodes]

    def _ended(self, run_id: str) -> dg.DagsterRun:
        ends = time.monotonic() + BOUND
        while True:
            run = self._instance.get_run_by_id(run_id)
            assert run is not None
            if run.is_finished:
                return run
            assert time.monotonic() < ends, run.status
            time.sleep(_PAUSE)
