"""The main job on real dates: ranges, single dates and repetitions give the same bytes."""

import datetime as dt
import hashlib
import os
import shutil
from pathlib import Path

import pytest

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.modeling.systems.catalog import LEARNED_SYSTEMS
from nba_assets.reports.reading import read_table
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.support.of_trees import OF_TREES

# Thirty dates on either side of the summer of 2023: the border of a season, with shot chart and without.
FIRST, LAST = dt.date(2023, 5, 19), dt.date(2023, 11, 10)
OPENING = dt.date(2023, 10, 24)
BEFORE = dt.date(2023, 4, 1)
GAMES = [
    "raw_schedule", "raw_player_boxscores", "raw_team_boxscores", "raw_play_by_play", "raw_shot_chart",
    "player_game_events", "team_offense_game_summary", "team_defense_game_summary", "player_game_summary",
]  # fmt: skip
TRAINED = {
    "retrain_calendar": "first_game_date_of_month",
    "first_date": "2023-11-01",
    "override_reason": "half a season is enough for a test",
}
FEW_TREES = {"ops": {name: {"config": {"hyper_parameters": {"trees": 8}}} for name in OF_TREES}}
EVERYTHING = {"progress": False, "retrain": TRAINED, "more_config": FEW_TREES}


def settings(folder: Path, archive: Path) -> Settings:
    return Settings(lake=str(folder / "lake"), archive_dir=archive, DAGSTER_HOME=folder / "dagster")  # type: ignore[call-arg]


def contents(folder: Path) -> dict[str, str]:
    root = folder / "lake"
    # A model's metadata names the moment of its training; its own bytes are compared.
    files = (p for p in root.rglob("*") if p.is_file() and not p.name.endswith(".metadata.json"))
    return {p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(autouse=True)
def keep_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line names its instance to Dagster through the environment."""
    monkeypatch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))


@pytest.fixture(scope="module")
def games_before(tmp_path_factory: pytest.TempPathFactory, archive_dir: Path) -> Path:
    """A lake that knows who has played of late: without it nobody would be expected on the first dates."""
    folder = tmp_path_factory.mktemp("before")
    report = materialize(
        settings(folder, archive_dir), BEFORE, FIRST - dt.timedelta(days=1), GAMES, progress=False
    )
    assert report.success
    return folder


@pytest.fixture(scope="module")
def whole_range(tmp_path_factory: pytest.TempPathFactory, games_before: Path, archive_dir: Path) -> Path:
    folder = tmp_path_factory.mktemp("range") / "copy"
    shutil.copytree(games_before, folder)
    report = materialize(settings(folder, archive_dir), FIRST, LAST, **EVERYTHING)
    assert report.success
    assert not report.blocked
    assert not report.errors
    return folder


def test_thirty_dates_across_a_summer_fill_every_table(whole_range: Path) -> None:
    dates = finished_seasons().between(FIRST, LAST)
    assert len(dates) >= 30
    for table in ALL_TABLES:
        folders = (whole_range / "lake" / table.name).iterdir()
        stored = sum(FIRST.isoformat() <= folder.name.removeprefix("game_date=") for folder in folders)
        assert stored == len(dates), table.name
    lake = Lake(open_store(str(whole_range / "lake")))
    for system in LEARNED_SYSTEMS:
        trained = read_table(lake, system)["game_date"].dt.date
        assert list(trained) == [dt.date(2023, 11, 1)], system


def test_pieces_one_of_them_a_single_night_give_the_bytes_of_the_range(
    whole_range: Path, games_before: Path, archive_dir: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(games_before, folder)
    dates = finished_seasons().between(FIRST, LAST)
    opening = dates.index(OPENING)
    for first, last in ((FIRST, dates[opening - 1]), (OPENING, OPENING), (dates[opening + 1], LAST)):
        report = materialize(settings(folder, archive_dir), first, last, **EVERYTHING)
        assert report.success, report.errors
    assert contents(folder) == contents(whole_range)


def test_a_second_run_changes_no_byte_and_reports_it(whole_range: Path, archive_dir: Path) -> None:
    before = contents(whole_range)
    report = materialize(settings(whole_range, archive_dir), FIRST, LAST, **EVERYTHING)
    assert sum(report.materialized.values()) == len(ALL_TABLES) * len(finished_seasons().between(FIRST, LAST))
    assert sum(report.changed.values()) == 0
    assert contents(whole_range) == before


def test_dates_computed_again_after_later_ones_keep_their_bytes(whole_range: Path, archive_dir: Path) -> None:
    before = contents(whole_range)
    dates = finished_seasons().between(FIRST, LAST)
    assert materialize(settings(whole_range, archive_dir), dates[3], dates[6], **EVERYTHING).success
    assert contents(whole_range) == before
