"""Two lakes, row by row: what proves that a change of the code changes no row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from nba_assets.runs.report import print_frame
from nba_assets.schemas.catalog import TABLES
from nba_assets.storage.lake import Lake
from nba_assets.storage.partition_file import content_hash

_SHOWN = 20


def compare_lakes(
    one: Lake, other: Lake, tables: Sequence[str], first: dt.date, last: dt.date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare the stored rows of two lakes, whatever their stamps.

    Args:
        one: a lake.
        other: another one.
        tables: names of tables.
        first: first date to compare.
        last: last date to compare.

    Returns:
        One row per table (table, partitions, equal, different, only_one, only_other), and one per partition
        that is not equal (table, game_date, difference).
    """
    counts, differences = [], []
    for table in tables:
        days = [{day for day in lake.dates(table) if first <= day <= last} for lake in (one, other)]
        both = sorted(days[0] & days[1])
        found = {day: words for day in both if (words := _difference(one, other, table, day))}
        counts.append(
            {"table": table, "partitions": len(days[0] | days[1]), "equal": len(both) - len(found),
             "different": len(found), "only_one": len(days[0] - days[1]),
             "only_other": len(days[1] - days[0])}
        )  # fmt: skip
        differences += [
            {"table": table, "game_date": day, "difference": words} for day, words in found.items()
        ]
    return pd.DataFrame(counts), pd.DataFrame(differences, columns=["table", "game_date", "difference"])


def print_comparison(console: Console, one: Lake, other: Lake, first: dt.date, last: dt.date) -> int:
    """Print how two lakes differ.

    Returns:
        Exit code: 0 when every partition that one of them holds has the same rows in the other.
    """
    counts, differences = compare_lakes(one, other, list(TABLES), first, last)
    counts = counts[counts["partitions"] > 0]
    print_frame(console, f"{one.store.root} against {other.store.root}", counts)
    if len(differences):
        print_frame(console, f"First differences of {len(differences):,}", differences.head(_SHOWN))
    same = bool((counts["equal"] == counts["partitions"]).all())
    console.print(
        f"{int(counts['equal'].sum()):,} of {int(counts['partitions'].sum()):,} partitions have equal rows"
    )
    return 0 if same else 1


def _difference(one: Lake, other: Lake, table: str, date: dt.date) -> str:
    """How the rows of a partition differ; empty when they do not."""
    name = Lake.name(table, date)
    data = [lake.store.read(name) for lake in (one, other)]
    if content_hash(data[0]) == content_hash(data[1]):
        return ""
    rows = [pq.ParquetFile(pa.BufferReader(part)).read() for part in data]
    if rows[0].num_rows != rows[1].num_rows:
        return f"{rows[0].num_rows} rows, {rows[1].num_rows} rows"
    names = dict.fromkeys((*rows[0].column_names, *rows[1].column_names))
    changed = [column for column in names if not _same(rows, column)]
    return f"columns {', '.join(changed)}" if changed else ""  # written differently, and the same


def _same(rows: Iterable[pa.Table], column: str) -> bool:
    """Whether a column is in both, of one type and equal; NULL equals NULL, and NaN NaN."""
    one, other = rows
    if column not in one.column_names or column not in other.column_names:
        return False
    values = [table.column(column) for table in (one, other)]
    return values[0].type == values[1].type and values[0].to_pandas().equals(values[1].to_pandas())
