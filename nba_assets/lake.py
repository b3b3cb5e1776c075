"""Where tables live: one parquet file a table and game date, replaced whole and atomically.

What belongs here: layout, reading, replacing, and the stamp in each file. What does not: which dates may be
read (quality/gate.py) and what a column means (schemas/).

Layout: ``{table}/game_date=YYYY-MM-DD/part.parquet``. The date stands in the path alone, so DuckDB, pandas,
Spark and BigQuery external tables read a table as a hive-partitioned one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from nba_assets.domain.arrow_columns import pc
from nba_assets.object_store import ObjectStore

DATE_COLUMN = "game_date"
_CLAIM = "lake.json"
_THREADS = os.cpu_count() or 1  # more of them fight for the interpreter; measured


class MixedSourcesError(ValueError):
    """Rows of another kind than the lake holds: simulated and real ones never share a table."""


@dataclass(frozen=True)
class Stamp:
    """What a partition says of its own making, kept in the file's footer."""

    code_version: str
    schema_hash: str
    input_hash: str


@dataclass(frozen=True)
class Written:
    """Outcome of one write."""

    rows: int
    content_hash: str
    changed: bool


@dataclass(frozen=True)
class _Kept:
    """Rows ``start`` to ``stop`` of a written range, and what the store calls the object that holds them."""

    rows: pa.Table
    start: int
    stop: int
    content_hash: str
    version: str


class _WrittenRows:
    """Rows this process wrote not long ago, so that the next table need not decode them again.

    They are used only while the store still has exactly what was written: another process's write shows.
    Ranges stay whole, so that a range read after a range written is one slice.
    """

    def __init__(self, limit: int):
        self._limit = limit
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._ranges: dict[int, tuple[pa.Table, list[tuple[str, str]]]] = {}
        self._lock = Lock()

    def add(self, root: str, rows: pa.Table, entries: dict[str, _Kept]) -> None:
        """Keep a written range, and forget the oldest ones beyond the limit."""
        if rows.nbytes > self._limit // 2:
            return
        keys = [(root, name) for name in entries]
        with self._lock:
            self._ranges[id(rows)] = (rows, keys)
            self._kept |= dict(zip(keys, entries.values(), strict=True))
            while sum(table.nbytes for table, _ in self._ranges.values()) > self._limit:
                # The largest first: what decoding costs is the file, not the byte.
                largest = max(self._ranges, key=lambda name: self._ranges[name][0].nbytes)
                old, names = self._ranges.pop(largest)
                for name in names:
                    if name in self._kept and self._kept[name].rows is old:
                        del self._kept[name]

    def get(self, store: ObjectStore, name: str) -> _Kept | None:
        """What is kept of an object, if the store's object is still the one written."""
        kept = self._kept.get((store.root, name))
        return kept if kept and kept.version == store.version(name) else None


_WRITTEN = _WrittenRows(limit=3 << 28)


