"""Where tables live: one parquet file a table and game date, replaced whole and atomically.

Layout: ``{table}/game_date=YYYY-MM-DD/part.parquet``. The date is in the path alone, so DuckDB, pandas,
Spark and BigQuery external tables read a table as a hive-partitioned one.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import pyarrow as pa

from nba_assets.storage.date_bounds import date_bounds, joined
from nba_assets.storage.object_writes import VersionConflictError
from nba_assets.storage.partition_file import (
    DamagedPartitionError,
    Stamp,
    content_hash,
    decode,
    encode,
    file_hash,
)
from nba_assets.storage.partitions import DATE_COLUMN, Partitions, Versions, Written, shared_out
from nba_assets.storage.recent_rows import EMPTY, RECENT, Kept
from nba_assets.storage.records import read_record, record_bytes

_CLAIM = "lake.json"
_REAL = {"archive", "live"}  # one league, from season dumps and from its publishers
_LOG = logging.getLogger(__name__)


class MixedSourcesError(ValueError):
    """Rows of another kind than the lake holds: simulated and real ones never share a table."""


@dataclass(frozen=True)
class Slice:
    """Rows of some dates of a table, the content hash of each date stored, and why some were let through."""

    table: pa.Table
    hashes: dict[dt.date, str]
    overrides: dict[dt.date, str]


class Lake(Partitions):
    """Tables below one root: their partitions, and the rows in them."""

    def claim(self, kind: str) -> None:
        """Say what kind of rows this lake holds; the first to write decides.

        Raises:
            MixedSourcesError: the lake holds another kind.
            ValueError: the record of it is damaged.
        """
        held = self.kind()
        if held is None:
            try:
                self.store.write_if(_CLAIM, record_bytes({"source": kind}), version="")
            except VersionConflictError:  # another run was the first
                held = self.kind()
            else:
                return
        if held != kind and not {held, kind} <= _REAL:
            raise MixedSourcesError(
                f"{self.store.root} holds rows of source {held}; rows of source {kind} belong in a lake "
                "of their own (NBA_LAKE)"
            )

    def kind(self) -> str | None:
        """The kind of rows this lake holds; None before the first.

        Raises:
            ValueError: the record of it is damaged.
        """
        try:
            return read_record(self.store.read(_CLAIM), f"{self.store.root}/{_CLAIM}")["source"]
        except FileNotFoundError:
            return None

    def write(self, table: str, rows: pa.Table, stamps: Mapping[dt.date, Stamp]) -> dict[dt.date, Written]:
        """Replace partitions; arguments and errors as in :meth:`write_each`.

        Raises:
            VersionConflictError: another process has written one of them meanwhile; the others are written.
        """
        outcomes = dict(self.write_each(table, rows, stamps, self.stored(table, stamps)))
        written = {date: outcome for date, outcome in outcomes.items() if outcome is not None}
        if lost := sorted(outcomes.keys() - written.keys()):
            raise VersionConflictError(f"{table} on {lost[0]}: written by another process meanwhile")
        return written

    def write_each(
        self,
        table: str,
        rows: pa.Table,
        stamps: Mapping[dt.date, Stamp],
        versions: Mapping[dt.date, str],
    ) -> Iterator[tuple[dt.date, Written | None]]:
        """Replace partitions, each on its own, by compare-and-swap and only where its bytes differ.

        Files are made in the background, so the caller can report one while the next is written.

        Args:
            table: name of the table.
            rows: rows of all dates, ``game_date`` first, sorted, in the table's stored types.
            stamps: what to write into each footer; a partition is written for each of these dates, an
                empty one where there are no rows.
            versions: versions of the stored ones before the inputs of ``rows`` were read (:meth:`stored`).

        Yields:
            (date, outcome) in order of date, each once it is stored; no outcome where another process has
            stored other bytes since: those stay, because their inputs may be newer.

        Raises:
            ValueError: rows of a date without a stamp, or out of order; nothing has been written then.
        """
        whole = rows.drop_columns([DATE_COLUMN]).combine_chunks()
        bounds = date_bounds(rows, sorted(stamps))

        def put(date: dt.date) -> tuple[Written, Kept] | tuple[None, None]:
            start, stop = bounds[date]
            data = encode(whole.slice(start, stop - start), stamps[date], self.name(table, date))
            try:
                version, changed = self._put(self.name(table, date), data, versions.get(date, ""))
            except VersionConflictError:
                return None, None
            content = content_hash(data)
            written = Written(stop - start, content, file_hash(data), changed, version)
            return written, Kept(whole, start, stop, content, version, stamps[date])

        kept: dict[str, Kept] = {}
        changed: dict[dt.date, str] = {}
        with ThreadPoolExecutor(self.store.at_once) as pool:
            for date, (written, entry) in zip(bounds, pool.map(put, bounds), strict=True):
                if written is not None and entry is not None:
                    kept[self.name(table, date)] = entry
                    if written.changed:
                        changed[date] = entry.version
                yield date, written
        RECENT.add(self.store.root, whole, kept)
        for group in self._by_year(table, changed):
            self.store.gather(*group)

    def _put(self, name: str, data: bytes, version: str) -> tuple[str, bool]:
        """Replace a version of an object, unless it holds these bytes; its version, and whether it changed.

        Raises:
            VersionConflictError: another process has stored other bytes since.
        """
        if version and self.store.read(name, version) == data:
            return version, False
        try:
            return self.store.write_if(name, data, version), True
        except VersionConflictError:
            version = self.store.version(name)
            if version and self.store.read(name, version) == data:  # two runs of the same inputs
                return version, False
            raise

    def read(
        self,
        table: str,
        dates: Iterable[dt.date],
        schema: pa.Schema,
        columns: Sequence[str] | None = None,
        *,
        keep: bool = False,
    ) -> Slice:
        """Rows of the stored ones among ``dates``, in date order, with ``game_date`` as first column.

        Args:
            table: name of the table.
            dates: wanted dates; those that are not stored are left out and have no hash.
            schema: stored types of the table without ``game_date`` (catalog.py).
            columns: columns to read, all by default; ``game_date`` comes along always.
            keep: keep the rows in memory, with all columns: other tables will read them too.

        Raises:
            DamagedPartitionError: a file is not as it was written, or has other columns than the schema.
        """
        wanted = [c for c in (columns or schema.names) if c != DATE_COLUMN]
        narrow = pa.schema([schema.field(c) for c in wanted])
        decoded = schema if keep else narrow
        empty = narrow.empty_table()

        def get(item: tuple[dt.date, str]) -> tuple[dt.date, Kept] | None:
            date, version = item
            root, name = self.store.root, self.name(table, date)
            kept = RECENT.get(root, name, version) or EMPTY.get(root, name, version, wanted)
            if kept is not None:
                return date, kept
            try:
                data = self.store.read(name, version)
            except FileNotFoundError:  # removed since
                return None
            try:
                rows, stamp = decode(data, name, decoded)
            except DamagedPartitionError:
                if not keep:
                    raise
                rows, stamp = decode(data, name, narrow)  # an older schema may lack columns nobody wants
            rows = rows if rows.num_rows else empty  # one for all that are kept
            kept = Kept(rows, 0, rows.num_rows, content_hash(data), version, stamp)
            EMPTY.add(root, name, kept)
            return date, kept

        stored = self.stored(table, dates)
        threads = self._prefetch(table, stored)
        parts = shared_out(get, [*stored.items()], threads)
        found = [part for part in parts if part is not None]
        if keep:
            found = self._kept(table, found, schema)
        with_rows = [part for _, part in found if part.stop > part.start]
        rows = [table.select(wanted) for table in joined(with_rows)]
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

    def _kept(
        self, table: str, found: list[tuple[dt.date, Kept]], schema: pa.Schema
    ) -> list[tuple[dt.date, Kept]]:
        """The same; what has just been decoded in all columns is put together by year, and kept."""
        root = self.store.root
        kept = dict(found)
        names = {
            date: self.name(table, date)
            for date, part in found
            if part.stop > part.start and part.rows.schema.names == schema.names
        }
        new = [date for date in names if RECENT.get(root, names[date], kept[date].version) is None]
        for _, days in groupby(new, key=lambda date: date.year):
            dates = [*days]
            # One array a column: thousands of small ones would lie scattered between all that comes and goes.
            whole = pa.concat_tables([kept[date].rows for date in dates]).combine_chunks()
            stops = np.cumsum([kept[date].stop for date in dates]).tolist()
            for date, stop in zip(dates, stops, strict=True):
                kept[date] = replace(kept[date], rows=whole, start=stop - kept[date].stop, stop=stop)
            RECENT.add(root, whole, {names[date]: kept[date] for date in dates})
        return [*kept.items()]

    def read_undamaged(
        self,
        table: str,
        dates: Iterable[dt.date],
        schema: pa.Schema,
        columns: Sequence[str] | None = None,
        *,
        keep: bool = False,
    ) -> Slice:
        """Rows as :meth:`read` has them, without those of damaged partitions: each is logged.

        For readers of many dates, to whom a damaged one is a hole like any other.
        """
        wanted = dates if isinstance(dates, Versions) else set(dates)
        try:
            return self.read(table, wanted, schema, columns, keep=keep)
        except DamagedPartitionError:
            damaged = self.damaged(table, schema, wanted)
            for reason in damaged.values():
                _LOG.warning("left out: %s", reason)
            return self.read(table, set(wanted) - damaged.keys(), schema, columns, keep=keep)
