"""A whole real season from what publishers serve to everybody, beside the same season from the archive.

``make replay`` runs it where there is an archive: it takes minutes, so it is no part of the suite.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from nba_assets.cli.main import app
from nba_assets.definitions import ALL_TABLES
from nba_assets.modeling.systems.versions import counting
from nba_assets.reports.reading import read_table
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.simulation.server.http_server import LiveServer
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.support.replay import AFTER, SEASON, season_folder

FIRST, LAST = dt.date(2024, 10, 22), dt.date(2025, 6, 22)
FEATURES, KEY = ("ml_feature_store_v2", "ml_feature_store_v3"), ["game_id", "player_id"]
UP_TO_FEATURES = [
    table.name for table in ALL_TABLES
    if table.group in ("raw", "analytics", "precompute") or table.name in FEATURES
]  # fmt: skip
IDENTITY = {"game_date", "source", "override_reason"}


@dataclass(frozen=True)
class Season:
    """Two lakes of one season, and the minutes until the one from publishers had its predictions."""

    served: Lake
    archived: Lake
    output: str
    minutes: float


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory, archive_dir: Path) -> Iterator[Season]:
    folder = tmp_path_factory.mktemp("season")
    league = season_folder(archive_dir, folder / "league", str(FIRST), str(LAST))
    lakes = [folder / name for name in ("served", "archived")]
    with LiveServer(league, lambda: AFTER) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "NBA_SOURCE": "simulated-live", "NBA_LIVE_URL": server.url, "NBA_LAKE": str(lakes[0]),
            "DAGSTER_HOME": str(folder / "dagster"), "COLUMNS": "200",
        }.items():  # fmt: skip
            patch.setenv(name, value)
        started = time.monotonic()
        command = ["history", "--from-publishers", "--seasons", SEASON, "--seasons-only"]
        result = CliRunner().invoke(app, command)
        minutes = (time.monotonic() - started) / 60
        assert result.exit_code == 0, (result.output, result.exception)
    archive = Settings(  # type: ignore[call-arg]
        lake=str(lakes[1]), archive_dir=archive_dir, DAGSTER_HOME=folder / "dagster_of_archive"
    )
    dates = Lake(open_store(str(lakes[0]))).dates(FEATURES[0])
    materialize(archive, dates[0], dates[-1], UP_TO_FEATURES, only=dates, progress=False)
    yield Season(*(Lake(open_store(str(lake))) for lake in lakes), result.output, minutes)


def test_every_date_is_predicted_and_graded(season: Season) -> None:
    print(f"{season.minutes:.1f} minutes from nothing to graded predictions of a season")
    games = read_table(season.served, "raw_schedule")
    rows = counting(read_table(season.served, "player_prop_predictions"))
    assert set(rows["game_date"]) == set(games.loc[games["status"].eq("final"), "game_date"])
    assert rows["predicted_points"].notna().any()


def test_features_are_those_of_the_archive_but_for_what_it_alone_knows(season: Season) -> None:
    for table in FEATURES:
        one, other = (
            read_table(lake, table).set_index(KEY).sort_index() for lake in (season.served, season.archived)
        )
        shared = one.index.intersection(other.index)
        print(f"{table}: {len(one):,} rows, {len(other):,} of the archive, {len(shared):,} shared")
        differing = {
            name: share for name in one.columns.difference(IDENTITY)
            if (share := _share_differing(one.loc[shared, name], other.loc[shared, name]))
        }  # fmt: skip
        print(pd.Series(differing).sort_values(ascending=False).to_string())


def _share_differing(one: pd.Series, other: pd.Series) -> float:
    """Share of rows whose values differ; two NULLs are equal."""
    equal = one.eq(other).fillna(False).to_numpy(bool) | (one.isna() & other.isna()).to_numpy(bool)
    return float(1 - equal.mean())
