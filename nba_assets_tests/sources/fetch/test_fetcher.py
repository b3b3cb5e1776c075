"""From wanted to landed: corrections, refusals that stand, checks that doubt."""

import datetime as dt
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from nba_assets.sources.feeds.catalog import wanted
from nba_assets.sources.feeds.feed import Wanted
from nba_assets.sources.fetch.fetcher import (
    Fetcher,
    Result,
)
from nba_assets.sources.http import Pace
from nba_assets.sources.landing import (
    Landing,
    Reason,
)
from nba_assets.tabular.problems import BadInput
from nba_assets_tests.sources import publisher as moods
from nba_assets_tests.sources.publisher import FakeClock, Publisher, session
from nba_assets_tests.sources.wire_samples import EVENT, NIGHT, checked_by


def box(game_id: str, points: int = 0, status: int = 3) -> bytes:
    team = {"players": [{"points": points}]}
    game = {"gameId": game_id, "gameStatus": status, "homeTeam": team, "awayTeam": team}
    return json.dumps({"game": game}).encode()


BOX = wanted("boxscore", NIGHT, game_id="0022500775")


def test_a_correction_is_a_new_capture_and_the_one_that_is_read(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    publisher.script(moods.serve(box("0022500775", 10)), moods.serve(box("0022500775", 12)))
    with session(publisher, clock) as http:
        fetcher = Fetcher(http, landing)
        first = fetcher.fetch(BOX)
        clock.sleep(86_400)
        second, third = fetcher.fetch(BOX), fetcher.fetch(BOX)
    assert [o.result for o in (first, second, third)] == [Result.STORED, Result.STORED, Result.UNCHANGED]
    assert landing.newest(BOX.document) == second.capture
    assert len(landing.captures(BOX.document)) == 2
    assert first.capture and second.capture
    assert (second.capture.captured_at - first.capture.captured_at).total_seconds() == 86_400


def report(hour: int) -> Wanted:
    """The report of an hour of the night, which is out at that hour."""
    at = dt.datetime.combine(NIGHT, dt.time(hour), dt.UTC)
    return replace(wanted("injury_report", NIGHT, clock=f"{hour:02d}_00AM"), published_at=at)


PDF = b"%PDF-1.4\n%%EOF"


def test_a_report_long_past_is_absent_for_good_once_the_publisher_has_served_another(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    clock.sleep(8 * 3600)  # 13:00 on the day after the night
    publisher.script(moods.status(403), path="_01_00AM.pdf")
    publisher.script(moods.serve(PDF), path="_02_00AM.pdf")
    with session(publisher, clock) as http:
        fetcher = Fetcher(http, landing)
        outcomes = fetcher.fetch_all([report(1), report(2)])
        assert [one.result for one in outcomes] == [Result.ABSENT, Result.STORED]
        again = fetcher.fetch(report(1))
    assert (again.cause, again.requests) == ("absent", 0)
    assert landing.refusals.keys("injury_report", NIGHT) == {"01_00AM": "absent"}


def test_a_publisher_that_serves_nothing_proves_no_absence(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    clock.sleep(8 * 3600)
    publisher.script(moods.status(403), path=".pdf")
    with session(publisher, clock) as http:
        outcomes = Fetcher(http, landing).fetch_all([report(1), report(2)])
    assert [one.result for one in outcomes] == [Result.WAIT, Result.WAIT]
    assert landing.refusals.keys("injury_report", NIGHT) == {}


def test_lines_that_did_not_move_until_tipoff_are_captured_all_the_same(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    lines = wanted("odds", NIGHT, event_id=EVENT)
    publisher.script(moods.serve(json.dumps({"id": EVENT, "bookmakers": [{}]}).encode()))
    with session(publisher, clock, secret=moods.SECRET) as http:
        fetcher = Fetcher(http, landing)
        first = fetcher.fetch(lines)
        clock.sleep(600)
        assert [first.result, fetcher.fetch(lines).result] == [Result.STORED, Result.STORED]
    assert len(landing.captures(lines.document)) == 2


def test_what_was_refused_is_not_requested_again_until_a_person_lifts_it(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    publisher.script(moods.status(404), moods.serve(box("0022500775")))
    with session(publisher, clock) as http:
        fetcher = Fetcher(http, landing)
        assert fetcher.fetch(BOX).result is Result.REFUSED
        again = fetcher.fetch(BOX)
        assert (again.result, again.cause, again.requests) == (Result.REFUSED, "not_found", 0)
        assert "refused/boxscore/2026-02-11/0022500775/" in again.detail
        landing.refusals.lift(BOX.document.folder, "ada", "it was published late", clock.now())
        assert fetcher.fetch(BOX).result is Result.STORED
    assert len(publisher.requests) == 2


def test_a_bad_key_stops_every_document_of_its_publisher_and_no_other(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    publisher.script(moods.status(401, b'{"error_code": "INVALID_KEY"}'))
    publisher.script(moods.serve(box("0022500775")), path=BOX.request.path)
    lines = [wanted("odds", NIGHT, event_id=EVENT[:-1] + end) for end in "123"]
    with session(publisher, clock) as http:
        outcomes = Fetcher(http, landing).fetch_all([*lines, BOX])
    assert [o.result for o in outcomes] == [Result.REFUSED] * 3 + [Result.STORED]
    assert [o.requests for o in outcomes] == [1, 0, 0, 1]
    assert landing.refusals.current("_hosts/odds_api") is not None
    assert landing.account("odds", NIGHT, []).refused == {}


def test_a_check_that_cannot_read_a_document_sets_it_aside(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    def check(content: bytes) -> None:
        raise BadInput(file="box", game="0022500775", field="points", reason="no points", remedy="look")

    publisher.script(moods.serve(box("0022500775")))
    with session(publisher, clock) as http:
        doubted = Fetcher(http, landing).fetch(checked_by(BOX, check))
    assert doubted.cause == "unreadable"
    assert doubted.capture is not None
    assert "no points" in str(landing.reason(doubted.capture)["reason"])
    assert landing.newest(BOX.document) is None


def test_a_check_that_crashes_is_a_bug_and_is_seen(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    publisher.script(moods.serve(box("0022500775")))

    def check(content: bytes) -> None:
        raise KeyError("minutes")

    with session(publisher, clock) as http, pytest.raises(KeyError, match="minutes"):
        Fetcher(http, landing).fetch(checked_by(BOX, check))
    assert landing.captures(BOX.document) == []


def test_a_distrusted_capture_served_again_is_not_taken_for_a_correction(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    publisher.script(moods.serve(box("0022500775")))
    with session(publisher, clock) as http:
        fetcher = Fetcher(http, landing)
        capture = fetcher.fetch(BOX).capture
        assert capture is not None
        landing.distrust(capture, Reason("unreadable", "why", "look", {}))
        again = fetcher.fetch(BOX)
    assert (again.result, again.cause) == (Result.QUARANTINED, "distrusted")
    assert landing.newest(BOX.document) is None
    assert len(landing.captures(BOX.document)) == 1


def test_the_same_bad_page_is_kept_once(publisher: Publisher, clock: FakeClock, landing: Landing) -> None:
    publisher.script(moods.serve(b"<html/>"))
    with session(publisher, clock) as http:
        fetcher = Fetcher(http, landing)
        kept = {fetcher.fetch(BOX).capture for _ in range(3)}
    assert len(kept) == 1
    assert len(list(landing.store.list("quarantine/"))) == 2


def test_a_bulk_of_games_keeps_fifteen_seconds_between_games_only(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    games = ["0022500775", "0022500776"]
    end = [{"actionType": "game", "subType": "end"}]
    for game in games:
        publisher.script(moods.serve(box(game)), path=f"boxscore_{game}.json")
        plays = json.dumps({"game": {"gameId": game, "actions": end}}).encode()
        publisher.script(moods.serve(plays), path=f"playbyplay_{game}.json")
    documents = [wanted(feed, NIGHT, game_id=game) for game in games for feed in ("boxscore", "play_by_play")]
    with session(publisher, clock, pace=Pace(1.0, between_games=15.0)) as http:
        outcomes = Fetcher(http, landing).fetch_all(documents, bulk=True)
    assert [o.result for o in outcomes] == [Result.STORED] * 4
    assert clock.sleeps == [1, 15, 1]


def test_threads_that_share_a_session_lose_nothing(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    games = [f"00225007{n:02}" for n in range(24)]
    for game in games:
        publisher.script(moods.status(503), moods.serve(box(game)), path=f"boxscore_{game}.json")
    fetch: Callable
    with session(publisher, clock) as http, ThreadPoolExecutor(6) as pool:
        fetch = Fetcher(http, landing).fetch
        outcomes = list(pool.map(fetch, [wanted("boxscore", NIGHT, game_id=game) for game in games]))
    assert {o.result for o in outcomes} == {Result.STORED}
    assert {o.requests for o in outcomes} == {2}
    assert sorted(landing.latest_valid("boxscore", NIGHT)) == games
    assert len(publisher.requests) == 48
