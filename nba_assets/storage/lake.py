"""Where tables live: one parquet file a table and game date, replaced whole and atomically.

Layout: ``{table}/game_date=YYYY-MM-DD/part.parquet``. The date is in the path alone, so DuckDB, pandas,
Spark and BigQuery external tables read a table as a hive-partitioned one.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from nba_assets.storage.date_bounds import date_bounds, joined
from nba_assets.storage.partition_file import (
    DamagedPartitionError,
    Stamp,
    content_hash,
    decode,
    encode,
    file_hash,
)
from nba_assets.storage.partitions import (
    DATE_COLUMN,
    LISTING_PAYS,
    THREADS,
    Partitions,
    Written,
    shared_out,
)
from nba_assets.storage.records import read_record, record_bytes
from nba_assets.storage.written_rows import WRITTEN, Kept

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
            ValueError: the record of it is damaged.
        """
        try:
            return read_record(self.store.read(_CLAIM), f"{self.store.root}/{_CLAIM}")["source"]
        except FileNotFoundError:
            return None

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
        bounds = date_bounds(rows, sorted(stamps))
        # One listing spares a new lake a thousand look-ups of files that do not exist yet.
        stored = self.stored(table, list(bounds)) if len(bounds) > LISTING_PAYS else bounds.keys()

        def put(date: dt.date) -> tuple[Written, Kept]:
            start, stop = bounds[date]
            data = encode(whole.slice(start, stop - start), stamps[date], self.name(table, date))
            version, changed = self._put(self.name(table, date), data, exists=date in stored)
            content = content_hash(data)
            return Written(stop - start, content, file_hash(data), changed), Kept(
                whole, start, stop, content, version, stamps[date]
            )

        kept: dict[str, Kept] = {}
        with ThreadPoolExecutor(THREADS) as pool:
            for date, (written, entry) in zip(bounds, pool.map(put, bounds), strict=True):
                kept[self.name(table, date)] = entry
                yield date, written
        WRITTEN.add(self.store.root, whole, kept)

    def _put(self, name: str, data: bytes, *, exists: bool) -> tuple[str, bool]:
        """Write an object, unless one exists and holds these bytes; its version, and whether it changed."""
        version = self.store.version(name) if exists else ""
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
            kept = WRITTEN.get(self.store, name)
            if kept is not None:
                return date, kept
            try:
                data = self.store.read(name)
            except FileNotFoundError:
                return None
            rows, stamp = decode(data, name, narrow)
            return date, Kept(rows, 0, rows.num_rows, content_hash(data), "", stamp)

        found = [part for part in shared_out(get, sorted(set(dates))) if part is not None]
        rows = [table.select(wanted) for table in joined([part for _, part in found])]
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

    def read_undamaged(
        self,
        table: str,
        dates: Iterable[dt.date],
        schema: pa.Schema,
        columns: Sequence[str] | None = None,
    ) -> Slice:
        """Rows as :meth:`read` has them, without those of damaged partitions: each is logged.

        For readers of many dates, to whom a damaged one is a hole like any other.
        """
        wanted = set(dates)
        try:
            return self.read(table, wanted, schema, columns)
        except DamagedPartitionError:
            damaged = self.damaged(table, schema, wanted)
            for reason in damaged.values():
                _LOG.warning("left out: %s", reason)
            return self.read(table, wanted - damaged.keys(), schema, columns)