@dataclass(frozen=True)
class Slice:
    """Rows of some dates of a table, and the content hash of each date that is stored."""

    table: pa.Table
    hashes: dict[dt.date, str]


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
        """
        try:
            held = json.loads(self.store.read(_CLAIM))["source"]
        except FileNotFoundError:
            self.store.write(_CLAIM, json.dumps({"source": kind}).encode())
            return
        if held != kind:
            raise MixedSourcesError(
                f"{self.store.root} holds rows of source {held}; rows of source {kind} belong in a lake "
                "of their own (NBA_LAKE)"
            )

    @staticmethod
    def name(table: str, date: dt.date) -> str:
        """Object name of a partition."""
        return f"{table}/{DATE_COLUMN}={date.isoformat()}/part.parquet"

    def dates(self, table: str) -> list[dt.date]:
        """Stored dates of a table, in order."""
        marker = f"/{DATE_COLUMN}="
        names = self.store.list(f"{table}/")
        return [dt.date.fromisoformat(n.split(marker)[1].split("/")[0]) for n in names if marker in n]

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

        def put(date: dt.date) -> tuple[Written, _Kept]:
            start, stop = bounds[date]
            data = _encode(whole.slice(start, stop - start), stamps[date])
            version, changed = self._replace(self.name(table, date), data)
            content = _content_hash(data)
            return Written(stop - start, content, changed), _Kept(whole, start, stop, content, version)

        kept: dict[str, _Kept] = {}
        with ThreadPoolExecutor(_THREADS) as pool:
            for date, (written, entry) in zip(bounds, pool.map(put, bounds), strict=True):
                kept[self.name(table, date)] = entry
                yield date, written
        _WRITTEN.add(self.store.root, whole, kept)

    def _replace(self, name: str, data: bytes) -> tuple[str, bool]:
        """Write an object unless it holds these bytes; its version, and whether it changed."""
        version = self.store.version(name)
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
            ValueError: a file's columns are not those of the schema; it names the file and the remedy.
        """
        wanted = [c for c in (columns or schema.names) if c != DATE_COLUMN]
        narrow = pa.schema([schema.field(c) for c in wanted])

        def get(date: dt.date) -> tuple[dt.date, _Kept] | None:
            name = self.name(table, date)
            kept = _WRITTEN.get(self.store, name)
            if kept is not None:
                return date, kept
            try:
                data = self.store.read(name)
            except FileNotFoundError:
                return None
            rows = _decode(data, f"{self.store.root}/{name}", narrow)
            return date, _Kept(rows, 0, rows.num_rows, _content_hash(data), "")

        with ThreadPoolExecutor(_THREADS) as pool:
            found = [part for part in pool.map(get, sorted(set(dates))) if part is not None]
        rows = [table.select(wanted) for table in _joined([part for _, part in found])]
        counts = [part.stop - part.start for _, part in found]
        days = pa.array([date for date, _ in found], pa.date32()).take(
            pa.array(np.repeat(np.arange(len(found)), counts))
        )
        whole = pa.concat_tables(rows) if rows else narrow.empty_table()
        return Slice(
            whole.add_column(0, DATE_COLUMN, days), {date: part.content_hash for date, part in found}
        )

    def stamp(self, table: str, date: dt.date) -> Stamp:
        """The stamp of a stored partition.

        Raises:
            FileNotFoundError: the partition is not stored.
        """
        data = self.store.read(self.name(table, date))
        metadata = pq.read_metadata(pa.BufferReader(data)).metadata or {}
        return Stamp(**{field: metadata[field.encode()].decode() for field in Stamp.__dataclass_fields__})


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


def _joined(parts: Sequence[_Kept]) -> list[pa.Table]:
    """Rows of consecutive parts, neighbours of one written range as one slice."""
    runs: list[_Kept] = []
    for part in parts:
        if runs and runs[-1].rows is part.rows and runs[-1].stop == part.start:
            runs[-1] = replace(runs[-1], stop=part.stop)
        else:
            runs.append(part)
    return [run.rows.slice(run.start, run.stop - run.start) for run in runs]


def _encode(rows: pa.Table, stamp: Stamp) -> bytes:
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        rows.schema,
        compression="zstd",
        use_dictionary=False,  # of a few hundred rows it makes files larger, and slower to write
        write_statistics=False,  # a partition is read whole or not at all
        write_page_checksum=True,  # a byte that flips on a disk must not come back as another number
        store_schema=False,
    ) as writer:
        writer.write_table(rows, row_group_size=1 << 20)
        writer.add_key_value_metadata(asdict(stamp))
    return sink.getvalue().to_pybytes()


def _decode(data: bytes, name: str, schema: pa.Schema) -> pa.Table:
    try:
        file = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        return file.read(columns=schema.names, use_threads=False).select(schema.names).cast(schema)
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(
            f"{name}: not readable as {schema.names}: {reason}. Materialize this partition again."
        ) from error


def _content_hash(data: bytes) -> str:
    """Hash of the rows alone: parquet keeps them before the footer, and the stamp inside it."""
    footer = int.from_bytes(data[-8:-4], "little")
    return hashlib.blake2b(data[4 : len(data) - 8 - footer], digest_size=16).hexdigest()
