"""How long the session waits, for what, and where its patience ends."""

import datetime as dt
import json
from email.utils import format_datetime
from pathlib import Path

import pytest

from nba_assets.settings import Settings
from nba_assets.sources.feeds.catalog import wanted
from nba_assets.sources.fetch.host_records import StoredHostRecords
from nba_assets.sources.http import (
    Answer,
    Cause,
    FetchProblem,
    HttpSession,
    Limits,
    Pace,
    Request,
    publishers,
)
from nba_assets.sources.http.pacing import Pacer
from nba_assets.sources.http.quota import Allowance, Quotas
from nba_assets.storage.object_store import FolderStore
from nba_assets_tests.sources import publisher as moods
from nba_assets_tests.sources.publisher import LIMITS, FakeClock, Publisher, hosts, longest, session
from nba_assets_tests.sources.wire_samples import EVENT, NIGHT

BOARD = wanted("scoreboard", NIGHT).request
FINE = json.dumps({"scoreboard": {"gameDate": NIGHT.isoformat(), "games": []}}).encode()
ODDS = wanted("odds", NIGHT, event_id=EVENT).request
LINES = json.dumps({"id": EVENT, "bookmakers": [{}]}).encode()


def failing(http: HttpSession, request: Request = BOARD) -> FetchProblem:
    with pytest.raises(FetchProblem) as caught:
        http.get(request)
    return caught.value


def test_waits_double_up_to_the_longest_one(publisher: Publisher, clock: FakeClock) -> None:
    publisher.script(moods.status(500))
    limits = Limits(attempts=8, first_wait=2, longest_wait=20, patience_seconds=1000)
    with session(publisher, clock, limits=limits) as http:
        assert failing(http).requests == 8
    assert clock.sleeps == [2, 4, 8, 16, 20, 20, 20]


def test_chance_takes_up_to_half_of_a_wait(publisher: Publisher, clock: FakeClock) -> None:
    publisher.script(moods.status(500))
    requested: list[tuple[float, float]] = []

    def lowest(low: float, high: float) -> float:
        requested.append((low, high))
        return low

    with HttpSession(hosts(publisher.url), clock=clock, uniform=lowest, limits=LIMITS) as http:
        failing(http)
    assert clock.sleeps == [1, 2, 4, 8]
    assert requested[:4] == [(1, 2), (2, 4), (4, 8), (8, 16)]


def test_real_chance_differs_from_wait_to_wait(publisher: Publisher, clock: FakeClock) -> None:
    publisher.script(moods.status(500))
    with HttpSession(hosts(publisher.url), clock=clock, limits=LIMITS) as http:
        failing(http)
        failing(http)
    assert len(set(clock.sleeps)) == 8
    assert all(1 <= wait <= 16 for wait in clock.sleeps)


def test_patience_ends_in_time_too(publisher: Publisher, clock: FakeClock) -> None:
    publisher.script(moods.status(500))
    limits = Limits(attempts=100, first_wait=10, longest_wait=10, patience_seconds=35)
    with session(publisher, clock, limits=limits) as http:
        assert failing(http).requests == 4
    assert clock.sleeps == [10, 10, 10]


@pytest.mark.parametrize("code", [429, 503, 500])
def test_retry_after_is_honoured_to_the_second(publisher: Publisher, clock: FakeClock, code: int) -> None:
    publisher.script(moods.status(code, Retry_After="33"), moods.serve(FINE))
    with session(publisher, clock) as http:
        assert http.get(BOARD).requests == 2
    assert clock.sleeps == [33]


def test_retry_after_may_name_a_moment(publisher: Publisher, clock: FakeClock) -> None:
    moment = format_datetime(clock.now() + dt.timedelta(seconds=40), usegmt=True)
    publisher.script(moods.status(429, Retry_After=moment), moods.serve(FINE))
    with session(publisher, clock) as http:
        http.get(BOARD)
    assert clock.sleeps == [40]


@pytest.mark.parametrize("text", ["soon", "-5", "1e9", "", "\u0663"])
def test_an_unreadable_retry_after_changes_nothing(publisher: Publisher, clock: FakeClock, text: str) -> None:
    publisher.script(moods.status(500, Retry_After=text.encode().decode("latin-1")), moods.serve(FINE))
    with session(publisher, clock) as http:
        http.get(BOARD)
    assert clock.sleeps == [2]


