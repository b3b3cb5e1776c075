"""The command line: every command answers, mistakes are one line, kinds of rows do not mix."""

import datetime as dt
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nba_assets.bench import main_job as bench
from nba_assets.cli.main import app, main
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.tabular.problems import BadInput

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("league") / "archive"
    simulate(out, seasons=1, teams=6, seed=3, dates_per_season=16)
    return out


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, league: Path) -> Path:
    monkeypatch.setenv("NBA_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("NBA_ARCHIVE_DIR", str(league))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def test_every_command_has_help_worth_reading() -> None:
    listing = RUNNER.invoke(app, ["--help"])
    assert listing.exit_code == 0
    for command in ("simulate", "backfill", "history", "demo", "explain", "trace", "bench", "dictionary",
                    "leak-lab", "report", "promote"):  # fmt: skip
        said = RUNNER.invoke(app, [command, "--help"])
        assert said.exit_code == 0
        assert len(said.output) > 200, command


def test_a_league_runs_from_raw_to_grades_and_can_be_asked_about(surroundings: Path) -> None:
    run = RUNNER.invoke(app, ["backfill", "--from", "2024-10-22", "--to", "2024-11-08"])
    assert "player_prop_predictions" in run.output, run.output
    why = RUNNER.invoke(app, ["explain", "2024-10-25", "raw_player_boxscores"])
    assert why.exit_code == 0
    assert "PASS" in why.output
    assert "games:" in why.output
    nobody = RUNNER.invoke(app, ["trace", "Nobody Here", "2024-10-30"])
    assert nobody.exit_code == 1
    assert "is not expected on 2024-10-30" in nobody.output


def test_a_lake_of_one_kind_refuses_the_other(surroundings: Path, archive_dir: Path) -> None:
    day = dt.date(2024, 10, 25)
    mine = Settings(lake=str(surroundings / "lake"), archive_dir=Path(os.environ["NBA_ARCHIVE_DIR"]))
    assert materialize(mine, day, day, ["raw_schedule"], progress=False).success
    real = Settings(lake=str(surroundings / "lake"), archive_dir=archive_dir)
    refused = materialize(real, day, day, ["raw_schedule"], progress=False)
    assert not refused.success
    assert "holds rows of source simulated" in refused.errors["raw_schedule"]


@pytest.mark.parametrize("exists", [False, True])
def test_a_missing_or_empty_source_is_one_line(
    tmp_path: Path, exists: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "nowhere"
    if exists:
        folder.mkdir()
    dates = ["--from", "2024-10-25", "--to", "2024-10-25"]
    monkeypatch.setattr("sys.argv", ["nba-assets", "backfill", *dates, "--source", str(folder)])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    (line,) = capsys.readouterr().out.splitlines()
    assert str(folder) in line
    assert "Remedy: " in line


def test_a_missing_source_of_the_environment_is_one_line(surroundings: Path, tmp_path: Path) -> None:
    settings = Settings(lake=str(tmp_path / "lake"), archive_dir=tmp_path / "nowhere")
    report = materialize(
        settings, dt.date(2024, 10, 25), dt.date(2024, 10, 25), ["raw_schedule"], progress=False
    )
    assert not report.success
    (line,) = report.errors["raw_schedule"].splitlines()
    assert "no such folder. Remedy: set NBA_ARCHIVE_DIR" in line
    assert BadInput.__name__ in line


def test_resume_does_not_drop_a_reason_unheard(surroundings: Path) -> None:
    """Resuming lets nothing through: a reason given with it was ignored once."""
    dates = ["--from", "2024-10-25", "--to", "2024-10-25"]
    said = RUNNER.invoke(app, ["backfill", *dates, "--resume", "--allow-partial", "late feed"])
    assert said.exit_code == 2
    assert "--resume lets nothing through" in said.output


def test_the_bench_fills_a_lake_of_its_own_twice_and_says_what_it_took(
    surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "QUICK_FIRST", dt.date(2024, 10, 22))
    monkeypatch.setattr(bench, "QUICK_LAST", dt.date(2024, 10, 27))
    said = RUNNER.invoke(app, ["bench", "--quick"])
    assert said.exit_code == 0, said.output
    assert "6 dates in " in said.output
    assert "a second run changes 0 partitions" in said.output
    rows = [line.split("│")[1:3] for line in said.output.splitlines() if line.count("│") == 3]
    figures = {name.strip(): float(value.replace(",", "")) for name, value in rows if value.strip()}
    whole, parts = figures["wall seconds"], figures["reading, computing, training, writing"]
    assert whole >= parts + figures["orchestration"] > parts > 0
    assert figures["dates a second"] == pytest.approx(6 / whole, rel=0.01)
    assert figures["plain script, raw to features, seconds"] > 0
    assert not (surroundings / "lake").exists()  # the lake that is there is left alone
