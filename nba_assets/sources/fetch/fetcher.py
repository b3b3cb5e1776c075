"""From a wanted document to a landed, quarantined, refused or awaited one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from nba_assets.sources.feeds.feed import Wanted
from nba_assets.sources.http import FetchProblem, Fix, HttpSession, Request
from nba_assets.sources.http.problems import REMEDIES, Cause
from nba_assets.sources.landing import (
    Capture,
    Document,
    Landing,
    Reason,
)
from nba_assets.sources.landing.quarantine import (
    document_scope,
    host_scope,
)

_LONG_PAST = dt.timedelta(hours=6)


class Result(StrEnum):
    """What became of a wanted document."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    QUARANTINED = "quarantined"
    REFUSED = "refused"
    WAIT = "wait"
    ABSENT = "absent"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """What became of a wanted document, and why.

    Attributes:
        document: which.
        result: what became of it.
        cause: name of the problem, if there was one.
        detail: what was seen, for people; free of secrets.
        capture: the document stored, landed or quarantined.
        requests: how many requests it took.
        retry_after: seconds for which the publisher wants no requests.
    """

    document: Document
    result: Result
    cause: str | None = None
    detail: str = ""
    capture: Capture | None = None
    requests: int = 0
    retry_after: float | None = None


class Fetcher:
    """Fetches documents into a landing zone. A document that fails never stops the others."""

    def __init__(self, session: HttpSession, landing: Landing):
        """Prepare a fetcher: how requests are sent, and where documents are kept."""
        self._session, self._landing = session, landing

    def fetch_all(self, documents: Iterable[Wanted], *, bulk: bool = False) -> list[Outcome]:
        """Fetch one document after the other, each with its own outcome.

        A document that should have been published long ago and is missing is absent for good, once the
        publisher has served another one of the feed: an address that has changed proves nothing.
        """
        requested = list(documents)
        outcomes = [self.fetch(wanted, bulk=bulk) for wanted in requested]
        served = {one.document.feed for one in outcomes if one.result in (Result.STORED, Result.UNCHANGED)}
        return [
            self._absent(wanted, outcome) if wanted.feed.name in served else outcome
            for wanted, outcome in zip(requested, outcomes, strict=True)
        ]

    def _absent(self, wanted: Wanted, outcome: Outcome) -> Outcome:
        at, now = wanted.published_at, self._session.now()
        if outcome.cause != Cause.NOT_PUBLISHED.value or at is None or now - at < _LONG_PAST:
            return outcome
        detail = f"missing {(now - at).total_seconds() / 3600:.0f} hours after its time"
        reason = Reason(Cause.ABSENT.value, detail, "nothing: it was never published", {})
        self._landing.refusals.record(document_scope(wanted.document), reason, now)
        return replace(outcome, result=Result.ABSENT, cause=Cause.ABSENT.value, detail=detail)

    def fetch(self, wanted: Wanted, *, bulk: bool = False) -> Outcome:
        """Fetch one document, unless it or its publisher is refused.

        Raises:
            ValueError: the document's name holds a secret.
        """
        document, request = wanted.document, wanted.request
        if self._session.redactor.found_in(document.folder.encode()):
            raise ValueError(f"a document of {document.feed} would carry a secret in its name")
        for scope in (host_scope(request.host), document_scope(document)):
            if (refusal := self._landing.refusals.current(scope)) is not None:
                cause, detail = str(refusal.record["outcome"]), f"not requested: {refusal.name} is open"
                return Outcome(document, Result.REFUSED, cause, detail)
        try:
            answer = self._session.get(request, bulk=bulk)
        except FetchProblem as problem:
            return self._settle(document, request, problem)
        landed = self._landing.land(
            document, answer.content, answer.captured_at, repeated=wanted.feed.every_capture
        )
        outcome = Outcome(document, Result.STORED, capture=landed.capture, requests=answer.requests)
        if landed.new:
            return outcome
        if self._landing.valid(landed.capture):
            return replace(outcome, result=Result.UNCHANGED)
        why = "the publisher still serves a document that was set aside"
        return replace(outcome, result=Result.QUARANTINED, cause="distrusted", detail=why)

    def _settle(self, document: Document, request: Request, problem: FetchProblem) -> Outcome:
        """Put a problem where it belongs."""
        at, fix = self._session.now(), problem.fix
        outcome = Outcome(
            document,
            Result.WAIT,
            problem.cause.value,
            problem.detail,
            requests=problem.requests,
            retry_after=problem.retry_after,
        )
        reason = Reason(problem.cause.value, problem.detail, REMEDIES[fix], problem.evidence)
        if fix is Fix.WAIT:
            return outcome
        if fix is Fix.REFUSED:
            scope = host_scope(request.host) if problem.whole_host else document_scope(document)
            self._landing.refusals.record(scope, reason, at)
            return replace(outcome, result=Result.REFUSED)
        if problem.content is None:
            return replace(outcome, result=Result.FAILED)
        kept = self._landing.quarantine(document, problem.content, at, reason)
        return replace(outcome, result=Result.QUARANTINED, capture=kept.capture)
