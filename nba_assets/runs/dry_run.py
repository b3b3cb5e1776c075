"""What a backfill would do, without doing it: partitions read and written, blocked dates, and the time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table as Grid

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.calendar.game_dates import Calendar
from nba_assets.lineage.table import Table
from nba_assets.quality.gate import Gate
from nba_assets.runs.past_runs import PastRuns
from nba_assets.runs.selection import LEDGER
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.lake_calendar import lake_calendar
from nba_assets.storage.object_store import open_store

_NAMED_DATES = 4


@dataclass(frozen=True)
class TablePlan:
    """What a backfill would do with a table.

    Attributes:
        table: name.
        dates: dates that would be computed.
        stored: of these, dates whose partition exists and would be written again.
        refused: of these, dates whose last attempt was refused.
        reads: partitions that would be read of each input, of the same dates and of earlier ones.
        blocked: dates that would not be computed, each with the inputs to blame.
        seconds: estimate from past runs; None without one.
    """

    table: str
    dates: list[dt.date]
    stored: int
    refused: int
    reads: dict[str, int]
    blocked: dict[dt.date, tuple[str, ...]]
    seconds: float | None


def plan_backfill(
    settings: Settings, due: Mapping[str, Sequence[dt.date]], *, allow_partial: bool = False
) -> list[TablePlan]:
    """Plan a backfill; nothing is written.

    Inputs that the backfill makes itself are taken as good: whether a date passes its check is known only
    when it is computed. Tables that have rows on some dates only may need fewer dates than the plan has.

    Args:
        settings: where lake and instance are.
        due: dates to materialize by table, in order of date.
        allow_partial: blocked dates are let through.
    """
    lake = Lake(open_store(settings.lake))
    gate, calendar = Gate(lake), lake_calendar(lake.store)
    past = PastRuns(settings, calendar)
    plans: dict[str, TablePlan] = {}
    for table in ALL_TABLES:
        if table.name in due:
            wanted = list(due[table.name])
            blocked = {} if allow_partial else _blocked(table, wanted, gate, plans)
            dates = [date for date in wanted if date not in blocked]
            plans[table.name] = TablePlan(
                table.name,
                dates,
                stored=len(lake.stored(table.name, dates)),
                refused=len(gate.refusals(table.name, dates)),
                reads=_reads(table, dates, lake, calendar, plans),
                blocked=blocked,
                seconds=past.seconds(table.name, len(dates)),
            )
    return list(plans.values())


def _blocked(
    table: Table, dates: list[dt.date], gate: Gate, plans: Mapping[str, TablePlan]
) -> dict[dt.date, tuple[str, ...]]:
    """Dates with an input that is neither open nor made before, each with the inputs and the reasons."""
    reasons: dict[dt.date, list[str]] = {}
    for item in table.inputs:
        plan = plans.get(item.table)
        made = set(plan.dates) if plan else set()
        stopped = plan.blocked if plan else {}
        shut = gate.shut(item.table, [date for date in dates if date not in made and date not in stopped])
        for date in dates:
            if date in stopped:
                reasons.setdefault(date, []).append(f"{item.table}: blocked")
            elif date in shut:
                reasons.setdefault(date, []).append(f"{item.table}: {shut[date]}")
    return {date: tuple(found) for date, found in sorted(reasons.items())}


def _reads(
    table: Table,
    dates: list[dt.date],
    lake: Lake,
    calendar: Calendar,
    plans: Mapping[str, TablePlan],
) -> dict[str, int]:
    """Partitions read by input: those of the dates, and earlier ones that are stored or made before."""
    if not dates:
        return {}
    wanted = {item.table: set(dates) for item in table.inputs}
    for item in table.history:
        earliest = dates[0] - dt.timedelta(item.days)
        made = set(plans[item.table].dates) if item.table in plans else set()
        known = made | set(lake.dates(item.table))
        last = dates[-1] if item.and_same_date else dates[-1] - dt.timedelta(1)
        days = set(calendar.between(earliest, last)) | set(dates)
        found = {date for date in known & days if date <= last}
        wanted[item.table] = wanted.get(item.table, set()) | found
    return {name: len(days) for name, days in wanted.items()}


def print_plan(console: Console, plans: Sequence[TablePlan]) -> None:
    """The plan as a table, blocked dates with their reasons, and the estimate."""
    title = "Dry run: nothing is written"
    grid = Grid(
        "table",
        "dates",
        "new",
        "replaced",
        "refused before",
        "blocked",
        "partitions read",
        "seconds",
        title=title,
    )
    for plan in plans:
        grid.add_row(
            plan.table,
            f"{len(plan.dates):,}",
            f"{len(plan.dates) - plan.stored:,}",
            f"{plan.stored:,}",
            f"{plan.refused:,}",
            f"{len(plan.blocked):,}",
            f"{sum(plan.reads.values()):,}",
            "unknown" if plan.seconds is None else f"{plan.seconds:.1f}",
        )
    console.print(grid)
    for plan in plans:
        for date, reasons in list(plan.blocked.items())[:_NAMED_DATES]:
            console.print(f"{plan.table} {date} blocked: {'; '.join(reasons)}", markup=False, style="red")
        if len(plan.blocked) > _NAMED_DATES:
            console.print(f"{plan.table}: and {len(plan.blocked) - _NAMED_DATES:,} more blocked dates")
    unknown = [plan.table for plan in plans if plan.seconds is None and plan.table != LEDGER]
    total = sum(plan.seconds or 0.0 for plan in plans)
    console.print(
        f"estimate from past runs: {total:.0f} s of reading, computing and writing"
        + (f"; not yet measured: {', '.join(unknown)}" if unknown else "")
    )
