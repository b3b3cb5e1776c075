"""The commands that list, heal and resume: their words and exit codes."""

import datetime as dt
from pathlib import Path
from uuid import uuid4

import dagster as dg
import pandas as pd
import pytest
from typer.testing import CliRunner

from nba_assets.cli.main import app
from nba_assets.cli.options import settings_of
from nba_assets.cli.repair.stale import due_dates
from nba_assets.instance.home import prepare_home
from nba_assets.instance.run_locks import RunLocks, end_dead_runs
from nba_assets.quality.refusals import Refusals
from nba_assets.quality.verdict import Verdict
from nba_assets.runs.selection import LEDGER
from nba_assets.simulation.league import simulate
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.support.league import (
    edit,
    set_value,
)

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


def test_resume_reports_what_a_killed_run_wrote_that_the_daemon_has_ended(
    dates: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ["backfill", f"{dates[0]}..{dates[-1]}", "--tables", TABLES]
    assert RUNNER.invoke(app, whole).exit_code == 0
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "events lost"))
    prepare_home(settings_of(None, None))
    with dg.DagsterInstance.get() as instance:
        run = instance.add_run(
            dg.DagsterRun(job_name="everything", run_id=str(uuid4()), status=dg.DagsterRunStatus.STARTED)
        )
        locks = RunLocks(instance.root_directory)
        with pytest.raises(KeyboardInterrupt), locks.held(run.run_id):
            raise KeyboardInterrupt
        assert end_dead_runs(instance) == [run.run_id], "as the daemon does"
        assert locks.killed() == [run.run_id]
        resumed = RUNNER.invoke(app, [*whole, "--resume"])
        assert f"run {run.run_id} was killed" in resumed.output.replace("\n", " ")
        for table in TABLES.split(","):
            assert instance.get_materialized_partitions(dg.AssetKey(table)) == set(dates)
        assert locks.killed() == []


def test_failed_retries_what_is_refused_missing_or_damaged_and_nothing_that_is_stale(
    dates: list[str], tmp_path: Path
) -> None:
    names, days = TABLES.split(","), [dt.date.fromisoformat(date) for date in dates]
    assert RUNNER.invoke(app, ["backfill", f"{dates[0]}..{dates[-1]}", "--tables", TABLES]).exit_code == 0
    settings = settings_of(None, None)
    assert not due_dates(settings, days, names, resume=False, failed_only=True)

    lake = Lake(open_store(settings.lake))
    refused = {days[2]: Verdict("FAIL")}
    Refusals(lake.store).keep(
        "raw_player_boxscores", refused, lake.file_hashes("raw_player_boxscores", refused)
    )
    lake.store.delete(lake.name("raw_team_boxscores", days[5]))
    lake.store.write(lake.name("raw_schedule", days[6]), b"torn")
    edit(tmp_path / "archive", PLAYERS, set_value(dates[3], "PLUS_MINUS", 30))
    due = due_dates(settings, days, names, resume=False, failed_only=True)
    assert due == {
        "raw_schedule": [days[6]], "raw_player_boxscores": [days[2]], "raw_team_boxscores": [days[5]],
        LEDGER: [days[2], days[5], days[6]],
    }  # fmt: skip
    some = days[:4]
    for flags in ({"failed_only": True, "resume": False}, {"resume": True}):
        requested = due_dates(settings, some, names, **flags)
        assert requested and all(set(found) <= set(some) for found in requested.values())
    resumed = due_dates(settings, days, names, resume=True)
    assert {days[2], days[3], days[6]} <= set(resumed["raw_player_boxscores"])


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
