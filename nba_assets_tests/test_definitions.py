import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster._core.workspace.load import location_origins_from_yaml_paths

from nba_assets.assets.factory.column_lineage import (
    columns_of,
    declared,
)
from nba_assets.assets.factory.derived_columns import (
    DERIVED,
    OF_NO_COLUMN,
)
from nba_assets.assets.factory.table_asset import OWNER
from nba_assets.assets.published_predictions import NAME as PUBLISHED
from nba_assets.assets.tables import ALL_TABLES
from nba_assets.calendar.partitions import GAME_DATES
from nba_assets.definitions import build_defs, defs
from nba_assets.instance.event_log import GroupCommitSqliteEventLogStorage
from nba_assets.lineage.table import Table
from nba_assets.schemas.catalog import TABLES
from nba_assets.schemas.purposes import PURPOSES
from nba_assets.settings import Settings
from nba_assets_tests.support import definitions_snapshot

ROOT = Path(__file__).parents[1]
EVERY = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}
SPECS = {name: spec for name, spec in EVERY.items() if name != PUBLISHED}  # documents have no columns
GROUPS = (
    "raw",
    "analytics",
    "precompute",
    "feature_store",
    "models",
    "predictions",
    "grading",
    "coverage",
    "published",
)


def test_the_promises_are_those_of_the_snapshot() -> None:
    """If the change is meant: python -m nba_assets_tests.support.definitions_snapshot."""
    found = json.loads(json.dumps(definitions_snapshot.describe(build_defs(Settings()))))
    assert found == json.loads(definitions_snapshot.FILE.read_text())


def test_every_table_of_the_catalog_is_an_asset_and_nothing_else_is() -> None:
    assert set(SPECS) == set(TABLES) == set(PURPOSES) == {table.name for table in ALL_TABLES}


def test_the_definitions_can_be_loaded() -> None:
    dg.Definitions.validate_loadable(defs)


def test_tables_are_in_the_order_in_which_a_date_is_made() -> None:
    done: set[str] = set()
    for table in ALL_TABLES:
        done.add(table.name)
        assert {item.table for item in table.inputs} <= done


def _columns(name: str) -> list[dg.TableColumn]:
    shown: Any = SPECS[name].metadata["dagster/column_schema"]
    return list(getattr(shown, "value", shown).columns)


@pytest.mark.parametrize("name", sorted(EVERY))
def test_every_asset_has_an_owner_a_description_and_a_place(name: str) -> None:
    spec = EVERY[name]
    assert spec.description
    assert list(spec.owners) == [OWNER]
    assert spec.group_name in GROUPS
    assert spec.kinds
    if name in SPECS:
        assert spec.description.startswith(f"{PURPOSES[name]}\n\n{TABLES[name].grain} ")
        assert spec.description.endswith(".")
        assert spec.code_version
        assert spec.partitions_def == GAME_DATES


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_column_of_every_asset_is_described_before_the_first_run(name: str) -> None:
    columns = _columns(name)
    assert [column.name for column in columns] == list(TABLES[name].columns)
    assert all(column.description and column.description.endswith(".") for column in columns)
    assert {column.name for column in columns if "key" in column.tags} == set(TABLES[name].key)


NO_COLUMNS_BEFORE = {"raw", "coverage"}  # made from publishers' documents, and from verdicts


@pytest.mark.parametrize(
    "table", [t for t in ALL_TABLES if t.group not in NO_COLUMNS_BEFORE], ids=lambda t: t.name
)
def test_every_column_names_the_columns_that_it_is_made_from(table: Table) -> None:
    lineage, read = columns_of(table), declared(table)
    assert {name for name, sources in lineage.items() if not sources} <= OF_NO_COLUMN
    for sources in lineage.values():
        for source, column in sources:
            assert column in read[source], f"{table.name} does not declare that it reads {source}.{column}"
    assert set(DERIVED.get(table.name, {})) <= set(lineage)
    shown: Any = SPECS[table.name].metadata["dagster/column_lineage"]
    assert len(getattr(shown, "value", shown).deps_by_column) >= len(lineage) - len(OF_NO_COLUMN)


def test_lineage_of_a_feature_reaches_the_columns_behind_its_windows() -> None:
    by_name = {table.name: columns_of(table) for table in ALL_TABLES}
    assert ("player_game_summary", "pts") in by_name["player_daily_cache"]["points_avg_last_5"]
    assert ("raw_player_boxscores", "fta") in by_name["player_game_summary"]["usage_rate"]
    assert ("ml_feature_store_v3", "points_avg_season") in by_name["xgboost_extended"]["artefact"]


def test_assets_link_to_the_pages_where_their_address_is_known() -> None:
    specs = build_defs(Settings(site_url="https://points.example/")).resolve_all_asset_specs()
    assert {spec.metadata["tonight"].value for spec in specs} == {"https://points.example/index.html"}
    assert all("tonight" not in spec.metadata for spec in EVERY.values())


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_asset_has_a_blocking_coverage_check_by_date(name: str) -> None:
    asset = defs.get_repository_def().assets_defs_by_key[dg.AssetKey(name)]
    checks = [check for check in asset.check_specs if check.asset_key == dg.AssetKey(name)]
    (coverage,) = [check for check in checks if check.name == "coverage"]
    assert coverage.blocking
    assert coverage.partitions_def == GAME_DATES
    assert coverage.description


