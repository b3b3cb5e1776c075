"""Promotion by hand over a small league: one run serves another system, one run goes back."""

import datetime as dt
import os
from collections.abc import Iterator

import pandas as pd
import pytest
from click.testing import Result
from typer.testing import CliRunner

from nba_assets.cli.main import app
from nba_assets.reports.reading import read_table
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

RUNNER = CliRunner()
FIRST = dt.date(2024, 10, 22)
BASELINES = {"season_average", "last_10_average", "core_average", "projected_points_2", "hand_rules"}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A league of twenty-six dates, every learned system trained for the last two, nobody champion."""
    folder = tmp_path_factory.mktemp("promotion")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NBA_LAKE", str(folder / "lake"))
        patch.setenv("NBA_ARCHIVE_DIR", str(folder / "archive"))
        patch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
        patch.setenv("COLUMNS", "200")
        simulate(folder / "archive", seasons=1, teams=6, seed=3, dates_per_season=26)
        settings = Settings(DAGSTER_HOME=folder / "dagster")  # type: ignore[call-arg]
        patch.setenv("DAGSTER_HOME", str(folder / "dagster"))
        league = pd.read_parquet(next((folder / "archive").glob("schedule/*.parquet")))
        before, last = (dt.date.fromisoformat(day) for day in sorted(league["game_date"].unique())[-2:])
        training = {
            "retrain_calendar": "every_date", "first_date": str(before), "override_reason": "a small league",
        }  # fmt: skip
        report = materialize(settings, FIRST, last, progress=False, retrain=training)
        assert report.success, report.errors
        yield Lake(open_store(settings.lake))


def served(lake: Lake, nth: int = -1) -> set[str]:
    """Systems with the role of champion on the last date, or on the one before."""
    day = lake.dates("player_prop_predictions")[nth]
    rows = read_table(lake, "player_prop_predictions", dates=[day])
    assert set(rows.loc[rows["role"].eq("baseline"), "system"]) == BASELINES
    assert set(rows["system"]) >= {"catboost_v8", "xgboost_v1"}
    return set(rows.loc[rows["role"].eq("champion"), "system"])


def promote(*words: str) -> Result:
    return RUNNER.invoke(app, ["promote", *words])


def test_a_promotion_is_one_run_and_so_is_going_back(lake: Lake) -> None:
    assert served(lake) == served(lake, -2) == set()
    day = str(lake.dates("player_prop_predictions")[-2])
    first = promote("catboost_v8", day, "--reason", "the best of two")
    assert first.exit_code == 0, first.output
    assert "the best of two" in first.output
    assert served(lake, -2) == {"catboost_v8"}
    nobody_before = promote("BACK", day, "--reason", "it was not")
    assert "no earlier champion is known" in str(nobody_before.exception)

    second = promote("xgboost_v1", "--reason", "it knows rookies")
    assert second.exit_code == 0, second.output
    assert (served(lake, -2), served(lake)) == ({"catboost_v8"}, {"xgboost_v1"})
    back = promote("BACK", "--reason", "it does not")
    assert back.exit_code == 0, back.output
    assert served(lake) == {"catboost_v8"}
    registry = read_table(lake, "model_registry", dates=lake.dates("model_registry")[-1:]).set_index("system")
    assert registry["state"].to_dict() == dict.fromkeys(registry.index, "shadow") | {
        "catboost_v8": "champion"
    }
    assert registry.loc["catboost_v8", "reason"] == "it does not"


def test_who_is_not_registered_cannot_serve(lake: Lake) -> None:
    before = served(lake)
    refused = promote("hand_rules", "--reason", "it needs no training")
    assert refused.exit_code == 1
    assert "hand_rules cannot serve" in refused.output
    assert served(lake) == before
    assert "needs a reason" in str(promote("xgboost_v1", "--reason", " ").exception)
