"""A feed, and a document of it: where it is, what it is called, how it is requested and checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from nba_assets.sources.feeds.content_checks import CheckFor
from nba_assets.sources.http import Fix, Request
from nba_assets.sources.landing import Document


@dataclass(frozen=True)
class Feed:
    """One kind of document.

    Attributes:
        name: folder of its captures.
        host: publisher.
        path: template over the values of a document.
        key: template of the document's name within its date.
        check: makes the content check of a document.
        query: templates of the query, without secrets.
        kind: ``json`` or ``pdf``.
        forbidden: what status 403 means.
        cost: credits.
        fixed: values that are the feed's own.
        every_capture: whether a capture counts although it holds what the one before held: a line that did
            not move until tip-off is the closing line.
        most_bytes: size of its documents, where they are larger than those of the others.
        seconds: how long its publisher may take, where it takes longer than for others.
    """

    name: str
    host: str
    path: str
    key: str
    check: CheckFor
    query: Mapping[str, str] = field(default_factory=dict)
    kind: str = "json"
    forbidden: Fix = Fix.RETRY
    cost: int = 0
    fixed: Mapping[str, str] = field(default_factory=dict)
    every_capture: bool = False
    most_bytes: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Wanted:
    """One document: a feed, a game date, and the values that its templates ask for.

    Attributes:
        feed: the feed.
        game_date: date under which its captures lie.
        values: what the templates of the feed ask for.
        published_at: when it is published, for one that a publisher may leave out.
    """

    feed: Feed
    game_date: dt.date
    values: Mapping[str, str]
    published_at: dt.datetime | None = None

    @property
    def document(self) -> Document:
        """Where its captures lie."""
        key = fill(self.feed.key, self.values).replace(":", "").replace(" ", "-")
        return Document(self.feed.name, self.game_date, key, self.feed.kind)

    @property
    def request(self) -> Request:
        """How it is requested."""
        feed = self.feed
        return Request(
            host=feed.host,
            path=fill(feed.path, self.values),
            check=feed.check(self.values),
            query={name: fill(text, self.values) for name, text in feed.query.items()},
            kind=feed.kind,
            forbidden=feed.forbidden,
            cost=feed.cost,
            group=self.values.get("game_id"),
            most_bytes=feed.most_bytes,
            seconds=feed.seconds,
        )


def fill(template: str, values: Mapping[str, str]) -> str:
    """A template with its values; KeyError for one that is not given."""
    return template.format_map(values)
