"""What an asset's page shows at a glance: the newest date's first rows and coverage, the season by date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa

from nba_assets.calendar.seasons import season_of, season_start
from nba_assets.lineage.table import Table
from nba_assets.quality.verdict import Verdict
from nba_assets.reports.markup import data_uri
from nba_assets.reports.reading import read_table
from nba_assets.reports.tables.season_picture import DateFigures, season_picture
from nba_assets.schemas.columns import OVERRIDE
from nba_assets.storage.lake import Lake
from nba_assets.storage.partitions import Versions

FIRST_ROWS, LAST_DATES, SEASON = "first_rows", "last_dates", "season"
_ROWS, _COLUMNS, _DATES, _METRICS = 5, 9, 30, 6
_BARS = "▁▂▃▄▅▆▇█"
_LONGEST = 24  # characters of a value


def newest_metadata(
    lake: Lake, table: Table, season: Versions, rows: pa.Table, verdict: Verdict
) -> dict[str, dg.MetadataValue]:
    """What is shown of a stored date, and of its season until then, all of it read from the lake.

    Args:
        lake: where the table is stored.
        table: its declaration.
        season: what is stored of its season until then.
        rows: rows of the date.
        verdict: on the date.
    """
    footers = lake.footers(table.name, season)
    verdicts = {day: Verdict.of_record(stamp.coverage) for day, (stamp, _) in footers.items()}
    plotted = _plotted(lake, table, season)
    figures = {
        day: DateFigures(count, verdicts[day].share, plotted.get(day, {}))
        for day, (_, count) in footers.items()
    }
    return {
        SEASON: season_metadata(table.name, figures),
        LAST_DATES: dg.MetadataValue.md(_last_dates(list(verdicts.values())[-_DATES:])),
        FIRST_ROWS: dg.MetadataValue.md(
            _first_rows(table, rows) if rows.num_rows else f"No row: {verdict.words}."
        ),
    }


def stored_metadata(lake: Lake, table: Table, date: dt.date, verdict: Verdict) -> dict[str, dg.MetadataValue]:
    """The same, of a date whose rows are only in the lake."""
    rows = lake.read(table.name, [date], table.schema.arrow).table
    season = lake.stored_between(table.name, season_start(date), date)
    return newest_metadata(lake, table, season, rows, verdict)


def _plotted(lake: Lake, table: Table, dates: Collection[dt.date]) -> dict[dt.date, dict[str, float]]:
    """Figures of the rows of each date, NULL left out."""
    if table.plotted is None:
        return {}
    figures = table.plotted.figures(read_table(lake, table.name, table.plotted.columns, dates))
    return {
        pd.Timestamp(str(day)).date(): {str(name): float(value) for name, value in row.dropna().items()}
        for day, row in figures.iterrows()
    }


def season_metadata(name: str, dates: Mapping[dt.date, DateFigures]) -> dg.MetadataValue:
    """The picture of a season, as the page of an asset shows it."""
    picture = data_uri(season_picture(name, dates).encode(), "svg+xml")
    return dg.MetadataValue.md(f"![{name} in {season_of(max(dates))}, by date]({picture})")


def _first_rows(table: Table, rows: pa.Table) -> str:
    key = table.schema.key
    others = [name for name in table.schema.columns if name not in ("game_date", OVERRIDE.name, *key)]
    names = [*key, *others][:_COLUMNS]
    values = rows.select(names).slice(0, _ROWS).to_pylist()
    return _markdown(names, [[_short(row[name]) for name in names] for row in values])


def _last_dates(verdicts: Sequence[Verdict]) -> str:
    """Coverage of the last dates of the season, oldest first: a bar per date, the poorest metric first."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for verdict in verdicts:
        for metric in verdict.metrics:
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
