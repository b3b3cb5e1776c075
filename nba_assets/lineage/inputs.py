"""What an asset declares it reads, the rows it then gets, and hashes of what it used of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from nba_assets.calendar.game_dates import Calendar, finished_seasons
from nba_assets.domain.declarations.evaluation import NO_DATES, AsOf
from nba_assets.domain.declarations.sources import Past
from nba_assets.lineage.windows import (
    OWN,
    Reach,
    Window,
    history_hashes,
)
from nba_assets.quality.expected_sets import Frames
from nba_assets.quality.gate import Shut
from nba_assets.storage.partition_file import Stamp
from nba_assets.tabular.arrow_columns import pc
from nba_assets.tabular.value_hashes import (
    Hashes,
    days_of,
    in_order,
    row_hashes,
    sums_by_date,
    texts,
)

YEAR = 365
THREE_YEARS = 1096
OVERRIDES = "overrides"  # among the inputs of a partition: why some of them were let through
SOURCE = "source"  # among the inputs of a raw table: fingerprint of the source's rows of the date
ShutInputs = Mapping[dt.date, Mapping[str, Shut]]


@dataclass(frozen=True)
class Input:
    """A table read on the same dates. A date that its gate shuts is not computed.

    ``whole``: any change of the stored partition counts, also of columns that are not read: of millions of
    rows that is far cheaper than hashing values.
    """

    table: str
    columns: tuple[str, ...] | None = None
    whole: bool = False


@dataclass(frozen=True)
class History:
    """A table read on earlier dates, strictly before the date computed. Shut dates are left out.

    ``and_same_date`` adds the date itself, for a table whose row of a date knows earlier dates only: a model.
    ``uses`` selects which of the rows a date's rows use; without it, all of them. ``dated``: which dates are
    open matters too, those without rows included. ``judges``: no row is read, only which dates are refused:
    the table judges rows of another. ``keep``: the tables that are made next read these rows too, perhaps in
    other columns: they stay in memory.
    """

    table: str
    days: int
    columns: tuple[str, ...] | None = None
    and_same_date: bool = False
    uses: tuple[Window, ...] = ()
    dated: bool = False
    judges: bool = False
    keep: bool = False

    @property
    def name(self) -> str:
        """Its name among a partition's inputs: a table may be read on the same date too."""
        return f"past {self.table}"


@dataclass(frozen=True)
class OwnRows:
    """Rows that a table has stored of the dates themselves, before it computes them anew.

    They are no input that makes a date stale: what is read of them is what computing it anew must keep.

    Attributes:
        columns: columns that are read; all by default.
        only: flag; a date without a row for which it is true is not read.
    """

    columns: tuple[str, ...] | None = None
    only: str | None = None


