"""The command line: every command answers, mistakes are one line, kinds of rows do not mix."""

import datetime as dt
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nba_assets.bench import main_job as bench
from nba_assets.cli.main import app, main
from nba_assets.runs.console import console
from nba_assets.runs.materialize import RunReport, materialize
from nba_assets.runs.report import print_run
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
                    "leak-lab", "report", "promote", "evaluate", "bets", "champions"):  # fmt: skip
        result = RUNNER.invoke(app, [command, "--help"])
        assert result.exit_code == 0
        assert len(result.output) > 200, command


def test_a_league_runs_from_raw_to_grades_and_can_be_queried(surroundings: Path) -> None:
    run = RUNNER.invoke(app, ["backfill", "2024-10-22..2024-11-08"])
    assert "player_prop_predictions" in run.output, run.output
    again = RUNNER.invoke(app, ["backfill", "2024-10-22..2024-11-08", "--dry-run"])
    assert again.exit_code == 0, again.output
    assert "not yet measured" not in again.output, "every table has a run to estimate from"
    held = RUNNER.invoke(app, ["validate", "2024-10-22..2024-11-08"])
    assert held.exit_code == 1 and "training" in held.output and "FAIL" in held.output, held.output
    assert held.output.endswith("exit code 1\n")
    why = RUNNER.invoke(app, ["explain", "2024-10-25", "--table", "raw_player_boxscores"])
    assert why.exit_code == 0
    assert "PASS" in why.output
    assert "games:" in why.output
    unknown_player = RUNNER.invoke(app, ["trace", "Nobody Here", "2024-10-30"])
    assert unknown_player.exit_code == 1
    assert "is not expected on 2024-10-30" in unknown_player.output


def test_a_dry_run_names_what_would_be_blocked_and_writes_nothing(surroundings: Path) -> None:
    plan = RUNNER.invoke(
        app, ["backfill", "2024-10-25", "--tables", "team_defense_game_summary", "--dry-run"]
    )
    assert plan.exit_code == 1, plan.output
    assert "team_defense_game_summary 2024-10-25 blocked: raw_schedule: not materialized" in plan.output
    assert list(surroundings.iterdir()) == []


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
    monkeypatch.setattr("sys.argv", ["nba-assets", "backfill", "2024-10-25", "--source", str(folder)])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
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
    requested = ["backfill", "2024-10-25", "--resume", "--allow-partial", "--reason", "late feed"]
    refused = RUNNER.invoke(app, requested)
    assert refused.exit_code == 2
    assert "let nothing through" in refused.output


@pytest.mark.parametrize("words", ["--allow-partial", "--reason late", "--allow-partial --reason="])
def test_an_override_and_its_reason_go_together(surroundings: Path, words: str) -> None:
    refused = RUNNER.invoke(app, ["backfill", "2024-10-25", *words.split()])
    assert refused.exit_code == 2
    assert "--allow-partial and --reason go together" in refused.output


@pytest.mark.parametrize(
    ("dates", "remedy"),
    [
        ("2024-13-01", "2024-13-01 is not a date (month must be in 1..12): write YYYY-MM-DD"),
        ("2024-11-08..2024-10-22", "ends before it begins: write FIRST..LAST"),
        ("2023-08-01..2023-08-31", "no game is played on 2023-08-01..2023-08-31"),
        ("yesterday", "yesterday is not a date"),
    ],
)
def test_wrong_dates_are_refused_with_the_words_that_help(
    surroundings: Path, dates: str, remedy: str
) -> None:
    refused = RUNNER.invoke(app, ["backfill", dates])
    assert refused.exit_code == 2
    assert remedy in " ".join(refused.output.replace("│", " ").split())


def test_several_dates_and_ranges_are_one_run(surroundings: Path) -> None:
    run = RUNNER.invoke(app, ["backfill", "2024-10-22", "2024-10-24..2024-10-25", "--tables", "raw_schedule"])
    assert run.exit_code == 0, run.output
    assert "3 dates in " in run.output


def test_a_lake_that_is_missing_is_one_line_on_stderr(
    surroundings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["nba-assets", "explain", "2024-10-25"])
    with pytest.raises(SystemExit) as left:
        main()
    printed = capsys.readouterr()
    assert (left.value.code, printed.out) == (2, "")
    assert printed.err.startswith(f"no lake at {surroundings / 'lake'}: ")


def test_a_traceback_is_shown_on_request_only(
    surroundings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["nba-assets", "--debug", "explain", "2024-10-25"])
    with pytest.raises(SystemExit):
        main()
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_the_file_of_the_working_directory_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(
        "NBA_LAKE=from-the-file\nNBA_SOURCE=live\nDAGSTER_HOME=home\nPATH_OF_OTHERS=1\n"
    )
    monkeypatch.chdir(tmp_path)
    for name in ("NBA_LAKE", "NBA_SOURCE", "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NBA_LAKE", "from-the-environment")
    settings = Settings(_env_file=".env")  # type: ignore[call-arg]
    assert (settings.lake, settings.source, settings.dagster_home) == (
        "from-the-environment",
        "live",
        Path("home"),
    )


def test_foreign_text_is_printed_as_it_is() -> None:
    """An error that held [a/b] was taken for markup, and printing it crashed."""
    with console.capture() as printed:
        print_run(console, RunReport([], errors={"raw_schedule": "broken at [a/b] of [/home]"}))
    assert "raw_schedule: broken at [a/b] of [/home]" in printed.get()


def test_the_bench_fills_a_lake_of_its_own_twice_and_reports_what_it_took(
    surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "QUICK_FIRST", dt.date(2024, 10, 22))
    monkeypatch.setattr(bench, "QUICK_LAST", dt.date(2024, 10, 27))
    result = RUNNER.invoke(app, ["bench", "--quick"])
    assert result.exit_code == 0, result.output
    assert "6 dates in " in result.output
    assert "a second run changes 0 partitions" in result.output
    rows = [line.split("│")[1:3] for line in result.output.splitlines() if line.count("│") == 3]
    figures = {name.strip(): float(value.replace(",", "")) for name, value in rows if value.strip()}
    whole, parts = figures["wall seconds"], figures["reading, computing, training, writing"]
    assert whole >= parts + figures["orchestration"] > parts > 0
    assert figures["dates a second"] == pytest.approx(6 / whole, rel=0.01)
    assert figures["plain script, raw to features, seconds"] > 0
    assert not (surroundings / "lake").exists()  # the lake that is there is left alone
