"""Where tables live: one parquet file a table and game date, replaced whole and atomically.

What belongs here: layout, reading, replacing, and the stamp in each file. What does not: which dates may be
read (quality/gate.py) and what a column means (schemas/).

Layout: ``{table}/game_date=YYYY-MM-DD/part.parquet``. The date stands in the path alone, so DuckDB, pandas,
Spark and BigQuery external tables read a table as a hive-partitioned one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nba_assets.object_store import ObjectStore

DATE_COLUMN = "game_date"
_THREADS = 4 * (os.cpu_count() or 1)


class HorizonError(ValueError):
    """History was asked for on or past the date it must not know."""


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

    @staticmethod
    def name(table: str, date: dt.date) -> str:
        """Object name of a partition."""
        return f"{table}/{DATE_COLUMN}={date.isoformat()}/part.parquet"

    def dates(self, table: str) -> list[dt.date]:
        """Stored dates of a table, in order."""
        marker = f"/{DATE_COLUMN}="
        names = self.store.list(f"{table}/")
        return [dt.date.fromisoformat(n.split(marker)[1].split("/")[0]) for n in names if marker in n]

    def write(self, table: str, parts: dict[dt.date, pa.Table], stamps: dict[dt.date, Stamp]) -> dict[
        dt.date, Written
    ]:
        """Replace partitions, each on its own and only where its bytes differ.

        Args:
            table: name of the table.
            parts: rows of each date, without ``game_date``, sorted and of the table's stored types.
            stamps: what to write into each footer.
        """

        def put(date: dt.date) -> tuple[dt.date, Written]:
            data = _encode(parts[date], stamps[date])
            name = self.name(table, date)
            try:
                changed = self.store.read(name) != data
            except FileNotFoundError:
                changed = True
            if changed:
                self.store.write(name, data)
            return date, Written(parts[date].num_rows, _content_hash(data), changed)

        with ThreadPoolExecutor(_THREADS) as pool:
            return dict(pool.map(put, parts))

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

        def get(date: dt.date) -> tuple[dt.date, pa.Table, str] | None:
            try:
                data = self.store.read(self.name(table, date))
            except FileNotFoundError:
                return None
            rows = _decode(data, f"{self.store.root}/{self.name(table, date)}", narrow)
            days = pa.DictionaryArray.from_arrays(
                pa.array([0] * rows.num_rows, pa.int32()), pa.array([date], pa.date32())
            ).cast(pa.date32())
            return date, rows.add_column(0, DATE_COLUMN, days), _content_hash(data)

        with ThreadPoolExecutor(_THREADS) as pool:
            found = [part for part in pool.map(get, sorted(set(dates))) if part is not None]
        empty = pa.schema([pa.field(DATE_COLUMN, pa.date32()), *narrow]).empty_table()
        rows = pa.concat_tables([part[1] for part in found]) if found else empty
        return Slice(rows, {date: content for date, _, content in found})

    def stamp(self, table: str, date: dt.date) -> Stamp:
        """The stamp of a stored partition.

        Raises:
            FileNotFoundError: the partition is not stored.
        """
        data = self.store.read(self.name(table, date))
        metadata = pq.read_metadata(pa.BufferReader(data)).metadata or {}
        return Stamp(**{field: metadata[field.encode()].decode() for field in Stamp.__dataclass_fields__})


def split_by_date(table: pa.Table, dates: Sequence[dt.date]) -> dict[dt.date, pa.Table]:
    """Cut a table that is sorted by ``game_date`` into the wanted dates, without that column.

    Raises:
        ValueError: rows of a date that was not wanted, or out of order.
    """
    days = table.column(DATE_COLUMN).combine_chunks().cast(pa.int32()).to_numpy()
    rest = table.drop_columns([DATE_COLUMN]).combine_chunks()
    if len(days) and (days[1:] < days[:-1]).any():
        raise ValueError("rows are not sorted by game_date")
    epoch = dt.date(1970, 1, 1).toordinal()
    parts: dict[dt.date, pa.Table] = {}
    for date in dates:
        first, last = days.searchsorted(date.toordinal() - epoch), days.searchsorted(
            date.toordinal() - epoch, side="right"
        )
        parts[date] = rest.slice(first, last - first)
    if sum(part.num_rows for part in parts.values()) != len(days):
        stray = sorted(set(pc.unique(table.column(DATE_COLUMN)).to_pylist()) - set(dates))
        raise ValueError(f"rows of dates that were not asked for: {stray[:5]}")
    return parts


def _encode(rows: pa.Table, stamp: Stamp) -> bytes:
    sink = pa.BufferOutputStream()
    text = [field.name for field in rows.schema if pa.types.is_string(field.type)]
    with pq.ParquetWriter(
        sink,
        rows.schema,
        compression="zstd",
        use_dictionary=text,  # type: ignore[arg-type]  # a list of columns is documented
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
