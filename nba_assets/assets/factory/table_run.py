"""One call of an asset on its dates: read through the gate, compute, judge, write, report.

Every asset takes any set of dates in one call. A date is written only when its inputs are open, its rows are
valid and its coverage holds, or a person lets it through; it then is materialized and its check passes. Any
other date keeps what was stored before, is not materialized, and its check gives the reason: so a blocked
date is never green, and the next table finds the gate shut.
"""

import datetime as dt
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from queue import SimpleQueue
from typing import Any, NamedTuple, cast

import dagster as dg
import pyarrow as pa

from nba_assets.assets.factory import date_events
from nba_assets.assets.factory.chosen_dates import chosen_dates
from nba_assets.assets.factory.computation import (
    Computation,
    Prepared,
)
from nba_assets.assets.factory.date_rows import (
    rows_of,
    shut_words,
)
from nba_assets.assets.factory.newest_date import newest_metadata, stored_metadata
from nba_assets.assets.factory.shared_dates import (
    HALVED_FROM,
    Answer,
    SharedDates,
    evenly,
    shared,
    taken,
)
from nba_assets.assets.resources import open_source
from nba_assets.calendar.seasons import season_start
from nba_assets.instance.partition_events import check_targets, report_failures, wipe_materializations
from nba_assets.instance.private_api import EXTERNALLY_MANAGED_ASSETS_TAG
from nba_assets.instance.second_process import SecondProcess, SecondProcessError
from nba_assets.lineage.inputs import ShutInputs, stamp
from nba_assets.lineage.reader import Reader
from nba_assets.lineage.staleness import FROM_SOURCE
from nba_assets.lineage.table import (
    Follows,
    Table,
)
from nba_assets.quality.coverage import blocked_verdicts
from nba_assets.quality.expected_sets import Frames
from nba_assets.quality.explanations import Explanation
from nba_assets.quality.gate import CHECK_NAME, Gate
from nba_assets.quality.ledger import Graph, explanations
from nba_assets.quality.refusals import Refusals
from nba_assets.quality.verdict import OVERRIDDEN, Verdict
from nba_assets.schemas.catalog import TABLES
from nba_assets.storage.lake import Lake
from nba_assets.storage.partitions import Versions, Written

Reported = tuple[Any, dt.date, Verdict | None]  # an event, its date, and the verdict on it, if any
_Answered = tuple[Answer, Mapping[dt.date, str]]  # and versions of refusals before it was asked


class _Newest(NamedTuple):
    """A date that is written, and is reported last."""

    date: dt.date
    written: Written
    verdict: Verdict
    notes: Mapping[str, Any]
    rows: pa.Table


COMPUTE_SECONDS = "compute_seconds"  # on the step's output: what is not bookkeeping of events


