"""Everything that can go wrong with a fetch, by name, and what each of them calls for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Fix(StrEnum):
    """What a problem calls for."""

    RETRY = "retry"
    """It heals by itself: ask again, a capped number of times."""
    WAIT = "wait"
    """Nothing is wrong, it is too early: ask again another time."""
    REFUSED = "refused"
    """It never heals: not requested again until a person lifts the refusal."""
    QUARANTINE = "quarantine"
    """A document that must not become data: kept aside with the reason."""


class Cause(StrEnum):
    """Named outcomes of a fetch that brings no data."""

    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    BLOCKED = "blocked"
    TIMEOUT = "timeout"
    CONNECTION_LOST = "connection_lost"
    DEADLINE = "deadline"
    EMPTY = "empty"
    HTML = "html_instead_of_data"
    TRUNCATED = "truncated"
    ENCODING = "broken_compression"
    NOT_FINAL = "not_final"
    NOT_PUBLISHED = "not_published"
    NOTHING_OFFERED = "nothing_offered"
    QUOTA = "quota_spent"
    NO_KEY = "no_key"
    ABSENT = "absent"
    CLOSED = "host_asked_to_wait"
    NOT_FOUND = "not_found"
    UNAUTHORIZED = "unauthorized"
    REJECTED = "request_rejected"
    REDIRECTED = "redirected"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    WRONG_DOCUMENT = "wrong_document"
    UNEXPECTED_SHAPE = "unexpected_shape"
    UNREADABLE = "unreadable"
    SECRET_INSIDE = "secret_inside"  # noqa: S105 - the name of an outcome


_RETRY = "RATE_LIMITED SERVER_ERROR BLOCKED TIMEOUT CONNECTION_LOST DEADLINE EMPTY HTML TRUNCATED ENCODING"
_WAIT = "NOT_FINAL NOT_PUBLISHED NOTHING_OFFERED QUOTA NO_KEY CLOSED"
_REFUSED = "NOT_FOUND UNAUTHORIZED REJECTED REDIRECTED TOO_LARGE ABSENT"
_QUARANTINE = "MALFORMED WRONG_DOCUMENT UNEXPECTED_SHAPE UNREADABLE SECRET_INSIDE"

FIXES: Mapping[Cause, Fix] = {
    Cause[name]: fix
    for names, fix in (
        (_RETRY, Fix.RETRY),
        (_WAIT, Fix.WAIT),
        (_REFUSED, Fix.REFUSED),
        (_QUARANTINE, Fix.QUARANTINE),
    )
    for name in names.split()
}

REMEDIES: Mapping[Fix, str] = {
    Fix.RETRY: "nothing: it is requested again with the next run",
    Fix.WAIT: "nothing: it is requested again later",
    Fix.REFUSED: "correct the request or the key, then lift the refusal",
    Fix.QUARANTINE: "look at the document; teach the parser or wait for a corrected one",
}


class FetchProblem(Exception):  # noqa: N818 - a wait is no error
    """A fetch that brought no data; its text never holds a secret, for whoever raises it has blanked it.

    Attributes:
        cause: the named outcome.
        detail: what was seen, for people.
        evidence: status, headers and the like, as they are stored.
        content: the document that came instead of data, where one came.
        retry_after: seconds to wait, from the publisher.
        whole_host: it concerns every document of the host, not this one.
        requests: how many requests were made; the session fills it in.
    """

    def __init__(
        self,
        cause: Cause,
        detail: str,
        *,
        evidence: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        retry_after: float | None = None,
        whole_host: bool = False,
    ) -> None:
        super().__init__(f"{cause.value}: {detail}")
        self.cause = cause
        self.detail = detail
        self.evidence = dict(evidence or {})
        self.content = content
        self.retry_after = retry_after
        self.whole_host = whole_host
        self.requests = 0

    @property
    def fix(self) -> Fix:
        """What it calls for."""
        return FIXES[self.cause]
