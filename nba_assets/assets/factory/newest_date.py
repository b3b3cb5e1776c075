"""What an asset's page shows at a glance: first rows of the newest date, coverage of the last dates."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import pyarrow as pa

from nba_assets.calendar.seasons import season_of
from nba_assets.lineage.table import Table
from nba_assets.schemas.columns import OVERRIDE
from nba_assets.storage.lake import Lake

FIRST_ROWS, LAST_DATES = "first_rows", "last_dates"
_ROWS, _COLUMNS, _DATES, _METRICS = 5, 9, 30, 6
_BARS = "▁▂▃▄▅▆▇█"
_LONGEST = 24  # characters of a value


def at_a_glance(lake: Lake, table: Table, date: dt.date, rows: pa.Table) -> dict[str, dg.MetadataValue]:
    """Metadata of the newest date that a call has written.

    Args:
        lake: where the table is stored, the date included.
        table: its declaration.
        date: the date.
        rows: its rows.
    """
    if rows.num_rows == 0:
        return {}
    known = [day for day in lake.dates(table.name) if day <= date and season_of(day) == season_of(date)]
    stamps, _ = lake.stamps(table.name, known[-_DATES:])
    verdicts = [json.loads(stamp.coverage) for _, stamp in sorted(stamps.items())]
    return {
        FIRST_ROWS: dg.MetadataValue.md(_first_rows(table, rows)),
        LAST_DATES: dg.MetadataValue.md(_last_dates(verdicts)),
    }


def _first_rows(table: Table, rows: pa.Table) -> str:
    key = table.schema.key
    others = [name for name in table.schema.columns if name not in ("game_date", OVERRIDE.name, *key)]
    names = [*key, *others][:_COLUMNS]
    values = rows.select(names).slice(0, _ROWS).to_pylist()
    return _markdown(names, [[_short(row[name]) for name in names] for row in values])


def _last_dates(verdicts: Sequence[Mapping[str, Any]]) -> str:
    """Coverage of the last dates of the season, oldest first: a bar per date, the poorest metric first."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for verdict in verdicts:
        for metric in verdict.get("metrics", ()):
            found.setdefault(metric["metric"], []).append(metric)
    ordered = sorted(found.items(), key=lambda item: _least(item[1]))
    shown = [
        [
            name,
            f"{values[-1]['actual']:,.0f} of {values[-1]['expected']:,.0f}",
            _bars([metric["actual"] for metric in values]),
            f"{_least(values):.1%}",
        ]
        for name, values in ordered[:_METRICS]
    ]
    return _markdown(["metric", "newest date", f"last {len(verdicts)} dates of the season", "least"], shown)


def _least(metrics: Sequence[Mapping[str, Any]]) -> float:
    return min((metric["share"] for metric in metrics if metric["share"] is not None), default=1.0)


def _bars(values: Sequence[float]) -> str:
    top = max(values) or 1.0
    return "".join(_BARS[round(max(value, 0.0) / top * (len(_BARS) - 1))] for value in values)


def _short(value: object) -> str:
    if value is None:
        return "NULL"
    text = f"{value:.3g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
