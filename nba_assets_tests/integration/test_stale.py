"""A corrected line of one game: what is listed, what is healed, and a rebuild from nothing as the judge."""

import datetime as dt
import hashlib
import os
import shutil
from pathlib import Path

import dagster as dg
import pandas as pd
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.cli.repair.stale import (
    fix_stale,
    list_stale,
)
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets_tests.support.league import edit

# Two weeks with lines and injury reports; models are trained on the first of February.
FIRST, LAST = dt.date(2024, 1, 19), dt.date(2024, 2, 2)
CORRECTED = dt.date(2024, 1, 26)
REASON = "two weeks teach nobody"  # and the gate says so
TRAINED = {
    "retrain_calendar": "first_game_date_of_month", "first_date": "2024-02-01", "override_reason": REASON,
}  # fmt: skip
PLAYERS = "leaguegamelog/players_2023-24_regular.parquet"
TEAMS = "leaguegamelog/teams_2023-24_regular.parquet"
DATED = {
    PLAYERS: "GAME_DATE",
    TEAMS: "GAME_DATE",
    "playbyplay/2023-24_regular.parquet": "game_date",
    "shotchart/2023-24_regular.parquet": "GAME_DATE",
}
WHOLE = ("injuries/injury_snapshots_*.parquet", "odds/*.parquet")
SILENT = Console(quiet=True)

Partitions = dict[tuple[str, str], str]


@pytest.fixture(autouse=True, scope="module")
def keep_environment() -> object:
    """The command line names its instance to Dagster through the environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
        yield


def settings(folder: Path) -> Settings:
    return Settings(
        lake=str(folder / "lake"), archive_dir=folder / "archive", DAGSTER_HOME=folder / "dagster"
    )  # type: ignore[call-arg]


def cut(archive: Path, folder: Path) -> Path:
    """Two weeks of a season in a folder of its own."""
    span = [("{}", ">=", FIRST.isoformat()), ("{}", "<=", LAST.isoformat())]
    for name, column in DATED.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        filters = [(column, operator, day) for _, operator, day in span]
        pq.write_table(pq.read_table(archive / name, filters=filters, partitioning=None), folder / name)
    for pattern in WHOLE:
        for path in archive.glob(pattern):
            (folder / path.parent.name).mkdir(exist_ok=True)
            shutil.copyfile(path, folder / path.parent.name / path.name)
    games = pd.concat([pd.read_parquet(path) for path in sorted(archive.glob("schedule/games_*.parquet"))])
    (folder / "schedule").mkdir()
    games[games["game_date"].between(FIRST.isoformat(), LAST.isoformat())].to_parquet(
        folder / "schedule/games_2023-24.parquet"
    )
    return folder


def correct(archive: Path) -> None:
    """Give the first scorer of the date one more field goal, and so his team."""
    rows = pd.read_parquet(archive / PLAYERS)
    scorers = rows[(rows["GAME_DATE"] == CORRECTED.isoformat()) & (rows["FGA"] > rows["FGM"] + 3)]
    scorer = scorers.iloc[0]

    def more(rows: pd.DataFrame) -> pd.DataFrame:
        his = (rows["GAME_ID"] == scorer["GAME_ID"]) & (
            rows["PLAYER_ID"] == scorer["PLAYER_ID"]
            if "PLAYER_ID" in rows
            else rows["TEAM_ABBREVIATION"] == scorer["TEAM_ABBREVIATION"]
        )
        assert his.sum() == 1
        rows.loc[his, "FGM"] += 1
        rows.loc[his, "PTS"] += 2
        return rows

    edit(archive, PLAYERS, more)
    edit(archive, TEAMS, more)


def build(folder: Path) -> Path:
    report = materialize(settings(folder), FIRST, LAST, progress=False, retrain=TRAINED)
    assert report.success, report.errors
    assert not report.blocked
    return folder


def partitions(folder: Path) -> Partitions:
    """Hash of each partition's whole bytes, footer included."""
    lake = folder / "lake"
    return {
        (path.parts[-3], path.parts[-2].removeprefix("game_date=")): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in lake.glob("*/*/part.parquet")
    }


def materializations(folder: Path) -> dict[tuple[str, str], int]:
    """The newest materialization of each partition in Dagster's log."""
    os.environ["DAGSTER_HOME"] = str(folder / "dagster")
    with dg.DagsterInstance.get() as instance:
        return {
            (table.name, date): number
            for table in ALL_TABLES
            for date, number in instance.event_log_storage.get_latest_storage_id_by_partition(
                dg.AssetKey(table.name), dg.DagsterEventType.ASSET_MATERIALIZATION
            ).items()
        }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, archive_dir: Path) -> Path:
    folder = tmp_path_factory.mktemp("built")
    cut(archive_dir, folder / "archive")
    return build(folder)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Path:
    folder = tmp_path_factory.mktemp("rebuilt")
    shutil.copytree(built / "archive", folder / "archive")
    correct(folder / "archive")
    return build(folder)


def test_a_correction_lists_and_heals_all_that_used_it_and_nothing_else(built: Path, rebuilt: Path) -> None:
    before, known, truth = partitions(built), materializations(built), partitions(rebuilt)
    assert before.keys() == truth.keys()
    assert not list_stale(SILENT, settings(built))

    correct(built / "archive")
    listed = list_stale(SILENT, settings(built))
    assert {(item.table, item.date) for item in listed} == {
        ("raw_player_boxscores", CORRECTED),
        ("raw_team_boxscores", CORRECTED),
    }
    assert all(item.reasons == ("the source has other rows of this date",) for item in listed)

    healing = fix_stale(SILENT, settings(built), override_reason=REASON)
    treated = {(item.table, item.date.isoformat()) for item in healing.treated}
    changed = {name for name in truth if before[name] != truth[name]}
    assert treated == {name for name in changed if name[0] != "coverage"}  # the ledger follows the others
    assert partitions(built) == truth
    assert not healing.left
    after = materializations(built)
    assert treated == {name for name in after if after[name] != known.get(name) and name[0] != "coverage"}
    # What never saw the line was left alone: the schedule, the lines, and every date before the game.
    assert {table for table, _ in treated}.isdisjoint({"raw_schedule", "raw_game_lines", "raw_play_by_play"})
    assert min(date for _, date in treated) == CORRECTED.isoformat()
