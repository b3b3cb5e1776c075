"""A thousand damaged answers: each is stored, quarantined or refused with a reason; none lost, no crash."""

import copy
import gzip
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nba_assets.sources.fetch.fetcher import (
    Fetcher,
    Outcome,
    Result,
)
from nba_assets.sources.http.problems import FIXES, Cause, Fix
from nba_assets.sources.landing import Landing
from nba_assets.storage.object_store import FolderStore
from nba_assets_tests.sources import publisher as moods
from nba_assets_tests.sources.publisher import LIMITS, FakeClock, Mood, Publisher, session
from nba_assets_tests.sources.wire_samples import SAMPLES

Wire = Callable[[str], bytes]
COUNT = 1_000
FEEDS = [feed for feed in SAMPLES if feed != "past_schedule"]  # nine megabytes each time
ODD_VALUES: list[Any] = [None, True, -1, 0, 1e308, "", "ä\x00", [], {}, [None], {"": []}, "PT99M99.99S"]


def _bytes(content: bytes, chance: random.Random) -> bytes:
    """Damage bytes: cut, flip, drop, repeat, insert."""
    a, b = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    rubbish = bytes(chance.randrange(256) for _ in range(chance.randint(1, 9)))
    return chance.choice(
        [
            content[:a],
            content[a:],
            content[:a] + content[b:],
            content[:b] + content[a:],
            content[:a] + rubbish + content[a:],
            content[:a] + rubbish + content[a + len(rubbish) :],
            rubbish,
            content + rubbish,
        ]
    )


def _values(content: bytes, chance: random.Random) -> bytes:
    """Damage a document that stays JSON: replace, drop, rename or repeat something, anywhere in it."""
    document = json.loads(content)
    for _ in range(chance.randint(1, 3)):
        _spoil(_descend(document, chance), chance)
    return json.dumps(document).encode()


def _descend(node: Any, chance: random.Random) -> Any:
    for _ in range(chance.randint(0, 5)):
        below = node.values() if isinstance(node, dict) else node
        children = [child for child in below if child and isinstance(child, dict | list)]
        if not children:
            break
        node = chance.choice(children)
    return node


def _spoil(node: Any, chance: random.Random) -> None:
    if isinstance(node, list) and node:
        place = chance.randrange(len(node))
        old = node[place]
        # Copies: an odd value that was put in twice could come to hold itself.
        odd = copy.deepcopy(chance.choice(ODD_VALUES))
        node[place : place + 1] = chance.choice([[[old]], [], [odd], [old, copy.deepcopy(old)]])
    elif node:
        key = chance.choice(list(node))
        value = node.pop(key)
        if chance.random() < 0.7:
            node[key if chance.random() < 0.8 else f"{key}_"] = copy.deepcopy(
                chance.choice([*ODD_VALUES, value])
            )


def _answer(content: bytes, chance: random.Random) -> tuple[Mood, bytes | None]:
    """A damaged answer and, if it says that all is well, the document in it."""
    kind = chance.random()
    if kind < 0.08:
        codes = [chance.randrange(201, 600), 204, 301, 400, 401, 403, 404, 429, 500, 503]
        code = chance.choice([c for c in codes if c != 200])
        return moods.status(code, _bytes(content, chance)[: 99 * (code not in (204, 304))]), None
    if kind < 0.10:
        return moods.cut_short(content), None
    if kind < 0.14:
        packed = _bytes(gzip.compress(content), chance)
        return moods.serve(packed, Content_Encoding="gzip"), packed
    is_json = content[:1] in b"{["
    damaged = _values(content, chance) if is_json and kind < 0.6 else _bytes(content, chance)
    return chance.choice([moods.serve, moods.zipped])(damaged), damaged


def _check(outcome: Outcome, sent: bytes | None, landing: Landing) -> None:
    stored = {place: list(landing.store.list(f"{place}/")) for place in ("landing", "quarantine", "refused")}
    if outcome.result is Result.STORED:
        assert outcome.capture is not None
        assert stored == {"landing": [outcome.capture.name], "quarantine": [], "refused": []}
        content = landing.read(outcome.capture)
        assert sent in (content, None) or gzip.decompress(sent or b"") == content
        return
    cause = Cause(outcome.cause)
    assert outcome.detail
    assert stored["landing"] == []
    if outcome.result is Result.QUARANTINED:
        assert outcome.capture is not None
        assert FIXES[cause] in (Fix.QUARANTINE, Fix.RETRY)
        assert stored["quarantine"] == [outcome.capture.quarantine_name, outcome.capture.reason_name]
        kept = gzip.decompress(landing.store.read(outcome.capture.quarantine_name))
        assert kept == sent or gzip.decompress(sent or b"") == kept
        assert landing.reason(outcome.capture)["outcome"] == cause.value
    elif outcome.result is Result.REFUSED:
        assert FIXES[cause] is Fix.REFUSED
        assert len(stored["refused"]) == 1
        assert json.loads(landing.store.read(stored["refused"][0]))["reason"]
    elif outcome.result is Result.WAIT:
        assert FIXES[cause] is Fix.WAIT
    else:
        assert FIXES[cause] is Fix.RETRY
        assert sent is None or not sent.strip(), "a document that came is kept"


def test_a_thousand_damaged_answers(publisher: Publisher, clock: FakeClock, wire: Wire, tmp_path) -> None:
    chance = random.Random(20260211)  # noqa: S311 - the same damage every time
    samples = {feed: wire(SAMPLES[feed][1]) for feed in FEEDS}
    results: Counter[tuple[Result, str | None]] = Counter()
    with session(publisher, clock, limits=replace(LIMITS, attempts=2)) as http:
        for number in range(COUNT):
            feed = chance.choice(FEEDS)
            wanted = SAMPLES[feed][0]
            mood, sent = _answer(samples[feed], chance)
            publisher.script(mood)
            landing = Landing(FolderStore(tmp_path / str(number)))
            outcome = Fetcher(http, landing).fetch(wanted)
            _check(outcome, sent, landing)
            results[outcome.result, outcome.cause] += 1
            http.quotas.update("odds_api", {"x-requests-remaining": "500"}, http.now())
    assert sum(results.values()) == COUNT
    by_result = Counter(result for result, _ in results.elements())
    assert by_result[Result.STORED] > 100, results
    assert by_result[Result.QUARANTINED] > 300, results
    assert by_result[Result.REFUSED] > 10, results
    assert len(results) > 15, results
