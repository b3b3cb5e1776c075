"""The verdict on a table and date: what it holds, whether it may feed others, and how it is kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nba_assets.tabular.problems import BadInput

FAILED_CHECK = "failed a check"
INVALID_ROWS = "rows break the schema"
WITHHELD = "columns withheld"
RAISED = "the computation raised an error"
NOTHING_DUE = "nothing due"
NO_GO = "NO_GO"
OVERRIDDEN = "OVERRIDDEN"
NAMED_METRICS = 6
NAMED_KEYS = 6  # in a sentence; the evidence names more


@dataclass(frozen=True)
class Problem:
    """What is wrong with a date beyond coverage.

    Attributes:
        words: what it is.
        cause: of what kind.
        fatal: whether it fails the date.
        warns: whether a date that lacks nothing warns of it; not stored.
    """

    words: str
    cause: str = FAILED_CHECK
    fatal: bool = True
    warns: bool = True

    @classmethod
    def shortfall(cls, problem: BadInput) -> Problem:
        """What a date had to do without: the cause of a gap, if coverage finds one."""
        return cls(str(problem), problem.cause, fatal=False)

    @classmethod
    def refusal(cls, problem: BadInput) -> Problem:
        """Rows that were left out: nothing to report unless coverage finds a gap."""
        return cls(str(problem), problem.cause, fatal=False, warns=False)

    @classmethod
    def of(cls, problem: str | Exception | Problem) -> Problem:
        """A problem of whatever a computation reports or raises."""
        if isinstance(problem, Problem):
            return problem
        if isinstance(problem, BadInput):
            return cls(str(problem), problem.cause)
        if isinstance(problem, Exception):
            return cls(f"{type(problem).__name__}: {problem}", RAISED)
        return cls(problem)


@dataclass(frozen=True)
class Verdict:
    """Result of a check on a date.

    Attributes:
        status: PASS, WARN, FAIL, EMPTY_OK, NO_GO, BLOCKED or OVERRIDDEN.
        metrics: metric, status, expected, actual, share (NULL when nothing is expected), missing keys.
        problems: what is wrong beyond coverage.
        blocked_by: inputs that may not be read, each with the reason.
        override: the reason for which the date is let through all the same.
    """

    status: str
    metrics: tuple[Mapping[str, Any], ...] = ()
    problems: tuple[Problem, ...] = ()
    blocked_by: tuple[str, ...] = ()
    override: str = ""

    @classmethod
    def idle(cls, reason: str) -> Verdict:
        """Nothing was due: the date is empty by plan."""
        return cls("EMPTY_OK", problems=(Problem(reason, NOTHING_DUE, fatal=False),))

    @classmethod
    def no_go(cls, evidence: str) -> Verdict:
        """Too little evidence to make the row: the date is empty, and that is worth a warning."""
        return cls(NO_GO, problems=(Problem(evidence, NO_GO, fatal=False),))

    @property
    def passed(self) -> bool:
        """The date may feed others."""
        return self.status in ("PASS", "WARN", "EMPTY_OK", NO_GO, OVERRIDDEN)

    @property
    def share(self) -> float | None:
        """The smallest share of any metric; None when nothing was expected."""
        shares = [metric["share"] for metric in self.metrics if metric["share"] is not None]
        return float(min(shares)) if shares else None

    @property
    def words(self) -> str:
        """The verdict in a sentence."""
        poor = [_sentence(m) for m in self.metrics if m["status"] in ("FAIL", "WARN")]
        problems = [problem.words for problem in self.problems]
        words = "; ".join([*problems, *poor]) or self._complete()
        blocked = "blocked: " + "; ".join(self.blocked_by)
        if self.status == OVERRIDDEN:
            words = f"{blocked}; {words}" if self.blocked_by else words
            return f"let through: {self.override}; {words}"
        return blocked if self.blocked_by else words

    def let_through(self, reason: str, blocked_by: tuple[str, ...] = ()) -> Verdict:
        """The same verdict under an override; rows that break the schema are never let through.

        Args:
            reason: why a person lets the date through.
            blocked_by: inputs that the rows were made without.
        """
        lawful = all(problem.cause != INVALID_ROWS for problem in self.problems if problem.fatal)
        if (self.status == "FAIL" or blocked_by) and lawful:
            return replace(self, status=OVERRIDDEN, override=reason, blocked_by=blocked_by)
        return self

    def withheld(self, reasons: Sequence[str], metrics: Collection[str]) -> Verdict:
        """The same verdict where the columns of failed metrics are withheld: the date goes on without them.

        Args:
            reasons: why, a sentence for each metric.
            metrics: metrics that no longer fail the date.
        """
        eased = tuple(
            {**metric, "status": "WARN", WITHHELD: True}
            if metric["metric"] in metrics and metric["status"] == "FAIL"
            else metric
            for metric in self.metrics
        )
        problems = (*self.problems, *(Problem(reason, WITHHELD, fatal=False) for reason in reasons))
        return replace(self, status="WARN", metrics=eased, problems=problems)

    @property
    def evidence(self) -> dict[str, Any]:
        """What the check's metadata shows."""
        shown: dict[str, Any] = {"status": self.status, "metrics": [dict(m) for m in self.metrics]}
        if self.problems:
            shown["problems"] = [problem.words for problem in self.problems]
        if self.blocked_by:
            shown["blocked_by"] = list(self.blocked_by)
        if self.override:
            shown["override"] = self.override
        return shown | ({} if self.share is None else {"share": self.share})

    @property
    def record(self) -> str:
        """The stored form: JSON, the same verdict always the same text."""
        facts: dict[str, Any] = {"status": self.status, "metrics": [dict(m) for m in self.metrics]}
        if self.problems:
            facts["problems"] = [
                [problem.words, problem.cause, *([] if problem.fatal else [False])]
                for problem in self.problems
            ]
        if self.blocked_by:
            facts["blocked_by"] = list(self.blocked_by)
        if self.override:
            facts["override"] = self.override
        return json.dumps(facts, separators=(",", ":"))

    @classmethod
    def of_record(cls, record: str) -> Verdict:
        """The verdict of a stored form."""
        facts = json.loads(record)
        return cls(
            facts["status"],
            tuple(facts["metrics"]),
            tuple(Problem(*pair) for pair in facts.get("problems", [])),
            tuple(facts.get("blocked_by", [])),
            facts.get("override", ""),
        )

    def _complete(self) -> str:
        counted = [
            f"{m['metric']} {m['actual']:g} of {m['expected']:g}" for m in self.metrics if m["expected"]
        ]
        more = f" and {len(counted) - NAMED_METRICS} more" if len(counted) > NAMED_METRICS else ""
        return ", ".join(counted[:NAMED_METRICS]) + more or "nothing expected"


def _sentence(metric: Mapping[str, Any]) -> str:
    words = f"{metric['metric']}: {metric['actual']:g} of {metric['expected']:g} ({metric['share']:.1%})"
    missing = metric.get("missing", [])
    more = ", ..." if len(missing) > NAMED_KEYS else ""
    return f"{words}, missing {', '.join(missing[:NAMED_KEYS])}{more}" if missing else words
