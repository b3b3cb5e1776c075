"""The landing zone, in a folder and a bucket: nothing lost or overwritten, the newest valid one read."""

import datetime as dt
import gzip
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from dagster_gcp.gcs import GCSResource
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.sources.landing import (
    Document,
    Landing,
    Reason,
)
from nba_assets.sources.landing.documents import (
    capture_of,
    content_hash,
)
from nba_assets.storage.object_store import (
    FolderStore,
    open_store,
)
from nba_assets.tabular.problems import BadInput

DATE = dt.date(2025, 1, 15)
BOX = Document("boxscore", DATE, "0022400561")
NOON = dt.datetime(2025, 1, 15, 12, tzinfo=dt.UTC)
REASON = Reason("unreadable", "minutes read 'PT'", "teach the parser", {"status": 200})


def at(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


@pytest.fixture(params=["folder", "bucket"])
def landing(request: pytest.FixtureRequest, tmp_path: Path) -> Landing:
    if request.param == "folder":
        return Landing(FolderStore(tmp_path))
    gcs: GCSResource = request.getfixturevalue("gcs")
    name = f"landing-{abs(hash(request.node.name)) % 10**9}"
    gcs.get_client().create_bucket(name)
    return Landing(open_store(f"gs://{name}/below", gcs))


def names(landing: Landing) -> list[str]:
    return [name for place in ("landing/", "quarantine/", "refused/") for name in landing.store.list(place)]


def test_a_document_lands_untouched_under_feed_date_key_moment_and_hash(landing: Landing) -> None:
    content = b'{"a": 1}\r\n\xef\xbb\xbf '
    landed = landing.land(BOX, content, at(0))
    assert landed.new
    digest = content_hash(content)
    assert names(landing) == [
        f"landing/boxscore/2025-01-15/0022400561/20250115T120000.000000Z-{digest}.json.gz"
    ]
    assert landed.capture == capture_of(names(landing)[0])
    assert landing.read(landed.capture) == content
    stored = landing.store.read(landed.capture.name)
    assert stored[4:8] == b"\0\0\0\0", "no clock in the bytes"
    assert gzip.decompress(stored) == content


def test_the_same_content_is_not_stored_again_but_its_return_is(landing: Landing) -> None:
    first = landing.land(BOX, b"one", at(0))
    again = landing.land(BOX, b"one", at(60))
    assert not again.new
    assert again.capture == first.capture
    landing.land(BOX, b"two", at(120))
    back = landing.land(BOX, b"one", at(180))
    assert back.new
    assert landing.newest(BOX) == back.capture
    assert [landing.read(c) for c in landing.captures(BOX)] == [b"one", b"two", b"one"]


def test_two_documents_of_one_moment_and_of_a_clock_set_back_keep_their_order(landing: Landing) -> None:
    contents = [b"9", b"5", b"7", b"1"]
    for content, seconds in zip(contents, (0, 0, 0, -3600), strict=True):
        landing.land(BOX, content, at(seconds))
    captures = landing.captures(BOX)
    assert [landing.read(c) for c in captures] == contents
    assert [c.captured_at for c in captures] == [NOON + n * dt.timedelta(microseconds=1) for n in range(4)]


def test_names_do_not_depend_on_the_order_of_arrival_of_other_documents(tmp_path: Path) -> None:
    other = Document("boxscore", DATE, "0022400562")
    one, two = Landing(FolderStore(tmp_path / "1")), Landing(FolderStore(tmp_path / "2"))
    for zone, order in ((one, (BOX, other)), (two, (other, BOX))):
        for document in order:
            zone.land(document, b"x", at(0))
    assert names(one) == names(two)
    assert all(one.store.read(name) == two.store.read(name) for name in names(one))


def test_a_distrusted_capture_gives_way_to_the_one_before_and_stays_where_it_is(landing: Landing) -> None:
    good = landing.land(BOX, b"good", at(0)).capture
    bad = landing.land(BOX, b"bad", at(60)).capture
    landing.distrust(bad, REASON)
    assert landing.newest(BOX) == good
    assert not landing.valid(bad)
    assert landing.read(bad) == b"bad"
    assert landing.latest_valid("boxscore", DATE) == {BOX.key: good}
    why = landing.reason(bad)
    assert (why["outcome"], why["reason"], why["key"]) == (REASON.outcome, REASON.reason, BOX.key)
    assert why["evidence"] == {"status": 200}
    correction = landing.land(BOX, b"mended", at(120)).capture
    assert landing.newest(BOX) == correction


def test_a_person_may_release_what_a_parser_doubted(landing: Landing) -> None:
    capture = landing.land(BOX, b"odd but true", at(0)).capture
    landing.distrust(capture, REASON)
    assert landing.newest(BOX) is None
    with pytest.raises(ValueError, match="needs a person and a reason"):
        landing.release(capture, "ada", " ", at(60))
    landing.release(capture, "ada", "a 63 minute game", at(60))
    assert landing.newest(BOX) == capture
    assert sorted(n.rsplit(".", 2)[-2] for n in names(landing) if n.startswith("quarantine")) == [
        "json",
        "reason",
        "released",
    ]


def test_a_quarantined_document_is_kept_with_its_reason_once_and_is_never_read(landing: Landing) -> None:
    kept = landing.quarantine(BOX, b"<html>", at(0), REASON)
    assert kept.new
    assert not landing.quarantine(BOX, b"<html>", at(60), REASON).new
    assert landing.captures(BOX) == []
    assert landing.newest(BOX) is None
    assert names(landing) == [kept.capture.quarantine_name, kept.capture.reason_name]
    assert gzip.decompress(landing.store.read(kept.capture.quarantine_name)) == b"<html>"
    with pytest.raises(ValueError, match="never landed"):
        landing.release(kept.capture, "ada", "why not", at(60))


def test_a_reason_that_a_dying_process_left_unwritten_is_written_by_the_next(landing: Landing) -> None:
    kept = landing.quarantine(BOX, b"<html>", at(0), REASON)
    landing.store.delete(kept.capture.reason_name)
    landing.quarantine(BOX, b"<html>", at(60), REASON)
    assert landing.reason(kept.capture)["outcome"] == "unreadable"


def test_an_account_distinguishes_present_quarantined_refused_and_missing(landing: Landing) -> None:
    keys = ["0022400561", "0022400562", "0022400563", "0022400564"]
    there, quarantined, refused, _absent = (Document("boxscore", DATE, key) for key in keys)
    capture = landing.land(there, b"fine", at(0)).capture
    landing.quarantine(quarantined, b"<html>", at(0), REASON)
    landing.refusals.record(refused.folder, Reason("not_found", "404", "", {}), at(0))
    landing.land(Document("boxscore", DATE + dt.timedelta(1), keys[3]), b"another date", at(0))
    landing.land(Document("boxscore_of_others", DATE, keys[3]), b"another feed", at(0))
    account = landing.account("boxscore", DATE, keys)
    assert account.present == {keys[0]: capture}
    assert account.quarantined == (keys[1],)
    assert account.refused == {keys[2]: "not_found"}
    assert account.missing == tuple(keys[1:])
    assert landing.missing("boxscore", DATE, keys) == keys[1:]
    assert landing.dates("boxscore") == [DATE, DATE + dt.timedelta(1)]


def test_listing_downloads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    landing = Landing(FolderStore(tmp_path))
    landing.land(BOX, b"fine", at(0))
    landing.quarantine(BOX, b"<html>", at(0), REASON)

    def read(self: FolderStore, name: str, version: str = "") -> bytes:
        raise AssertionError(f"{name} was read")

    monkeypatch.setattr(FolderStore, "read", read)
    assert landing.account("boxscore", DATE, [BOX.key, "other"]).missing == ("other",)


def test_a_refusal_holds_until_a_person_lifts_it_and_may_come_again(landing: Landing) -> None:
    refusals, scope = landing.refusals, BOX.folder
    assert refusals.current(scope) is None
    first = refusals.record(scope, Reason("not_found", "404", "", {"status": 404}), at(0))
    assert refusals.record(scope, Reason("not_found", "again", "", {}), at(9)).name == first.name
    assert refusals.current(scope) == first
    with pytest.raises(ValueError, match="needs a person and a reason"):
        refusals.lift(scope, "", "because", at(10))
    assert refusals.lift(scope, "ada", "the id was wrong", at(10)) == [first.name]
    assert refusals.current(scope) is None
    second = refusals.record(scope, Reason("not_found", "404", "", {}), at(20))
    assert refusals.current(scope) == second
    assert first.record["evidence"] == {"status": 404}


def test_a_damaged_object_is_never_taken_for_data(tmp_path: Path) -> None:
    landing = Landing(FolderStore(tmp_path))
    capture = landing.land(BOX, b"whole", at(0)).capture
    path = tmp_path / capture.name
    for damage in (path.read_bytes()[:-9], b"no gzip", gzip.compress(b"other")):
        path.write_bytes(damage)
        with pytest.raises(BadInput, match=re.escape(capture.name)):
            landing.read(capture)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        landing.read(capture)


def test_many_threads_lose_nothing_and_store_nothing_twice(tmp_path: Path) -> None:
    landing = Landing(FolderStore(tmp_path))
    documents = [Document("boxscore", DATE, f"{n % 5}") for n in range(60)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda d: landing.land(d, f"content of {d.key}".encode(), at(0)), documents))
    assert len(names(landing)) == 5
    assert {landing.read(c).decode()[-1] for c in landing.latest_valid("boxscore", DATE).values()} == set(
        "01234"
    )


