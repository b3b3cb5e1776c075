"""What a table declares: its inputs, its function and how it is shown."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa

from nba_assets.lineage.code_version import Code, code_version
from nba_assets.lineage.inputs import (
    History,
    Input,
    Inputs,
    OwnRows,
)
from nba_assets.quality import expectations
from nba_assets.quality.thresholds import thresholds
from nba_assets.quality.validation import Unit
from nba_assets.quality.verdict import Problem
from nba_assets.schemas.catalog import TABLES
from nba_assets.schemas.columns import TableSchema
from nba_assets.tabular.problems import BadInput


@dataclass(frozen=True)
class Built:
    """Result of a computation.

    Attributes:
        rows: rows of the good dates, in any order: a frame, or an arrow table in stored order and types.
        problems: what is wrong with the others, by date; they are not written unless no problem is fatal.
        notes: what people should see of a date (counts of repairs, refused rows), as metadata.
        source: fingerprint of the source's rows of each date, for a table that reads one.
        shortfalls: what a date had to do without, by date; coverage decides whether it is good all the same.
        refused: rows that were left out, by date: the cause of a gap, if coverage finds one.
        no_go: dates on which there is too little evidence to make the row, with the evidence: stored empty,
            with a warning.
    """

    rows: pd.DataFrame | pa.Table
    problems: Mapping[dt.date, Sequence[str | BadInput | Problem]] = field(default_factory=dict)
    notes: Mapping[dt.date, Mapping[str, Any]] = field(default_factory=dict)
    source: Mapping[dt.date, str] | None = None
    shortfalls: Mapping[dt.date, Sequence[BadInput]] = field(default_factory=dict)
    refused: Mapping[dt.date, Sequence[BadInput]] = field(default_factory=dict)
    no_go: Mapping[dt.date, str] = field(default_factory=dict)


Compute = Callable[[dg.AssetExecutionContext, Inputs], pd.DataFrame | Built]


@dataclass(frozen=True)
class Plan:
    """Which of a run's dates a table has something to do on.

    Attributes:
        dates: chooses them.
        idle: why the other dates need no work: they are stored empty, unless an earlier run had
            rows for them.
    """

    dates: Callable[[dg.AssetExecutionContext, list[dt.date]], list[dt.date]]
    idle: str


@dataclass(frozen=True)
class Follows:
    """A table that has something to do on the dates of which others have rows.

    Attributes:
        tables: the others.
        idle: why the other dates need no work, as for a plan.
        every: all of them must have rows; else one is enough.
    """

    tables: tuple[str, ...]
    idle: str
    every: bool = True


@dataclass(frozen=True)
class ColumnGroup:
    """Columns that the rest of a row does without: withheld on a date on which one of their metrics fails.

    Attributes:
        metrics: metrics whose failure withholds the columns.
        without: rows with the columns NULL, and with what follows from them.
        consequences: metrics that fail along with them: the rows that require the columns.
    """

    metrics: tuple[str, ...]
    without: Callable[[pd.DataFrame], pd.DataFrame]
    consequences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plotted:
    """What the picture of a table's season draws of its rows, besides their number and their coverage.

    Attributes:
        columns: columns that are read.
        figures: from rows of several dates to a frame with a column per figure, by game_date.
    """

    columns: tuple[str, ...]
    figures: Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Table:
    """Declaration of an asset.

    Attributes:
        name: table name, a key of the catalog.
        group: group in the UI.
        kinds: kinds in the UI.
        compute: frames in, rows out.
        versioned: functions behind the rows, besides ``compute``; a change of their code makes rows stale.
        declaration: what is computed, of a table that is declared and not programmed.
        inputs: same-date inputs; their gate must be open.
        history: earlier inputs; dates that are shut are left out.
        in_parts: how a long range is parted, to be worked out part by part: bounds the memory of tables with
            millions of rows.
        after: tables that come before in the graph but are not read through the gate: the ledger's.
        plan: the run's dates that need work; all by default.
        own: what it reads of the rows that it has stored of the dates themselves.
        config: run configuration of the asset, editable in the launchpad.
        refuses: the least that is left out for a row that breaks the schema.
        groups: columns that may be withheld.
        plotted: figures of its rows for the picture of the season.
        takes_long: whether working its dates out does, beside reading what they need and reporting them.
    """

    name: str
    group: str
    kinds: frozenset[str]
    compute: Compute
    versioned: tuple[Callable, ...] = ()
    declaration: str = ""
    inputs: tuple[Input, ...] = ()
    history: tuple[History, ...] = ()
    in_parts: Callable[[Sequence[dt.date]], Mapping[str, list[dt.date]]] | None = None
    after: tuple[str, ...] = ()
    plan: Plan | Follows | None = None
    own: OwnRows | None = None
    config: type[dg.Config] | None = None
    refuses: Unit = Unit.DATE
    groups: tuple[ColumnGroup, ...] = ()
    plotted: Plotted | None = None
    takes_long: bool = False

    @property
    def schema(self) -> TableSchema:
        """The table's schema."""
        return TABLES[self.name]

    def parts(self, dates: list[dt.date]) -> list[list[dt.date]]:
        """Dates that are worked out together."""
        return [*self.in_parts(dates).values()] if self.in_parts else [dates]

    @property
    def reads_itself(self) -> bool:
        """Whether a date reads the table's own rows of earlier dates."""
        return any(item.table == self.name for item in self.history)

    @property
    def upstream(self) -> tuple[str, ...]:
        """Other tables that are made before it."""
        read = (item.table for item in (*self.inputs, *self.history))
        return tuple(name for name in dict.fromkeys((*read, *self.after)) if name != self.name)

    @property
    def code_version(self) -> str:
        """Version of all that makes a row and that decides whether it is good."""
        code = code_version(
            self.compute,
            *self.versioned,
            *(group.without for group in self.groups),
            Code(expectations.__name__, "EXPECTATIONS", self.name),
        )
        limits = thresholds().root.get(self.name, {})
        held_to = "".join(f"{metric}{limits[metric]!r}" for metric in sorted(limits))
        whole = f"{code}{self.declaration}{self.schema.rules}{held_to}"
        return hashlib.sha256(whole.encode()).hexdigest()[:12]
