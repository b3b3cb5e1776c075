"""Fixtures of every test: where the real data lies, and a few dates of it to break."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nba_assets_tests import league

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def archive_dir() -> Path:
    """Folder of the archive: NBA_ARCHIVE_DIR, else the one beside the repository; skips where none is."""
    folder = Path(os.environ.get("NBA_ARCHIVE_DIR") or REPOSITORY.parent / "shared" / "nba-archive")
    if not (folder / "schedule").is_dir():
        pytest.skip(
            f"no archive in {folder}: set NBA_ARCHIVE_DIR to a folder that holds schedule/games_*.parquet"
        )
    return folder


@pytest.fixture(scope="session")
def whole(archive_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four dates of the real archive, as they are."""
    return league.cut(archive_dir, tmp_path_factory.mktemp("whole"))


@pytest.fixture
def source(whole: Path, tmp_path: Path) -> Path:
    """A copy of these dates that a test may break."""
    return league.copy(whole, tmp_path / "source")
