"""Why dates are red: what is missing, the root cause, and the command that heals it."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from rich.console import Console

from nba_assets.assets.tables import GRAPH
from nba_assets.cli.dates import DateRange, chosen_dates
from nba_assets.quality.explanations import Names, remedy
from nba_assets.quality.ledger import SHUT, entries
from nba_assets.quality.thresholds import thresholds
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.lake_calendar import lake_calendar
from nba_assets.storage.object_store import open_store

_COLORS = {
    "PASS": "green",
    "EMPTY_OK": "green",
    "WARN": "yellow",
    "NO_GO": "yellow",
    "PENDING": "magenta",
    "OVERRIDDEN": "cyan",
}
_ORDER = ("FAIL", "BLOCKED", "PENDING", "OVERRIDDEN", "NO_GO", "WARN", "PASS", "EMPTY_OK")
_NAMED = 3


def print_explanation(console: Console, settings: Settings, dates: DateRange, table: str | None) -> None:
    """Explain a date table by table, or a range metric by metric.

    Raises:
        ValueError: a date or table that is none.
    """
    if table is not None and table not in GRAPH.inputs:
        raise ValueError(f"{table}: no such table; tables are {', '.join(GRAPH.inputs)}")
    lake = Lake(open_store(settings.lake))
    days = chosen_dates([dates], lake_calendar(lake.store))
    ledger = entries(lake, GRAPH, days)
    rows = ledger[ledger["table"].eq(table)] if table else ledger
    if len(days) == 1:
        _print_date(console, days[0], rows, Names(lake))
    else:
        _print_range(console, rows, days, Names(lake))


def _print_date(console: Console, date: dt.date, rows: pd.DataFrame, names: Names) -> None:
    console.print(f"{date:%A} {date}")
    for table, group in rows.groupby("table", sort=False):
        status = min(group["status"], key=_ORDER.index)
        console.print(f"{status:10}", style=_COLORS.get(status, "red"), end=" ")
        console.print(table)
        for row in group.to_dict("records"):
            keys = row["missing_keys"]
            missing = f", missing {names.with_names(keys.replace('|', ', '), date)}" if keys else ""
            if row["status"] != "EMPTY_OK":
                line = f"{row['metric']}: {row['actual']:g} of {row['expected']:g}{missing}"
                console.print(f"           {line}")
        blamed = group[group["cause_table"].notna()]
        if len(blamed):
            _print_cause(console, blamed.iloc[0], date, names)
        for reason in group["override_reason"].dropna().unique():
            console.print(f"           let through: {reason}")
        for moment in group["healed_at"].dropna().unique():
            console.print(f"           healed {pd.Timestamp(moment):%Y-%m-%d %H:%M} UTC")


def _print_cause(console: Console, row: pd.Series, date: dt.date, names: Names) -> None:
    table, cause = str(row["cause_table"]), str(row["cause"])
    console.print(f"           root cause: {table}: {names.with_names(cause, date)}")
    advice = remedy(table, cause.split(": ")[0], [date], shut=row["status"] in SHUT)
    console.print(f"           to do: {advice.words}")


def _print_range(console: Console, rows: pd.DataFrame, days: list[dt.date], names: Names) -> None:
    console.print(f"{len(days):,} game dates from {days[0]} to {days[-1]}")
    shut = rows["status"].isin(SHUT)
    if not shut.any():
        console.print("complete: no open gap", style="green")
    _print_gaps(console, rows, rows[shut], names)
    warned = rows[~shut & rows["cause_table"].notna()]
    if len(warned):
        console.print("these dates go on, and are not whole:", style="yellow")
        _print_gaps(console, rows, warned, names)
    healed = rows[rows["healed_at"].notna()]
    if len(healed):
        console.print(f"{healed['game_date'].nunique():,} dates had gaps and are healed")


def _print_gaps(console: Console, rows: pd.DataFrame, open_rows: pd.DataFrame, names: Names) -> None:
    """Gaps by table and metric, each cause with an example and what to do."""
    for (table, metric), gaps in open_rows.groupby(["table", "metric"], sort=False):
        every = rows[rows["table"].eq(table) & rows["metric"].eq(metric)]
        console.print(_sentence(str(table), str(metric), every))
        for (blamed, reason), group in gaps.groupby(["cause_table", _reason(gaps)], sort=False):
            found = group["game_date"].dt.date.unique()
            named = ", ".join(map(str, found[:_NAMED])) + (" ..." if len(found) > _NAMED else "")
            lost = int(group["missing"].sum())
            words = f"{lost:,} missing on {len(found):,} dates ({named}): {blamed}: {reason}"
            console.print(f"  {words}")
            example, when = str(group["cause"].iloc[0]), found[0]
            console.print(f"  for example {names.with_names(example, when)}")
            shut = bool(group["status"].isin(SHUT).any())
            console.print(f"  to do: {remedy(str(blamed), str(reason), sorted(found), shut=shut).words}")
        complete = every[~every.index.isin(gaps.index)]
        if complete["expected"].sum():
            share = complete["actual"].sum() / complete["expected"].sum()
            console.print(f"  on the other {complete['game_date'].nunique():,} dates: {share:.1%}")


def _reason(rows: pd.DataFrame) -> pd.Series:
    """The kind of cause: the part before its details."""
    return rows["cause"].str.split(": ").str[0].rename("reason")


def _sentence(table: str, metric: str, every: pd.DataFrame) -> str:
    expected, actual = every["expected"].sum(), every["actual"].sum()
    share = actual / expected if expected else 0.0
    limit = thresholds().root.get(table, {}).get(metric)
    floor = f" < {limit.fail_below:.0%}" if limit and share < limit.fail_below else ""
    return f"{table}.{metric} {share:.1%}{floor}: {actual:,.0f} of {expected:,.0f}"
