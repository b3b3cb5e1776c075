"""Two whole real seasons from what publishers serve to everybody, beside the same seasons from the archive.

``make replay`` runs it where there is an archive: it takes minutes, so it is no part of the suite.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.cli.main import app
from nba_assets.modeling.systems.versions import counting
from nba_assets.reports.reading import read_table
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings, SourceKind
from nba_assets.simulation.server.http_server import LiveServer
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.support.replay import AFTER, SEASON, season_folder

SEASONS, FIRST, LAST = ("2023-24", SEASON), "2023-10-24", "2025-06-22"
FEATURES, KEY = ("ml_feature_store_v2", "ml_feature_store_v3"), ["game_id", "player_id"]
UP_TO_FEATURES = [
    table.name for table in ALL_TABLES
    if table.group in ("raw", "analytics", "precompute") or table.name in FEATURES
]  # fmt: skip
ORIGIN = {"game_date", "source", "override_reason"}
# Why a feature may differ: what publishers do not serve of whole seasons, or the archive has not.
ALLOWED = {
    "reports name who is out and who is expected, and for whom": {
        "injury_risk", "usage_spike_score", "play_probability", "expected_teammates_minutes",
        "expected_teammates_points", "expected_share_of_minutes", "expected_share_of_points", "expected_rank",
        "teammates_out_minutes", "is_late_addition",
    },
    "lines are for subscribers": {
        "vegas_points_line", "vegas_opening_line", "vegas_line_move", "has_vegas_line", "spread",
        "market_median_points", "game_total", "implied_team_total",
    },
    "events tell who starts, who assists, and where shots of the playoffs are taken": {
        "starts_tonight", "announced_teammates_points", "announced_teammates_minutes", "announced_rank",
        "announced_share_of_minutes", "announced_share_of_points", "starter_share_last_5",
        "opponent_starters_over_usual", "started_last_game", "points_as_reserve_weighted_15",
        "points_as_starter_weighted_15", "assisted_rate_last_10", "shot_zone_mismatch_score", "pct_paint",
        "pct_three", "pct_mid_range", "opponent_paint_difference", "opponent_three_difference",
        "opponent_mid_range_difference", "similar_games", "similar_games_points",
    },
    "quality counts the values that are missing": {
        "quality_score", "quality_tier", "missing_history_games", "missing_last_10_games", "missing_features",
        "is_production_ready",
    },
    "the schedule of the archive knows no neutral site": {"home_away"},
}  # fmt: skip
MISFILED = 1  # rows: a report of the archive names a player for the opponent of that evening
PUBLISHERS = ("NBA_CDN_URL", "NBA_STATS_URL", "NBA_REPORTS_URL", "NBA_ODDS_API_URL")


@dataclass(frozen=True)
class Seasons:
    """Two lakes of the same seasons, and what the command said that made the one from publishers."""

    served: Lake
    archived: Lake
    output: str


@pytest.fixture(scope="module")
def seasons(tmp_path_factory: pytest.TempPathFactory, archive_dir: Path) -> Iterator[Seasons]:
    folder = tmp_path_factory.mktemp("seasons")
    league = season_folder(archive_dir, folder / "league", FIRST, LAST, SEASONS)
    with LiveServer(league, lambda: AFTER) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "NBA_SOURCE": "live", "NBA_LAKE": str(folder / "served"), "COLUMNS": "200",
            "DAGSTER_HOME": str(folder / "dagster"), **dict.fromkeys(PUBLISHERS, server.url),
        }.items():  # fmt: skip
            patch.setenv(name, value)
        started = time.monotonic()
        command = ["history", "--from-publishers", "--seasons", "..".join(SEASONS), "--seasons-only"]
        output = CliRunner().invoke(app, command).output
        print(f"{(time.monotonic() - started) / 60:.1f} minutes from nothing to graded predictions")
        settings = Settings()
    served = Lake(open_store(settings.lake))
    dates = served.dates(FEATURES[0])
    archive = {"source": SourceKind.ARCHIVE, "archive_dir": archive_dir, "lake": str(folder / "archived")}
    archived = settings.model_copy(update=archive)
    materialize(archived, dates[0], dates[-1], UP_TO_FEATURES, only=dates, progress=False)
    print(output)
    yield Seasons(served, Lake(open_store(archived.lake)), output)


def test_every_document_is_had_but_the_playoffs_shots_that_the_archive_has_not(seasons: Seasons) -> None:
    said = [line.split() for line in seasons.output.splitlines() if re.match(r"\w+ \w+/20", line)]
    wrong = [words[1] for words in said if words[0] not in ("stored", "unchanged")]
    assert wrong == [f"season_shot_chart/{season[:4]}-07-01/Playoffs:" for season in SEASONS]


def test_every_date_is_predicted_by_models_and_graded(seasons: Seasons) -> None:
    """But the first two, before which nobody has played."""
    games = read_table(seasons.served, "raw_schedule")
    played = sorted(set(games.loc[games["status"].eq("final"), "game_date"]))
    rows = counting(read_table(seasons.served, "player_prop_predictions"))
    assert sorted(set(rows["game_date"])) == played[2:]
    graded = read_table(seasons.served, "prediction_accuracy")
    errors = graded[graded["game_date"].ge("2025-02-01")].groupby("system")["absolute_error"].mean()
    print(errors.sort_values().to_string())
    assert errors[["xgboost_v1", "catboost_v8"]].max() < errors["season_average"]


def test_features_are_those_of_the_archive_but_for_what_it_alone_knows(seasons: Seasons) -> None:
    allowed = set().union(*ALLOWED.values()) | ORIGIN
    for table in FEATURES:
        one, other = (
            read_table(lake, table).set_index(KEY).sort_index() for lake in (seasons.served, seasons.archived)
        )
        shared = one.index.intersection(other.index)
        print(f"{table}: {len(one):,} rows, {len(other):,} of the archive, {len(shared):,} shared")
        one, other = one.loc[shared], other.loc[shared]
        differing = pd.Series({name: int(_differs(one[name], other[name]).sum()) for name in one})
        print(differing[differing.gt(0)].sort_values(ascending=False).to_string())
        assert set(differing[differing.gt(MISFILED)].index) <= allowed
        played = read_table(seasons.served, "player_game_summary").set_index(KEY).index
        assert set(played) <= set(shared), "nobody who played is missing on either side"


def _differs(one: pd.Series, other: pd.Series) -> np.ndarray:
    """Whether values differ; two NULLs are equal."""
    equal = one.eq(other).fillna(value=False).to_numpy(bool)
    return ~(equal | (one.isna() & other.isna()).to_numpy(bool))
