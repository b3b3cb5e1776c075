"""Stored rows as documents take them: of dates that may be read, as plain Python values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nba_assets.quality.gate import Gate
from nba_assets.reports.reading import read_table
from nba_assets.storage.lake import Lake

Row = dict[str, Any]


@dataclass(frozen=True)
class OpenTables:
    """Tables of a lake, on the dates that their gates leave open.

    Attributes:
        lake: where the tables are.
    """

    lake: Lake

    def dates(self, table: str) -> list[dt.date]:
        """Stored dates of a table, in order."""
        return self.lake.dates(table)

    def open_dates(self, table: str, dates: Sequence[dt.date]) -> list[dt.date]:
        """The dates that are stored and may be read, in order."""
        return Gate(self.lake).open(table, dates)

    def read(
        self, table: str, dates: Sequence[dt.date], columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Rows of the open ones among the dates, ``game_date`` first."""
        return read_table(self.lake, table, columns, self.open_dates(table, dates))


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Rows as dictionaries of Python values; NULL is None, ``game_date`` a date."""
    names = [str(name) for name in frame]
    columns = [_values(frame[name].dt.date if name == "game_date" else frame[name]) for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(column: pd.Series) -> list[Any]:
    values = column.to_numpy(dtype=object, copy=True)
    values[column.isna().to_numpy()] = None
    return values.tolist()


def grouped(rows: Iterable[Row], *names: str) -> dict[Any, list[Row]]:
    """Rows by the value of a column, or by the values of several; both in order of appearance."""
    found: dict[Hashable, list[Row]] = {}
    for row in rows:
        key = row[names[0]] if len(names) == 1 else tuple(row[name] for name in names)
        found.setdefault(key, []).append(row)
    return found


def chunks(dates: Sequence[dt.date], size: int) -> Iterator[Sequence[dt.date]]:
    """Dates in parts of a size: bounds the memory of a long range."""
    for start in range(0, len(dates), size):
        yield dates[start : start + size]
