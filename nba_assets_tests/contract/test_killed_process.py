"""A process that is killed loses events, never data: what lies in the lake is whole, judged, and read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nba_assets_tests.contract.dying_run import EXIT, MOMENTS, VICTIM
from nba_assets_tests.support import ladder
from nba_assets_tests.support.ladder import (
    DATES,
    FIRST,
    LAST,
    STEPS,
)
from nba_assets_tests.support.workbench import (
    Workbench,
    open_instance,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Stored bytes of a run that nobody disturbed."""
    with ladder.registered() as tables:
        bench = Workbench(tmp_path_factory.mktemp("undisturbed"), tables)
        bench.run(FIRST, LAST, STEPS)
        bench.close()
        return {name: bench.bytes_of(name) for name in STEPS}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_process_loses_events_never_data(
    tmp_path: Path, moment: str, truth: dict[str, dict[str, str]]
) -> None:
    died = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "nba_assets_tests.contract.dying_run", str(tmp_path), moment],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DAGSTER_DISABLE_TELEMETRY": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert died.returncode == EXIT, died.stderr[-2000:]

    with ladder.registered() as tables:
        bench = Workbench(tmp_path, tables, instance=open_instance(tmp_path / "dagster"))
        # The rows are there, whole and judged: the lake decides, and the next table may read them.
        assert bench.bytes_of(VICTIM) == truth[VICTIM]
        assert bench.bytes_of("bottom") == truth["bottom"]
        assert bench.materialized("bottom") == list(DATES)
        assert bench.run(FIRST, LAST, ["top"]).success
        assert bench.bytes_of("top") == truth["top"]
        # The same run again tells the event log what it missed, and changes no byte.
        assert bench.run(FIRST, LAST, STEPS).success
        assert {name: bench.bytes_of(name) for name in STEPS} == truth
        for name in STEPS:
            assert bench.materialized(name) == list(DATES)
            assert bench.statuses(name, FIRST, LAST) == dict.fromkeys(DATES, "SUCCEEDED")
        bench.close()