def test_dependencies_are_by_identity() -> None:
    """Look-back mappings make a backfill of fifty dates fan out to hundreds."""
    for spec in SPECS.values():
        assert all(dep.partition_mapping is None for dep in spec.deps)


def test_resources_can_be_replaced(tmp_path: Path) -> None:
    other = build_defs(Settings(lake=str(tmp_path)), {"source": dg.ResourceDefinition.none_resource()})
    assert (other.resources or {})["lake"].root == str(tmp_path)
    assert isinstance((other.resources or {})["source"], dg.ResourceDefinition)


_WATCH = """
import json, os, sys
opened, reached = [], []
def hook(event, arguments):
    # An editable install has a name in place of a folder; looking it up opens nothing.
    if event == "open" and isinstance(arguments[0], str) and not arguments[0].endswith("__path_hook__"):
        opened.append((os.path.abspath(arguments[0]), str(arguments[1])))
    elif event in ("socket.connect", "socket.getaddrinfo", "sqlite3.connect", "subprocess.Popen"):
        reached.append(event)
import dagster, dagster_gcp, pandas, pandera.pandas, pyarrow.parquet, xgboost
sys.addaudithook(hook)
import nba_assets.definitions
sys.stdout.write(json.dumps([opened, reached]))
"""


def test_importing_the_definitions_opens_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    here = {
        "PYTHONPATH": str(ROOT),
        "NBA_ARCHIVE_DIR": "/nonexistent/archive",
        "NBA_LAKE": "/nonexistent/lake",
        "DAGSTER_HOME": str(home),
    }
    result = subprocess.run(
        [sys.executable, "-B", "-W", "ignore", "-c", _WATCH],
        cwd=tmp_path, env={**os.environ, **here}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-2000:]
    opened, reached = json.loads(result.stdout)
    assert reached == []
    code = (str(ROOT / "nba_assets"), sys.prefix, sys.base_prefix, "/usr", "/etc", "/proc", "/sys", "/dev")
    assert [path for path, _ in opened if not path.startswith(code)] == []
    assert [path for path, mode in opened if set(mode) & set("wax+") and path != os.devnull] == []
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert list(home.iterdir()) == []


# --- files at the root ---------------------------------------------------------------------------------


def test_workspace_yaml_names_this_code_location(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (origin,) = location_origins_from_yaml_paths(["workspace.yaml"])
    assert origin.location_name == "nba_assets"
    module = importlib.import_module(origin.loadable_target_origin.module_name)
    assert isinstance(module.defs, dg.Definitions)


def test_dagster_yaml_makes_an_instance_with_our_event_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    (tmp_path / "dagster.yaml").write_text((ROOT / "dagster.yaml").read_text())
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert isinstance(instance.event_log_storage, GroupCommitSqliteEventLogStorage)
        assert not instance.telemetry_enabled
        assert not instance.nux_enabled
        assert instance.get_materialized_partitions(dg.AssetKey("raw_schedule")) == set()
    folders = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*.db")}
    assert "event_log" in folders


def test_dagster_cloud_yaml_names_this_code_location_and_variables_that_are_read() -> None:
    (location,) = yaml.safe_load((ROOT / "dagster_cloud.yaml").read_text())["locations"]
    assert location["location_name"] == "nba_assets"
    module = importlib.import_module(location["code_source"]["module_name"])
    assert isinstance(module.defs, dg.Definitions)
    assert (ROOT / location["build"]["directory"] / "pyproject.toml").is_file()
    named = location.get("container_context", {}).get("k8s", {}).get("env_vars", [])
    read = {f"NBA_{name.upper()}" for name in Settings.model_fields}
    assert {variable.split("=")[0] for variable in named} <= read


def test_pyproject_names_the_same_module() -> None:
    import tomllib

    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    assert tool["dagster"] == {"module_name": "nba_assets.definitions", "code_location_name": "nba_assets"}
    assert tool["dg"]["project"]["code_location_target_module"] == "nba_assets.definitions"


def test_env_example_names_every_variable_that_is_read_and_no_other() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = {line.lstrip("# ").split("=")[0] for line in lines if "=" in line.split(" ")[-1]}
    read = {f"NBA_{name.upper()}" for name in Settings.model_fields} - {"NBA_DAGSTER_HOME"}
    assert {name for name in named if name.startswith("NBA_")} == read


def test_secrets_are_secrets_in_the_settings() -> None:
    kinds = {name: str(field.annotation) for name, field in Settings.model_fields.items()}
    for name, kind in kinds.items():
        secret = name in ("odds_api_key", "alert_webhook", "api_token") or name.endswith("_proxy")
        assert ("SecretStr" in kind) == secret, name


def test_readme_is_a_screenful_and_explains_how_to_go_live() -> None:
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) <= 66
    assert "## From demo to live" in text
