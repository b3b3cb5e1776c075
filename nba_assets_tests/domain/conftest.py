"""One in-memory pipeline over the archive, shared by all tests of a session. Nobody may change its frames."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from nba_assets_tests.domain import pipeline
from nba_assets_tests.domain.oracle import Oracle

# Box scores reach back more than three years before the last date, so that a window of three years bites.
SPANS = pipeline.Spans(
    box=(dt.date(2020, 12, 22), dt.date(2024, 2, 29)),
    shots=(dt.date(2022, 10, 18), dt.date(2024, 2, 29)),
    events=(dt.date(2023, 4, 10), dt.date(2023, 6, 30)),  # the playoffs have no shot chart
    evidence=(dt.date(2023, 10, 24), dt.date(2024, 2, 29)),
)
FIRST, LAST = "2023-10-24", "2024-02-15"


@pytest.fixture(scope="session")
def raw(archive_dir: Path) -> pipeline.Frames:
    """Raw tables of three seasons and a half."""
    return pipeline.read_raw(archive_dir, SPANS)


@pytest.fixture(scope="session")
def tables(raw: pipeline.Frames) -> pipeline.Frames:
    """Raw tables and every game's results."""
    return pipeline.add_results(raw)


@pytest.fixture(scope="session")
def season(tables: pipeline.Frames) -> pipeline.Frames:
    """What was known before each game from 2023-10-24 to 2024-02-15, computed at once."""
    return pipeline.pregame(tables, pipeline.dates_of(tables["raw_schedule"], FIRST, LAST))


@pytest.fixture(scope="session")
def oracle(raw: pipeline.Frames) -> Oracle:
    """The slow path over the same raw rows."""
    return Oracle(raw)
