"""Fixtures of the live sources: a local publisher, a clock, and the archive's wire samples."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nba_assets.simulation.league import simulate
from nba_assets.simulation.server.world import World
from nba_assets.sources.landing import Landing
from nba_assets.storage.object_store import FolderStore
from nba_assets_tests.sources.publisher import FakeClock, Publisher


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    server = Publisher()
    yield server
    server.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(FolderStore(tmp_path / "zone"))


@pytest.fixture(scope="session")
def wire(archive_dir: Path) -> Callable[[str], bytes]:
    """Bytes of a wire sample, as its publisher sent them."""

    def read(name: str) -> bytes:
        path = archive_dir / "wire" / name
        content = path.read_bytes()
        return gzip.decompress(content) if path.suffix == ".gz" else content

    return read


@pytest.fixture(scope="session")
def live_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("live") / "league"
    simulate(out, seasons=1, teams=6, seed=7, dates_per_season=12)
    return out


@pytest.fixture(scope="session")
def world(live_folder: Path) -> World:
    return World(live_folder)
