"""Fixtures of every test: where the real data lies, a few dates of it to break, a bucket that is none."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Generator, Iterator
from functools import cache
from http.server import HTTPServer
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from dagster_gcp.gcs import GCSResource
from gcp_storage_emulator.server import create_server
from hypothesis import settings

from nba_assets.instance.garbage import uncollected
from nba_assets.settings import Settings
from nba_assets_tests.support import league

# A checkout in which somebody works has a .env; tests do not read it.
Settings.model_config["env_file"] = None

# Dagster reads its forty migrations anew for every database that it opens, and tests open thousands.
ScriptDirectory.from_config = staticmethod(cache(ScriptDirectory.from_config))

# A shell that runs tests in the background has it ignored, which processes that tests stop would inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A machine with other work takes longer than the fifth of a second that an example has by default.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

BUCKET = "nba-lake"
REPOSITORY = Path(__file__).resolve().parents[1]


NO_ARCHIVE = "no archive in"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Import the tests, and what they import, as the package's own processes start."""
    with uncollected():
        return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line how many tests need the archive; name every other reason for a skip."""
    reasons = Counter(str(report.longrepr[2]) for report in terminalreporter.getreports("skipped"))
    without = sum(count for reason, count in reasons.items() if NO_ARCHIVE in reason)
    if without:
        terminalreporter.line(f"{without} need the archive: set NBA_ARCHIVE_DIR")
    for reason, count in reasons.items():
        if NO_ARCHIVE not in reason:
            terminalreporter.line(f"{count} {reason}")


@pytest.fixture(scope="session")
def archive_dir() -> Path:
    """Folder of the archive: NBA_ARCHIVE_DIR, else the one beside the repository; skips where none is."""
    folder = Path(os.environ.get("NBA_ARCHIVE_DIR") or REPOSITORY.parent / "shared" / "nba-archive")
    if not (folder / "schedule").is_dir():
        pytest.skip(
            f"{NO_ARCHIVE} {folder}: set NBA_ARCHIVE_DIR to a folder that holds schedule/games_*.parquet"
        )
    return folder


@pytest.fixture(scope="module")
def gcs() -> Iterator[GCSResource]:
    """Google's own client, speaking to an emulator."""
    with pytest.MonkeyPatch.context() as patch:
        # It queues five connections and drops the next, which its client tries again a second later.
        patch.setattr(HTTPServer, "request_queue_size", 64)
        server = create_server("localhost", 0, in_memory=True, default_bucket=BUCKET)
        server.start()
        host, port = server._api._httpd.socket.getsockname()
        patch.setenv("STORAGE_EMULATOR_HOST", f"http://{host}:{port}")
        yield GCSResource(project="test")
        server.stop()


@pytest.fixture(scope="session")
def whole(archive_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four dates of the real archive, as they are."""
    return league.cut(archive_dir, tmp_path_factory.mktemp("whole"))


@pytest.fixture
def source(whole: Path, tmp_path: Path) -> Path:
    """A copy of these dates that a test may break."""
    return league.copy(whole, tmp_path / "source")