@pytest.mark.parametrize("part", ["", "..", "../up", "a/b", "a b", "a:b", ".hidden", "ä", "x" * 200, "a\n"])
def test_a_name_cannot_be_led_astray(part: str) -> None:
    with pytest.raises(ValueError, match="is not valid in a landing name"):
        Document("boxscore", DATE, part)
    with pytest.raises(ValueError, match="is not valid in a landing name"):
        Document(part, DATE, "key")
    with pytest.raises(ValueError, match="none of"):
        Document("boxscore", DATE, "key", "exe")


@pytest.mark.parametrize(
    "name", ["landing/a/2025-01-15/k/x.json.gz", "landing/k.json.gz", "landing/a/2025-01-15/k/.tmp"]
)
def test_other_objects_are_no_captures(name: str) -> None:
    assert capture_of(name) is None


def test_a_moment_without_time_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        _ = landing_capture(tmp_path)


def landing_capture(folder: Path) -> str:
    capture = Landing(FolderStore(folder)).land(BOX, b"x", at(0)).capture
    return type(capture)(BOX, dt.datetime(2025, 1, 15), capture.content_hash).stem


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from([b"a", b"b", b"c"]), st.integers(-5, 5)), max_size=12))
def test_captures_are_the_changes_of_content_in_order(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[bytes, int]]
) -> None:
    landing = Landing(FolderStore(tmp_path_factory.mktemp("zone")))
    changes: list[bytes] = []
    for content, seconds in history:
        landing.land(BOX, content, at(seconds))
        if changes[-1:] != [content]:
            changes.append(content)
    captures = landing.captures(BOX)
    assert [landing.read(c) for c in captures] == changes
    assert captures == sorted(captures, key=lambda c: c.captured_at)
    newest = landing.newest(BOX)
    assert (newest and landing.read(newest)) == (changes[-1] if changes else None)


def test_the_reason_document_is_readable_text(tmp_path: Path) -> None:
    text = REASON.document(key="ä").decode()
    assert json.loads(text)["key"] == "ä"
    assert "ä" in text
    assert text.endswith("}\n")


def test_a_newer_parser_reads_again_what_an_older_one_quarantined(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = landing.land(BOX, b"good", at(0)).capture
    odd = landing.land(BOX, b"odd", at(60)).capture
    landing.distrust(odd, REASON)
    assert landing.newest(BOX) == good
    monkeypatch.setattr("nba_assets.sources.landing.zone.parser_version", lambda: "newer")
    assert landing.newest(BOX) == odd, "a parser bug sets nothing aside for ever"
    landing.distrust(odd, Reason("unreadable", "still odd", "look", {}))
    assert landing.newest(BOX) == good
    assert landing.reason(odd)["reason"] == "still odd"
    torn = landing.quarantine(BOX, b"<html>", at(120), REASON).capture
    monkeypatch.setattr("nba_assets.sources.landing.zone.parser_version", lambda: "newest")
    assert landing.newest(BOX) == odd
    assert not landing.valid(torn), "what is no document at all needs no parser to say so"
