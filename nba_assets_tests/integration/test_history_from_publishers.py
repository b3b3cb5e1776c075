"""A lake from nothing but what publishers serve, of a season that no calendar file knows.

A week of the real archive is replayed in the same way by sources/landed/test_replayed_season.py.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import dagster as dg
import pytest
from rich.console import Console
from typer.testing import CliRunner

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.cli.daily import publishers
from nba_assets.cli.daily.commands import _known_span
from nba_assets.cli.main import app
from nba_assets.reports.reading import read_table
from nba_assets.runs.materialize import materialize
from nba_assets.runs.restore import Restored, restore
from nba_assets.settings import Settings, SourceKind
from nba_assets.simulation.league import simulate
from nba_assets.simulation.server.http_server import LiveServer
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore

SEASON, NOW = "2026-27", dt.datetime(2027, 7, 15, tzinfo=dt.UTC)
DATES = 3  # the last one's games have not been played
FEATURES, KEY = "ml_feature_store_v2", ["game_id", "player_id"]
UNTIL = ("raw", "analytics", "precompute")  # groups of the tables that the features are made from
TABLES = [table.name for table in ALL_TABLES if table.group in UNTIL or table.name == FEATURES]
FROM_DOCUMENTS = [table for table in TABLES if table.startswith("raw_")]
# Past lines are for subscribers of The Odds API, so nobody else's history has them.
OF_LINES = {"vegas_points_line", "vegas_opening_line", "vegas_line_move", "has_vegas_line"}


@dataclass(frozen=True)
class History:
    """A lake made from publishers, and one made from the archive of the same league."""

    lake: Lake
    archive: Lake
    settings: Settings
    output: str


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    folder = tmp_path_factory.mktemp("history")
    league = folder / "league"
    simulate(league, seasons=1, teams=4, seed=11, dates_per_season=DATES, last=SEASON)
    with LiveServer(league, lambda: NOW) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "NBA_SOURCE": "simulated-live", "NBA_LIVE_URL": server.url, "NBA_LAKE": str(folder / "lake"),
            "DAGSTER_HOME": str(folder / "dagster"), "COLUMNS": "200",
        }.items():  # fmt: skip
            patch.setenv(name, value)
        # The tables up to the features are enough here; those behind them are made as from any source.
        patch.setattr(publishers, "materialize", partial(materialize, tables=TABLES))
        patch.setattr(publishers, "ALL_TABLES", [table for table in ALL_TABLES if table.name in TABLES])
        result = CliRunner().invoke(app, ["history", "--from-publishers", "--seasons", SEASON])
        assert result.exit_code == 0, (result.output, result.exception)
        settings, lake = Settings(), Lake(FolderStore(folder / "lake"))
        archived = settings.model_copy(
            update={"source": SourceKind.ARCHIVE, "archive_dir": league, "lake": str(folder / "archived")}
        )
        first, *_, last = lake.dates(FEATURES)
        materialize(archived, first, last, TABLES, progress=False)
        yield History(lake, Lake(FolderStore(folder / "archived")), settings, result.output)


def test_seasons_come_first_and_events_behind_them(history: History) -> None:
    assert SEASON not in finished_seasons().seasons
    whole = history.output.index("stored player_season_log/2026-07-01/Regular-Season")
    announced = history.output.index(f" games on {DATES} dates: about ")
    assert whole < announced < history.output.index("hours left")
    summary = read_table(history.lake, "player_game_summary")
    assert len(summary) == len(read_table(history.lake, "raw_player_boxscores")) > 20
    assert summary["assisted_fgm"].notna().all()
    assert summary["is_starter"].notna().all()


def test_features_are_those_of_the_archive_but_for_lines(history: History) -> None:
    for table in ("player_game_summary", FEATURES):
        one, other = (
            read_table(lake, table).sort_values(KEY, ignore_index=True)
            for lake in (history.lake, history.archive)
        )
        assert len(one) == len(other) > 20
        differ = {name for name in one if not one[name].equals(other[name])}
        assert differ <= OF_LINES, table


def test_the_same_command_again_requests_no_document_twice(history: History) -> None:
    console = Console(width=200, force_terminal=False)
    with console.capture() as shown:
        assert publishers.add_events(console, history.settings, history.lake.dates(FEATURES))
    assert "events of 0 games on 0 dates" in shown.get()


def test_copies_of_lake_and_landing_zone_are_a_backup(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost lake comes back from the copy; without one, the documents give the same bytes again."""
    lake, restored = history.lake, tmp_path / "lake"
    for name, place in {"NBA_LAKE": restored, "DAGSTER_HOME": tmp_path / "dagster"}.items():
        monkeypatch.setenv(name, str(place))
    shutil.copytree(history.settings.landing_root, tmp_path / "lake-landing")
    objects = [*lake.store.list("")]

    with pytest.raises(ValueError, match="holds no copy of a lake"):
        restore(Settings(), str(tmp_path / "dagster"))
    assert restore(Settings(), history.settings.lake) == Restored(len(objects), 0, [])
    with dg.DagsterInstance.get() as instance:
        for table in TABLES:
            shown = instance.get_materialized_partitions(dg.AssetKey(table))
            assert sorted(shown) == [str(date) for date in lake.dates(table)]
    assert [*FolderStore(restored).list("")] == objects

    shutil.rmtree(restored)
    assert materialize(Settings(), *_known_span(Settings()), FROM_DOCUMENTS, progress=False).success
    for table in FROM_DOCUMENTS:
        for date in lake.dates(table):
            name = lake.name(table, date)
            assert (restored / name).read_bytes() == lake.store.read(name), name


@pytest.mark.parametrize("seasons", ["2024-26", "2024-25..2022-23"])
def test_what_is_no_range_of_seasons_is_an_error_in_a_line(seasons: str) -> None:
    result = CliRunner().invoke(app, ["history", "--from-publishers", "--seasons", seasons])
    assert isinstance(result.exception, ValueError)
    assert "season" in str(result.exception)
