"""The ledger: coverage of every table, metric and date, as the lake itself records it.

Each partition carries its verdict in its footer, so data and verdict are one object and one write; what was
refused is recorded as a refusal. The ledger is a view of both: it can be made again at any time, with the
same rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from nba_assets.quality.causes import Blame, Cause
from nba_assets.quality.explanations import Explanation, Names, explanation, remedy
from nba_assets.quality.gate import Gate
from nba_assets.quality.refusals import Refusals
from nba_assets.quality.thresholds import optional_tables
from nba_assets.quality.verdict import OVERRIDDEN, Problem, Verdict
from nba_assets.schemas.catalog import TABLES
from nba_assets.schemas.coverage import COVERAGE
from nba_assets.storage.lake import Lake
from nba_assets.storage.partition_file import DamagedPartitionError

WHOLE_DATE = "date"  # the metric of a table without coverage metrics, or of a missing date
SHUT = ("FAIL", "BLOCKED", "PENDING", "OVERRIDDEN")  # a date that goes on, if at all, by a person's decision
_WHOLE = ("PASS", "EMPTY_OK")


@dataclass(frozen=True)
class Graph:
    """What the ledger needs to know of the tables, in the order of the graph.

    Attributes:
        inputs: same-date inputs of each table.
        occasional: tables that are made on some dates only: no row is due on the others.
    """

    inputs: Mapping[str, Sequence[str]]
    occasional: frozenset[str] = frozenset()

    def upstream(self, table: str) -> Graph:
        """The part of the graph that a table is made from on one date, itself included."""
        found: set[str] = set()
        waiting = [table]
        while waiting:
            name = waiting.pop()
            found.add(name)
            waiting += set(self.inputs.get(name, ())) - found
        kept = {name: inputs for name, inputs in self.inputs.items() if name in found}
        return Graph(kept, self.occasional)


@dataclass(frozen=True)
class State:
    """Newest verdicts of some dates, and when a refused date healed."""

    verdicts: dict[tuple[str, dt.date], Verdict | None]
    healed: dict[tuple[str, dt.date], dt.datetime]


def read_state(lake: Lake, graph: Graph, dates: Sequence[dt.date]) -> State:
    """Newest verdict of every table on the dates: a refusal in force, else the stored partition's own."""
    state = State({}, {})
    gate, refusals = Gate(lake), Refusals(lake.store)
    for table in graph.inputs:
        stamps, damaged = lake.stamps(table, dates)
        refused = gate.refusals(table, dates)
        healed = refusals.healed(table, stamps)
        for date in dates:
            if date in refused:
                state.verdicts[table, date] = refused[date].verdict
            elif date in stamps:
                verdict = state.verdicts[table, date] = Verdict.of_record(stamps[date].coverage)
                # A date that a person has let through is not complete: nothing has healed.
                if date in healed and verdict.status != OVERRIDDEN:
                    state.healed[table, date] = healed[date]
            elif date in damaged:
                state.verdicts[table, date] = Verdict("FAIL", problems=(Problem(damaged[date]),))
            else:
                state.verdicts[table, date] = None
    return state


def entries(lake: Lake, graph: Graph, dates: Sequence[dt.date]) -> pd.DataFrame:
    """Rows of the ledger, in the columns of ``coverage``, table by table in the order of the graph.

    Args:
        lake: where partitions and refusals are.
        graph: the tables.
        dates: dates to report.
    """
    state = read_state(lake, graph, dates)
    blame = _blame(lake, graph, state)
    rows = [
        row
        for (table, date), verdict in state.verdicts.items()
        if verdict is not None or table not in graph.occasional
        for row in _rows(table, date, verdict, blame, state.healed.get((table, date)))
    ]
    frame = pd.DataFrame(rows, columns=list(COVERAGE.columns))
    frame["game_date"] = pd.to_datetime(frame["game_date"]).astype("datetime64[ns]")
    frame["healed_at"] = pd.to_datetime(frame["healed_at"], utc=True)
    return frame


