"""Fixtures of tests that run the ladder, three made-up tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nba_assets_tests.support import ladder
from nba_assets_tests.support.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with ladder.opened(tmp_path) as bench:
        yield bench
