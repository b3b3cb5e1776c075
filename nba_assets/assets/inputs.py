"""What an asset declares it reads, and the frames it then gets.

What belongs here: same-date inputs, history, and how both are read through the gate. What does not: writing
(table_asset.py).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from nba_assets.lake import Lake
from nba_assets.partitions import game_dates_between
from nba_assets.quality.gate import Gate
from nba_assets.schemas.catalog import TABLES

YEAR = 365
THREE_YEARS = 1096


@dataclass(frozen=True)
class Input:
    """A table read on the same dates. A date that its gate shuts is not computed."""

    table: str
    columns: tuple[str, ...] | None = None


@dataclass(frozen=True)
class History:
    """A table read on earlier dates, strictly before the date computed. Shut dates are left out.

    ``and_same_date`` adds the date itself, for a table whose row of a date knows earlier dates only: a model.
    """

    table: str
    days: int
    columns: tuple[str, ...] | None = None
    and_same_date: bool = False


@dataclass(frozen=True)
class Inputs:
    """Frames of one computation.

    Attributes:
        dates: dates to compute, in order.
        frames: same-date inputs by table, these dates only.
        past: history by table, before the last of the dates.
        hashes: input hash of each date.
        overrides: reasons for which inputs of a date were let through.
        open_dates: dates of each table's history that are open and stored, those without rows included.
    """

    dates: list[dt.date]
    frames: dict[str, pd.DataFrame]
    past: dict[str, pd.DataFrame]
    hashes: Mapping[dt.date, str] = field(default_factory=dict)
    overrides: Mapping[dt.date, list[str]] = field(default_factory=dict)
    open_dates: Mapping[str, list[dt.date]] = field(default_factory=dict)

    @property
    def days(self) -> pd.DatetimeIndex:
        """The dates as pandas has them."""
        return pd.DatetimeIndex(pd.to_datetime(self.dates))

    def add_past(self, name: str, frame: pd.DataFrame) -> None:
        """Add what the computation learned of the past by itself, for the checks to see."""
        self.past[name] = frame

    def __getitem__(self, table: str) -> pd.DataFrame:
        """The same-date frame of a table."""
        return self.frames[table]


class Reader:
    """Reads declared inputs from the lake, through the gate."""

    def __init__(self, lake: Lake, gate: Gate):
        self._lake = lake
        self._gate = gate

    def shut(self, inputs: tuple[Input, ...], dates: list[dt.date]) -> dict[dt.date, list[str]]:
        """Dates on which some same-date input may not be read, with every reason."""
        reasons: dict[dt.date, list[str]] = {}
        for item in inputs:
            for date, reason in self._gate.shut(item.table, dates).items():
                reasons.setdefault(date, []).append(reason)
        return reasons

    def read(
        self, inputs: tuple[Input, ...], history: tuple[History, ...], dates: list[dt.date], seed: str
    ) -> Inputs:
        """Frames for the dates, and a hash of all that went into each of them.

        Args:
            inputs: same-date inputs; their dates are open.
            history: earlier inputs.
            dates: dates to compute, in order.
            seed: version of the code that computes; part of each hash.
        """
        frames: dict[str, pd.DataFrame] = {}
        past: dict[str, pd.DataFrame] = {}
        digests = {date: [seed] for date in dates}
        overrides: dict[dt.date, list[str]] = {}
        open_dates: dict[str, list[dt.date]] = {}
        for item in inputs:
            part = self._lake.read(item.table, dates, TABLES[item.table].arrow, item.columns)
            frames[item.table] = TABLES[item.table].to_pandas(part.table)
            for date, reason in part.overrides.items():
                overrides.setdefault(date, []).append(reason)
            for date in dates:
                digests[date].append(part.hashes.get(date, ""))
        for item in history:
            past[item.table], open_dates[item.table] = self._history(item, dates, digests)
        hashes = {
            date: hashlib.sha256("|".join(parts).encode()).hexdigest()[:16] for date, parts in digests.items()
        }
        return Inputs(dates, frames, past, hashes, overrides, open_dates)

    def _history(
        self, item: History, dates: list[dt.date], digests: dict[dt.date, list[str]]
    ) -> tuple[pd.DataFrame, list[dt.date]]:
        newest = dt.timedelta(days=0 if item.and_same_date else 1)
        first, last = dates[0] - dt.timedelta(days=item.days), dates[-1] - newest
        days = self._gate.open(item.table, game_dates_between(first, last)) if first <= last else []
        part = self._lake.read(item.table, days, TABLES[item.table].arrow, item.columns)
        # A hash that adds up: the hash of any window is the difference of two prefixes, so a thousand dates
        # with three years of history each cost a thousand additions.
        known = sorted(part.hashes)
        sums = [0]
        for day in known:
            sums.append(sums[-1] + int(hashlib.sha256(f"{day}{part.hashes[day]}".encode()).hexdigest(), 16))
        index = pd.Index(known)
        for date in dates:
            start = index.searchsorted(date - dt.timedelta(days=item.days)) if known else 0
            stop = index.searchsorted(date - newest, side="right") if known else 0
            digests[date].append(f"{(sums[stop] - sums[start]) % (1 << 128):032x}")
        return TABLES[item.table].to_pandas(part.table), known