def explanations(
    lake: Lake, graph: Graph, table: str, verdicts: Mapping[dt.date, Verdict]
) -> dict[dt.date, Explanation]:
    """Why a table's red dates are red; those that have no cause by the state of the lake are left out.

    Args:
        lake: where partitions and refusals are.
        graph: the tables that the table is made from, itself included.
        table: the table.
        verdicts: of its red dates.
    """
    blame, names = _blame(lake, graph, read_state(lake, graph, list(verdicts))), Names(lake)
    causes = {date: blame.cause(table, date) for date in verdicts}
    return {
        date: explanation(table, date, verdicts[date], cause, names)
        for date, cause in causes.items()
        if cause is not None
    }


def _blame(lake: Lake, graph: Graph, state: State) -> Blame:
    return Blame(state.verdicts, graph.inputs, games_of(lake), optional_tables())


def games_of(lake: Lake) -> Any:
    """Reader of the games of a table's stored rows of a date, remembered; None where that is not known."""

    @cache
    def read(table: str, date: dt.date) -> set[str] | None:
        schema = TABLES[table]
        if "game_id" not in schema.columns:
            return None
        try:
            rows = lake.read(table, [date], schema.arrow, ["game_id"]).table
        except DamagedPartitionError:
            return None
        return set(rows.column("game_id").to_pylist())

    return read


def _rows(
    table: str, date: dt.date, verdict: Verdict | None, blame: Blame, healed_at: dt.datetime | None
) -> Iterator[dict[str, Any]]:
    cause = blame.cause(table, date)
    metrics = list(verdict.metrics) if verdict else []
    if not metrics or _beyond_metrics(verdict):
        metrics.append(_whole_date(verdict))
    for metric in metrics:
        status = _status(verdict, metric)
        yield {
            "game_date": date,
            "table": table,
            "metric": metric["metric"],
            **{name: metric[name] for name in ("expected", "actual", "share")},
            "status": status,
            **_blamed(cause if status in SHUT or status == "WARN" else None, date, shut=status in SHUT),
            "missing_keys": "|".join(metric.get("missing", [])) or None,
            "missing": round(max(metric["expected"] - metric["actual"], 0)),
            "healed_at": healed_at,
            "source": "coverage",
            "override_reason": (verdict.override or None) if verdict else None,
        }


def _beyond_metrics(verdict: Verdict | None) -> bool:
    """Whether a date is not whole for a reason that none of its metrics shows."""
    if verdict is None or any(problem.fatal for problem in verdict.problems):
        return True
    return verdict.status == "WARN" and all(metric["status"] in _WHOLE for metric in verdict.metrics)


def _whole_date(verdict: Verdict | None) -> dict[str, Any]:
    """A date that is present or missing as a whole."""
    status = verdict.status if verdict else "PENDING"
    present = float(bool(verdict and verdict.passed))
    return {"metric": WHOLE_DATE, "status": status, "expected": 1.0, "actual": present, "share": present}


def _status(verdict: Verdict | None, metric: Mapping[str, Any]) -> str:
    """A metric's own status, or the date's where that decides."""
    if verdict and verdict.status == "BLOCKED":
        return "BLOCKED"
    if verdict and verdict.status == "OVERRIDDEN" and metric["status"] in ("FAIL", "BLOCKED", "OVERRIDDEN"):
        return "OVERRIDDEN"
    return str(metric["status"])


def _blamed(cause: Cause | None, date: dt.date, *, shut: bool) -> dict[str, str | None]:
    if cause is None:
        return {"cause_table": None, "cause": None, "heal": None}
    words = f"{cause.reason}: {cause.words}"
    command = remedy(cause.table, cause.reason, [date], shut=shut).command
    return {"cause_table": cause.table, "cause": words, "heal": command}
