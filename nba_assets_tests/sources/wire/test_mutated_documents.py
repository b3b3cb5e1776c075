"""A thousand broken documents: each one is refused by name, or what it still says holds the schema."""

from __future__ import annotations

import copy
import json
import random
import re
from typing import Any

import pandas as pd
import pytest

from nba_assets.schemas.columns import Field
from nba_assets.tabular.problems import BadInput
from nba_assets_tests.sources.wire.feeds import FEEDS, Feed

MUTATIONS_A_FEED = 77
STRANGE = [
    None, "", " ", "x", "0", "-1", -1, 0, 1, 3, 0.5, 1e308, 2**63, 10**30, True, [], {}, [None], {"a": 1},
    "2024-13-45", "PT99M99.99S", "12:99", "0022400002", "0099999999", "\u0661\u0662", "\ud800", "NaN",
    "1e5", "2024-10-22T23:30:00Z",
]  # fmt: skip


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    found: list[tuple[Any, Any]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        found += [(value, key), *places(child)]
    return found


def mutate_tree(document: Any, draw: random.Random) -> bytes:
    changed = copy.deepcopy(document)
    for _ in range(draw.choice([1, 1, 1, 2, 5])):
        container, key = draw.choice(places(changed) or [(changed, None)])
        if key is None:
            break
        act = draw.randrange(5)
        if act == 0:
            del container[key]
        elif act == 1 and isinstance(container, list):
            container.insert(draw.randrange(len(container) + 1), copy.deepcopy(container[key]))
        elif act == 2 and isinstance(container[key], int | float):
            container[key] += draw.choice([-1, 1, 0.5, 100])
        elif act == 3:
            other, name = draw.choice(places(changed))
            container[key] = copy.deepcopy(other[name])
        else:
            container[key] = draw.choice(STRANGE)
    return json.dumps(changed).encode("utf-8", "surrogatepass")


def mutate_bytes(body: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(body))
    return draw.choice(
        [
            body[:at],
            body[:at] + bytes([draw.randrange(256)]) + body[at + 1 :],
            body[:at] + body[at : at + 30] + body[at:],
            b"\x1f\x8b" + body[at:],
            b"<html>" + body,
            body.replace(b"0", b"9", 3),
            body.replace(b"ATL", b"BOS", 1),
        ]
    )


def holds(field: Field, column: pd.Series) -> bool:
    """Whether a column keeps to its declaration; written anew, so that the parsers' own check is checked."""
    values = column.dropna()
    if len(values) < len(column) and not field.nullable:
        return False
    if (field.low is not None and (values < field.low).any()) or (
        field.high is not None and (values > field.high).any()
    ):
        return False
    allowed = field.values  # noqa: PD011 - of the declaration, not of a frame
    if allowed is not None and not values.isin(allowed).all():
        return False
    return field.pattern is None or all(re.fullmatch(field.pattern, value) for value in values)


def check(feed: Feed, body: bytes) -> str:
    try:
        tables, problems = feed.parse(body)
    except BadInput as refusal:
        assert refusal.file and refusal.reason and refusal.remedy
        return "refused"
    for table, rows in tables:
        assert list(rows.columns) == list(table.columns)
        assert not rows.duplicated(["game_date", *table.key]).any()
        for field in table.fields:
            assert holds(field, rows[field.name]), field.name
    return "problem" if problems else "landed"


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_nothing_but_a_refusal_ever_escapes(feed):
    draw = random.Random(f"wire {feed.name}")  # noqa: S311 - a seed, not a secret
    outcomes = []
    for number in range(MUTATIONS_A_FEED):
        as_bytes = isinstance(feed.document, str) or number % 5 == 0
        body = mutate_bytes(feed.body, draw) if as_bytes else mutate_tree(feed.document, draw)
        try:
            outcomes.append(check(feed, body))
        except Exception as error:  # the document that did it is the finding
            raise AssertionError(f"mutation {number}: {error!r}\n{body[:3000]!r}") from error
    counts = pd.Series(outcomes).value_counts()
    # A parser that refuses everything, or nothing, would pass without having been tested.
    assert 0.2 * MUTATIONS_A_FEED < counts.drop("landed", errors="ignore").sum() < MUTATIONS_A_FEED


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_the_document_itself_lands(feed):
    tables, problems = feed.parse(feed.body)
    assert not problems and all(len(rows) for _, rows in tables)
