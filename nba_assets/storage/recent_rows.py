"""Rows that this process wrote or read not long ago, and partitions without rows, kept for who reads next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from threading import Lock

import pyarrow as pa

from nba_assets.storage.partition_file import Stamp


@dataclass(frozen=True)
class Kept:
    """Rows ``start`` to ``stop`` of a range, and what the store calls the object that holds them."""

    rows: pa.Table
    start: int
    stop: int
    content_hash: str
    version: str
    stamp: Stamp


class RecentRows:
    """Rows this process wrote or read not long ago, so that the next table need not decode them again.

    They are used only while the store still has exactly these: another process's write shows. Ranges stay
    whole, so that a range read after a range written is one slice.
    """

    def __init__(self, limit: int):
        self._limit = limit
        self._kept: dict[tuple[str, str], Kept] = {}
        self._footers: dict[tuple[str, str], tuple[str, tuple[Stamp, int]]] = {}
        self._ranges: dict[int, tuple[pa.Table, list[tuple[str, str]]]] = {}
        self._sizes: dict[int, int] = {}
        self._read: dict[int, int] = {}
        self._clock = count()
        self._lock = Lock()

    def add(self, root: str, rows: pa.Table, entries: dict[str, Kept]) -> None:
        """Keep a range, and forget beyond the limit those that nobody has read for longest."""
        size = rows.nbytes
        keys = [(root, name) for name in entries]
        footers = [(kept.version, (kept.stamp, kept.stop - kept.start)) for kept in entries.values()]
        self._footers |= dict(zip(keys, footers, strict=True))
        if size > self._limit // 2:
            return
        with self._lock:
            self._ranges[id(rows)] = (rows, keys)
            self._sizes[id(rows)] = size
            self._read[id(rows)] = next(self._clock)
            self._kept |= dict(zip(keys, entries.values(), strict=True))
            while sum(self._sizes.values()) > self._limit:
                # A table is read by those that are made soon after it, and then not again.
                oldest = min(self._sizes, key=lambda name: self._read[name])
                old, names = self._ranges.pop(oldest)
                del self._sizes[oldest], self._read[oldest]
                for name in names:
                    if name in self._kept and self._kept[name].rows is old:
                        del self._kept[name]

    def footer(self, root: str, name: str, version: str) -> tuple[Stamp, int] | None:
        """Stamp and number of rows of an object that this process wrote or read whole, however long ago."""
        known, footer = self._footers.get((root, name), ("", None))
        return footer if known == version else None

    def get(self, root: str, name: str, version: str) -> Kept | None:
        """What is kept of an object, if the store's version of it still is the one that is kept."""
        kept = self._kept.get((root, name))
        if kept is None or kept.version != version:
            return None
        self._read[id(kept.rows)] = next(self._clock)
        return kept


class EmptyPartitions:
    """Partitions without rows that this process has read.

    A model is trained on a date a month, and its table is read on every date: nine in ten of the partitions
    that a run reads have no row.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, tuple[str, ...]], Kept] = {}

    def add(self, root: str, name: str, found: Kept) -> None:
        """Keep what was read, if it has no row."""
        if found.start == found.stop:
            self._kept[root, name, tuple(found.rows.column_names)] = found

    def get(self, root: str, name: str, version: str, columns: Sequence[str]) -> Kept | None:
        """What is kept of an object read with these columns, if it still is of the version that was read."""
        kept = self._kept.get((root, name, tuple(columns)))
        return kept if kept and kept.version == version else None


RECENT = RecentRows(limit=1 << 28)
EMPTY = EmptyPartitions()
