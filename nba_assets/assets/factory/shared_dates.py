"""Dates of a run that a second process works out and writes, beside those that the run's own does."""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import dagster as dg

from nba_assets.assets.factory.computation import Computation, Prepared
from nba_assets.assets.resources import SourceResource, lake_again
from nba_assets.assets.training.training_config import Training
from nba_assets.instance.run_process import return_memory
from nba_assets.lineage.inputs import ShutInputs
from nba_assets.lineage.reader import Reader
from nba_assets.lineage.table import Table
from nba_assets.quality.gate import Gate
from nba_assets.storage.lake import Lake
from nba_assets.storage.partitions import Written

SHARE = 0.6  # of the dates: the run's own process reports events of all of them besides
_EACH = 0.48  # of dates that take long: how many each process is sure to get
_AT_ONCE = 256  # dates that are reported together: while they are, the next ones are written
HALVED_FROM = 40  # dates of the last part: fewer are read for as long as they are worked out


@dataclass(frozen=True)
class SharedDates:
    """Dates of a table to work out, and what decides how: it is sent to another process.

    Attributes:
        table: name of the table.
        dates: dates that are worked out together.
        lake: fields of the lake's resource.
        source: of the source's.
        training: of the one that says when the run trains.
        config: run configuration of the asset.
        let_through: reasons for which dates are let through.
        shut: inputs that may not be read.
    """

    table: str
    dates: list[dt.date]
    lake: Mapping[str, Any]
    source: Mapping[str, Any]
    training: Mapping[str, Any]
    config: Mapping[str, Any]
    let_through: Mapping[dt.date, str]
    shut: ShutInputs


@dataclass(frozen=True)
class Answer:
    """What came of some of the shared dates: they are worked out, judged and written.

    Attributes:
        prepared: as it was written, without its rows.
        outcomes: what came of each write, in order of date.
        messages: what has been logged before: level and words.
    """

    prepared: Prepared
    outcomes: list[tuple[dt.date, Written | None]]
    messages: list[tuple[int, str]]


def shared(dates: list[dt.date], share: float = SHARE) -> tuple[list[dt.date], list[dt.date]]:
    """Dates for the second process, the earlier ones, and those that are left.

    Earlier dates read nothing of later ones, so the second process finds what it reads in its own memory.
    """
    cut = round(share * len(dates))
    return dates[:cut], dates[cut:]


def evenly(dates: list[dt.date]) -> list[list[dt.date]]:
    """Dates that take long for both processes, and between them some for the one that is ready first."""
    each = round(_EACH * len(dates))
    parts = dates[:each], dates[each : len(dates) - each], dates[len(dates) - each :]
    return [part for part in parts if part]


def taken(
    left: deque[list[dt.date]], take: Callable[[], list[dt.date]], halved_from: int
) -> Iterator[list[dt.date]]:
    """Parts as they are taken from a queue, until none is left.

    Of the last one the later half is taken, and the other is left: so nobody waits for who takes it.

    Args:
        left: the queue.
        take: takes a part from it.
        halved_from: so many dates a part has that is halved.
    """
    while True:
        try:
            part = take()
        except IndexError:
            return
        if not left and len(part) >= halved_from:
            earlier, part = shared(part, 0.5)
            left.append(earlier)
        yield part


def work_out(work: SharedDates, table: Table) -> Iterator[Answer]:
    """Work out, judge and write dates of a table, as its asset does; report nothing.

    Yields:
        Some dates at a time: the run's own process reports them while the next ones are written.
    """
    lake = lake_again(work.lake)
    resources = {"lake": lake, "source": SourceResource(**work.source), "training": Training(**work.training)}
    messages = _Messages()
    with dg.build_asset_context(resources=resources, asset_config=work.config) as context:
        context.log.handlers[:] = [messages]
        tables = context.resources.lake.lake()
        reader = Reader(tables, Gate(tables))
        computation = Computation(context, table, tables, reader, work.let_through, work.shut)
        for prepared in computation.parts(work.dates):
            for some, outcomes in _written(tables, table, prepared):
                yield Answer(some, outcomes, messages.taken())
    return_memory()


def _written(
    lake: Lake, table: Table, prepared: Prepared
) -> Iterator[tuple[Prepared, list[tuple[dt.date, Written | None]]]]:
    """Write the good dates; some dates at a time, and what came of their writes."""
    writing = lake.write_each(table.name, prepared.rows, prepared.stamps, prepared.versions)
    # A slice without rows would be sent with all that it is a slice of.
    without_rows = replace(prepared, rows=prepared.rows.schema.empty_table())
    dates = sorted(prepared.verdicts)
    for start in range(0, len(dates), _AT_ONCE):
        some = without_rows.of(dates[start : start + _AT_ONCE])
        yield some, list(islice(writing, len(some.stamps)))
    deque(writing, maxlen=0)  # what follows the last write


class _Messages(logging.Handler):
    """What is logged, to be logged again by the run."""

    def __init__(self) -> None:
        super().__init__()
        self._found: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._found.append((record.levelno, self.format(record)))

    def taken(self) -> list[tuple[int, str]]:
        """Messages since the last time."""
        found, self._found = self._found, []
        return found
