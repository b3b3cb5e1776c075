"""Dates of a run that a second process works out and writes, beside those that the run's own does."""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
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

SHARE = 0.55  # of the dates: the run's own process reports events of all of them besides
EVENLY = 0.52  # where dates take so long that reporting them hardly matters
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
class Made:
    """Dates that are worked out, judged and written.

    Attributes:
        prepared: as it was written, without its rows.
        outcomes: what came of each write, in order of date.
    """

    prepared: Prepared
    outcomes: list[tuple[dt.date, Written | None]]


@dataclass(frozen=True)
class Answer:
    """What came of shared dates.

    Attributes:
        made: the dates.
        messages: what the computation logged: level and words.
    """

    made: list[Made]
    messages: list[tuple[int, str]]


def shared(dates: list[dt.date], share: float = SHARE) -> tuple[list[dt.date], list[dt.date]]:
    """Dates for the second process, the earlier ones, and those that are left.

    Earlier dates read nothing of later ones, so the second process finds what it reads in its own memory.
    """
    cut = round(share * len(dates))
    return dates[:cut], dates[cut:]


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


def work_out(work: SharedDates, table: Table) -> Answer:
    """Work out, judge and write dates of a table, as its asset does; report nothing."""
    lake = lake_again(work.lake)
    resources = {"lake": lake, "source": SourceResource(**work.source), "training": Training(**work.training)}
    messages = _Messages()
    with dg.build_asset_context(resources=resources, asset_config=work.config) as context:
        context.log.handlers[:] = [messages]
        tables = context.resources.lake.lake()
        reader = Reader(tables, Gate(tables))
        computation = Computation(context, table, tables, reader, work.let_through, work.shut)
        made = [_written(tables, table, found) for found in computation.parts(work.dates)]
    return_memory()
    return Answer(made, messages.found)


def _written(lake: Lake, table: Table, prepared: Prepared) -> Made:
    outcomes = list(lake.write_each(table.name, prepared.rows, prepared.stamps, prepared.versions))
    # A slice without rows would be sent with all that it is a slice of.
    return Made(replace(prepared, rows=prepared.rows.schema.empty_table()), outcomes)


class _Messages(logging.Handler):
    """What is logged, to be logged again by the run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append((record.levelno, self.format(record)))
