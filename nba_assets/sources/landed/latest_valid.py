"""Landed documents, parsed: the newest valid one that a parser accepts, or the reason for its absence."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from nba_assets.sources.base import LANDED
from nba_assets.sources.http.problems import REMEDIES, Fix
from nba_assets.sources.landed.seasons import SeasonPart
from nba_assets.sources.landing import (
    Capture,
    Document,
    Landing,
    Reason,
)
from nba_assets.sources.landing.quarantine import document_scope
from nba_assets.sources.wire.boxes.game_box import WAIT
from nba_assets.tabular.problems import (
    NOT_PUBLISHED,
    REFUSED_BY_SOURCE,
    UNPARSEABLE,
    BadInput,
)

Row = TypeVar("Row")
Parse = Callable[[bytes, Capture], Row]


@dataclass(frozen=True)
class Reading(Generic[Row]):
    """What became of reading a document.

    Attributes:
        found: what the parser made of the newest capture that it takes, and the capture.
        problems: captures that it does not take.
    """

    found: tuple[Row, Capture] | None
    problems: list[BadInput] = field(default_factory=list)


class LandedDocuments:
    """The documents of one landing zone."""

    def __init__(self, landing: Landing):
        self.landing = landing

    def valid(self, feed: str, game_date: dt.date) -> list[Capture]:
        """Every valid capture of a feed and date, oldest first: a feed whose captures are a history."""
        captures = self.landing.history(feed, game_date)
        return sorted(captures, key=lambda one: (one.captured_at, one.document))

    def read(
        self,
        document: Document,
        parse: Parse[Row],
        sound: Callable[[bytes, Capture], bool] | None = None,
        part: SeasonPart | None = None,
    ) -> Reading[Row]:
        """The newest valid capture that parses; one that does not is set aside with the reason.

        Args:
            document: which.
            parse: bytes to rows; raises BadInput.
            sound: of a document that does not parse, whether it is whole in itself: then what it was read
                with (the schedule) may be wrong, and it is not set aside.
            part: of a season's document, whose captures count beside the document's own.
        """
        problems: list[BadInput] = []
        captures = [*self.landing.captures(document), *(self.landing.captures(part.document) if part else [])]
        for capture in sorted(captures, key=lambda one: one.captured_at, reverse=True):
            if not self.landing.valid(capture):
                continue
            if part and capture.document == part.document:
                reading = self._read_part(capture, part, parse)
            else:
                reading = self.read_capture(capture, parse, sound)
            problems += reading.problems
            if reading.found:
                return Reading(reading.found, problems)
        return Reading(None, problems)

    def _read_part(self, capture: Capture, part: SeasonPart, parse: Parse[Row]) -> Reading[Row]:
        """The part of a season's capture: what is wrong with it is no fault of the season's other dates."""
        try:
            body = part.read(self.landing, capture)
            return Reading(None if body is None else (parse(body, capture), capture))
        except BadInput as problem:
            return Reading(None, [problem])

    def read_capture(
        self, capture: Capture, parse: Parse[Row], sound: Callable[[bytes, Capture], bool] | None = None
    ) -> Reading[Row]:
        """One capture; one that does not parse is set aside with the reason."""
        content = b""
        try:
            content = self.landing.read(capture)
            return Reading((parse(content, capture), capture))
        except BadInput as problem:
            if problem.remedy == WAIT:
                return Reading(None, [_again(problem, NOT_PUBLISHED)])
            if not (sound and content and sound(content, capture)):
                reason = Reason(UNPARSEABLE, str(problem), REMEDIES[Fix.QUARANTINE], {"field": problem.field})
                self.landing.distrust(capture, reason)
            return Reading(None, [problem])

    def absence(self, document: Document, game: str | None) -> BadInput:
        """Why a document has no valid capture."""
        refusal = self.landing.refusals.current(document_scope(document))
        if refusal is not None:
            outcome = f"refused as {refusal.record['outcome']}: {refusal.record['reason']}"
            return self._absent(document, game, outcome, REFUSED_BY_SOURCE)
        if (kept := self._set_aside(document)) is not None:
            return self._absent(document, game, f"set aside: {kept}", UNPARSEABLE)
        return self._absent(document, game, "nothing has landed", NOT_PUBLISHED)

    def _set_aside(self, document: Document) -> str | None:
        reasons = [n for n in self.landing.names.below(f"quarantine/{document.folder}/") if ".reason." in n]
        return f"see {reasons[-1]}" if reasons else None

    @staticmethod
    def _absent(document: Document, game: str | None, reason: str, cause: str) -> BadInput:
        remedy = f"nba-assets landing show {document.game_date}, then nba-assets fetch {document.game_date}"
        return BadInput(
            file=f"landing/{document.folder}",
            game=game,
            field=None,
            reason=reason,
            remedy=remedy,
            cause=cause,
        )


def fingerprint(captures: Iterable[Capture]) -> str:
    """A name for a set of captures: another as soon as one is added, corrected or set aside; "" for none."""
    stems = sorted(f"{one.document.folder}/{one.stem}" for one in captures)
    if not stems:
        return ""
    whole = "\n".join(stems)
    return f"{LANDED}{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def _again(problem: BadInput, cause: str) -> BadInput:
    return BadInput(
        file=problem.file,
        game=problem.game,
        field=problem.field,
        reason=problem.reason,
        remedy=problem.remedy,
        cause=cause,
    )
