"""A secret never leaves the session, however hard a publisher tries to get it out."""

import base64
import gzip
import json
import logging
import traceback
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from pydantic import SecretStr

from nba_assets.settings import Settings
from nba_assets.sources.feeds.catalog import wanted
from nba_assets.sources.fetch.fetcher import (
    Fetcher,
    Outcome,
    Result,
)
from nba_assets.sources.http import Cause, FetchProblem, Host, HttpSession, Pace, Request, publishers
from nba_assets.sources.http.redaction import BLANK, Redactor
from nba_assets.sources.landing import Landing
from nba_assets.tabular.problems import BadInput
from nba_assets_tests.sources import publisher as moods
from nba_assets_tests.sources.publisher import LIMITS, SECRET, FakeClock, Mood, Publisher, session
from nba_assets_tests.sources.wire_samples import EVENT, NIGHT, checked_by

ODDS = wanted("odds", NIGHT, event_id=EVENT)
DISGUISES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in a URL": lambda s: quote(s, safe=""),
    "in a form": quote_plus,
    "twice quoted": lambda s: quote(quote(s, safe=""), safe=""),
    "quoted in small letters": lambda s: quote(s, safe="").lower(),
    "shouted": str.upper,
    "in JSON": lambda s: json.dumps(s)[1:-1],
    "in base64": lambda s: base64.b64encode(s.encode()).decode(),
    "in URL base64": lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    "in hex": lambda s: s.encode().hex(),
    "backwards": lambda s: s[::-1],
}


def page(output: str) -> bytes:
    return f"<html>{'x' * 280} no service for key {output}</html>".encode()


def document(output: str) -> bytes:
    return json.dumps({"id": EVENT, "bookmakers": [{"key": output}]}, ensure_ascii=False).encode()


def latin(output: str) -> str:
    return output.encode().decode("latin-1")


WAYS: dict[str, Callable[[str], Mood]] = {
    "a good document": lambda output: moods.serve(document(output)),
    "a compressed document": lambda output: moods.zipped(document(output)),
    "a broken package": lambda output: moods.serve(
        gzip.compress(page(output))[:-12], Content_Encoding="gzip"
    ),
    "a package with rubbish": lambda output: moods.serve(
        gzip.compress(page(output)) + b"rubbish", Content_Encoding="gzip"
    ),
    "a package in no header": lambda output: moods.serve(gzip.compress(page(output))),
    "another compression": lambda output: moods.serve(
        zlib.compress(page(output)), Content_Encoding="deflate"
    ),
    "half a document": lambda output: moods.serve(document(output)[:-2]),
    "the wrong document": lambda output: moods.serve(json.dumps({"id": output, "bookmakers": [1]}).encode()),
    "a page": lambda output: moods.serve(page(output)),
    "a header": lambda output: moods.status(500, b"", Server=latin(output), X_Echo=latin(output)),
    "a bad key": lambda output: moods.status(401, json.dumps({"error_code": output}).encode()),
    "a refusal": lambda output: moods.status(422, page(output)),
    "a redirect": lambda output: moods.status(302, b"", Location=f"https://x/?apiKey={latin(output)}"),
    "a status line": lambda output: moods.raw(f"HTTP/1.1 200 {output}\r\n\r\n".encode()),
    "no HTTP": lambda output: moods.raw(f"{output}\r\n\r\n".encode()),
}


def everything_written(folder: Path) -> Iterator[bytes]:
    for path in folder.rglob("*"):
        yield str(path.relative_to(folder)).encode()
        if path.is_file():
            data = path.read_bytes()
            yield data
            if path.suffix == ".gz":
                inner = gzip.decompress(data)
                yield inner
                for wbits in (31, 15, -15):
                    try:
                        yield zlib.decompressobj(wbits).decompress(inner)
                    except zlib.error:
                        continue


def forms(secret: str) -> set[bytes]:
    return {how(secret).rstrip("=").encode().lower() for how in DISGUISES.values()}


def assert_clean(secret: str, *texts: bytes | str) -> None:
    for text in texts:
        data = (text.encode() if isinstance(text, str) else text).lower()
        for form in forms(secret):
            assert form not in data, data[:400]


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("way", WAYS)
def test_no_way_out(
    way: str,
    disguise: str,
    publisher: Publisher,
    clock: FakeClock,
    tmp_path: Path,
    landing: Landing,
    caplog: pytest.LogCaptureFixture,
) -> None:
    output = DISGUISES[disguise](SECRET)
    publisher.script(WAYS[way](output))
    caplog.set_level(logging.DEBUG)
    for name in ("httpcore.connection", "httpcore.http11"):
        caplog.set_level(logging.DEBUG, logger=name)
    with session(publisher, clock) as http:
        outcome = Fetcher(http, landing).fetch(ODDS)
        with pytest.raises(FetchProblem) as caught:
            http.get(ODDS.request)
    assert publisher.requests[0].query["apiKey"] == SECRET
    chained = "".join(traceback.format_exception(caught.value, chain=True))
    assert_clean(SECRET, repr(outcome), repr(caught.value), repr(vars(caught.value)), chained)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert_clean(SECRET, caplog.text, *(repr(vars(record)) for record in caplog.records))
    assert_clean(SECRET, *everything_written(tmp_path))
    assert outcome.result in (Result.QUARANTINED, Result.REFUSED, Result.FAILED)


