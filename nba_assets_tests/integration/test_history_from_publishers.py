"""A lake from nothing but what publishers serve: seasons first, events behind them, and no document twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nba_assets.cli.main import app
from nba_assets.reports.reading import read_table
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.simulation.server.http_server import LiveServer
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore

NOW = dt.datetime(2025, 7, 15, tzinfo=dt.UTC)
SEASON = ("history", "--from-publishers", "--seasons", "2024-25")
KEY = ["game_id", "player_id"]


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("publishers") / "league"
    simulate(folder, seasons=1, teams=4, seed=11, dates_per_season=4)
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, league: Path) -> Iterator[tuple[Lake, list[str]]]:
    """The lake, and the output of the command run three times: seasons alone, with events, once more."""
    folder = tmp_path_factory.mktemp("history")
    with LiveServer(league, lambda: NOW) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "NBA_SOURCE": "simulated-live", "NBA_LIVE_URL": server.url, "NBA_LAKE": str(folder / "lake"),
            "DAGSTER_HOME": str(folder / "dagster"),
        }.items():  # fmt: skip
            patch.setenv(name, value)
        lake = Lake(FolderStore(folder / "lake"))
        yield lake, [run(*SEASON, "--seasons-only"), run(*SEASON), run(*SEASON)]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments])
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def test_seasons_come_first_and_events_behind_them(runs: tuple[Lake, list[str]]) -> None:
    lake, (first, second, third) = runs
    assert "stored player_season_log/2024-07-01/Regular-Season" in first
    assert "events of" not in first
    assert "about" in second and "hours left" in second
    assert "events of 0 games on 0 dates" in third
    summary = read_table(lake, "player_game_summary")
    assert len(summary) == len(read_table(lake, "raw_player_boxscores")) > 20
    assert summary["assisted_fgm"].notna().all() and summary["is_starter"].notna().all()


def test_features_are_those_of_the_archive(
    runs: tuple[Lake, list[str]], league: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    settings = Settings(lake=str(tmp_path / "lake"), archive_dir=league, DAGSTER_HOME=tmp_path / "dagster")  # type: ignore[call-arg]
    dates = runs[0].dates("ml_feature_store_v2")
    materialize(settings, dates[0], dates[-1], progress=False)
    for table in ("player_game_summary", "ml_feature_store_v2"):
        one, other = (read_table(lake, table).sort_values(KEY, ignore_index=True)
                      for lake in (runs[0], Lake(FolderStore(tmp_path / "lake"))))  # fmt: skip
        differ = [name for name in one if not one[name].equals(other[name])]
        print(table, len(one), len(other), differ)
    assert 0


@pytest.mark.parametrize("seasons", ["2024-26", "2024-25..2022-23"])
def test_what_is_no_range_of_seasons_is_an_error_in_a_line(seasons: str) -> None:
    result = CliRunner().invoke(app, ["history", "--from-publishers", "--seasons", seasons])
    assert isinstance(result.exception, ValueError)
    assert "season" in str(result.exception)
