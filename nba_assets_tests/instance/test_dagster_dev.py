"""Settings on their way to ``dagster dev``, which runs elsewhere and lets a file .env win."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from nba_assets.instance.dagster_dev import environment
from nba_assets.settings import Settings, SourceKind


def test_another_process_reads_the_same_settings_in_any_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    here.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(here)
    given = Settings(
        lake="lake",
        landing="gs://bucket/landing",
        archive_dir=Path("league"),
        source=SourceKind.LIVE,
        odds_api_key=SecretStr("a word"),
        api_requests_per_minute=7,
        DAGSTER_HOME=Path("home"),
    )  # type: ignore[call-arg]
    for name, value in given.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(elsewhere)
    absolute = {"lake": str(here / "lake"), "archive_dir": here / "league", "dagster_home": here / "home"}
    assert Settings() == given.model_copy(update=absolute)


def test_settings_win_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NBA_LAKE", "of the environment")
    monkeypatch.setenv("KEPT", "of the environment")
    Path(".env").write_text(
        "NBA_LAKE=file\nNBA_ALERT_WEBHOOK=http://file\nDAGSTER_HOME=file\nKEPT=file\nPASSWORD=file\n"
    )
    settings = Settings(lake=str(tmp_path / "lake"), DAGSTER_HOME=tmp_path / "home")  # type: ignore[call-arg]
    found = environment(settings)
    assert found["NBA_LAKE"] == str(tmp_path / "lake")
    assert found["DAGSTER_HOME"] == str(tmp_path / "home")
    assert (found["KEPT"], found["PASSWORD"]) == ("of the environment", "file")
    assert "NBA_ALERT_WEBHOOK" not in found  # none, these settings say
    assert found["PATH"] == os.environ["PATH"]