def test_a_document_that_repeats_a_secret_never_lands(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    publisher.script(moods.serve(document(SECRET)))
    with session(publisher, clock) as http:
        outcome = Fetcher(http, landing).fetch(ODDS)
    assert (outcome.result, outcome.cause, outcome.requests) == (Result.QUARANTINED, "secret_inside", 1)
    assert outcome.capture is not None
    kept = gzip.decompress(landing.store.read(outcome.capture.quarantine_name))
    assert kept == document(SECRET).replace(SECRET.encode(), BLANK.encode())


def test_a_check_that_repeats_a_secret_is_blanked_too(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    publisher.script(moods.serve(document("fine")))

    def check(content: bytes) -> None:
        raise BadInput(file="f", game=None, field=None, reason=f"odd: {SECRET}", remedy="none")

    with session(publisher, clock) as http:
        outcome = Fetcher(http, landing).fetch(checked_by(ODDS, check))
    assert (outcome.result, outcome.cause) == (Result.QUARANTINED, "unreadable")
    assert f"odd: {BLANK}" in outcome.detail
    assert outcome.capture is not None
    assert_clean(SECRET, landing.store.read(outcome.capture.reason_name))


def test_a_secret_never_becomes_a_name(publisher: Publisher, clock: FakeClock, landing: Landing) -> None:
    secret = "0123456789abcdef"  # noqa: S105
    with (
        session(publisher, clock, secret=secret) as http,
        pytest.raises(ValueError, match="in its name") as e,
    ):
        Fetcher(http, landing).fetch(wanted("odds", NIGHT, event_id=secret))
    assert_clean(secret, str(e.value))
    with pytest.raises(ValueError, match="the value of event_id") as error:
        wanted("odds", NIGHT, event_id=SECRET)
    assert_clean(SECRET, str(error.value))
    assert publisher.requests == []


def test_nothing_that_holds_a_secret_shows_it(publisher: Publisher, clock: FakeClock) -> None:
    settings = Settings(odds_api_key=SecretStr(SECRET))
    hosts = publishers(settings)
    with session(publisher, clock) as http:
        shown = [repr(http.redactor), repr(vars(http)["_hosts"]), repr(http)]
    assert_clean(SECRET, repr(settings), str(settings), settings.model_dump_json(), repr(hosts), *shown)


def test_an_outcome_may_be_shown_as_run_metadata(
    publisher: Publisher, clock: FakeClock, landing: Landing
) -> None:
    publisher.script(moods.status(500, page(SECRET)))
    with session(publisher, clock) as http:
        outcome: Outcome = Fetcher(http, landing).fetch(ODDS)
    assert outcome.requests == 5
    assert_clean(SECRET, repr(vars(outcome)))


def test_text_without_secrets_is_left_alone() -> None:
    assert Redactor([]).text("apiKey=abc") == "apiKey=abc"
    assert Redactor([SecretStr("")]).content(b"\xff\x00") == b"\xff\x00"
    assert Redactor([SecretStr("abcdefgh")]).text("abcdefgi") == "abcdefgi"
    assert Redactor([SecretStr("abcdefgh")]).content(b"\xffABCDEFGH\x00") == b"\xff[secret]\x00"


def test_a_key_that_resembles_a_word_is_refused_without_being_shown() -> None:
    with pytest.raises(ValueError, match="fewer than 8 characters") as caught:
        Redactor([SecretStr("hunter2")])
    assert "hunter2" not in str(caught.value)


def test_a_proxy_is_used_for_its_host_alone_and_its_password_is_never_shown(
    publisher: Publisher, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    password = "pr0xy-pass-w0rd"  # noqa: S105 - opens nothing
    proxy = SecretStr(publisher.url.replace("http://", f"http://someone:{password}@"))
    elsewhere = Host("nba_stats", "http://stats.example", Pace(0.0), proxy=proxy)
    direct = Host("nba_cdn", publisher.url, Pace(0.0))
    publisher.script(moods.serve(f'{{"{password}": 1}}'.encode()), path="/through")
    publisher.script(moods.serve(b"{}"), path="/direct")
    caplog.set_level("DEBUG")
    with HttpSession({"nba_stats": elsewhere, "nba_cdn": direct}, clock=clock, limits=LIMITS) as http:
        http.get(Request("nba_cdn", "/direct", check=lambda content: None))
        with pytest.raises(FetchProblem) as caught:
            http.get(Request("nba_stats", "/through", check=lambda content: None))
    requested = publisher.requests
    assert [seen.path for seen in requested] == ["/direct", "/through"]
    assert "Proxy-Authorization" in requested[1].headers and "Proxy-Authorization" not in requested[0].headers
    assert caught.value.cause is Cause.SECRET_INSIDE
    shown = f"{caught.value!r} {caught.value.evidence} {caught.value.content!r} {caplog.text} {elsewhere!r}"
    assert password not in shown
