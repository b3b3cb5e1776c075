"""Partitions of a lake: where each is stored, how it was made, and which are damaged; not their rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import NamedTuple, TypeVar

import pyarrow as pa

from nba_assets.storage.object_store import FolderStore, ObjectStore
from nba_assets.storage.partition_file import (
    DamagedPartitionError,
    Stamp,
    content_hash,
    describe,
    file_hash,
    verify,
)
from nba_assets.storage.recent_rows import RECENT

DATE_COLUMN = "game_date"
_MARKER = f"/{DATE_COLUMN}="
_STRETCHES = 8  # of dates, for each thread

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Written:
    """Outcome of one write.

    Attributes:
        rows: number of rows.
        content_hash: hash of the rows alone.
        file_hash: hash of the whole file, the stamp included.
        changed: whether other bytes were stored before.
        version: what the store calls the file: no other store calls it so.
    """

    rows: int
    content_hash: str
    file_hash: str
    changed: bool
    version: str = field(compare=False)


class Versions(dict[dt.date, str]):
    """Stored dates of a table, each with the version of its partition: where they go, nobody lists again."""


class Partition(NamedTuple):
    """A stored partition: how it was made, and what its last write left."""

    stamp: Stamp
    written: Written


class Partitions:
    """Partitions of tables below one root.

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
        return [date_of(name) for name in self.store.list(f"{table}/") if _MARKER in name]

    def versions(self, table: str) -> dict[dt.date, str]:
        """Stored dates of a table, in order, each with what changes whenever it is replaced."""
        found = self.store.versions(f"{table}/").items()
        return {date_of(name): version for name, version in found if _MARKER in name}

    def stored(self, table: str, dates: Iterable[dt.date]) -> Versions:
        """Those of the dates that have a partition, in order, each with its version."""
        if isinstance(dates, Versions):
            return dates
        names = {self.name(table, date): date for date in sorted(set(dates))}
        return Versions((names[name], found) for name, found in self.store.versions_of([*names]).items())

    def stored_between(self, table: str, first: dt.date, last: dt.date) -> Versions:
        """Stored dates from the first to the last, as :meth:`stored` has them: no others are listed."""
        return self.stored(table, [first + dt.timedelta(number) for number in range((last - first).days + 1)])

    def announce(self, table: str, first: dt.date, last: dt.date) -> Versions:
        """Stored dates from the first to the last; a bucket sends them, so that they are there when read."""
        stored = self.stored_between(table, first, last)
        self._prefetch(table, stored)
        return stored

    def _prefetch(self, table: str, stored: Mapping[dt.date, str]) -> int:
        """Announce partitions that are about to be read, but for those that this process has written.

        Returns:
            Number of threads that are worth their while to read them.
        """
        root, names = self.store.root, {date: self.name(table, date) for date in stored}
        others = {
            date: stored[date] for date in stored if RECENT.get(root, names[date], stored[date]) is None
        }
        at_hand = [self.store.prefetch(*group) for group in self._by_year(table, others)]
        return FolderStore.at_once if all(at_hand) else self.store.at_once

    def _by_year(self, table: str, versions: Mapping[dt.date, str]) -> Iterator[tuple[str, dict[str, str]]]:
        """Names and versions of partitions that are read together, and the name of each such group."""
        for year, dates in groupby(sorted(versions), key=lambda date: date.year):
            yield f"{table}/{year}", {self.name(table, date): versions[date] for date in dates}

    def file_hashes(self, table: str, dates: Iterable[dt.date]) -> dict[dt.date, str]:
        """Hash of the whole file of each stored one among ``dates``."""

        def hashed(item: tuple[dt.date, str]) -> str | None:
            try:
                return file_hash(self.store.read(self.name(table, item[0]), item[1]))
            except FileNotFoundError:  # removed since
                return None

        stored = self.stored(table, dates)
        threads = self._prefetch(table, stored)
        found = zip(stored, shared_out(hashed, [*stored.items()], threads), strict=True)
        return {date: text for date, text in found if text is not None}

    def partitions(
        self, table: str, dates: Iterable[dt.date] | None = None
    ) -> tuple[dict[dt.date, Partition], dict[dt.date, str]]:
        """Stored partitions of a table, as their last writes left them, and those that are damaged.

        Args:
            table: name of the table.
            dates: stored dates to describe, all by default.

        Returns:
            In order of date: the partitions, and of the damaged ones the reason.
        """

        def described(name: str, version: str) -> Partition:
            data = self.store.read(name, version)
            stamp, rows = describe(data, name)
            return Partition(stamp, Written(rows, content_hash(data), file_hash(data), False, version))

        return self._without_damage(described, table, dates)

    def damaged(
        self, table: str, schema: pa.Schema, dates: Iterable[dt.date] | None = None
    ) -> dict[dt.date, str]:
        """Stored dates of a table that cannot be read as its schema says, each with the reason.

        Args:
            table: name of the table.
            schema: stored types of the table without ``game_date``.
            dates: dates to look at, all by default.
        """
        return self._without_damage(
            lambda name, version: verify(self.store.read(name, version), name, schema), table, dates
        )[1]

    def stamp(self, table: str, date: dt.date) -> Stamp:
        """The stamp of a stored partition.

        Raises:
            FileNotFoundError: the partition is not stored.
            DamagedPartitionError: the file is not as it was written.
        """
        name = self.name(table, date)
        return self._stamp(name, self.store.version(name))

    def _stamp(self, name: str, version: str) -> Stamp:
        return self._footer(name, version)[0]

    def _footer(self, name: str, version: str) -> tuple[Stamp, int]:
        written = RECENT.footer(self.store.root, name, version)
        return written or describe(self.store.read(name, version), name)

    def footers(self, table: str, dates: Collection[dt.date]) -> dict[dt.date, tuple[Stamp, int]]:
        """Stamp and number of rows of the stored ones among ``dates``, in order; not of damaged ones."""
        return self._without_damage(self._footer, table, dates)[0]

    def stamps(self, table: str, dates: Sequence[dt.date]) -> tuple[dict[dt.date, Stamp], dict[dt.date, str]]:
        """Stamps of the stored ones among ``dates``, and what is wrong with those that cannot be read."""
        return self._without_damage(self._stamp, table, dates)

    def _without_damage(
        self, work: Callable[[str, str], Result], table: str, dates: Iterable[dt.date] | None
    ) -> tuple[dict[dt.date, Result], dict[dt.date, str]]:
        """Results of stored dates, and why others have none: their partitions are damaged.

        Args:
            work: what is done with the name and version of a partition.
            table: name of the table.
            dates: the dates; every stored one by default.
        """

        def attempt(item: tuple[dt.date, str]) -> Result | DamagedPartitionError:
            try:
                return work(self.name(table, item[0]), item[1])
            except DamagedPartitionError as error:
                return error

        stored = self.versions(table) if dates is None else self.stored(table, dates)
        threads = self._prefetch(table, stored)
        good: dict[dt.date, Result] = {}
        damage: dict[dt.date, str] = {}
        for date, found in zip(stored, shared_out(attempt, [*stored.items()], threads), strict=True):
            if isinstance(found, DamagedPartitionError):
                damage[date] = str(found)
            else:
                good[date] = found
        return good, damage


def date_of(name: str) -> dt.date:
    """Date of an object that is a partition."""
    return dt.date.fromisoformat(name.split(_MARKER)[1].split("/")[0])


def shared_out(work: Callable[[Item], Result], items: Sequence[Item], threads: int) -> list[Result]:
    """Results in order. A thread takes a stretch of items: handing out one costs more than most take."""
    if threads == 1 or len(items) < 2:
        return [*map(work, items)]
    size = -(-len(items) // (_STRETCHES * threads)) or 1
    stretches = [items[start : start + size] for start in range(0, len(items), size)]
    with ThreadPoolExecutor(threads) as pool:
        return list(chain.from_iterable(pool.map(lambda stretch: [*map(work, stretch)], stretches)))
