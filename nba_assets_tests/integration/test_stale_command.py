"""The commands that list, heal and resume: their words and exit codes."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from nba_assets.cli.main import app
from nba_assets.simulation.league import simulate
from nba_assets_tests.league import edit, set_value

RUNNER = CliRunner()
TABLES = "raw_schedule,raw_player_boxscores,raw_team_boxscores"
PLAYERS = "leaguegamelog/players_2024-25_regular.parquet"


@pytest.fixture
def dates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Dates of a small league that the environment names as source."""
    simulate(tmp_path / "archive", seasons=1, teams=4, seed=3, dates_per_season=10)
    for name, folder in (("NBA_LAKE", "lake"), ("NBA_ARCHIVE_DIR", "archive"), ("DAGSTER_HOME", "dagster")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.setenv("COLUMNS", "200")
    return sorted(pd.read_parquet(tmp_path / "archive" / PLAYERS)["GAME_DATE"].unique())


def test_list_heal_and_resume(dates: list[str], tmp_path: Path) -> None:
    whole = ["backfill", f"{dates[0]}..{dates[-1]}", "--tables", TABLES]
    assert RUNNER.invoke(app, whole).exit_code == 0
    nothing = RUNNER.invoke(app, ["stale"])
    assert (nothing.exit_code, nothing.output.splitlines()[-1]) == (0, "nothing is stale")

    edit(tmp_path / "archive", PLAYERS, set_value(dates[3], "PLUS_MINUS", 40))
    listed = RUNNER.invoke(app, ["stale"])
    assert listed.exit_code == 1
    assert "2 partitions are stale" in listed.output, "both box scores are held against each other"
    assert f"{dates[3]}  the source has other rows of this date" in listed.output
    assert RUNNER.invoke(app, ["stale", f"{dates[4]}..{dates[-1]}"]).exit_code == 0
    assert RUNNER.invoke(app, ["stale", "--tables", "raw_schedule"]).exit_code == 0

    resumed = RUNNER.invoke(app, [*whole, "--resume"])
    assert resumed.exit_code == 0
    assert "2 partitions changed" in resumed.output
    again = RUNNER.invoke(app, [*whole, "--resume"])
    assert again.exit_code == 0
    assert "no byte changed" in again.output
    healed = RUNNER.invoke(app, ["stale", "--fix"])
    assert (healed.exit_code, healed.output.splitlines()[-1]) == (0, "nothing was stale")


def test_heal(dates: list[str], tmp_path: Path) -> None:
    whole = ["backfill", f"{dates[0]}..{dates[-1]}", "--tables", TABLES]
    assert RUNNER.invoke(app, whole).exit_code == 0
    for date in (dates[1], dates[5]):
        edit(tmp_path / "archive", PLAYERS, set_value(date, "PLUS_MINUS", 40))
    healed = RUNNER.invoke(app, ["stale", "--fix"])
    assert healed.exit_code == 0
    assert "materialized 2, changed 2" in healed.output
    assert healed.output.splitlines()[-1] == "nothing is stale"


def test_a_table_that_does_not_exist_is_named() -> None:
    result = RUNNER.invoke(app, ["stale", "--tables", "raw_schedul"])
    assert result.exit_code != 0
    assert "raw_schedul: tables are raw_schedule" in str(result.exception)
