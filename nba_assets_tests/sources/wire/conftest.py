"""The wire documents of the archive."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from nba_assets.sources.wire.schedule import parse_schedule
from nba_assets.sources.wire.scoreboard import parse_scoreboard

Reader = Callable[[str], bytes]


@pytest.fixture(scope="session")
def wire_dir(archive_dir: Path) -> Path:
    folder = archive_dir / "wire"
    if not folder.is_dir():
        pytest.skip(f"no wire documents in {folder}")
    return folder


@pytest.fixture(scope="session")
def wire(wire_dir: Path) -> Reader:
    """Bytes of a document by its path below the wire folder; gzipped files as they came over the wire."""

    def read(name: str) -> bytes:
        body = (wire_dir / name).read_bytes()
        return gzip.decompress(body) if name.endswith(".gz") else body

    return read


@pytest.fixture(scope="session")
def schedule_2024(wire: Reader) -> pd.DataFrame:
    name = "stats.nba.com/scheduleleaguev2int_2024-25.json.gz"
    return parse_schedule(wire(name), file=name).rows


@pytest.fixture(scope="session")
def slate(wire: Reader) -> pd.DataFrame:
    """The games of 2026-02-11, none of them over."""
    name = "cdn.nba.com/2026-02-11_pregame/todaysScoreboard_00-06_2ndHalf_full.json"
    return parse_scoreboard(wire(name), file=name).rows