def test_a_host_that_closes_for_an_hour_is_left_alone_for_an_hour(
    publisher: Publisher, clock: FakeClock
) -> None:
    publisher.script(moods.status(429, Retry_After="3600"), moods.serve(FINE))
    with session(publisher, clock) as http:
        first = failing(http)
        assert (first.cause, first.requests, first.retry_after) == (Cause.RATE_LIMITED, 1, 3600)
        second = failing(http)
        assert (second.cause, second.requests) == (Cause.CLOSED, 0)
        assert "3600 s" in second.detail
        assert clock.sleeps == []
        clock.sleep(3500)
        assert http.get(BOARD).requests == 1
    assert clock.sleeps[1:] == [100]


@pytest.mark.parametrize("code", [404, 410, 401, 400, 422, 301])
def test_what_never_heals_is_requested_once(publisher: Publisher, clock: FakeClock, code: int) -> None:
    publisher.script(moods.status(code))
    with session(publisher, clock) as http:
        assert failing(http).requests == 1
    assert clock.sleeps == []


def test_evidence_names_the_request_and_what_came(publisher: Publisher, clock: FakeClock) -> None:
    publisher.script(moods.status(404, b"<Error>NoSuchKey</Error>", Server="AmazonS3"))
    with session(publisher, clock) as http:
        evidence = failing(http).evidence
    assert evidence["path"] == BOARD.path
    assert (evidence["host"], evidence["status"], evidence["requests"]) == ("nba_cdn", 404, 1)
    assert evidence["body"] == "<Error>NoSuchKey</Error>"
    assert "AmazonS3" in evidence["headers"]["server"]


def test_a_key_that_is_not_set_is_no_request(publisher: Publisher, clock: FakeClock) -> None:
    with session(publisher, clock, secret=None) as http:
        problem = failing(http, ODDS)
    assert (problem.cause, problem.requests, publisher.requests) == (Cause.NO_KEY, 0, [])


def test_the_key_goes_to_its_own_host_only(publisher: Publisher, clock: FakeClock) -> None:
    publisher.script(moods.serve(FINE))
    with session(publisher, clock) as http:
        http.get(BOARD)
    assert "apiKey" not in publisher.requests[0].query


def test_the_allowance_is_never_spent_to_the_last(publisher: Publisher, clock: FakeClock) -> None:
    publisher.script(
        moods.serve(LINES, X_Requests_Remaining="57"), moods.serve(LINES, X_Requests_Remaining="53")
    )
    with session(publisher, clock) as http:
        assert isinstance(http.get(ODDS), Answer)
        assert http.quotas.remaining("odds_api") == 57
        http.get(ODDS)
        problem = failing(http, ODDS)
        assert (problem.cause, problem.requests) == (Cause.QUOTA, 0)
        assert "53 left, the request costs 4, 50 are kept" in problem.detail
        free = wanted("odds_events", NIGHT).request
        publisher.script(moods.serve(json.dumps([{"id": EVENT}]).encode()))
        assert http.get(free).requests == 1
    assert len(publisher.requests) == 3


def test_an_allowance_is_read_from_failures_too_and_only_where_one_is_sold() -> None:
    now = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
    quotas = Quotas({"odds_api": Allowance(reserve=50)})
    for text in ("", "many", "-1", "1e3"):
        quotas.update("odds_api", {"x-requests-remaining": text}, now)
    assert quotas.remaining("odds_api") is None
    quotas.check("odds_api", 40, now)
    quotas.update("odds_api", {"x-requests-remaining": "60.5"}, now)
    quotas.update("nba_cdn", {"x-requests-remaining": "1"}, now)
    assert (quotas.remaining("odds_api"), quotas.remaining("nba_cdn")) == (60.5, None)
    quotas.check("odds_api", 10, now)
    quotas.check("nba_cdn", 1000, now)
    with pytest.raises(FetchProblem, match="quota_spent"):
        quotas.check("odds_api", 11, now)


def test_a_month_has_a_budget_and_the_next_one_begins_anew() -> None:
    november, december = (dt.datetime(2026, month, 15, tzinfo=dt.UTC) for month in (11, 12))
    quotas = Quotas({"odds_api": Allowance(reserve=50, budget=100)})
    quotas.update("odds_api", {"x-requests-remaining": "400", "x-requests-used": "98"}, november)
    with pytest.raises(FetchProblem, match="98 of the month's budget of 100 spent"):
        quotas.check("odds_api", 4, november)
    quotas.check("odds_api", 4, december)