@dataclass(frozen=True)
class Gathered:
    """Stored rows that go into some dates of a table.

    Attributes:
        dates: the dates, in order.
        same: rows of the same-date inputs, by table.
        past: rows of each history.
        overrides: reasons for which same-date inputs of a date were let through.
        open_dates: dates of each history that are open and stored.
        contents: content hash of each date, of the inputs that count as a whole.
        past_overrides: reasons for which dates of each history were let through.
        refused: dates that each judging history refuses, in order.
        calendar: game dates in the lake.
    """

    dates: list[dt.date]
    same: Mapping[str, pa.Table]
    past: Mapping[History, pa.Table]
    overrides: Mapping[dt.date, list[str]] = field(default_factory=dict)
    open_dates: Mapping[str, list[dt.date]] = field(default_factory=dict)
    contents: Mapping[str, Mapping[dt.date, str]] = field(default_factory=dict)
    past_overrides: Mapping[History, Mapping[dt.date, str]] = field(default_factory=dict)
    refused: Mapping[History, list[dt.date]] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=finished_seasons)

    def with_own(self, table: str, rows: pa.Table) -> Gathered:
        """The same with computed rows as if stored: what a table that reads its own past has used.

        Args:
            table: name of the computed table.
            rows: its rows of the good dates, ``game_date`` first.
        """
        past = dict(self.past)
        for item in (item for item in past if item.table == table):
            before = past[item]
            others = before.filter(
                pc.invert(pc.is_in(before.column("game_date"), value_set=pa.array(self.dates, pa.date32())))
            )
            mixed = pa.concat_tables([others, rows.select(before.column_names)])
            past[item] = mixed.sort_by("game_date")
        return replace(self, past=past)

    def used(
        self, own: pa.Table, source: Mapping[dt.date, str] | None = None
    ) -> dict[dt.date, dict[str, str]]:
        """Hash of what each date used of each input, by the input's name.

        Args:
            own: the computed rows, ``game_date`` first, sorted: subjects of windows that are declared so.
            source: fingerprint of the source's rows of each date, for a table that reads one; "" without
            rows.
        """
        found: dict[str, list[str]] = {}
        for table, rows in self.same.items():
            if table in self.contents:
                found[table] = [self.contents[table].get(date, "") for date in self.dates]
                continue
            days = days_of(rows)
            hashes = in_order(days, row_hashes(rows, rows.column_names))
            found[table] = texts(sums_by_date(days, hashes, self.dates))
        for item in self.past:
            found[item.name] = texts(self._past_hashes(item, own))
            if item.dated:
                found[f"dates of {item.table}"] = self._open_days(item)
        for item, refused in self.refused.items():
            found[f"refused {item.table}"] = [_named(refused, date, item.days) for date in self.dates]
        used = {date: {name: found[name][i] for name in found} for i, date in enumerate(self.dates)}
        for date, fingerprint in (source or {}).items():
            used[date][SOURCE] = fingerprint
            if not fingerprint:  # without rows of the source the past was not used
                used[date] |= {item.name: "" for item in self.past}
        for date, reasons in self.inherited(own).items():
            used[date][OVERRIDES] = "; ".join(reasons)
        return used

    def inherited(self, own: pa.Table) -> dict[dt.date, list[str]]:
        """Reasons for which something was let through that a date uses, of its own date or of earlier ones.

        A date has used an earlier one when it would use other rows of the history without it.

        Args:
            own: the computed rows, as for :meth:`used`.
        """
        found = {date: list(reasons) for date, reasons in self.overrides.items()}
        for item, by_date in self.past_overrides.items():
            if not by_date:
                continue
            rows, whole = self.past[item], self._past_hashes(item, own)
            for reason in dict.fromkeys(by_date.values()):
                days = pa.array([date for date, given in by_date.items() if given == reason], pa.date32())
                others = rows.filter(pc.invert(pc.is_in(rows.column("game_date"), value_set=days)))
                changed = whole != self._past_hashes(item, own, others)
                for date in np.array(self.dates, dtype=object)[changed]:
                    found.setdefault(date, []).append(reason)
        return {date: list(dict.fromkeys(reasons)) for date, reasons in found.items()}

    def _past_hashes(self, item: History, own: pa.Table, rows: pa.Table | None = None) -> Hashes:
        """Hash of what each date uses of a history, or of other rows in its place."""
        used = self.past[item] if rows is None else rows
        reach = Reach(item.days, item.and_same_date)
        return history_hashes(used, item.uses, reach, self.dates, {**self.same, OWN: own})

    def _open_days(self, item: History) -> list[str]:
        """How many dates of the window are open: the calendar is fixed, so a hole that closes changes it."""
        known = np.array([date.toordinal() for date in self.open_dates[item.table]], dtype=np.int64)
        days = np.array([date.toordinal() for date in self.dates], dtype=np.int64)
        counts = known.searchsorted(days) - known.searchsorted(days - item.days)
        return [str(count) for count in counts]


def stamp(code: str, schema_hash: str, used: Mapping[str, str]) -> Stamp:
    """Stamp of a partition made by this code from inputs of these hashes."""
    inputs = json.dumps(dict(sorted(used.items())), separators=(",", ":"))
    whole = hashlib.sha256(f"{code}|{inputs}".encode()).hexdigest()[:16]
    return Stamp(code, schema_hash, whole, inputs)


@dataclass(frozen=True)
class Inputs:
    """Frames of one computation.

    Attributes:
        dates: dates to compute, in order.
        frames: same-date inputs by table, these dates only.
        past: history by table, before the last of the dates.
        gathered: the stored rows that the frames were made of.
        own: rows that the table has stored of the dates, as far as it declares to read them.
    """

    dates: list[dt.date]
    frames: dict[str, pd.DataFrame]
    past: dict[str, pd.DataFrame]
    gathered: Gathered = field(default_factory=lambda: Gathered([], {}, {}))
    own: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def days(self) -> pd.DatetimeIndex:
        """The dates as pandas has them."""
        return pd.DatetimeIndex(pd.to_datetime(self.dates))

    @property
    def known(self) -> Frames:
        """The frames by which the rows are judged."""
        return Frames(self.frames, self.past)

    def as_of(self, windows: Iterable[Past]) -> AsOf:
        """The past as far as some declared windows hold it: any other read raises."""
        return AsOf(self.past, windows, pd.Timestamp(self.dates[-1]), NO_DATES)

    def add_past(self, name: str, frame: pd.DataFrame) -> None:
        """Add what the computation learned of the past by itself, for the checks to see."""
        self.past[name] = frame

    def __getitem__(self, table: str) -> pd.DataFrame:
        """The same-date frame of a table."""
        return self.frames[table]


def _named(refused: Sequence[dt.date], date: dt.date, days: int) -> str:
    """A name for the refused dates in a date's reach; "" for none."""
    first = date - dt.timedelta(days=days)
    within = [day.isoformat() for day in refused if first <= day < date]
    return hashlib.sha256("|".join(within).encode()).hexdigest()[:16] if within else ""
