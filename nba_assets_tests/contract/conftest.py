from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from nba_assets_tests.support.workbench import passing_instance


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    opened = passing_instance(tmp_path / "dagster")
    yield opened
    opened.dispose()
