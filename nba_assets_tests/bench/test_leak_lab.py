"""The leak lab over four seasons of a small league: every leak is caught, and honesty is not."""

import datetime as dt
import os
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.bench import leak_experiments as leak_lab
from nba_assets.bench.leak_lab import LEAKS
from nba_assets.cli.main import app
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate


def test_every_leak_is_caught_and_the_honest_recipe_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
    monkeypatch.setattr(leak_lab, "PROOF_DATE", pd.Timestamp("2024-11-12"))  # within these short seasons
    simulate(tmp_path / "archive", seasons=4, teams=4, seed=3, dates_per_season=28)
    settings = Settings(
        lake=str(tmp_path / "lake"), archive_dir=tmp_path / "archive", DAGSTER_HOME=tmp_path / "dagster"
    )  # type: ignore[call-arg]
    names = [table.name for table in ALL_TABLES]
    names = names[: names.index("ml_feature_store_v2") + 1]
    for path in sorted((tmp_path / "archive").glob("schedule/games_*.parquet")):
        days = pd.read_parquet(path)["game_date"].map(dt.date.fromisoformat)
        assert materialize(settings, days.min(), days.max(), names, progress=False).success
    result = CliRunner().invoke(app, ["leak-lab", "--lake", settings.lake])
    assert result.exit_code == 0, result.output
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in result.output.splitlines()]
    found = {row[0]: row for row in rows if len(row) == 6 and row[0]}
    assert [*found][: len(LEAKS)] == [leak.name for leak in LEAKS] and len(found) == len(LEAKS) + 2
    honest, *leaks = found.values()
    assert (honest[4], honest[5]) == ("no", "") and float(honest[2]) >= 4.2
    assert all(row[4] == "yes" for row in leaks)
    assert float(found["window includes the game"][3]) < -0.5  # the game itself is worth that much
    evidence = " ".join(row[5] for row in rows if len(row) == 6)  # a long cell goes over several lines
    for guard in ("shifting proof", "least honest MAE", "split by date", "lines before tip-off"):
        assert f"{guard}: " in evidence
