"""Stale partitions on the command line: listing, healing, and resuming a backfill.

Tables are processed in graph order and each is healed before the next is examined: so what a healed
partition makes stale further down is found in the same pass, and one that comes out unchanged makes nothing
stale.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from rich.console import Console

from nba_assets.assets.resources import source_resource
from nba_assets.assets.tables import ALL_TABLES
from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.lineage.staleness import (
    FROM_SOURCE,
    Stale,
    Staleness,
    with_later,
)
from nba_assets.lineage.table import Follows, Table
from nba_assets.quality.gate import Gate
from nba_assets.quality.refusals import Refusals
from nba_assets.runs.materialize import RunReport, materialize, partitions_between
from nba_assets.runs.selection import LEDGER, chosen_tables
from nba_assets.runs.sync import end_killed_runs
from nba_assets.settings import Settings
from nba_assets.storage.cached_lake import RememberingLake
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

# A stale model is trained again on its own date, whatever calendar planned it.
_ITS_OWN_DATE = {"retrain_calendar": "every_date", "first_date": finished_seasons().dates[0].isoformat()}


@dataclass(frozen=True)
class Healing:
    """What a healing did.

    Attributes:
        treated: partitions that were stale when their table's turn came, and were materialized.
        left: what is stale afterwards; a date that failed is shut instead, and not among them.
    """

    treated: list[Stale]
    left: list[Stale]


def list_stale(
    console: Console,
    settings: Settings,
    first: dt.date | None = None,
    last: dt.date | None = None,
    tables: Sequence[str] | None = None,
    *,
    limit: int = 20,
) -> list[Stale]:
    """Print and return what is stale now; partitions that these would make stale are not known before.

    Args:
        console: where to print.
        settings: where lake, source and instance are.
        first: first date, the oldest stored by default.
        last: last date, the newest stored by default.
        tables: tables to examine, all by default.
        limit: partitions to name a table; 0 for all.

    Raises:
        ValueError: an unknown table, or a damaged partition.
    """
    found: list[Stale] = []
    chosen = _chosen(tables)
    lake, staleness = _open_staleness(settings)
    for number, table in enumerate(chosen, 1):
        console.print(f"{number} of {len(chosen)}: {table.name}", style="dim")
        stale = staleness().stale(table, _stored(lake, table, first, last))
        _print(console, stale, limit)
        found += stale
    console.print(f"{len(found):,} partitions are stale" if found else "nothing is stale")
    if found:
        console.print("heal them, and what they then make stale, with: nba-assets stale --fix")
    return found


def fix_stale(
    console: Console,
    settings: Settings,
    first: dt.date | None = None,
    last: dt.date | None = None,
    tables: Sequence[str] | None = None,
    *,
    limit: int = 20,
    override_reason: str = "",
) -> Healing:
    """Materialize what is stale, and nothing else, table by table in graph order.

    Arguments and errors as in :func:`list_stale`; ``override_reason``: why models are trained anew in spite
    of a NO-GO. A reason given for what is stored was given for other rows: it does not carry over.
    """
    retrain = _ITS_OWN_DATE | {"override_reason": override_reason}
    healed: list[Stale] = []
    lake, staleness = _open_staleness(settings)
    for table in _chosen(tables):
        stored = _stored(lake, table, first, last)
        stale = with_later(table, staleness().stale(table, stored), stored)
        if not stale:
            continue
        _print(console, stale, limit)
        dates = [item.date for item in stale]
        report = materialize(
            settings, dates[0], dates[-1], [table.name], progress=False, retrain=retrain, only=dates
        )
        lake.forget(table.name)
        _print_healed(console, table.name, report)
        healed += stale
    if healed:
        _write_ledger(settings, {item.date for item in healed})
    console.print(f"{len(healed):,} partitions were stale" if healed else "nothing was stale")
    left = list_stale(console, settings, first, last, tables, limit=limit) if healed else []
    return Healing(healed, left)


def heal(
    settings: Settings,
    dates: Sequence[dt.date],
    tables: Sequence[str],
    *,
    progress: bool = True,
    allow_partial: bool = False,
    reason: str = "",
) -> RunReport:
    """Materialize tables on some dates, what is made from them, and later dates that used or lacked them.

    Afterwards the lake is as if the dates had been good from the start: later dates whose windows changed,
    models that learned from them and predictions of these models are made again, and so are later dates that
    were refused.

    Args:
        settings: where lake, source and instance are.
        dates: the dates, in order.
        tables: tables to blame.
        progress: show a bar.
        allow_partial: let the dates through although they are not complete, for the reason.
        reason: why models are trained anew in spite of a NO-GO.

    Returns:
        One report over all runs that were needed.
    """
    names = chosen_tables(",".join(f"{name}+" for name in tables))
    retrain = _ITS_OWN_DATE | {"override_reason": reason}
    whole = materialize(
        settings, dates[0], dates[-1], names, progress=progress, retrain=retrain,
        allow_partial=reason if allow_partial else "", only=dates,
    )  # fmt: skip
    lake, staleness = _open_staleness(settings)
    touched: set[dt.date] = set()
    for group in _independent(_chosen(None)):
        due = {table.name: _suffered(lake, staleness(), table, dates) for table in group}
        for days in filter(None, set(due.values())):
            names = [name for name, suffered in due.items() if suffered == days]
            span = min(days), max(days)
            whole.add(materialize(settings, *span, names, progress=progress, retrain=retrain, only=days))
            touched |= days
        for table in group:
            lake.forget(table.name)
    if touched:
        whole.add(_write_ledger(settings, touched))
    return whole


def _suffered(lake: Lake, staleness: Staleness, table: Table, dates: Sequence[dt.date]) -> frozenset[dt.date]:
    """Dates of a table from the first healed one on that used or lacked what has been healed."""
    stored = _stored(lake, table, dates[0], None)
    due = {item.date for item in with_later(table, staleness.stale(table, stored), stored) if item.by_data}
    if FROM_SOURCE in table.kinds and not table.history:
        # Captures of a game lie on the days beside it too; what else the source changed is another matter.
        due &= {date + dt.timedelta(days=shift) for date in dates for shift in (-1, 0, 1)}
    refused = Refusals(lake.store).dates(table.name)
    due |= {date for date in Gate(lake).refusals(table.name, refused) if date >= dates[0]} - set(dates)
    return frozenset(due)


def _independent(tables: Sequence[Table]) -> list[list[Table]]:
    """Tables in their order, neighbours that read nothing of each other together: one run serves them."""
    groups: list[list[Table]] = []
    for table in tables:
        read = {item.table for item in (*table.inputs, *table.history)}
        if isinstance(table.plan, Follows):
            read |= set(table.plan.tables)
        if groups and not read & {other.name for other in groups[-1]}:
            groups[-1].append(table)
        else:
            groups.append([table])
    return groups


def resume(
    settings: Settings,
    dates: Sequence[dt.date],
    tables: Sequence[str] | None = None,
    *,
    progress: bool = True,
    failed_only: bool = False,
) -> RunReport:
    """Materialize what a backfill of the dates has left undone: not stored, not open at the gate, or stale.

    Arguments and errors as in :func:`nba_assets.runs.materialize.materialize`; ``dates`` are in order;
    ``failed_only`` leaves out what is stale.

    Returns:
        One report over all tables: the sum of the runs that were needed.
    """
    killed = end_killed_runs(settings)
    partitions = set(partitions_between(settings, dates[0], dates[-1]))
    dates = [date for date in dates if date in partitions]
    whole = RunReport(dates, success=True, died=killed)
    touched: set[dt.date] = set()
    lake, staleness = _open_staleness(settings)
    for table in _chosen(tables):
        if due := _undone(lake, staleness, table, dates, failed_only=failed_only):
            whole.add(materialize(settings, due[0], due[-1], [table.name], progress=progress, only=due))
            lake.forget(table.name)
            touched |= set(due)
    touched |= set(dates) - set(lake.dates(LEDGER))
    if touched:
        whole.add(_write_ledger(settings, touched))
    return whole


def due_dates(
    settings: Settings,
    dates: Sequence[dt.date],
    tables: Sequence[str] | None,
    *,
    resume: bool,
    failed_only: bool = False,
) -> dict[str, list[dt.date]]:
    """Dates that a backfill would materialize by table, as the lake is now; all of them without either flag.

    What a table that is made again makes stale further down is not among them.
    """
    if not (resume or failed_only):
        return {name: list(dates) for name in tables or [table.name for table in ALL_TABLES]}
    lake, staleness = _open_staleness(settings)
    due = {
        table.name: _undone(lake, staleness, table, dates, failed_only=failed_only)
        for table in _chosen(tables)
    }
    due[LEDGER] = sorted({date for found in due.values() for date in found})
    return {name: found for name, found in due.items() if found}


def _undone(
    lake: Lake,
    staleness: Callable[[], Staleness],
    table: Table,
    dates: Sequence[dt.date],
    *,
    failed_only: bool,
) -> list[dt.date]:
    """Dates that are not open at the gate or damaged; stale ones too, unless ``failed_only``.

    Of a table that reads its own earlier rows all later ones of the dates too: each may change the next.
    """
    if failed_only:
        good = lake.stamps(table.name, Gate(lake).open(table.name, dates))[0].keys()
        return sorted(set(dates) - good)
    due = sorted(set(dates) - set(staleness().fresh(table, dates)))
    return [date for date in sorted(dates) if date >= due[0]] if due and table.reads_itself else due


def _write_ledger(settings: Settings, dates: Collection[dt.date]) -> RunReport:
    """Write the ledger of dates of which any table was written."""
    return materialize(settings, min(dates), max(dates), [LEDGER], progress=False, only=dates)


def _open_staleness(settings: Settings) -> tuple[RememberingLake, Callable[[], Staleness]]:
    """The lake, and a fresh staleness at it for each table: a source keeps what it has read."""
    lake = RememberingLake(open_store(settings.lake))
    source = source_resource(settings)
    return lake, lambda: Staleness(lake, Gate(lake), source.source())


def _chosen(names: Sequence[str] | None) -> list[Table]:
    """Tables in graph order."""
    known = {table.name: table for table in ALL_TABLES}
    if unknown := sorted(set(names or ()) - known.keys()):
        raise ValueError(f"{', '.join(unknown)}: tables are {', '.join(known)}")
    return [table for table in ALL_TABLES if table.name != LEDGER and (names is None or table.name in names)]


def _stored(lake: Lake, table: Table, first: dt.date | None, last: dt.date | None) -> list[dt.date]:
    dates = lake.dates(table.name)
    return [date for date in dates if (first is None or date >= first) and (last is None or date <= last)]


def _print(console: Console, stale: Sequence[Stale], limit: int) -> None:
    """A table's stale partitions: how many for which reason, and the first ones by name."""
    if not stale:
        return
    counts = Counter(reason for item in stale for reason in item.reasons)
    console.print(f"{stale[0].table}: {len(stale):,} stale", style="bold")
    for reason, count in counts.most_common():
        console.print(f"  {count:,} x {reason}", soft_wrap=True)
    shown = stale[: limit or None]
    for item in shown:
        console.print(f"    {item.date}  {'; '.join(item.reasons)}", soft_wrap=True)
    if len(shown) < len(stale):
        console.print(f"    and {len(stale) - len(shown):,} more; --limit 0 names all")


def _print_healed(console: Console, table: str, report: RunReport) -> None:
    done, changed = report.materialized[table], report.changed[table]
    console.print(f"  materialized {done:,}, changed {changed:,}, in {report.wall_seconds:.1f} s")
    for date, reason in report.blocked.get(table, {}).items():
        console.print(f"  {date} {reason}", style="red", soft_wrap=True)
    for error in report.errors.values():
        console.print(f"  {error}", style="red", soft_wrap=True)
