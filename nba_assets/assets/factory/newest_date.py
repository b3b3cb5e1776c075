"""What an asset's page shows at a glance: the newest date's first rows and coverage, the season by date."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import pyarrow as pa

from nba_assets.calendar.seasons import season_of
from nba_assets.instance.partition_events import materialized_metadata
from nba_assets.lineage.table import Table
from nba_assets.quality.verdict import Verdict
from nba_assets.reports.markup import data_uri
from nba_assets.reports.tables.season_picture import DateFigures, season_picture
from nba_assets.schemas.columns import OVERRIDE
from nba_assets.storage.lake import Lake

FIRST_ROWS, LAST_DATES, SEASON = "first_rows", "last_dates", "season"
_ROWS, _COLUMNS, _DATES, _METRICS = 5, 9, 30, 6
_BARS = "▁▂▃▄▅▆▇█"
_LONGEST = 24  # characters of a value


class Glance:
    """Metadata of the newest date that a call writes; figures of the season's other dates are read once.

    Args:
        instance: what it has recorded of dates that earlier calls have written.
        lake: where the table is stored.
        table: its declaration.
    """

    def __init__(self, instance: dg.DagsterInstance, lake: Lake, table: Table):
        self._instance = instance
        self._lake = lake
        self._table = table
        self._figures: dict[str, dict[dt.date, DateFigures]] = {}
        self._written: dict[dt.date, DateFigures] = {}

    def add(self, date: dt.date, rows: int, verdict: Verdict, notes: Mapping[str, Any]) -> None:
        """Note a date that has been written."""
        self._written[date] = _figures(rows, verdict.share, notes, self._table.plotted)

    def metadata(self, date: dt.date, rows: pa.Table, verdict: Verdict) -> dict[str, dg.MetadataValue]:
        """What is shown of a date that has been written and noted, and of its season until then.

        Args:
            date: the date.
            rows: its rows.
            verdict: on the date.
        """
        season = season_of(date)
        known = [
            day for day in self._lake.dates(self._table.name) if day <= date and season_of(day) == season
        ]
        stamps, _ = self._lake.stamps(self._table.name, known[-_DATES:])
        verdicts = [json.loads(stamp.coverage) for _, stamp in sorted(stamps.items())]
        return {
            SEASON: season_metadata(self._table.name, self._season(season, known)),
            LAST_DATES: dg.MetadataValue.md(_last_dates(verdicts)),
            FIRST_ROWS: dg.MetadataValue.md(
                _first_rows(self._table, rows) if rows.num_rows else f"No row: {verdict.words}."
            ),
        }

    def stored_metadata(self, date: dt.date, verdict: Verdict) -> dict[str, dg.MetadataValue]:
        """The same, of a date whose rows are only in the lake."""
        rows = self._lake.read(self._table.name, [date], self._table.schema.arrow).table
        return self.metadata(date, rows, verdict)

    def _season(self, season: str, dates: Sequence[dt.date]) -> dict[dt.date, DateFigures]:
        if season not in self._figures:
            others = [date for date in dates if date not in self._written]
            recorded = materialized_metadata(self._instance, self._table.name, others)
            self._figures[season] = {
                date: _figures(values.get("rows", 0), values.get("coverage"), values, self._table.plotted)
                for date, values in recorded.items()
            }
        every = self._figures[season] | self._written
        return {date: every[date] for date in dates if date in every}


def season_metadata(name: str, dates: Mapping[dt.date, DateFigures]) -> dg.MetadataValue:
    """The picture of a season, as the page of an asset shows it."""
    picture = data_uri(season_picture(name, dates).encode(), "svg+xml")
    return dg.MetadataValue.md(f"![{name} in {season_of(max(dates))}, by date]({picture})")


def _figures(rows: int, share: float | None, notes: Mapping[str, Any], plotted: Sequence[str]) -> DateFigures:
    return DateFigures(
        rows, share, {name: float(notes[name]) for name in plotted if notes.get(name) is not None}
    )


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