class TableRun:
    """One call of an asset on its partition keys."""

    def __init__(self, context: dg.AssetExecutionContext, table: Table, lake: Lake, graph: Graph):
        self._context = context
        self._table = table
        self._lake = lake
        self._graph = graph
        self._reader = Reader(lake, Gate(lake))
        self._refusals = Refusals(lake.store)
        self._requested = chosen_dates(context.run.tags, context.partition_keys)
        self._let_through = context.resources.allow_partial.reasons(self._requested)
        # What is shown of the newest date is of its season: a bucket sends it while the date is worked out.
        background, newest = ThreadPoolExecutor(1), max(self._requested)
        self._season = background.submit(lake.announce, table.name, season_start(newest), newest)
        background.shutdown(wait=False)  # which its one task outlives
        self._written: dict[dt.date, str] = {}
        self._pictured: set[dt.date] = set()  # dates of which the newest is shown with pictures
        self._newest: list[_Newest] = []
        self._dates = self._planned()
        self._shut = self._reader.shut(table.inputs, self._dates)
        self._computation = Computation(context, table, lake, self._reader, self._let_through, self._shut)
        self._explained: dict[dt.date, Explanation] = {}
        self._compute_seconds = 0.0

    def _planned(self) -> list[dt.date]:
        """Dates on which there is something to do."""
        plan = self._table.plan
        if isinstance(plan, Follows):
            return self._reader.followed(plan, self._requested)
        return plan.dates(self._context, self._requested) if plan else self._requested

    def events(self) -> Iterator[Any]:
        """Write the good dates and report every date."""
        # Only the events below count. Without this, Dagster would mark every date of the run as
        # materialized when the output arrives, the blocked ones too. It reads the tag from this object.
        cast("dict[str, str]", self._context.run.tags)[EXTERNALLY_MANAGED_ASSETS_TAG] = "true"
        if FROM_SOURCE in self._table.kinds:
            # A source that cannot be opened, or whose rows do not belong in this lake, is no date's fault.
            self._lake.claim(open_source(self._context).kind)
        verdicts: dict[dt.date, Verdict] = {}
        through = self._let_through.keys() | self._computation.decided.keys()
        blocked = {date: reasons for date, reasons in self._shut.items() if date not in through}
        ready = [date for date in self._dates if date not in blocked]
        others = chain(self._idle(), self._blocked(blocked))
        for event, date, verdict in chain(self._published(ready, others), self._pictures()):
            if verdict:
                verdicts[date] = verdict
            yield event
        refused = _refused(verdicts)
        self._context.log.info(
            f"{self._table.name}: {len(verdicts) - len(refused)} of {len(verdicts)} dates good, "
            f"{self._compute_seconds:.2f} s of reading, computing and writing"
        )
        self._report_blocked(refused)
        yield dg.Output(None, output_name=f"{self._table.name}_{CHECK_NAME}")
        yield dg.Output(None, metadata={COMPUTE_SECONDS: self._compute_seconds})

    def _stored_season(self, date: dt.date) -> Versions:
        """What is stored of a season until a date: as the run found it, and what it has written since."""
        first, stored = season_start(date), self._season.result()
        if first != season_start(max(self._requested)):
            stored = self._lake.stored_between(self._table.name, first, date)
        known = {**stored, **self._written}
        return Versions((day, known[day]) for day in sorted(known) if first <= day <= date)

    def _report_blocked(self, refused: Mapping[dt.date, Verdict]) -> None:
        if not refused:
            return
        first = next(iter(refused))
        words = f"{len(refused)} of {len(self._dates)} dates of {self._table.name} are blocked"
        words = f"{words}; {first}: {self._words(first, refused[first])}"
        if len(refused) == len(self._requested):
            reasons = {date.isoformat(): self._words(date, verdict) for date, verdict in refused.items()}
            raise dg.Failure(words, metadata={"blocked": dg.MetadataValue.json(reasons)}, allow_retries=False)
        self._context.log.error(words)

    def _idle(self) -> Iterator[Reported]:
        """Store dates empty on which there is nothing to do; what an earlier run had to do there stays."""
        if self._table.plan is None or len(self._dates) == len(self._requested):
            return
        name, dates = self._table.name, sorted(set(self._requested) - set(self._dates))
        stored, damaged = self._lake.stamps(name, dates)
        for reason in damaged.values():
            self._context.log.warning(f"made empty, as its plan has it: {reason}")
        verdict = Verdict.idle(self._table.plan.idle)
        free = [date for date in dates if date not in stored or stored[date].coverage == verdict.record]
        own = stamp(self._table.code_version, self._table.schema.hash, {})
        stamps = dict.fromkeys(free, replace(own, coverage=verdict.record))
        rows = self._table.schema.to_arrow(self._table.schema.empty())
        notes: dict[dt.date, dict[str, Any]] = {date: {} for date in free}
        self._pictured.update(free)
        versions = self._lake.stored(name, free)
        yield from self._publish(Prepared(rows, stamps, dict.fromkeys(free, verdict), notes, versions))
        yield from self._made_before(stored.keys() - set(free))

    def _made_before(self, dates: Collection[dt.date]) -> Iterator[Reported]:
        """Report dates that are left as they are: a backfill of them waits for an event."""
        name = self._table.name
        stamps, _ = self._lake.stamps(name, Gate(self._lake).open(name, dates))
        made = {date: Verdict.of_record(stamp.coverage) for date, stamp in stamps.items()}
        if not made:
            return
        partitions, _ = self._lake.partitions(name, made)
        for date, (_, written) in partitions.items():
            newest = date == max(partitions)
            shown = stored_metadata(self._lake, self._table, date, made[date]) if newest else {}
            yield date_events.materialization(name, date, written, made[date], shown), date, None
        about = check_targets(self._context.instance, name, made, self._context.run.run_id)
        for date, verdict in made.items():
            yield date_events.evaluation(name, date, verdict, about), date, verdict

    def _blocked(self, blocked: ShutInputs) -> Iterator[Reported]:
        """Judge dates whose inputs are shut by the inputs that are open."""
        if not blocked:
            return
        started = time.perf_counter()
        frames = {
            item.table: TABLES[item.table].to_pandas(
                self._lake.read_undamaged(
                    item.table,
                    [date for date, reasons in blocked.items() if item.table not in reasons],
                    TABLES[item.table].arrow,
                    item.columns,
                ).table
            )
            for item in self._table.inputs
        }
        known = Frames(frames, history=None)
        reasons = {date: shut_words(shut) for date, shut in blocked.items()}
        judged = blocked_verdicts(self._table.name, self._table.schema.empty(), known, reasons)
        self._compute_seconds += time.perf_counter() - started
        self._refuse(judged)
        for date, verdict in judged.items():
            explained = self._explained.get(date)
            yield date_events.evaluation(self._table.name, date, verdict, {}, explained), date, verdict

    def _refuse(self, refused: Mapping[dt.date, Verdict]) -> None:
        """Shut the gate of dates that are not written, before it is reported."""
        name = self._table.name
        self._refusals.keep(name, refused, self._lake.file_hashes(name, refused))
        if refused:
            self._explained |= explanations(self._lake, self._graph, name, refused)
        # A date that an earlier run turned green would stay green beside its failed check.
        if green := wipe_materializations(self._context.instance, name, refused):
            self._context.log.warning(f"this event log wipes no partition: {green} stay green though refused")
        words = {date: self._words(date, verdict) for date, verdict in refused.items()}
        report_failures(self._context.op_execution_context, name, words)

    def _words(self, date: dt.date, verdict: Verdict) -> str:
        return date_events.words(verdict, self._explained.get(date))

    def _published(self, dates: list[dt.date], others: Iterable[Reported]) -> Iterator[Reported]:
        """Work the dates out, all at once or part by part, and write them; of many, a second process some.

        Events of the other dates of the run come before, while the first of these are worked out.
        """
        parts = self._table.parts(dates) if dates else []
        second = self._context.resources.lake.second_process(len(self._requested))
        if second is None or self._table.reads_itself or len(dates) < 2:
            self._pictured.update(*parts[-1:])
            return self._worked_out(iter(parts), others)
        return self._by_both(second, parts, others)

    def _by_both(
        self, second: SecondProcess, parts: list[list[dt.date]], others: Iterable[Reported]
    ) -> Iterator[Reported]:
        """Two processes take parts, this one the latest that is left and the second one the earliest."""
        takes_long, halved_from = self._table.takes_long, len(self._dates) + 1
        if len(parts) == 1:
            parts = [*(evenly if takes_long else shared)(parts[0])]
        elif takes_long:
            halved_from = HALVED_FROM
        left, answers = deque(parts), SimpleQueue[_Answered | None]()
        earliest, latest = (taken(left, take, halved_from) for take in (left.popleft, left.pop))
        first = next(earliest)
        last = next(latest)
        self._pictured.update(last)
        beside = ThreadPoolExecutor(1)
        asking = beside.submit(self._ask, second, chain([first], earliest), left, answers)
        try:
            yield from self._worked_out(chain([last], latest), others, answers)
            yield from self._reported(answers, to_the_end=True)
            if error := asking.result():
                self._context.log.warning(f"{error}: its dates are worked out here")
            yield from self._worked_out(taken(left, left.pop, halved_from))
        finally:
            if not asking.done():
                second.end()
            left.clear()
            beside.shutdown()

    def _ask(
        self,
        second: SecondProcess,
        parts: Iterable[list[dt.date]],
        left: deque[list[dt.date]],
        answers: SimpleQueue[_Answered | None],
    ) -> SecondProcessError | None:
        """Have the second process work parts out until none is left; what it fails at is given back.

        The last answer is followed by None.
        """
        try:
            for part in parts:
                refusals = self._refusals.versions(self._table.name, part)
                missing = set(part)
                with second.asked(self._shared_dates(part)) as found:
                    try:
                        for answer in found:
                            missing -= answer.prepared.verdicts.keys()
                            answers.put((answer, refusals))
                    except SecondProcessError as error:
                        left.extendleft([sorted(missing)] if missing else [])
                        return error
            return None
        finally:
            answers.put(None)

    def _reported(
        self, answers: SimpleQueue[_Answered | None], *, to_the_end: bool = False
    ) -> Iterator[Reported]:
        """Report what the second process has answered, or all that it answers."""
        while to_the_end or not answers.empty():
            started = time.perf_counter()
            if (answered := answers.get()) is None:
                answers.put(None)  # for who waits for the end
                return
            self._compute_seconds += time.perf_counter() - started
            found, refusals = answered
            for level, words in found.messages:
                self._context.log.log(level, words)
            yield from self._report(found.prepared, iter(found.outcomes), refusals)

    def _worked_out(
        self,
        parts: Iterator[list[dt.date]],
        others: Iterable[Reported] = (),
        answers: SimpleQueue[_Answered | None] | None = None,
    ) -> Iterator[Reported]:
        """Work parts out in the background: the first beside others, the next one while one is written."""
        background = ThreadPoolExecutor(1)
        coming = (background.submit(self._computation.parts, part) for part in parts)
        working = next(coming, None)
        yield from others
        while working is not None:
            started = time.perf_counter()
            ready, working = working.result(), next(coming, None)
            for prepared in ready:
                self._compute_seconds += time.perf_counter() - started
                yield from self._publish(prepared)
                started = time.perf_counter()
            if answers is not None:
                yield from self._reported(answers)
        background.shutdown()

    def _shared_dates(self, dates: list[dt.date]) -> SharedDates:
        resources = self._context.resources
        return SharedDates(
            self._table.name,
            dates,
            resources.lake.model_dump(),
            resources.source.model_dump(),
            resources.training.model_dump(),
            self._context.op_execution_context.op_config,
            {date: reason for date, reason in self._let_through.items() if date in dates},
            {date: shut for date, shut in self._shut.items() if date in dates},
        )

    def _publish(self, prepared: Prepared) -> Iterator[Reported]:
        """Write the good dates and report all of them."""
        name = self._table.name
        refusals = self._refusals.versions(name, prepared.stamps)
        writing = self._lake.write_each(name, prepared.rows, prepared.stamps, prepared.versions)
        return self._report(prepared, writing, refusals)

    def _report(
        self,
        prepared: Prepared,
        writing: Iterator[tuple[dt.date, Written | None]],
        refusals: Mapping[dt.date, str],
    ) -> Iterator[Reported]:
        """Report dates that have been worked out, the good ones as they are written.

        Args:
            prepared: the dates.
            writing: what comes of the write of each good one.
            refusals: version of each refusal before they were written.
        """
        name = self._table.name
        started = time.perf_counter()
        self._refuse(_refused(prepared.verdicts))
        newest = max(prepared.stamps.keys() & self._pictured, default=None)
        overtaken: list[dt.date] = []
        while (item := next(writing, None)) is not None:
            date, written = item
            if written is None:
                overtaken.append(date)
                continue
            self._compute_seconds += time.perf_counter() - started
            self._written[date] = written.version
            verdict, notes = prepared.verdicts[date], prepared.notes[date]
            if date == newest:
                self._newest.append(_Newest(date, written, verdict, notes, rows_of(prepared.rows, [date])))
            else:
                yield date_events.materialization(name, date, written, verdict, notes), date, None
            started = time.perf_counter()
        done = prepared.stamps.keys() - set(overtaken)
        through = {date for date in done if prepared.verdicts[date].status == OVERRIDDEN}
        self._refusals.heal(name, done - through, refusals)
        self._refusals.lift(refusals, name, through)
        self._compute_seconds += time.perf_counter() - started
        later = {*overtaken, *(each.date for each in self._newest)}
        now = {date: verdict for date, verdict in prepared.verdicts.items() if date not in later}
        yield from self._evaluations(now)
        yield from self._overtaken(overtaken)

    def _evaluations(self, verdicts: Mapping[dt.date, Verdict]) -> Iterator[Reported]:
        name, run_id = self._table.name, self._context.run.run_id
        about = check_targets(self._context.instance, name, verdicts, run_id)
        for date, verdict in verdicts.items():
            explained = self._explained.get(date)
            yield date_events.evaluation(name, date, verdict, about, explained), date, verdict

    def _pictures(self) -> Iterator[Reported]:
        """Report the newest date, once all of its season is written."""
        name = self._table.name
        for date, written, verdict, notes, rows in self._newest:
            season = self._stored_season(date)
            shown = newest_metadata(self._lake, self._table, season, rows, verdict)
            yield date_events.materialization(name, date, written, verdict, {**notes, **shown}), date, None
        yield from self._evaluations({each.date: each.verdict for each in self._newest})

    def _overtaken(self, dates: list[dt.date]) -> Iterator[Reported]:
        """Report what other runs have written of dates since this one read their inputs."""
        if dates:
            words = f"{len(dates)} dates of {self._table.name}, {dates[0]} first, were written by another run"
            self._context.log.warning(f"{words} meanwhile: they stay as they are")
            yield from self._made_before(dates)


def _refused(verdicts: Mapping[dt.date, Verdict]) -> dict[dt.date, Verdict]:
    return {date: verdict for date, verdict in sorted(verdicts.items()) if not verdict.passed}
