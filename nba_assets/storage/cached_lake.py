"""A lake that decodes a table once for all of its readers.

Twenty tables read each other's partitions some eighty times: opening 80,000 small files is nearly all that
looking for stale partitions would cost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import pyarrow as pa

from nba_assets.storage.lake import Lake, Slice
from nba_assets.storage.object_store import ObjectStore
from nba_assets.storage.partition_file import DamagedPartitionError
from nba_assets.storage.partitions import DATE_COLUMN
from nba_assets.tabular.arrow_columns import pc

_LIMIT = 1 << 30  # bytes of decoded rows


class RememberingLake(Lake):
    """Tables below one root that are not written while they are read.

    Args:
        store: the folder or bucket that holds them.
    """

    def __init__(self, store: ObjectStore):
        super().__init__(store)
        self._cache: dict[str, Slice] = {}

    def forget(self, table: str) -> None:
        """Read a table anew: it has been written."""
        self._cache.pop(table, None)

    def read(
        self,
        table: str,
        dates: Iterable[dt.date],
        schema: pa.Schema,
        columns: Sequence[str] | None = None,
        *,
        keep: bool = False,
    ) -> Slice:
        """See :meth:`Lake.read`; a table requested on most of its dates is cached whole."""
        wanted = set(dates)
        if table not in self._cache:
            stored = self.dates(table)
            if len(wanted.intersection(stored)) <= len(stored) / 2:
                return super().read(table, wanted, schema, columns, keep=keep)
            try:
                self._cache[table] = super().read(table, stored, schema)
            except DamagedPartitionError:  # perhaps of a date that was not requested
                return super().read(table, wanted, schema, columns, keep=keep)
            self._drop_oldest()
        whole = self._cache[table] = self._cache.pop(table)  # the newest used is last
        rows = whole.table.select(_with_date(columns)) if columns else whole.table
        hashes = {date: text for date, text in whole.hashes.items() if date in wanted}
        if len(hashes) < len(whole.hashes):
            days = pa.array(sorted(hashes), pa.date32())
            rows = rows.filter(pc.is_in(rows.column(DATE_COLUMN), value_set=days))
        return Slice(rows, hashes, {date: why for date, why in whole.overrides.items() if date in wanted})

    def _drop_oldest(self) -> None:
        while len(self._cache) > 1 and sum(part.table.nbytes for part in self._cache.values()) > _LIMIT:
            del self._cache[next(iter(self._cache))]


def _with_date(columns: Sequence[str]) -> list[str]:
    return [DATE_COLUMN, *(name for name in columns if name != DATE_COLUMN)]