def test_in_bulk_games_are_fifteen_seconds_apart_and_documents_of_one_game_are_not(clock: FakeClock) -> None:
    pacer = Pacer({"nba_cdn": Pace(1.0, between_games=15.0)}, clock)
    waits = [pacer.wait("nba_cdn", game, bulk=True) for game in ("1", "1", "2", "2", "3")]
    assert waits == [0, 1, 15, 1, 15]
    assert pacer.wait("nba_cdn", "4") == 1
    assert Pacer({"nba_cdn": Pace(1.0, between_games=15.0)}, clock).wait("nba_cdn", None, bulk=True) == 0


def test_the_next_process_keeps_the_pace_and_the_closing_of_the_one_before(
    publisher: Publisher, clock: FakeClock, tmp_path: Path
) -> None:
    records = StoredHostRecords(FolderStore(tmp_path))
    pace = hosts(publisher.url, pace=Pace(4.0))
    publisher.script(moods.serve(FINE), moods.status(429, Retry_After="3600"), moods.serve(FINE))
    with HttpSession(pace, clock=clock, uniform=longest, limits=LIMITS, records=records) as http:
        http.get(BOARD)
        assert failing(http).cause is Cause.RATE_LIMITED
    with HttpSession(pace, clock=clock, uniform=longest, limits=LIMITS, records=records) as http:
        closed = failing(http)
        assert (closed.cause, closed.requests) == (Cause.CLOSED, 0)
        clock.sleep(3590)
        http.get(BOARD)
    assert clock.sleeps == [4, 3590, 10]
    with HttpSession(pace, clock=clock, uniform=longest, limits=LIMITS, records=records) as http:
        http.get(BOARD)
    # Slowed down by the complaint, trusted again by a fifth with each answer.
    assert clock.sleeps[3:] == pytest.approx([6.4])


def test_a_retry_after_survives_a_process_that_is_killed(
    publisher: Publisher, clock: FakeClock, tmp_path: Path
) -> None:
    records = StoredHostRecords(FolderStore(tmp_path))
    publisher.script(moods.status(429, Retry_After="3600"))
    http = HttpSession(hosts(publisher.url), clock=clock, limits=LIMITS, records=records)
    failing(http)  # and never closed
    closed_until = records.read(BOARD.host).closed_until
    assert closed_until == clock.now() + dt.timedelta(hours=1)


def test_hosts_do_not_wait_for_each_other(clock: FakeClock) -> None:
    pacer = Pacer({"nba_cdn": Pace(5.0), "nba_stats": Pace(0.6)}, clock)
    assert [pacer.wait(h) for h in ("nba_cdn", "nba_stats", "nba_stats")] == [0, 0, 0.6]


def test_a_host_that_throttles_is_requested_less_often_and_trusted_again_slowly(clock: FakeClock) -> None:
    pacer = Pacer({"nba_cdn": Pace(1.0, most=6.0)}, clock)
    for expected in (2, 4, 6, 6):
        pacer.throttled("nba_cdn")
        assert pacer.interval("nba_cdn") == expected
    for _ in range(3):
        pacer.content("nba_cdn")
    assert pacer.interval("nba_cdn") == pytest.approx(6 * 0.8**3)
    for _ in range(20):
        pacer.content("nba_cdn")
    assert pacer.interval("nba_cdn") == 1.0


def test_a_burst_of_403s_slows_the_session_down(publisher: Publisher, clock: FakeClock) -> None:
    publisher.script(*[moods.status(403)] * 3, moods.serve(FINE))
    with session(publisher, clock, pace=Pace(1.0)) as http:
        http.get(BOARD)
        assert clock.sleeps == [2, 4, 8]
        http.get(BOARD)
    assert clock.sleeps[3:] == [pytest.approx(6.4)]


def test_requests_carry_what_browsers_send_and_ask_for_gzip_only(
    publisher: Publisher, clock: FakeClock
) -> None:
    publisher.script(moods.serve(FINE))

    here = Settings(cdn_url=publisher.url)
    with HttpSession(publishers(here), clock=clock, uniform=longest) as http:
        http.get(BOARD)
    headers = {name.lower(): value for name, value in publisher.requests[0].headers.items()}
    assert headers["accept-encoding"] == "gzip"
    assert headers["referer"] == "https://www.nba.com/"
    assert "Mozilla" in headers["user-agent"]
    assert headers["host"] == publisher.url.removeprefix("http://")


def test_a_whole_date_in_bulk_keeps_the_pace_of_every_host(publisher: Publisher, clock: FakeClock) -> None:

    paces = {name: host.pace for name, host in publishers(Settings()).items()}
    assert paces["nba_cdn"].between_games == 15
    assert paces["nba_stats"].least >= 0.6
