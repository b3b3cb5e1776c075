"""What a row uses of the past: windows declared beside the tables, and hashes of exactly these rows.

A declared window must hold every row and column that the arithmetic reads, else a correction goes unnoticed;
what it holds beyond that only lists a partition that turns out the same. A test changes rows of the past and
compares what is listed with what changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from nba_assets.tabular.value_hashes import (
    Hashes,
    chained,
    day_numbers,
    days_of,
    mixed,
    row_hashes,
    running_sums,
    sums_by_date,
)

_DAYS = 1 << 20  # more days than any history has: entity and day share one sortable integer
OWN = "own rows"  # the subjects are the rows of the computed table itself


@dataclass(frozen=True)
class Window:
    """Earlier rows that a subject's row uses.

    Attributes:
        by: columns that name the entity; without any, the window is the whole league's.
        columns: columns that are used; without any, only that the rows exist.
        last: the newest so many rows only.
        days: the days before the date only; as far as the history goes by default.
        of: same-date input whose rows are the subjects, or ``OWN``; unused without ``by``.
        named: names of the ``by`` columns among the subjects, where they differ.
    """

    by: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    last: int | None = None
    days: int | None = None
    of: str = OWN
    named: tuple[str, ...] = ()

    @property
    def subject_columns(self) -> tuple[str, ...]:
        """Names of the ``by`` columns among the subjects."""
        return self.named or self.by


@dataclass(frozen=True)
class Reach:
    """How far a history goes: ``days`` back, and whether the date itself belongs to it."""

    days: int
    and_same_date: bool


def history_hashes(
    past: pa.Table,
    uses: Sequence[Window],
    reach: Reach,
    dates: Sequence[dt.date],
    subjects: Mapping[str, pa.Table],
) -> Hashes:
    """Hash of what each date uses of the past.

    Args:
        past: rows of the history in order of date, ``game_date`` first, declared columns only.
        uses: the windows; without any, every row within reach is used.
        reach: bounds of the history, seen from a date.
        dates: dates wanted.
        subjects: rows in order of date that windows name as theirs, by table, or under ``OWN``.
    """
    if not uses:
        return _league(past, Window(columns=tuple(past.column_names[1:])), reach, dates)
    hashes = np.zeros(len(dates), np.uint64)
    for window in uses:
        found = (
            _entities(past, window, reach, dates, subjects[window.of])
            if window.by
            else _league(past, window, reach, dates)
        )
        hashes = chained(hashes, found)
    return mixed(hashes)


def _league(past: pa.Table, window: Window, reach: Reach, dates: Sequence[dt.date]) -> Hashes:
    """Hash of everybody's rows in each date's window."""
    days = days_of(past)
    running = running_sums(row_hashes(past, ("game_date", *window.columns)))
    first, stop = _bounds(days, day_numbers(dates), window, reach)
    return running[stop] - running[first]


def _entities(
    past: pa.Table, window: Window, reach: Reach, dates: Sequence[dt.date], subjects: pa.Table
) -> Hashes:
    """Hash of the windows of each date's subjects."""
    wanted = row_hashes(subjects.rename_columns(_as_history(subjects, window)), window.by)
    known = row_hashes(past, window.by)
    codes, _ = pd.factorize(np.concatenate([known, wanted]))
    entity, who = codes[: len(known)] * _DAYS, codes[len(known) :] * _DAYS
    positions = entity + days_of(past)
    order = np.argsort(positions, kind="stable")
    hashes = row_hashes(past, ("game_date", *window.by, *window.columns))
    running = running_sums(hashes[order])
    subject_days = days_of(subjects)
    first, stop = _bounds(positions[order], who + subject_days, window, reach, floor=who)
    used = mixed(chained(running[stop] - running[first], wanted))
    return sums_by_date(subject_days, used, dates)


def _as_history(subjects: pa.Table, window: Window) -> list[str]:
    """Column names of the subjects in which the entity is called as the history calls it."""
    names = dict(zip(window.subject_columns, window.by, strict=True))
    return [names.get(name, name if name not in window.by else f"other {name}")
            for name in subjects.column_names]  # fmt: skip


def _bounds(
    positions: np.ndarray, at: np.ndarray, window: Window, reach: Reach, floor: np.ndarray | int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """First row and end of each window among sorted positions."""
    stop = positions.searchsorted(at + int(reach.and_same_date))
    days = min(window.days or reach.days, reach.days)
    first = positions.searchsorted(np.maximum(at - days, floor))
    if window.last is not None:
        first = np.maximum(first, stop - window.last)
    return first, stop
