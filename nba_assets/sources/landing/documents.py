"""Names of captures, and the reason document beside one that must not be read.

Layout: ``landing/{feed}/{game_date}/{key}/{captured_at}-{hash}.{kind}.gz``. The hash in the name makes it a
function of moment and content: two documents of one second never share a name, and no write ever meets
another document's.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
_MOMENT = "%Y%m%dT%H%M%S.%fZ"
_STEM = re.compile(r"(?P<moment>\d{8}T\d{6}\.\d{6}Z)-(?P<hash>[0-9a-f]{32})")
_KINDS = ("json", "pdf", "csv")
REASON, RELEASED = ".reason.json", ".released.json"  # marks of a capture that was set aside
BY_PARSER = ".by-"  # before the version of the parsers that gave a reason


@dataclass(frozen=True, order=True)
class Document:
    """What a feed publishes under one key for one game date; it is captured again and again.

    Raises:
        ValueError: feed, key or kind that is not valid in a name.
    """

    feed: str
    game_date: dt.date
    key: str
    kind: str = "json"

    def __post_init__(self) -> None:
        for part in (self.feed, self.key):
            if not _PART.fullmatch(part):
                raise ValueError(f"{part!r} is not valid in a landing name")
        if self.kind not in _KINDS:
            raise ValueError(f"{self.kind!r} is none of {', '.join(_KINDS)}")

    @property
    def day(self) -> str:
        """The game date as names write it."""
        return self.game_date.isoformat()

    @property
    def folder(self) -> str:
        """``{feed}/{game_date}/{key}``, below landing, quarantine and refused alike."""
        return f"{self.feed}/{self.game_date.isoformat()}/{self.key}"


@dataclass(frozen=True)
class Capture:
    """One moment's content of a document."""

    document: Document
    captured_at: dt.datetime
    content_hash: str

    @property
    def stem(self) -> str:
        """Moment and hash: what the capture is called wherever it or its marks lie."""
        return f"{moment(self.captured_at)}-{self.content_hash}"

    @property
    def name(self) -> str:
        """Name of the stored document."""
        return f"landing/{self.document.folder}/{self.stem}.{self.document.kind}.gz"

    @property
    def quarantine_name(self) -> str:
        """Name of the copy that is kept out of the way."""
        return f"quarantine/{self.document.folder}/{self.stem}.{self.document.kind}.gz"

    @property
    def reason_name(self) -> str:
        """Name of the reason document; while it exists, the capture is not read."""
        return f"quarantine/{self.document.folder}/{self.stem}{REASON}"

    def parser_reason_name(self, version: str) -> str:
        """Name of the reason that parsers of a version gave; it holds for them alone."""
        return f"quarantine/{self.document.folder}/{self.stem}{BY_PARSER}{version}{REASON}"

    @property
    def release_name(self) -> str:
        """Name of a person's word that the reason was wrong."""
        return f"quarantine/{self.document.folder}/{self.stem}{RELEASED}"


@dataclass(frozen=True)
class Reason:
    """Why a document was set aside: the named outcome, what was seen, and what would mend it."""

    outcome: str
    reason: str
    remedy: str
    evidence: Mapping[str, Any]

    def document(self, **more: Any) -> bytes:
        """The reason as it is stored: readable text, the same bytes for the same reason."""
        text = json.dumps({**asdict(self), **more}, indent=2, sort_keys=True, ensure_ascii=False, default=str)
        return f"{text}\n".encode()


def moment(at: dt.datetime) -> str:
    """A moment as names write it: UTC, to the microsecond, sorted as time is.

    Raises:
        ValueError: a moment without time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(dt.UTC).strftime(_MOMENT)


def content_hash(content: bytes) -> str:
    """Half of the content's SHA-256, in hex: enough to distinguish any two documents."""
    return hashlib.sha256(content).hexdigest()[:32]


def capture_of(name: str) -> Capture | None:
    """The capture that a stored document's name names, or None for any other object."""
    parts = name.split("/")
    if len(parts) != 5:
        return None
    kind = next((kind for kind in _KINDS if parts[4].endswith(f".{kind}.gz")), None)
    stem = None if kind is None else _STEM.fullmatch(parts[4].removesuffix(f".{kind}.gz"))
    if kind is None or stem is None:
        return None
    captured_at = dt.datetime.strptime(stem["moment"], _MOMENT).replace(tzinfo=dt.UTC)
    document = Document(parts[1], dt.date.fromisoformat(parts[2]), parts[3], kind)
    return Capture(document, captured_at, stem["hash"])
