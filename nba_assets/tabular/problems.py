"""The one way in which the domain refuses what a source has sent.

Belongs here: the exception that names file, game, field, reason and remedy.
Does not belong here: checks of tables (quality), HTTP failures (sources), a missing value (that stays NULL).
"""

from __future__ import annotations

import datetime as dt

# Why a source gave nothing usable, as root causes name it.
UNPARSEABLE = "not parseable"
REFUSED_BY_SOURCE = "refused by the source"
NOT_PUBLISHED = "not published"


class BadInput(ValueError):  # noqa: N818 - it reads as what it is: `raise BadInput(...)`
    """A document or frame that must not become data, with all that a person needs to mend it."""

    def __init__(
        self,
        *,
        file: str,
        game: str | None,
        field: str | None,
        reason: str,
        remedy: str,
        cause: str = UNPARSEABLE,
    ) -> None:
        self.cause = cause
        self.file = file
        self.game = game
        self.field = field
        self.reason = reason
        self.remedy = remedy
        where = [file]
        if game is not None:
            where.append(f"game {game}")
        if field is not None:
            where.append(f"field {field}")
        super().__init__(f"{', '.join(where)}: {reason}. Remedy: {remedy}")

    def __reduce__(self) -> tuple[object, ...]:
        """Survive pickling: keyword-only arguments are lost by the default, and a process pool would hang."""
        return (_rebuild, (self.file, self.game, self.field, self.reason, self.remedy, self.cause))


Problems = dict[dt.date, list[BadInput]]


def _rebuild(
    file: str, game: str | None, field: str | None, reason: str, remedy: str, cause: str
) -> BadInput:
    return BadInput(file=file, game=game, field=field, reason=reason, remedy=remedy, cause=cause)
