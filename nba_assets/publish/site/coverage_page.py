"""What the page of coverage shows: open gaps with commands, and a calendar of every table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from nba_assets.publish.contract.coverage import Coverage, SeasonCalendar
from nba_assets.publish.contract.status import Feed
from nba_assets.publish.site.scales import month_labels
from nba_assets.publish.site.text import complete, count, plain
from nba_assets.reports.coverage.status import (
    COMPLETE,
    OPEN,
)

_MOST = 100  # gaps and notes listed
_NOT_RECORDED = "."


@dataclass(frozen=True)
class Strip:
    """A table over a season: runs of equal status as (first column, columns, class)."""

    table: str
    runs: list[tuple[int, int, str]]
    complete: float | None
    words: str


@dataclass(frozen=True)
class Season:
    """The calendar of a season."""

    name: str
    dates: list[str]
    months: list[tuple[str, float]]
    tables: list[Strip]
    complete: float | None
    open: int
    linked: bool


def coverage_values(coverage: Coverage, linked: Collection[str], feeds: Sequence[Feed]) -> dict[str, Any]:
    """What the template ``coverage`` takes.

    Args:
        coverage: the ledger.
        linked: seasons whose dates have pages.
        feeds: of a live source, as they were at the publication.
    """
    names = {status.code: status.name for status in coverage.statuses}
    seasons = [_season(each, names, linked=each.season in linked) for each in coverage.seasons]
    gaps = len(coverage.gaps)
    return {
        "coverage": coverage,
        "seasons": seasons,
        "feeds": feeds,
        "most": _MOST,
        "heading": "Every date is complete" if not coverage.open_cells else f"{count(gaps, 'open cause')}",
        "deck": _deck(coverage, seasons),
        "noted": [
            (
                "Let through by hand",
                "Dates that feed others although not complete, with the reason on record.",
                coverage.overrides,
            ),
            ("Healed", "Gaps that were open once and are closed now.", coverage.healed),
        ],
    }


def _deck(coverage: Coverage, seasons: list[Season]) -> str:
    if not seasons:
        return "The ledger is empty: no table has been materialized yet."
    dates = sum(len(season.dates) for season in seasons)
    tables = len({strip.table for season in seasons for strip in season.tables})
    return (
        f"{count(tables, 'table')} on {count(dates, 'game date')}: {complete(coverage.complete)} of them "
        f"complete or proven empty, {coverage.open_cells:,} open."
    )


def _season(season: SeasonCalendar, names: dict[str, str], *, linked: bool) -> Season:
    strips = [_strip(each.table, each.codes, names) for each in season.tables]
    codes = "".join(each.codes for each in season.tables).replace(_NOT_RECORDED, "")
    return Season(
        name=season.season,
        dates=[date.isoformat() for date in season.dates],
        months=month_labels(season.dates),
        tables=strips,
        complete=_share(codes, names),
        open=sum(names[code] in OPEN for code in codes),
        linked=linked,
    )


def _strip(table: str, codes: str, names: dict[str, str]) -> Strip:
    runs, start = [], 0
    for code, group in groupby(codes):
        length = len(list(group))
        if code != _NOT_RECORDED:
            runs.append((start, length, names[code].lower()))
        start += length
    known = codes.replace(_NOT_RECORDED, "")
    counts = {name: sum(names[code] == name for code in known) for name in names.values()}
    words = ", ".join(f"{number} {plain(name).lower()}" for name, number in counts.items() if number)
    return Strip(table, runs, _share(known, names), f"{table}: {words or 'nothing recorded'}")


def _share(codes: str, names: dict[str, str]) -> float | None:
    return sum(names[code] in COMPLETE for code in codes) / len(codes) if codes else None
