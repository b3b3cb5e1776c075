"""Root causes: the table that a gap comes from, the reason, and the repair.

The table that shows a gap is seldom the one that caused it: a usage rate of 47 % was blamed on the players'
table for weeks, while half of the team rows it divides by had never been loaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nba_assets.quality.verdict import FAILED_CHECK, WITHHELD, Verdict
from nba_assets.tabular.problems import NOT_PUBLISHED

NOT_RUN_YET = "not run yet"
NOT_RUN_SINCE = "not run since its inputs were healed"
INCOMPLETE = "lacks games that its own inputs have"
_GAME_DIGITS = 10

Verdicts = Mapping[tuple[str, dt.date], Verdict | None]
GamesOf = Callable[[str, dt.date], set[str] | None]


@dataclass(frozen=True)
class Cause:
    """The root table of a gap, its recorded reason in short and in full, and the tables between."""

    table: str
    reason: str
    words: str
    chain: tuple[str, ...]


@dataclass(frozen=True)
class Blame:
    """Finds causes in the state of a lake.

    Attributes:
        verdicts: newest verdict of each table and date; None where a table was never run.
        inputs: same-date inputs of each table, in declared order.
        games_of: games a table's stored rows of a date are about; None for a table without games.
        optional: tables with an alternative: a game they lack is no gap.
    """

    verdicts: Verdicts
    inputs: Mapping[str, Sequence[str]]
    games_of: GamesOf
    optional: frozenset[str] = frozenset()

    def cause(self, table: str, date: dt.date) -> Cause | None:
        """Why a table's date is not complete; None when it is."""
        verdict = self.verdicts[table, date]
        if verdict is None:
            return self._not_run(table, date)
        if verdict.status == "BLOCKED":
            return self._blocked(table, date)
        problems = [problem for problem in verdict.problems if problem.cause != WITHHELD]
        if problems:
            return Cause(table, problems[0].cause, "; ".join(p.words for p in problems), (table,))
        if verdict.status in ("FAIL", "OVERRIDDEN") or any(map(is_short, verdict.metrics)):
            return self._short(table, date, verdict)
        return None

    def _not_run(self, table: str, date: dt.date) -> Cause:
        for upstream in self.inputs[table]:
            cause = self.cause(upstream, date)
            if cause and self.verdicts[upstream, date] is None:
                return _below(cause, table)
        return Cause(
            table, NOT_RUN_YET, f"{table} has no rows of this date and no run has refused it", (table,)
        )

    def _blocked(self, table: str, date: dt.date) -> Cause:
        for upstream in self.inputs[table]:
            cause = None if self._open(upstream, date) else self.cause(upstream, date)
            if cause:
                return _below(cause, table)
        return Cause(table, NOT_RUN_SINCE, f"{table} has not run since its inputs were healed", (table,))

    def _short(self, table: str, date: dt.date, verdict: Verdict) -> Cause:
        poor = [metric for metric in verdict.metrics if is_short(metric)]
        missing = {key[:_GAME_DIGITS] for metric in poor for key in metric.get("missing", [])}
        games = {key for key in missing if len(key) == _GAME_DIGITS and key.isdigit()}
        lacking = self._lacking(table, date, games) if games else None
        if lacking:
            return lacking
        # A raw table that lacks games was not served them; one that has them and fails otherwise was.
        unserved = any(metric["metric"] == "games" for metric in poor)
        if games and unserved and set(self.inputs[table]) <= {"raw_schedule"}:
            words = f"the source has no {table} for {_named(games)}"
            return Cause(table, NOT_PUBLISHED, words, (table,))
        return Cause(table, FAILED_CHECK, verdict.words, (table,))

    def _lacking(self, table: str, date: dt.date, games: set[str]) -> Cause | None:
        """The farthest input, going up, whose stored rows lack the games."""
        for upstream in self.inputs[table]:
            if upstream == "raw_schedule" or upstream in self.optional:
                continue
            known = self.games_of(upstream, date)
            if known is None or games <= known:
                continue
            lost = games - known
            deeper = self._lacking(upstream, date, lost)
            if deeper:
                return _below(deeper, table)
            verdict = self.verdicts[upstream, date]
            if verdict is None or not set(self.inputs[upstream]) - {"raw_schedule"}:
                own = self.cause(upstream, date)
                reason = own.reason if own else NOT_PUBLISHED
                words = own.words if own else f"the source has no {upstream} for {_named(lost)}"
                return Cause(upstream, reason, words, (table, upstream))
            let = f", let through: {verdict.override}" if verdict.override else ""
            words = f"{upstream} has no rows of {_named(lost)}{let}; its inputs have them"
            return Cause(upstream, INCOMPLETE, words, (table, upstream))
        return None

    def _open(self, table: str, date: dt.date) -> bool:
        verdict = self.verdicts[table, date]
        return verdict is not None and verdict.passed


def is_short(metric: Mapping[str, Any]) -> bool:
    """Whether a metric is below its threshold, be the date refused or only its columns withheld."""
    return metric["status"] == "FAIL" or metric.get(WITHHELD, False)


def _below(cause: Cause, table: str) -> Cause:
    return Cause(cause.table, cause.reason, cause.words, (table, *cause.chain))


def _named(games: set[str]) -> str:
    count = f"{len(games)} game{'' if len(games) == 1 else 's'}"
    return f"{count} ({', '.join(sorted(games)[:3])}{' ...' if len(games) > 3 else ''})"
