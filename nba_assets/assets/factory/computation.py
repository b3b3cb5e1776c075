"""Dates of a table worked out and judged, before anything of them is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any, TypeVar

import dagster as dg
import pandas as pd
import pyarrow as pa

from nba_assets.assets.factory.bisection import (
    bisect,
    bisect_in_order,
)
from nba_assets.assets.factory.date_rows import (
    both_forms,
    games_by_date,
    joined,
    rows_of,
    shut_words,
    with_reasons,
)
from nba_assets.assets.factory.decisions import Decisions
from nba_assets.assets.factory.withholding import withhold
from nba_assets.assets.resources import open_source
from nba_assets.lineage.inputs import Inputs, ShutInputs, stamp
from nba_assets.lineage.reader import Reader
from nba_assets.lineage.staleness import FROM_SOURCE
from nba_assets.lineage.table import Built, Compute, Table
from nba_assets.quality.coverage import verdicts
from nba_assets.quality.thresholds import optional_tables
from nba_assets.quality.validation import invalid_rows
from nba_assets.quality.verdict import RAISED, Problem, Verdict
from nba_assets.storage.lake import Lake, MixedSourcesError
from nba_assets.storage.partition_file import DamagedPartitionError, Stamp

_Value = TypeVar("_Value")
# Errors that are not the fault of a date: configuration, the machine.
_NO_DATES_FAULT = (dg.Failure, MixedSourcesError, MemoryError, OSError)


@dataclass(frozen=True)
class Prepared:
    """Some dates, computed and judged, not yet written.

    Attributes:
        rows: of the good dates.
        stamps: of the good dates.
        verdicts: on all dates.
        notes: on the good dates.
        versions: of the partitions that were stored before the inputs were read.
    """

    rows: pa.Table
    stamps: dict[dt.date, Stamp]
    verdicts: dict[dt.date, Verdict]
    notes: dict[dt.date, dict[str, Any]]
    versions: dict[dt.date, str]

    def of(self, dates: Sequence[dt.date]) -> Prepared:
        """The same of some of the dates, without rows of their own."""

        def some(values: Mapping[dt.date, _Value]) -> dict[dt.date, _Value]:
            return {date: values[date] for date in dates if date in values}

        return replace(
            self,
            stamps=some(self.stamps),
            verdicts=some(self.verdicts),
            notes=some(self.notes),
            versions=some(self.versions),
        )


class Computation:
    """Works out dates of a table.

    Args:
        context: of the asset.
        table: its declaration.
        lake: the tables.
        reader: reads inputs through the gate.
        let_through: reasons for which dates of this run are let through.
        shut: inputs that may not be read.
    """

    def __init__(
        self,
        context: dg.AssetExecutionContext,
        table: Table,
        lake: Lake,
        reader: Reader,
        let_through: Mapping[dt.date, str],
        shut: ShutInputs,
    ):
        self._context = context
        self._table = table
        self._lake = lake
        self._reader = reader
        self._let_through = let_through
        self._shut = shut
        self._decisions = Decisions(lake, table.name)
        self.decided = self._decisions.of(shut.keys() - let_through.keys())

    def parts(self, dates: list[dt.date]) -> Iterable[Prepared]:
        """Dates worked out together; those on which the computation raises fail, each with its error.

        An optional table fails no date: it is empty there, and its verdict names the error. Of a
        table that reads itself, a part is worked out once the one before is written.
        """
        prepare = partial(self._prepare, self._table.compute)
        if self._table.reads_itself:
            return chain.from_iterable(
                self._with_failed([part] if part else [], errors)
                for part, errors in bisect_in_order(prepare, dates, _NO_DATES_FAULT)
            )
        return self._with_failed(*bisect(prepare, dates, _NO_DATES_FAULT))

    def _with_failed(self, parts: list[Prepared], errors: dict[dt.date, Exception]) -> list[Prepared]:
        """The parts, and one more of the dates on which the computation raised."""
        table = self._table
        for date, error in errors.items():
            self._context.log.error(f"{table.name} on {date}: {error!r}", exc_info=error)
        if FROM_SOURCE in table.kinds and table.name in optional_tables():
            spared = {date: errors.pop(date) for date in [*errors] if not _of_input(errors[date])}
            parts += [self._prepare(_nothing(table, spared), list(spared))] if spared else []
        failed = {date: Verdict("FAIL", problems=(Problem.of(error),)) for date, error in errors.items()}
        rows = table.schema.to_arrow(table.schema.empty())
        return [*parts, Prepared(rows, {}, failed, {}, {})] if failed else parts

    def _prepare(self, compute: Compute, dates: list[dt.date]) -> Prepared:
        """Read, compute, validate and judge some dates."""
        table = self._table
        versions = self._lake.stored(table.name, dates)
        inputs = self._reader.read(table.inputs, table.history, dates, self._shut)
        if table.own is not None:
            inputs = replace(inputs, own=self._reader.own(table.name, table.own, dates))
        result = compute(self._context, inputs)
        built = result if isinstance(result, Built) else Built(result)
        frame, rows = both_forms(table.schema, built.rows)
        invalid = invalid_rows(table.schema, frame, table.refuses)
        if invalid.rows.any():
            frame, rows = frame[~invalid.rows].reset_index(drop=True), rows.filter(pa.array(~invalid.rows))
        judged = self._judged(built, frame, inputs, invalid.problems)
        judged, frame, withheld = withhold(table.groups, judged, frame)
        if withheld:
            frame, rows = both_forms(table.schema, frame)
        inherited = inputs.gathered.inherited(rows)
        judged = self._with_decisions(judged, rows, inherited)
        reasons = {
            date: joined(verdict.override, *inherited.get(date, ())) for date, verdict in judged.items()
        }
        good = [date for date in dates if judged[date].passed]
        code = table.code_version
        used = inputs.gathered.with_own(table.name, rows_of(rows, good)).used(rows, built.source)
        stamps = {
            date: replace(
                stamp(code, table.schema.hash, used[date]),
                coverage=judged[date].record,
                override=reasons[date],
            )
            for date in good
        }
        games = games_by_date(frame)
        notes = {
            date: {"games": games.get(pd.Timestamp(date), 0)} | dict(built.notes.get(date, {}))
            for date in good
        }
        return Prepared(with_reasons(rows_of(rows, good), reasons), stamps, judged, notes, versions)

    def _judged(
        self,
        built: Built,
        frame: pd.DataFrame,
        inputs: Inputs,
        invalid: Mapping[dt.date, list[Problem]],
    ) -> dict[dt.date, Verdict]:
        """Verdicts on computed dates, let through where a person decided so."""
        problems = {
            date: [
                *map(Problem.of, built.problems.get(date, [])),
                *invalid.get(date, []),
                *map(Problem.shortfall, built.shortfalls.get(date, [])),
                *map(Problem.refusal, built.refused.get(date, [])),
            ]
            for date in inputs.dates
        }
        judged = verdicts(self._table.name, frame, inputs.known, inputs.dates, problems)
        judged |= {date: Verdict.no_go(evidence) for date, evidence in built.no_go.items()}
        for date in self._let_through.keys() & judged.keys():
            blocked_by = shut_words(self._shut.get(date, {}))
            judged[date] = judged[date].let_through(self._let_through[date], blocked_by)
        return judged

    def _with_decisions(
        self,
        judged: Mapping[dt.date, Verdict],
        rows: pa.Table,
        inherited: Mapping[dt.date, Sequence[str]],
    ) -> dict[dt.date, Verdict]:
        """The same, with dates that an earlier run let through on the same rows."""
        found = dict(judged)
        refused = {date for date, verdict in judged.items() if not verdict.passed} - self._let_through.keys()
        decided = self._decisions.of(refused | (self.decided.keys() & judged.keys()))
        for date, before in decided.items():
            shut = shut_words(self._shut.get(date, {}))
            again = judged[date].let_through(before.override, shut)
            reason = joined(again.override, *inherited.get(date, ()))
            if self._decisions.hold(date, again, with_reasons(rows_of(rows, [date]), {date: reason})):
                found[date] = again
            elif shut:
                found[date] = replace(judged[date], status="BLOCKED", blocked_by=shut)
        return found


def _of_input(error: Exception) -> bool:
    """Whether what the computation reads is to blame, and not what it does."""
    return isinstance(error, DamagedPartitionError)


def _nothing(table: Table, errors: Mapping[dt.date, Exception]) -> Compute:
    """A computation that finds no row, with the errors of the one that should have."""

    def compute(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
        problems = {
            date: [Problem(Problem.of(error).words, RAISED, fatal=False)] for date, error in errors.items()
        }
        source = None
        if FROM_SOURCE in table.kinds:
            source = open_source(context).fingerprint(table.name, inputs.dates)
        return Built(table.schema.empty(), problems, source=source)

    return compute
