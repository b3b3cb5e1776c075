"""Where tables live: one parquet file a table and game date, replaced whole and atomically.

Layout: ``{table}/game_date=YYYY-MM-DD/part.parquet``. The date stands in the path alone, so DuckDB, pandas,
Spark and BigQuery external tables read a table as a hive-partitioned one.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

import numpy as np
import pyarrow as pa

from nba_assets.storage.object_store import ObjectStore
from nba_assets.storage.partition_file import (
    DamagedPartitionError,
    Stamp,
    content_hash,
    decode,
    describe,
    encode,
    file_hash,
)
from nba_assets.storage.records import read_record, record_bytes
from nba_assets.storage.written_rows import (
    Kept,
    WrittenRows,
)
from nba_assets.tabular.arrow_columns import pc

DATE_COLUMN = "game_date"
_MARKER = f"/{DATE_COLUMN}="
_CLAIM = "lake.json"
_REAL = {"archive", "live"}  # one league, told by its dumps and by its publishers
_LISTING_PAYS = 50  # dates from which one listing is cheaper than asking for each
_THREADS = os.cpu_count() or 1  # more of them fight for the interpreter; measured
_STRETCHES = 8 * _THREADS

Result = TypeVar("Result")


class MixedSourcesError(ValueError):
    """Rows of another kind than the lake holds: simulated and real ones never share a table."""


@dataclass(frozen=True)
class Written:
    """Outcome of one write.

    Attributes:
        rows: number of rows.
        content_hash: hash of the rows alone.
        file_hash: hash of the whole file, the stamp included.
        changed: whether other bytes were stored before.
    """

    rows: int
    content_hash: str
    file_hash: str
    changed: bool


_WRITTEN = WrittenRows(limit=3 << 28)


@dataclass(frozen=True)
class Slice:
    """Rows of some dates of a table, the content hash of each date stored, and why some were let through."""

    table: pa.Table
    hashes: dict[dt.date, str]
    overrides: dict[dt.date, str]


class Lake:
    """Tables below one root.

    Args:
        store: the folder or bucket that holds them.
    """

    def __init__(self, store: ObjectStore):
        self.store = store

    def claim(self, kind: str) -> None:
        """Say what kind of rows this lake holds; the first to write decides.

        Raises:
            MixedSourcesError: the lake holds another kind.
            ValueError: what says so is damaged.
        """
        held = self.kind()
        if held is None:
            self.store.write(_CLAIM, record_bytes({"source": kind}))
            return
        if held != kind and not {held, kind} <= _REAL:
            raise MixedSourcesError(
                f"{self.store.root} holds rows of source {held}; rows of source {kind} belong in a lake "
                "of their own (NBA_LAKE)"
            )

    def kind(self) -> str | None:
        """The kind of rows this lake holds; None before the first.

        Raises:
            ValueError: what says so is damaged.
        """
        try:
            return read_record(self.store.read(_CLAIM), f"{self.store.root}/{_CLAIM}")["source"]
        except FileNotFoundError:
            return None

    @staticmethod
    def name(table: str, date: dt.date) -> str:
        """Object name of a partition."""
        return f"{table}/{DATE_COLUMN}={date.isoformat()}/part.parquet"

    def dates(self, table: str) -> list[dt.date]:
        """Stored dates of a table, in order."""
        return [_date_of(name) for name in self.store.list(f"{table}/") if _MARKER in name]

    def versions(self, table: str) -> dict[dt.date, str]:
        """Stored dates of a table, in order, each with what changes whenever it is replaced."""
        found = self.store.versions(f"{table}/").items()
        return {_date_of(name): version for name, version in found if _MARKER in name}

    def stored(self, table: str, dates: Sequence[dt.date]) -> set[dt.date]:
        """Which of the dates have a partition."""
        if len(dates) > _LISTING_PAYS:
            return set(self.dates(table)) & set(dates)
        return {date for date in dates if self.store.version(self.name(table, date))}

    def write(self, table: str, rows: pa.Table, stamps: dict[dt.date, Stamp]) -> dict[dt.date, Written]:
        """Replace partitions; arguments, outcome and errors as in :meth:`write_each`."""
        return dict(self.write_each(table, rows, stamps))

    def write_each(
        self, table: str, rows: pa.Table, stamps: dict[dt.date, Stamp]
    ) -> Iterator[tuple[dt.date, Written]]:
        """Replace partitions, each on its own and only where its bytes differ.

        Files are made in the background, so the caller can report one while the next is written.

        Args:
            table: name of the table.
            rows: rows of all dates, ``game_date`` first, sorted, in the table's stored types.
            stamps: what to write into each footer; a partition is written for each of these dates, an
                empty one where there are no rows.

        Yields:
            (date, outcome) in order of date, each once it is stored.

        Raises:
            ValueError: rows of a date without a stamp, or out of order; nothing has been written then.
        """
        whole = rows.drop_columns([DATE_COLUMN]).combine_chunks()
        bounds = _bounds(rows, sorted(stamps))
        # One listing spares a new lake a thousand questions for files that are not there yet.
        there = self.stored(table, list(bounds)) if len(bounds) > _LISTING_PAYS else bounds.keys()

        def put(date: dt.date) -> tuple[Written, Kept]:
            start, stop = bounds[date]
            data = encode(whole.slice(start, stop - start), stamps[date], self.name(table, date))
            version, changed = self._put(self.name(table, date), data, asked=date in there)
            content = content_hash(data)
            return Written(stop - start, content, file_hash(data), changed), Kept(
                whole, start, stop, content, version, stamps[date]
            )

        kept: dict[str, Kept] = {}
        with ThreadPoolExecutor(_THREADS) as pool:
            for date, (written, entry) in zip(bounds, pool.map(put, bounds), strict=True):
                kept[self.name(table, date)] = entry
                yield date, written
        _WRITTEN.add(self.store.root, whole, kept)

    def _put(self, name: str, data: bytes, *, asked: bool) -> tuple[str, bool]:
        """Write an object, unless it is asked and holds these bytes; its version, and whether it changed."""
        version = self.store.version(name) if asked else ""
        if version and self.store.read(name) == data:
            return version, False
        return self.store.write(name, data), True

    def read(
        self,
        table: str,
        dates: Iterable[dt.date],
        schema: pa.Schema,
        columns: Sequence[str] | None = None,
    ) -> Slice:
        """Rows of the stored ones among ``dates``, in date order, with ``game_date`` as first column.

        Args:
            table: name of the table.
            dates: wanted dates; those that are not stored are left out and have no hash.
            schema: stored types of the table without ``game_date`` (catalog.py).
            columns: columns to read, all by default; ``game_date`` comes along always.

        Raises:
            DamagedPartitionError: a file is not as it was written, or has other columns than the schema.
        """
        wanted = [c for c in (columns or schema.names) if c != DATE_COLUMN]
        narrow = pa.schema([schema.field(c) for c in wanted])

        def get(date: dt.date) -> tuple[dt.date, Kept] | None:
            name = self.name(table, date)
            kept = _WRITTEN.get(self.store, name)
            if kept is not None:
                return date, kept
            try:
                data = self.store.read(name)
            except FileNotFoundError:
                return None
            rows, stamp = decode(data, name, narrow)
            return date, Kept(rows, 0, rows.num_rows, content_hash(data), "", stamp)

        found = [part for part in _shared_out(get, sorted(set(dates))) if part is not None]
        rows = [table.select(wanted) for table in _joined([part for _, part in found])]
        counts = [part.stop - part.start for _, part in found]
        days = pa.array([date for date, _ in found], pa.date32()).take(
            pa.array(np.repeat(np.arange(len(found)), counts))
        )
        whole = pa.concat_tables(rows) if rows else narrow.empty_table()
        return Slice(
            whole.add_column(0, DATE_COLUMN, days),
            {date: part.content_hash for date, part in found},
            {date: part.stamp.override for date, part in found if part.stamp.override},
        )

    def file_hashes(self, table: str, dates: Iterable[dt.date]) -> dict[dt.date, str]:
        """Hash of the whole file of each stored one among ``dates``."""

        def hashed(date: dt.date) -> str | None:
            try:
                return file_hash(self.store.read(self.name(table, date)))
            except FileNotFoundError:
                return None

        wanted = sorted(set(dates))
        found = zip(wanted, _shared_out(hashed, wanted), strict=True)
        return {date: text for date, text in found if text is not None}

    def partitions(
        self, table: str, dates: Iterable[dt.date] | None = None
    ) -> dict[dt.date, tuple[Stamp, Written]]:
        """Stored partitions of a table, in order of date, as their last writes left them.

        Args:
            table: name of the table.
            dates: stored dates to describe, all by default.

        Raises:
            DamagedPartitionError: a file is not as it was written.
        """

        def described(date: dt.date) -> tuple[Stamp, Written]:
            name = self.name(table, date)
            data = self.store.read(name)
            stamp, rows = describe(data, name)
            return stamp, Written(rows, content_hash(data), file_hash(data), changed=False)

        wanted = self.dates(table) if dates is None else sorted(dates)
        return dict(zip(wanted, _shared_out(described, wanted), strict=True))

    def damaged(
        self, table: str, schema: pa.Schema, dates: Iterable[dt.date] | None = None
    ) -> dict[dt.date, str]:
        """Stored dates of a table that cannot be read as its schema says, each with the reason.

        Args:
            table: name of the table.
            schema: stored types of the table without ``game_date``.
            dates: stored dates to look at, all by default.
        """

        def reason(date: dt.date) -> str:
            name = self.name(table, date)
            try:
                decode(self.store.read(name), name, schema)
            except DamagedPartitionError as error:
                return str(error)
            return ""

        looked_at = self.dates(table) if dates is None else sorted(dates)
        reasons = zip(looked_at, _shared_out(reason, looked_at), strict=True)
        return {date: text for date, text in reasons if text}

    def stamp(self, table: str, date: dt.date) -> Stamp:
        """The stamp of a stored partition.

        Raises:
            FileNotFoundError: the partition is not stored.
            DamagedPartitionError: the file is not as it was written.
        """
        name = self.name(table, date)
        kept = _WRITTEN.get(self.store, name)
        return kept.stamp if kept else describe(self.store.read(name), name)[0]

    def stamps(self, table: str, dates: Sequence[dt.date]) -> dict[dt.date, Stamp]:
        """Stamps of the stored ones among ``dates``; errors as in :meth:`stamp`."""
        found = sorted(self.stored(table, dates))
        return dict(zip(found, _shared_out(lambda date: self.stamp(table, date), found), strict=True))

    def stamps_and_damage(
        self, table: str, dates: Sequence[dt.date]
    ) -> tuple[dict[dt.date, Stamp], dict[dt.date, str]]:
        """Stamps of the stored ones among ``dates``, and what is wrong with those that cannot be read."""

        def read(date: dt.date) -> Stamp | str:
            try:
                return self.stamp(table, date)
            except DamagedPartitionError as error:
                return str(error)

        found = sorted(self.stored(table, dates))
        answers = dict(zip(found, _shared_out(read, found), strict=True))
        return (
            {date: stamp for date, stamp in answers.items() if isinstance(stamp, Stamp)},
            {date: reason for date, reason in answers.items() if isinstance(reason, str)},
        )


def _date_of(name: str) -> dt.date:
    return dt.date.fromisoformat(name.split(_MARKER)[1].split("/")[0])


def _shared_out(work: Callable[[dt.date], Result], dates: Sequence[dt.date]) -> list[Result]:
    """Results in order. A thread takes a stretch of dates: handing out one costs more than most take."""
    size = -(-len(dates) // _STRETCHES) or 1
    stretches = [dates[start : start + size] for start in range(0, len(dates), size)]
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(chain.from_iterable(pool.map(lambda stretch: [*map(work, stretch)], stretches)))


def _bounds(rows: pa.Table, dates: Sequence[dt.date]) -> dict[dt.date, tuple[int, int]]:
    """First and last row of each date in a sorted table.

    Raises:
        ValueError: rows of other dates, or out of order.
    """
    days = rows.column(DATE_COLUMN).combine_chunks().cast(pa.int32()).to_numpy()
    if len(days) and (days[1:] < days[:-1]).any():
        raise ValueError("rows are not sorted by game_date")
    epoch = dt.date(1970, 1, 1).toordinal()
    numbers = np.array([date.toordinal() - epoch for date in dates], dtype=np.int32)
    starts, stops = days.searchsorted(numbers), days.searchsorted(numbers, side="right")
    if (stops - starts).sum() != len(days):
        stray = sorted(set(pc.unique(rows.column(DATE_COLUMN)).to_pylist()) - set(dates))
        raise ValueError(f"rows of dates that were not asked for: {stray[:5]}")
    return {date: (int(a), int(b)) for date, a, b in zip(dates, starts, stops, strict=True)}


def _joined(parts: Sequence[Kept]) -> list[pa.Table]:
    """Rows of consecutive parts, neighbours of one written range as one slice."""
    runs: list[Kept] = []
    for part in parts:
        if runs and runs[-1].rows is part.rows and runs[-1].stop == part.start:
            runs[-1] = replace(runs[-1], stop=part.stop)
        else:
            runs.append(part)
    return [run.rows.slice(run.start, run.stop - run.start) for run in runs]
