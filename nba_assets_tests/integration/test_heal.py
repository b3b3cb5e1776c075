"""The command that a red date names makes the lake equal to one that never had the defect."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from nba_assets.cli.main import app
from nba_assets.definitions import ALL_TABLES
from nba_assets.runs.selection import LEDGER
from nba_assets.simulation.league import simulate
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.support.league import (
    edit,
    set_value,
)

RUNNER = CliRunner()
PLAYERS = "leaguegamelog/players_2024-25_regular.parquet"
TABLES = [table.name for table in ALL_TABLES if table.plan is None and table.name != LEDGER]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small league and its lake, without a defect."""
    folder = tmp_path_factory.mktemp("clean")
    simulate(folder / "archive", seasons=1, teams=4, seed=3, dates_per_season=10)
    with pytest.MonkeyPatch.context() as patch:
        _use(folder, patch)
        days = _days(folder)
        assert _run("backfill", f"{days[0]}..{days[-1]}", "--tables", ",".join(TABLES)).exit_code in (0, 1)
    return folder


def _use(folder: Path, patch: pytest.MonkeyPatch) -> None:
    for name, part in (("NBA_LAKE", "lake"), ("NBA_ARCHIVE_DIR", "archive"), ("DAGSTER_HOME", "dagster")):
        patch.setenv(name, str(folder / part))
    patch.setenv("COLUMNS", "400")


def _days(folder: Path) -> list[str]:
    return sorted(pd.read_parquet(folder / "archive" / PLAYERS)["GAME_DATE"].unique())


def _run(*arguments: str):
    return RUNNER.invoke(app, list(arguments))


def _bytes(folder: Path) -> dict[str, bytes]:
    """Every partition and refusal of the tables; what was healed is history."""
    store = Lake(open_store(str(folder / "lake"))).store
    names = [
        name for table in TABLES for name in (*store.list(f"{table}/"), *store.list(f"_refused/{table}/"))
    ]
    return {name: store.read(name) for name in names}


def test_the_printed_command_heals_the_date_and_all_that_suffered(
    clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(clean, tmp_path / "league")
    _use(folder, monkeypatch)
    days = _days(folder)
    day, tables = days[6], ",".join(TABLES)
    edit(folder, f"archive/{PLAYERS}", set_value(day, "PTS", 99))
    _run("backfill", f"{day}..{days[-1]}", "--tables", tables)
    broken = _bytes(folder)

    explained = " ".join(_run("explain", day).output.split())
    (command,) = set(re.findall(r"nba-assets (heal \S+ --tables raw_player_boxscores)", explained))
    shutil.copy(clean / "archive" / PLAYERS, folder / "archive" / PLAYERS)
    _run(*command.split())
    healed = _bytes(folder)
    assert healed == _bytes(clean)
    changed = [name for name in healed if broken.get(name) != healed[name]]
    assert any(days[-1] in name for name in changed), "later dates too"
