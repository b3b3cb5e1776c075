"""What each table should hold and holds: by date, and over all seasons."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from nba_assets.publish.contract.base import Document, column

_LEDGER = "coverage"


class Metric(Document):
    """One count of a table on a date."""

    metric: str = column(_LEDGER, "metric")
    expected: float = column(_LEDGER, "expected")
    actual: float = column(_LEDGER, "actual")
    share: float | None = column(_LEDGER, "share")
    status: str = column(_LEDGER, "status")


class TableState(Document):
    """One table on a date."""

    table: str = column(_LEDGER, "table")
    group: str = Field(description="Group of the asset.")
    status: str = column(_LEDGER, "status")
    metrics: tuple[Metric, ...] = Field(min_length=1)
    cause_table: str | None = column(_LEDGER, "cause_table")
    cause: str | None = column(_LEDGER, "cause")
    missing_keys: tuple[str, ...] = Field(description="The first missing keys.")
    heal: str | None = column(_LEDGER, "heal")
    override_reason: str | None = column(_LEDGER, "override_reason")
    healed_at: dt.datetime | None = column(_LEDGER, "healed_at")


class RootCause(Document):
    """What keeps a date from being complete."""

    table: str = Field(description="Table to blame for most of what is not complete.")
    cause: str = Field(description="Reason recorded by that table.")
    heal: str | None = column(_LEDGER, "heal")
    held_back: int = Field(ge=0, description="Other tables that are not complete for this cause.")

    @property
    def sentence(self) -> str:
        """The cause in a sentence."""
        tables = f"{self.held_back} other table{'' if self.held_back == 1 else 's'}"
        return f"{self.table}: {self.cause}" + (f"; it holds back {tables}" if self.held_back else "")


class DateCoverage(Document):
    """Every table on a date, in the order in which the date is made."""

    game_date: dt.date = Field(description="US Eastern date.")
    root_cause: RootCause | None = Field(description="NULL: the date is complete.")
    tables: tuple[TableState, ...]


class TableCalendar(Document):
    """One table over the dates of a season."""

    table: str = column(_LEDGER, "table")
    codes: str = Field(
        description="One letter per date of the season: the worst status, or . where none is recorded."
    )


class SeasonCalendar(Document):
    """All tables over the dates of a season."""

    season: str = column("raw_schedule", "season")
    dates: tuple[dt.date, ...]
    tables: tuple[TableCalendar, ...]


class Status(Document):
    """A status and its letter in a calendar."""

    code: str = Field(min_length=1, max_length=1)
    name: str
    meaning: str


class Span(Document):
    """Neighbouring game dates."""

    first: dt.date
    last: dt.date
    dates: int = Field(ge=1)


class ConcernedTable(Document):
    """A table that a gap concerns."""

    table: str
    metrics: tuple[str, ...]
    dates: int = Field(ge=1)


class Gap(Document):
    """Dates and tables that are not complete for the same cause."""

    status: str = column(_LEDGER, "status")
    table: str | None = column(_LEDGER, "cause_table")
    cause: str = Field(description="Reason; the first of several that differ in figures only.")
    similar: bool = Field(description="Others have the same reason with other figures.")
    cells: int = Field(ge=1, description="Dates and tables concerned.")
    tables: tuple[ConcernedTable, ...]
    spans: tuple[Span, ...]
    missing_keys: tuple[str, ...] = Field(description="The first missing keys.")
    commands: tuple[str, ...] = Field(description="What heals it, oldest date first.")


class Note(Document):
    """Dates that a person let through, or that were incomplete once."""

    table: str
    metrics: tuple[str, ...]
    spans: tuple[Span, ...]
    reason: str
    moment: str = Field(description="When, UTC; empty where no moment is recorded.")


class Coverage(Document):
    """The ledger of all seasons."""

    statuses: tuple[Status, ...] = Field(description="Worst first.")
    complete: float | None = Field(
        description="Share of dates and tables that are complete; NULL without any."
    )
    open_cells: int = Field(ge=0, description="Dates and tables that feed nothing.")
    seasons: tuple[SeasonCalendar, ...] = Field(description="Newest first.")
    gaps: tuple[Gap, ...] = Field(description="What failed first, then the largest.")
    overrides: tuple[Note, ...]
    healed: tuple[Note, ...]
