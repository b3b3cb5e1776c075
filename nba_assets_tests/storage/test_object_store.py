"""A folder and a bucket behave alike; the bucket is an emulator's, spoken to by Google's own client."""

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from dagster_gcp.gcs import GCSResource
from google.cloud.storage import Blob
from google.cloud.storage.exceptions import DataCorruption

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import (
    BucketStore,
    FolderStore,
    ObjectStore,
    open_store,
)
from nba_assets_tests.conftest import BUCKET
from nba_assets_tests.support import league
from nba_assets_tests.support.lake_frames import (
    DATES,
    STAMP,
    schema,
    three_dates,
)
from nba_assets_tests.support.workbench import Workbench


@pytest.fixture(params=["folder", "bucket", "bucket with a prefix"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path, gcs: GCSResource) -> ObjectStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "lake")
    prefix = re.sub(r"\W", "-", request.node.name)
    bucket = f"only-{abs(hash(prefix)) % 10**6}"
    gcs.get_client().create_bucket(bucket)
    return open_store(f"gs://{bucket}" + ("/deep/er/" if "prefix" in request.param else ""), gcs)


def _missing(store: ObjectStore) -> None:
    with pytest.raises(FileNotFoundError):
        store.read("a/b")


def _write_then_read(store: ObjectStore) -> None:
    store.write("a/b", b"one")
    assert store.read("a/b") == b"one"


def _replace(store: ObjectStore) -> None:
    store.write("a/b", b"a longer one")
    store.write("a/b", b"two")
    assert store.read("a/b") == b"two"


def _empty_object(store: ObjectStore) -> None:
    store.write("a/b", b"")
    assert store.read("a/b") == b""


def _version_names_what_was_written(store: ObjectStore) -> None:
    assert store.version("a/b") == ""
    first = store.write("a/b", b"one")
    assert first == store.version("a/b") != ""
    second = store.write("a/b", b"two")
    assert second == store.version("a/b") != first
    store.delete("a/b")
    assert store.version("a/b") == ""


def _delete(store: ObjectStore) -> None:
    store.write("a/b", b"one")
    store.delete("a/b")
    _missing(store)


def _delete_what_is_not_there(store: ObjectStore) -> None:
    store.delete("a/b")
    store.delete("never/was")


def _list_sorted_below_the_prefix_only(store: ObjectStore) -> None:
    names = [f"a/game_date={n:02}/part.parquet" for n in range(12)]
    for name in [*reversed(names), "ab/part.parquet", "b/part.parquet"]:
        store.write(name, b"x")
    assert list(store.list("a/")) == names
    assert list(store.list("none/")) == []


def _write_many_at_once(store: ObjectStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.write(f"a/{n:02}", str(n).encode()), range(30)))
        assert list(pool.map(lambda n: store.read(f"a/{n:02}"), range(30))) == [
            str(n).encode() for n in range(30)
        ]


BEHAVIOUR: tuple[Callable[[ObjectStore], None], ...] = (
    _missing,
    _write_then_read,
    _replace,
    _version_names_what_was_written,
    _empty_object,
    _delete,
    _delete_what_is_not_there,
    _list_sorted_below_the_prefix_only,
    _write_many_at_once,
)


@pytest.mark.parametrize("behaves", BEHAVIOUR, ids=lambda behaves: behaves.__name__.strip("_"))
def test_every_store_behaves_alike(fresh: ObjectStore, behaves: Callable[[ObjectStore], None]) -> None:
    behaves(fresh)


def test_the_kind_of_store_follows_from_the_root(tmp_path: Path, gcs: GCSResource) -> None:
    assert isinstance(open_store(str(tmp_path)), FolderStore)
    assert isinstance(open_store(f"gs://{BUCKET}/x", gcs), BucketStore)
    with pytest.raises(ValueError, match=r"s3://bucket: a lake is a folder or gs://bucket/prefix"):
        open_store("s3://bucket")


def test_an_error_names_the_object_with_its_bucket(gcs: GCSResource) -> None:
    with pytest.raises(FileNotFoundError, match=f"gs://{BUCKET}/x/none"):
        open_store(f"gs://{BUCKET}/x", gcs).read("none")


def test_a_lake_in_a_bucket_holds_what_one_in_a_folder_holds(tmp_path: Path, gcs: GCSResource) -> None:
    bucket = Lake(open_store(f"gs://{BUCKET}/round_trip", gcs))
    folder = Lake(FolderStore(tmp_path))
    stamps = dict.fromkeys(DATES, STAMP)
    assert bucket.write("t", three_dates(), stamps) == folder.write("t", three_dates(), stamps)
    assert {w.changed for w in bucket.write("t", three_dates(), stamps).values()} == {False}
    assert bucket.dates("t") == DATES
    read, local = bucket.read("t", DATES, schema()), folder.read("t", DATES, schema())
    assert read.table.equals(local.table)
    assert read.hashes == local.hashes
    assert bucket.stamp("t", DATES[0]) == STAMP


def test_assets_run_over_a_bucket_and_give_the_bytes_of_a_folder(
    archive_dir: Path, tmp_path: Path, gcs: GCSResource
) -> None:
    names = [
        "raw_schedule",
        "raw_player_boxscores",
        "raw_team_boxscores",
        "raw_play_by_play",
        "raw_shot_chart",
        "player_game_events",
        "team_offense_game_summary",
        "player_game_summary",
    ]
    tables = [table for table in ALL_TABLES if table.name in names]
    source = league.cut(archive_dir, tmp_path / "source")
    bucket = Workbench(tmp_path / "a", tables, source, lake_root=f"gs://{BUCKET}/assets")
    folder = Workbench(tmp_path / "b", tables, source)
    for bench in (bucket, folder):
        assert bench.run(league.DATES[0], league.DATES[2]).success
        assert bench.materialized("player_game_summary") == list(league.DATES[:3])
    for name in names:
        assert bucket.bytes_of(name) == folder.bytes_of(name)
    assert len(bucket.rows("player_game_summary", *league.DATES[:3])) > 250
    assert [str(day) for day in bucket.lake.dates("raw_schedule")] == list(league.DATES[:3])
    assert isinstance(bucket.lake.dates("raw_schedule")[0], dt.date)
    bucket.close()
    folder.close()


def test_bytes_that_are_not_what_the_bucket_sent_are_asked_for_again(
    gcs: GCSResource, monkeypatch: pytest.MonkeyPatch
) -> None:
    gcs.get_client().create_bucket("damaged-on-the-way")
    store = open_store("gs://damaged-on-the-way", gcs)
    store.write("a", b"whole")
    damaged = [True, True]
    download = Blob.download_as_bytes

    def sometimes(blob: Blob, *args: Any, **more: Any) -> bytes:
        if damaged:
            damaged.pop()
            raise DataCorruption(None, "Checksum mismatch while downloading")
        return download(blob, *args, **more)

    monkeypatch.setattr(Blob, "download_as_bytes", sometimes)
    assert store.read("a") == b"whole"
    assert not damaged
