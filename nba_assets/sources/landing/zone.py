"""Storing captures and finding the newest valid one, in a folder or a bucket."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock

from nba_assets.sources.landing.documents import (
    BY_PARSER,
    REASON,
    RELEASED,
    Capture,
    Document,
    Reason,
    capture_of,
    content_hash,
)
from nba_assets.sources.landing.names import Names
from nba_assets.sources.landing.parser_version import parser_version
from nba_assets.sources.landing.quarantine import Refusals
from nba_assets.storage.compressed import gunzip
from nba_assets.storage.object_store import ObjectStore
from nba_assets.tabular.problems import BadInput

_TICK = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Landed:
    """What became of a document: its capture, and whether it is new or was stored before."""

    capture: Capture
    new: bool


@dataclass(frozen=True)
class Account:
    """A feed and date at a glance, by key.

    Attributes:
        present: newest valid capture.
        quarantined: keys with captures, none of them valid.
        refused: outcome of the open refusal.
        missing: expected keys without valid capture, refused and quarantined ones included.
    """

    present: Mapping[str, Capture]
    quarantined: tuple[str, ...]
    refused: Mapping[str, str]
    missing: tuple[str, ...]


class Landing:
    """The documents of one landing zone. Nothing in it is ever overwritten or deleted.

    Threads of one process may share it. Two processes that capture the same new content at the same moment
    store it twice, under two names: a reader sees one of them, and either is right.
    """

    def __init__(self, store: ObjectStore):
        self.store = store
        self.names = Names(store)
        self.refusals = Refusals(store, self.names)
        self._lock = Lock()

    def land(
        self, document: Document, content: bytes, captured_at: dt.datetime, *, repeated: bool = False
    ) -> Landed:
        """Store a document untouched; content equal to the newest capture's only if ``repeated``.

        Captures of a document are strictly ordered: one at or before the newest, a clock set back say, is
        stamped just after it.
        """
        with self._lock:
            captures = self.captures(document)
            if captures and not repeated and captures[-1].content_hash == content_hash(content):
                return Landed(captures[-1], new=False)
            capture = _next(document, content, captured_at, captures)
            with self.names.changing(document.day):
                self.store.write(capture.name, _pack(content))
            return Landed(capture, new=True)

    def quarantine(
        self, document: Document, content: bytes, captured_at: dt.datetime, reason: Reason
    ) -> Landed:
        """Keep a document that must not become data out of the way, its reason beside it.

        Content equal to the newest quarantined one's is not stored again; its reason is then kept.
        """
        with self._lock:
            captures = self._in_folder(f"quarantine/{document.folder}/")
            known = bool(captures) and captures[-1].content_hash == content_hash(content)
            capture = captures[-1] if known else _next(document, content, captured_at, captures)
            with self.names.changing(document.day):
                if not known:
                    self.store.write(capture.quarantine_name, _pack(content))
                if not self.store.version(capture.reason_name):  # a process may have died between the two
                    self._explain(capture, reason)
            return Landed(capture, new=not known)

    def distrust(self, capture: Capture, reason: Reason) -> None:
        """Mark a landed capture invalid: a parser has found what its outer shape did not show.

        The mark holds for this version of the parsers: a newer one reads the capture again.

        Raises:
            FileNotFoundError: there is no such capture.
        """
        with self.names.changing(capture.document.day):
            self.store.write(capture.quarantine_name, self.store.read(capture.name))
            self._explain(capture, reason, capture.parser_reason_name(parser_version()))

    def release(self, capture: Capture, who: str, why: str, at: dt.datetime) -> None:
        """Make a distrusted capture valid again, on a person's word, which no later distrust overrules.

        Raises:
            ValueError: who or reason is empty, or the capture never landed.
        """
        if not who.strip() or not why.strip():
            raise ValueError("releasing a capture needs a person and a reason")
        if not self.store.version(capture.name):
            raise ValueError(f"{capture.name} never landed: it has no place to be released to")
        word = Reason("released", why, "", {"who": who})
        with self.names.changing(capture.document.day):
            self.store.write(capture.release_name, word.document(released_at=at.isoformat()))

    def captures(self, document: Document) -> list[Capture]:
        """Every landed capture of a document, oldest first, invalid ones included."""
        return self._in_folder(f"landing/{document.folder}/")

    def newest(self, document: Document) -> Capture | None:
        """The newest valid capture."""
        quarantined = _quarantined(self.names.below(f"quarantine/{document.folder}/"))
        return next((c for c in reversed(self.captures(document)) if _mark(c) not in quarantined), None)

    def valid(self, capture: Capture) -> bool:
        """Whether a capture is neither quarantined nor damaged."""
        return _mark(capture) not in _quarantined(self.names.below(f"quarantine/{capture.document.folder}/"))

    def released(self, capture: Capture) -> bool:
        """Whether a person has made a capture valid again."""
        return capture.release_name in self.names.below(f"quarantine/{capture.document.folder}/")

    def read(self, capture: Capture) -> bytes:
        """The document as it was fetched.

        Raises:
            FileNotFoundError: there is no such capture.
            BadInput: the stored object is not what was once written.
        """
        packed = self.store.read(capture.name)
        try:
            content = gunzip(packed)
        except ValueError as error:
            raise _damaged(capture, str(error)) from error
        if content_hash(content) != capture.content_hash:
            raise _damaged(capture, "its content does not match the hash in its name")
        return content

    def reason(self, capture: Capture) -> Mapping[str, object]:
        """Why a capture was set aside.

        Raises:
            FileNotFoundError: it was not.
        """
        ours = capture.parser_reason_name(parser_version())
        name = ours if self.store.version(ours) else capture.reason_name
        return json.loads(self.store.read(name))

    def latest_valid(self, feed: str, game_date: dt.date) -> dict[str, Capture]:
        """Newest valid capture by key, from names alone."""
        return {capture.document.key: capture for capture in self.history(feed, game_date)}

    def history(self, feed: str, game_date: dt.date) -> list[Capture]:
        """Every valid capture of a feed and date from names alone, by document, oldest first."""
        place = f"{feed}/{game_date.isoformat()}/"
        quarantined = _quarantined(self.names.below(f"quarantine/{place}"))
        return [c for c in self._in_folder(f"landing/{place}") if _mark(c) not in quarantined]

    def account(self, feed: str, game_date: dt.date, expected: Iterable[str]) -> Account:
        """What has landed, what was set aside and what is missing, without downloading a document."""
        present = self.latest_valid(feed, game_date)
        place = f"{feed}/{game_date.isoformat()}/"
        seen = {c.document.key for c in self._in_folder(f"quarantine/{place}")}
        return Account(
            present=present,
            quarantined=tuple(sorted(seen - set(present))),
            refused=self.refusals.keys(feed, game_date),
            missing=tuple(sorted(set(expected) - set(present))),
        )

    def missing(self, feed: str, game_date: dt.date, expected: Iterable[str]) -> list[str]:
        """Expected keys that have no valid capture."""
        return sorted(set(expected) - set(self.latest_valid(feed, game_date)))

    def dates(self, feed: str) -> list[dt.date]:
        """Game dates of which a feed has landed anything, valid or not."""
        found = (capture_of(name) for name in self.store.list(f"landing/{feed}/"))
        return sorted({capture.document.game_date for capture in found if capture})

    def _in_folder(self, prefix: str) -> list[Capture]:
        found = (capture_of(name) for name in self.names.below(prefix))
        return sorted((c for c in found if c is not None), key=lambda c: (c.document, c.stem))

    def _explain(self, capture: Capture, reason: Reason, name: str = "") -> None:
        text = reason.document(
            feed=capture.document.feed,
            game_date=capture.document.game_date.isoformat(),
            key=capture.document.key,
            captured_at=capture.captured_at.isoformat(),
            content_hash=capture.content_hash,
        )
        self.store.write(name or capture.reason_name, text)


def _next(document: Document, content: bytes, captured_at: dt.datetime, before: list[Capture]) -> Capture:
    at = captured_at.astimezone(dt.UTC)
    if before and at <= before[-1].captured_at:
        at = before[-1].captured_at + _TICK
    return Capture(document, at, content_hash(content))


def _pack(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=6, mtime=0)


def _mark(capture: Capture) -> str:
    return f"{capture.document.folder}/{capture.stem}"


def _quarantined(names: Iterable[str]) -> set[str]:
    """Marks with a reason that holds for these parsers and that no person has overruled."""
    reasons: set[str] = set()
    released: set[str] = set()
    for name in names:
        mark = name.removeprefix("quarantine/")
        if mark.endswith(RELEASED):
            released.add(mark.removesuffix(RELEASED))
        elif mark.endswith(REASON):
            place, _, stem = mark.removesuffix(REASON).rpartition("/")
            stem, _, version = stem.partition(BY_PARSER)
            if version in ("", parser_version()):
                reasons.add(f"{place}/{stem}")
    return reasons - released


def _damaged(capture: Capture, reason: str) -> BadInput:
    return BadInput(
        file=capture.name,
        game=None,
        field=None,
        reason=f"the stored document is damaged: {reason}",
        remedy="distrust this capture and fetch the document again",
    )
