"""What the code location promises to people and to other code, as one file that a review can read.

Refresh it after a change that is meant: ``python -m nba_assets_tests.support.definitions_snapshot``
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dagster as dg

from nba_assets.calendar.partitions import GAME_DATES
from nba_assets.settings import Settings

FILE = Path(__file__).with_name("definitions_snapshot.json")


def describe(definitions: dg.Definitions) -> dict[str, Any]:
    """The promises of a code location, in an order that does not change."""
    specs = sorted(definitions.resolve_all_asset_specs(), key=lambda spec: spec.key)
    repository = definitions.get_repository_def()
    checks: dict[dg.AssetKey, list[dict[str, Any]]] = {}
    for asset in repository.assets_defs_by_key.values():
        for check in asset.check_specs:
            found = {
                "name": check.name,
                "blocking": check.blocking,
                "partitioned": check.partitions_def == GAME_DATES,
            }
            if found not in checks.setdefault(check.asset_key, []):
                checks[check.asset_key].append(found)
    graph = repository.asset_graph
    return {
        "assets": {
            spec.key.to_user_string(): {
                "group": spec.group_name,
                "owners": list(spec.owners),
                "kinds": sorted(spec.kinds),
                "deps": sorted(dep.asset_key.to_user_string() for dep in spec.deps),
                "partitions": _partitions(spec.partitions_def),
                "single_run": graph.get(spec.key).backfill_policy == dg.BackfillPolicy.single_run(),
                "checks": sorted(checks.get(spec.key, []), key=lambda check: check["name"]),
                "automation": spec.automation_condition.get_label() if spec.automation_condition else None,
            }
            for spec in specs
        },
        "jobs": {
            job.name: {
                "assets": sorted(key.to_user_string() for key in job.asset_layer.executable_asset_keys),
                "partitions": _partitions(job.partitions_def),
                "executor": job.executor_def.name,
            }
            for job in sorted(repository.get_all_jobs(), key=lambda job: job.name)
            if not job.name.startswith("__")
        },
        "schedules": {schedule.name: schedule.cron_schedule for schedule in repository.schedule_defs},
        "sensors": sorted(sensor.name for sensor in repository.sensor_defs),
        "resources": sorted(definitions.resources or {}),
    }


def _partitions(found: dg.PartitionsDefinition | None) -> str | None:
    return "GAME_DATES" if found == GAME_DATES else found and str(found)


def main() -> None:
    """Write the file anew."""
    from nba_assets.definitions import build_defs

    FILE.write_text(json.dumps(describe(build_defs(Settings())), indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
