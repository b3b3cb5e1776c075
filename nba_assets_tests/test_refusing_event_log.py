"""The double refuses what Dagster+ refuses, and nothing of ours uses Dagster's storage to decide."""

from __future__ import annotations

import re
from pathlib import Path

import dagster as dg
import pytest

import nba_assets
from nba_assets.quality.gate import check_key
from nba_assets_tests.support.refusing_event_log import RefusingEventLog
from nba_assets_tests.support.workbench import passing_instance

PRIVATE = re.compile(r"dagster\._|event_log_storage|run_storage|index_connection|_event_storage")


def test_it_answers_and_refuses(tmp_path: Path) -> None:
    with passing_instance(tmp_path, RefusingEventLog) as instance:
        instance.report_runless_asset_event(dg.AssetMaterialization("table", partition="2024-01-01"))
        assert instance.get_materialized_partitions(dg.AssetKey("table")) == {"2024-01-01"}
        assert not hasattr(instance.event_log_storage, "index_connection")
        with pytest.raises(NotImplementedError, match="get_asset_check_partition_info"):
            instance.event_log_storage.get_asset_check_partition_info([check_key("table")])


# Modules that import private names of Dagster; each says in its first lines what for.
PRIVATE_IMPORTS = {
    "celery_launcher.py": 1, "event_log.py": 7, "grouped_events.py": 5, "partition_events.py": 2,
    "partition_status.py": 12, "pool_slots.py": 5, "postgres_event_log.py": 4, "private_api.py": 4,
    "run_launcher.py": 1, "sqlite_storage.py": 6,
}  # fmt: skip


def test_the_private_imports_of_dagster_are_these_and_each_module_gives_the_reason() -> None:
    folder = Path(nba_assets.__file__).parent / "instance"
    found = {
        path.name: len(re.findall(r"^from dagster\._", text, re.MULTILINE))
        for path in sorted(folder.glob("*.py"))
        if "from dagster._" in (text := path.read_text())
    }
    assert found == PRIVATE_IMPORTS
    for name in found:
        assert len((folder / name).read_text().split('"""')[1].split()) >= 15, name


def test_private_parts_of_dagster_are_used_in_one_package_only() -> None:
    root = Path(nba_assets.__file__).parent
    users = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "instance" not in path.relative_to(root).parts and PRIVATE.search(path.read_text())
    }
    assert users == set()
