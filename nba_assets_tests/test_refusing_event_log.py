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


def test_private_parts_of_dagster_are_used_in_one_package_only() -> None:
    root = Path(nba_assets.__file__).parent
    users = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "instance" not in path.relative_to(root).parts and PRIVATE.search(path.read_text())
    }
    assert users == set()
