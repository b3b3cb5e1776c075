from pathlib import Path

import pytest

from nba_assets.instance.home import configuration, prepare_home
from nba_assets.settings import Settings

OWN = "telemetry:\n  enabled: false\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_an_operators_dagster_yaml_is_kept(home: Path) -> None:
    """It was once overwritten by every command."""
    home.mkdir()
    (home / "dagster.yaml").write_text(OWN)
    for _ in range(2):
        prepare_home(Settings())
        assert (home / "dagster.yaml").read_text() == OWN


def test_an_edited_dagster_yaml_is_kept_and_a_written_one_follows_the_release(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_home(Settings())
    assert (home / "dagster.yaml").read_text() == configuration()
    monkeypatch.setattr("nba_assets.instance.home.configuration", lambda: OWN)
    prepare_home(Settings())
    assert (home / "dagster.yaml").read_text() == OWN
    (home / "dagster.yaml").write_text(OWN + "# mine\n")
    prepare_home(Settings())
    assert (home / "dagster.yaml").read_text().endswith("# mine\n")
