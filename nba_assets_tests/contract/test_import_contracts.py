"""The floors of the package hold, and the linter notices when somebody imports upward."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package and its contracts."""
    shutil.copytree(
        ROOT / "nba_assets", tmp_path / "nba_assets", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache"],
        cwd=house,
        env={"PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("file", "upward", "broken"),
    [
        (
            "quality/gate.py",
            "nba_assets.assets.factory.table_run",
            "A lower floor never imports a higher one BROKEN",
        ),
        ("domain/zones.py", "nba_assets.domain.raw.identity", "Inside the domain, raw comes before"),
        ("domain/zones.py", "dagster", "The domain and modeling know no Dagster"),
        ("sources/http/clock.py", "nba_assets.simulation.server.http_server", "A lower floor never"),
    ],
)
def test_an_upward_import_breaks_a_contract_by_name(house: Path, file: str, upward: str, broken: str) -> None:
    module = house / "nba_assets" / file
    module.write_text(f"{module.read_text()}\nimport {upward}\n")

    found = lint(house)

    assert found.returncode == 1
    assert broken in found.stdout
    assert "nba_assets." + file.removesuffix(".py").replace("/", ".") in found.stdout


def test_every_package_keeps_its_floor(house: Path) -> None:
    found = lint(house)

    assert found.returncode == 0, found.stdout
    assert "0 broken" in found.stdout
