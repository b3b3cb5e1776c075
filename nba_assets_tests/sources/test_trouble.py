"""Behaviour under trouble: each mood of a publisher has one outcome, one number of requests, one place."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from nba_assets.simulation.server.injuries import report_pdf
from nba_assets.sources.feeds.catalog import (
    Wanted,
    wanted,
)
from nba_assets.sources.fetch.fetcher import (
    Fetcher,
    Result,
)
from nba_assets.sources.http import Limits
from nba_assets.sources.landing import Landing
from nba_assets_tests.sources import publisher as moods
from nba_assets_tests.sources import wire_samples as samples
from nba_assets_tests.sources.publisher import HASTY, LIMITS, FakeClock, Mood, Publisher, session
from nba_assets_tests.sources.wire_samples import BOX, NIGHT

Wire = Callable[[str], bytes]
ATTEMPTS = LIMITS.attempts
ONE_SECOND = replace(LIMITS, read_seconds=1)
HTML = b"<!DOCTYPE html><html><body>Access Denied</body></html>"
EVENT = wanted("odds", NIGHT, event_id=samples.EVENT)


@dataclass(frozen=True)
class Scenario:
    """What a publisher does, from a good document, and what must come of it."""

    moods: Callable[[bytes, Wire], list[Mood]]
    result: Result
    cause: str | None
    requests: int
    wanted: Wanted = BOX
    stored: tuple[str, ...] = ()
    limits: Limits = LIMITS


def always(mood: Mood) -> Callable[[bytes, Wire], list[Mood]]:
    return lambda good, wire: [mood]


def healing(*troubles: Mood) -> Callable[[bytes, Wire], list[Mood]]:
    return lambda good, wire: [*troubles, moods.serve(good)]


def body(change: Callable[[bytes], bytes]) -> Callable[[bytes, Wire], list[Mood]]:
    return lambda good, wire: [moods.serve(change(good))]


def edited(change: Callable[[dict], object]) -> Callable[[bytes, Wire], list[Mood]]:
    def edit(good: bytes) -> bytes:
        document = json.loads(good)
        change(document["game"])
        return json.dumps(document).encode()

    return body(edit)


LANDED, KEPT, REFUSED = ("landing",), ("quarantine", "quarantine"), ("refused",)
SCENARIOS: dict[str, Scenario] = {
    "fine": Scenario(healing(), Result.STORED, None, 1, stored=LANDED),
    "fine, compressed": Scenario(
        lambda good, wire: [moods.zipped(good)], Result.STORED, None, 1, stored=LANDED
    ),
    "a burst of 403s that clears": Scenario(
        healing(*[moods.status(403)] * 3), Result.STORED, None, 4, stored=LANDED
    ),
    "403 without end": Scenario(always(moods.status(403)), Result.FAILED, "blocked", ATTEMPTS),
    "429 once": Scenario(
        healing(moods.status(429, Retry_After="7")), Result.STORED, None, 2, stored=LANDED
    ),
    "429 without end": Scenario(always(moods.status(429)), Result.FAILED, "rate_limited", ATTEMPTS),
    "500, 502, 503, 504, then fine": Scenario(
        healing(*[moods.status(n) for n in (500, 502, 503, 504)]), Result.STORED, None, 5, stored=LANDED
    ),
    "500 without end": Scenario(always(moods.status(500, HTML)), Result.FAILED, "server_error", ATTEMPTS),
    "silence once": Scenario(
        healing(moods.silence), Result.STORED, None, 2, stored=LANDED, limits=ONE_SECOND
    ),
    "silence without end": Scenario(always(moods.silence), Result.FAILED, "timeout", ATTEMPTS, limits=HASTY),
    "a reset once": Scenario(healing(moods.reset), Result.STORED, None, 2, stored=LANDED),
    "resets without end": Scenario(always(moods.reset), Result.FAILED, "connection_lost", ATTEMPTS),
    "a slow drip": Scenario(
        lambda good, wire: [moods.drip(good)], Result.FAILED, "deadline", ATTEMPTS, limits=HASTY
    ),
    "a slow drip of headers": Scenario(
        always(moods.drip_headers), Result.FAILED, "deadline", ATTEMPTS, limits=HASTY
    ),
    "fewer bytes than announced": Scenario(
        lambda good, wire: [moods.cut_short(good)], Result.FAILED, "connection_lost", ATTEMPTS
    ),
    "no HTTP": Scenario(always(moods.raw(b"220 ftp ready\r\n")), Result.FAILED, "connection_lost", ATTEMPTS),
    "half a JSON document": Scenario(
        body(lambda good: good[: len(good) // 2]), Result.QUARANTINED, "truncated", ATTEMPTS, stored=KEPT
    ),
    "half a JSON document once": Scenario(
        lambda good, wire: [moods.serve(good[:99]), moods.serve(good)], Result.STORED, None, 2, stored=LANDED
    ),
    "HTML with status 200": Scenario(
        always(moods.serve(HTML)), Result.QUARANTINED, "html_instead_of_data", ATTEMPTS, stored=KEPT
    ),
    "an empty body": Scenario(always(moods.serve(b" \n")), Result.FAILED, "empty", ATTEMPTS),
    "204": Scenario(always(moods.status(204)), Result.FAILED, "empty", ATTEMPTS),
    "an empty list": Scenario(
        always(moods.serve(b"[]")), Result.QUARANTINED, "empty", ATTEMPTS, stored=KEPT
    ),
    "no players": Scenario(
        edited(lambda game: game["homeTeam"].update(players=[])),
        Result.QUARANTINED, "empty", ATTEMPTS, stored=KEPT,
    ),
    "a gzip cut short": Scenario(
        lambda good, wire: [moods.serve(gzip.compress(good)[:-20], Content_Encoding="gzip")],
        Result.QUARANTINED, "broken_compression", ATTEMPTS, stored=KEPT,
    ),
    "a gzip with a wrong checksum": Scenario(
        lambda good, wire: [moods.serve(gzip.compress(good)[:-8] + b"01234567", Content_Encoding="gzip")],
        Result.QUARANTINED, "broken_compression", ATTEMPTS, stored=KEPT,
    ),
    "JSON that says it is gzip": Scenario(
        lambda good, wire: [moods.serve(good, Content_Encoding="gzip")],
        Result.QUARANTINED, "broken_compression", ATTEMPTS, stored=KEPT,
    ),
    "a compression nobody asked for": Scenario(
        lambda good, wire: [moods.serve(good, Content_Encoding="br")],
        Result.FAILED, "broken_compression", ATTEMPTS,
    ),
    "the wrong game": Scenario(
        lambda good, wire: [moods.serve(wire(samples.OTHER_BOX))],
        Result.QUARANTINED, "wrong_document", 1, stored=KEPT,
    ),
    "a game that has not begun": Scenario(
        lambda good, wire: [moods.serve(wire(samples.PREGAME_BOX))], Result.WAIT, "not_final", 1
    ),
    "a game that is going on": Scenario(
        edited(lambda game: game.update(gameStatus=2)), Result.WAIT, "not_final", 1
    ),
    "play-by-play that still grows": Scenario(
        lambda good, wire: [moods.serve(wire(samples.GROWING))], Result.WAIT, "not_final", 1,
        wanted=wanted("play_by_play", NIGHT, game_id=samples.GAME),
    ),
    "another shape": Scenario(
        edited(lambda game: game.pop("gameStatus")), Result.QUARANTINED, "unexpected_shape", 1, stored=KEPT
    ),
    "numbers that JSON does not know": Scenario(
        body(lambda good: good.replace(b'"score":', b'"score": NaN, "_":')),
        Result.QUARANTINED, "malformed", 1, stored=KEPT,
    ),
    "JSON too deep to read": Scenario(
        always(moods.serve(b"[" * 200_000 + b"]" * 200_000)), Result.QUARANTINED, "malformed", 1, stored=KEPT
    ),
    "404": Scenario(always(moods.status(404, HTML)), Result.REFUSED, "not_found", 1, stored=REFUSED),
    "400": Scenario(always(moods.status(400)), Result.REFUSED, "request_rejected", 1, stored=REFUSED),
    "a redirect": Scenario(
        always(moods.status(302, Location="https://elsewhere")), Result.REFUSED, "redirected", 1,
        stored=REFUSED,
    ),
    "more than any document": Scenario(
        always(moods.serve(b"[" + b"0," * 7 * 2**20 + b"0]")), Result.REFUSED, "too_large", 1, stored=REFUSED
    ),
    "more than any document once unpacked": Scenario(
        always(moods.zipped(bytes(13 * 2**20))), Result.REFUSED, "too_large", 1, stored=REFUSED
    ),
    "a bad key": Scenario(
        always(moods.status(401, b'{"message": "API key is not valid", "error_code": "INVALID_KEY"}')),
        Result.REFUSED, "unauthorized", 1, wanted=EVENT, stored=REFUSED,
    ),
    "a spent allowance": Scenario(
        always(moods.status(401, b'{"message": "...", "error_code": "OUT_OF_USAGE_CREDITS"}')),
        Result.WAIT, "quota_spent", 1, wanted=EVENT,
    ),
    "403 of the books": Scenario(
        always(moods.status(403)), Result.REFUSED, "unauthorized", 1, wanted=EVENT, stored=REFUSED
    ),
    "no book offers a line yet": Scenario(
        always(moods.serve(json.dumps({"id": samples.EVENT, "bookmakers": []}).encode())),
        Result.WAIT, "nothing_offered", 1, wanted=EVENT,
    ),
    "an injury report that is not out yet": Scenario(
        always(moods.status(403)), Result.WAIT, "not_published", 1,
        wanted=wanted("injury_report", NIGHT, clock="05_30PM"),
    ),
    "yesterday's injury report": Scenario(
        always(moods.serve(report_pdf("Injury Report: 02/10/26 05:30 PM", [("02/10/2026",) * 7]))),
        Result.QUARANTINED, "wrong_document", 1,
        wanted=wanted("injury_report", NIGHT, clock="05_30PM"), stored=KEPT,
    ),
    "an injury report of a day that is none": Scenario(
        always(moods.serve(report_pdf("Injury Report: 02/30/26 05:30 PM", [("02/11/2026",) * 7]))),
        Result.STORED, None, 1,
        wanted=wanted("injury_report", NIGHT, clock="05_30PM"), stored=LANDED,
    ),
    "a PDF without its end": Scenario(
        always(moods.serve(b"%PDF-1.7 and no more")), Result.QUARANTINED, "truncated", ATTEMPTS,
        wanted=wanted("injury_report", NIGHT, clock="05_30PM"), stored=KEPT,
    ),
    "yesterday's board": Scenario(
        always(moods.serve(b'{"scoreboard": {"gameDate": "2026-02-10", "games": []}}')),
        Result.WAIT, "not_published", 1, wanted=wanted("scoreboard", NIGHT),
    ),
    "tomorrow's board": Scenario(
        always(moods.serve(b'{"scoreboard": {"gameDate": "2026-02-12", "games": []}}')),
        Result.QUARANTINED, "wrong_document", 1, wanted=wanted("scoreboard", NIGHT), stored=KEPT,
    ),
    "the board of a day off": Scenario(
        always(moods.serve(b'{"scoreboard": {"gameDate": "2026-02-11", "games": []}}')),
        Result.STORED, None, 1, wanted=wanted("scoreboard", NIGHT), stored=LANDED,
    ),
}  # fmt: skip


def places(landing: Landing) -> tuple[str, ...]:
    return tuple(
        place for place in ("landing", "quarantine", "refused") for _ in landing.store.list(f"{place}/")
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_mood_has_one_outcome(
    name: str, publisher: Publisher, clock: FakeClock, landing: Landing, wire: Wire
) -> None:
    scenario = SCENARIOS[name]
    good = wire(samples.FINAL_BOX)
    publisher.script(*scenario.moods(good, wire))
    with session(publisher, clock, limits=scenario.limits) as http:
        outcome = Fetcher(http, landing).fetch(scenario.wanted)
    assert (outcome.result, outcome.cause) == (scenario.result, scenario.cause), outcome.detail
    assert outcome.requests == scenario.requests == len(publisher.requests)
    assert places(landing) == scenario.stored
    if scenario.result is Result.STORED and scenario.wanted is BOX:
        assert outcome.capture is not None
        assert landing.read(outcome.capture) == good
    else:
        assert (landing.newest(scenario.wanted.document) is None) == (scenario.result is not Result.STORED)


def test_a_game_in_trouble_does_not_stop_the_others_of_the_date(
    publisher: Publisher, clock: FakeClock, landing: Landing, wire: Wire
) -> None:
    games = ["0022500775", "0022500776", "0022500777"]
    for game in games:
        publisher.script(
            moods.serve(wire(samples.CDN + f"boxscores_final/{game[2:]}-07_box_Complete.json")),
            path=f"{game}.json",
        )
    publisher.script(moods.serve(HTML), path="0022500776.json")
    with session(publisher, clock) as http:
        outcomes = Fetcher(http, landing).fetch_all(wanted("boxscore", NIGHT, game_id=game) for game in games)
    assert [o.result for o in outcomes] == [Result.STORED, Result.QUARANTINED, Result.STORED]
    account = landing.account("boxscore", NIGHT, games)
    assert list(account.present) == [games[0], games[2]]
    assert account.quarantined == account.missing == (games[1],)


def test_every_wire_sample_lands_untouched_and_again_unchanged(
    publisher: Publisher, clock: FakeClock, landing: Landing, wire: Wire
) -> None:
    with session(publisher, clock) as http:
        fetcher = Fetcher(http, landing)
        for feed, (document, name) in samples.SAMPLES.items():
            content = wire(name)
            publisher.script(moods.zipped(content), path=document.request.path)
            first, second = fetcher.fetch(document), fetcher.fetch(document)
            assert (first.result, second.result) == (Result.STORED, Result.UNCHANGED), (feed, first)
            assert first.capture == second.capture == landing.newest(document.document)
            assert first.capture is not None
            assert landing.read(first.capture) == content
    assert places(landing) == ("landing",) * len(samples.SAMPLES)
