"""Runs and scores as tables in a terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from nba_assets.modeling.evaluation.metrics import WITH_LINE
from nba_assets.reports.models.served import season_record, slate
from nba_assets.runs.materialize import RunReport
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

_NAMED_DATES = 4
_POPULATIONS = {"all": "everyone expected who played", WITH_LINE: "of these, players with a line"}


def print_run(console: Console, report: RunReport) -> None:
    """Dates and rows by table, what is blocked, and where the time went."""
    table = Table("table", "dates", "coverage", "rows", "changed", "blocked", "seconds", title="Materialized")
    for name in dict.fromkeys((*report.compute_seconds, *report.materialized, *report.blocked)):
        good, blocked = report.materialized[name], len(report.blocked.get(name, {}))
        table.add_row(
            name,
            f"{good:,}",
            f"{good / max(good + blocked, 1):.1%}",
            f"{report.rows[name]:,}",
            f"{report.changed[name]:,}",
            f"{blocked:,}",
            f"{report.compute_seconds.get(name, 0.0):.1f}",
        )
    console.print(table)
    for run_id in report.died:
        console.print(
            f"run {run_id} was killed: it is marked as failed now; nba-assets backfill DATES --resume "
            "makes what it left undone",
            style="yellow",
        )
    _print_blocked(console, report)
    _print_no_go(console, report)
    for step, error in report.errors.items():
        console.print(f"{step}: {error}", style="red")
    compute = sum(report.compute_seconds.values())
    console.print(
        f"{len(report.dates):,} dates in {report.wall_seconds:.1f} s: reading, computing, training and "
        f"writing {compute:.1f} s, orchestration {report.orchestration_seconds:.1f} s; "
        f"peak memory {report.peak_bytes / 1e9:.2f} GB"
    )
    changed = sum(report.changed.values())
    console.print("no byte changed" if not changed else f"{changed:,} partitions changed")


def _print_blocked(console: Console, report: RunReport) -> None:
    """Root causes first: dates that failed on their own, then how many tables they hold back."""
    causes: dict[str, list[str]] = {}
    for table, reasons in report.blocked.items():
        for date, reason in reasons.items():
            if not reason.startswith("blocked:"):
                causes.setdefault(table, []).append(f"{date} {reason}")
    for table, lines in causes.items():
        console.print(f"{table}: {len(lines)} dates failed", style="red")
        for line in lines[:_NAMED_DATES]:
            console.print(f"  {line}")
        if len(lines) > _NAMED_DATES:
            console.print(f"  and {len(lines) - _NAMED_DATES} more: nba-assets explain DATE {table}")


def _print_no_go(console: Console, report: RunReport) -> None:
    """Systems that had too little to train on, those with the same evidence together."""
    systems: dict[tuple[str, str], list[str]] = {}
    for system, evidence in report.no_go.items():
        for date, words in evidence.items():
            systems.setdefault((date, words), []).append(system)
    for (date, words), names in sorted(systems.items()):
        console.print(f"[yellow]{date}[/yellow] {', '.join(names)}: ", end="")
        console.print(words, markup=False)


def print_served(console: Console, settings: Settings, date: dt.date) -> None:
    """The slate of a date with its champion, and how the predictions of the newest season have fared."""
    lake = Lake(open_store(settings.lake))
    shown = slate(lake, date)
    state = "champion" if shown.is_served else "in shadow: no system has earned to be served"
    rows = shown.rows.rename(columns={"player_name": "player", "opponent": "vs", "recommendation": "pick"})
    print_frame(console, f"Predictions for {date}: points; {shown.system} is {state}", rows)
    record = season_record(lake)
    for population in record["population"].unique() if len(record) else ():
        title = f"The newest season as predicted, by models of earlier dates: {_POPULATIONS[population]}"
        print_comparison(console, title, record[record["population"].eq(population)])


def print_comparison(console: Console, title: str, comparison: pd.DataFrame) -> None:
    """Systems on the same rows, best first: MAE, bias, and the difference to the strongest rival in points.

    Args:
        console: where.
        title: what the rows are.
        comparison: one population as :func:`~nba_assets.modeling.evaluation.metrics.comparison` returns it.
    """
    first = comparison.iloc[0]
    words = f"{first['rows']:,} rows of {first['dates']:,} dates, {first['left_out']:,} left out"
    title = f"{title} ({words})"
    # Columns that are kept apart by blanks: eighty of the terminal's hold the names whole.
    table = Table(title=title, box=box.SIMPLE, padding=(0, 1, 0, 0), pad_edge=False)
    table.caption = f"points; difference to {first['versus']}; intervals of 95 % over dates"
    table.add_column("system", no_wrap=True)
    for name in ("MAE", "95 %", "bias", "difference", "95 %"):
        table.add_column(name, justify="right")
    for row in comparison.to_dict("records"):
        table.add_row(
            str(row["system"]),
            f"{row['mae']:.3f}",
            _interval(row["low"], row["high"], "{:.2f}".format),
            _signed(row["bias"]),
            _signed(row["difference"]),
            _interval(row["difference_low"], row["difference_high"], _signed),
        )
    console.print(table)


def _interval(low: float, high: float, text: Callable[[float], str]) -> str:
    return "" if pd.isna(low) else f"{text(low)} to {text(high)}"


def _signed(value: float) -> str:
    """A difference to two decimals, with its sign unless it rounds to zero."""
    return "" if pd.isna(value) else f"{round(value, 2) or 0:+.2f}".replace("+0.00", "0.00")


def print_frame(console: Console, title: str, frame: pd.DataFrame) -> None:
    """A frame as a table; what is too wide for the terminal is broken, never cut."""
    table = Table(title=title)
    for name in frame.columns:
        table.add_column(str(name), overflow="fold")
    for row in frame.itertuples(index=False):
        table.add_row(*(_cell(value) for value in row))
    console.print(table)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:,.4f}".rstrip("0").rstrip(".")
    return "" if value is pd.NA else f"{value:,}" if isinstance(value, int) else str(value)
