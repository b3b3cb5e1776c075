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
        return self._warned(table, date, verdict) if verdict.status == "WARN" else None

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
        games = _missing_games(poor)
        lacking = self._lacking(table, date, games, spared=self.optional)
        if not lacking and verdict.passed:
            # Withheld columns have alternatives; all of them are missing.
            lacking = self._lacking(table, date, games)
        if lacking:
            return lacking
        # A raw table that lacks games was not served them; one that has them and fails otherwise was.
        if games and any(metric["metric"] == "games" for metric in poor) and self._is_raw(table):
            return _not_published(table, games)
        return Cause(table, FAILED_CHECK, verdict.words, (table,))

    def _warned(self, table: str, date: dt.date, verdict: Verdict) -> Cause | None:
        """Why a date that goes on is not whole; None where no table lacks what is missing."""
        poor = [metric for metric in verdict.metrics if metric["status"] == "WARN"]
        if self._is_raw(table):
            missing = {key for metric in poor for key in metric.get("missing", [])}
            return _not_published(table, _missing_games(poor) or missing)
        return self._lacking(table, date, _missing_games(poor), spared=self.optional)

    def _is_raw(self, table: str) -> bool:
        return set(self.inputs[table]) <= {"raw_schedule"}

    def _lacking(
        self, table: str, date: dt.date, games: set[str], spared: frozenset[str] = frozenset()
    ) -> Cause | None:
        """The farthest input, going up, whose stored rows lack the games; never one that is spared."""
        if not games:
            return None
        for upstream in self.inputs[table]:
            if upstream == "raw_schedule" or upstream in spared:
                continue
            known = self.games_of(upstream, date)
            if known is None or games <= known:
                continue
            lost = games - known
            deeper = self._lacking(upstream, date, lost, spared)
            if deeper:
                return _below(deeper, table)
            verdict = self.verdicts[upstream, date]
            if verdict is None or self._is_raw(upstream):
                own = self.cause(upstream, date) or _not_published(upstream, lost)
                return Cause(upstream, own.reason, own.words, (table, upstream))
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


def _not_published(table: str, missing: set[str]) -> Cause:
    return Cause(table, NOT_PUBLISHED, f"the source has no {table} for {_named(missing)}", (table,))


def _missing_games(metrics: Sequence[Mapping[str, Any]]) -> set[str]:
    keys = {key[:_GAME_DIGITS] for metric in metrics for key in metric.get("missing", [])}
    return {key for key in keys if len(key) == _GAME_DIGITS and key.isdigit()}


def _named(missing: set[str]) -> str:
    """How many of what is missing, and the first ones: games, or else teams or players."""
    shown = f"{', '.join(sorted(missing)[:3])}{' ...' if len(missing) > 3 else ''}"
    if not all(key.isdigit() for key in missing):
        return shown
    return f"{len(missing)} game{'' if len(missing) == 1 else 's'} ({shown})"
