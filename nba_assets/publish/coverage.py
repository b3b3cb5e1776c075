"""Coverage documents from the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from nba_assets.publish.contract import coverage as contract
from nba_assets.publish.tables import OpenTables, Row, grouped, rows_of
from nba_assets.reports.coverage.cells import NO_CELL, Calendar, complete_share
from nba_assets.reports.coverage.gaps import (
    DateRange,
    Gap,
    Note,
    healed,
    open_gaps,
    overrides,
)
from nba_assets.reports.coverage.status import (
    NAMES,
    OPEN,
    STATUSES,
)

_LETTERS = "FBROGWP-"  # one per status, worst first
_NONE = "."


def build_coverage(ledger: pd.DataFrame, order: Mapping[str, int]) -> contract.Coverage:
    """The ledger of all seasons.

    Args:
        ledger: rows of ``coverage``; may be empty. Those of tables that the graph no longer has are left out.
        order: position of each table in the graph.
    """
    ledger = ledger[ledger["table"].isin(order.keys())]
    calendar = Calendar.of(ledger, order)
    return contract.Coverage(
        statuses=tuple(
            contract.Status(code=letter, name=status.name, meaning=status.meaning)
            for letter, status in zip(_LETTERS, STATUSES, strict=True)
        ),
        complete=complete_share(calendar.worst),
        open_cells=calendar.open_cells(),
        seasons=tuple(_season(calendar, name, dates) for name, dates in reversed(calendar.seasons().items())),
        gaps=tuple(map(_gap, open_gaps(ledger, order))),
        overrides=tuple(map(_note, overrides(ledger))),
        healed=tuple(map(_note, healed(ledger))),
    )


def _season(calendar: Calendar, name: str, dates: slice) -> contract.SeasonCalendar:
    letters = _LETTERS + _NONE
    assert letters[NO_CELL] == _NONE  # noqa: S101 the code after the last status
    return contract.SeasonCalendar(
        season=name,
        dates=tuple(calendar.dates[dates].date),
        tables=tuple(
            contract.TableCalendar(
                table=table, codes="".join(letters[code] for code in calendar.worst[row, dates])
            )
            for row, table in enumerate(calendar.tables)
        ),
    )


def _gap(gap: Gap) -> contract.Gap:
    return contract.Gap(
        status=gap.status,
        table=gap.table,
        cause=gap.cause,
        similar=gap.similar,
        cells=gap.cells,
        tables=tuple(
            contract.ConcernedTable(table=table, metrics=metrics, dates=dates)
            for table, metrics, dates in gap.tables
        ),
        spans=_spans(gap.ranges),
        missing_keys=gap.keys,
        commands=gap.commands,
    )


def _note(note: Note) -> contract.Note:
    return contract.Note(
        table=note.table, metrics=note.metrics, spans=_spans(note.ranges), reason=note.words, moment=note.when
    )


def _spans(ranges: Sequence[DateRange]) -> tuple[contract.Span, ...]:
    return tuple(
        contract.Span(
            first=dt.date.fromisoformat(each.first), last=dt.date.fromisoformat(each.last), dates=each.dates
        )
        for each in ranges
    )


def build_date_coverage(
    tables: OpenTables, dates: Sequence[dt.date], groups: Mapping[str, str]
) -> dict[dt.date, contract.DateCoverage]:
    """Every table on each date.

    Args:
        tables: where the ledger is.
        dates: game dates.
        groups: group of each table, in the order of the graph.
    """
    ledger = grouped(rows_of(tables.read("coverage", dates)), "game_date")
    return {date: date_coverage(date, ledger.get(date, []), groups) for date in dates}


def date_coverage(date: dt.date, ledger: list[Row], groups: Mapping[str, str]) -> contract.DateCoverage:
    """Every table on a date, from its rows of the ledger."""
    by_table = grouped(ledger, "table")
    states = [_state(table, groups[table], by_table[table]) for table in groups if table in by_table]
    return contract.DateCoverage(game_date=date, root_cause=_root_cause(states), tables=tuple(states))


def _state(table: str, group: str, rows: list[Row]) -> contract.TableState:
    worst = min(rows, key=lambda row: NAMES.index(row["status"]))
    blamed = next((row for row in rows if row["cause_table"]), worst)
    return contract.TableState(
        table=table,
        group=group,
        status=worst["status"],
        metrics=tuple(contract.Metric.of(row) for row in rows),
        missing_keys=tuple(key for row in rows for key in (row["missing_keys"] or "").split("|") if key),
        **{name: blamed[name] for name in ("cause_table", "cause", "heal", "override_reason", "healed_at")},
    )


def _root_cause(states: list[contract.TableState]) -> contract.RootCause | None:
    """The table to blame for most of what is not complete."""
    unfinished = [state for state in states if state.status in OPEN and state.cause_table]
    if not unfinished:
        return None
    blamed = str(pd.Series([state.cause_table for state in unfinished]).mode().iloc[0])
    concerned = [state for state in unfinished if state.cause_table == blamed]
    return contract.RootCause(
        table=blamed,
        cause=str(concerned[0].cause),
        heal=concerned[0].heal,
        held_back=len({state.table for state in concerned} - {blamed}),
    )
