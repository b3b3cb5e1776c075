"""Fixtures of every test: where the real data lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
