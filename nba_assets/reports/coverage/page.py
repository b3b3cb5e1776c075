"""The coverage page: one HTML file that works anywhere, without a network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files

import numpy as np
import pandas as pd
from plotly.offline import get_plotlyjs

from nba_assets.reports.coverage.cells import (
    Calendar,
    season_payload,
)
from nba_assets.reports.coverage.figure import (
    complete_share,
    percent,
    season_figure,
)
from nba_assets.reports.coverage.gaps import (
    Gap,
    healed,
    open_gaps,
    overrides,
)
from nba_assets.reports.coverage.lists import (
    counted,
    gaps_section,
    healed_section,
    overrides_section,
    section,
)
from nba_assets.reports.coverage.status import (
    COMPLETE,
    NAMES,
    STATUSES,
)

# The browser itself refuses any request: nothing on this page may come from elsewhere.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
_HELP = (
    "One cell a game date and table, in the worst status of its metrics. Point at a cell for its figures, "
    "click to keep them; drag sideways to enlarge, double-click to go back."
)


def coverage_page(ledger: pd.DataFrame, order: Mapping[str, int]) -> str:
    """The ledger as one self-contained HTML page; same ledger, same bytes.

    Args:
        ledger: one row a game_date, table and metric: expected, actual, share (NULL when nothing is
            expected), status, cause_table, cause, missing_keys (the first twenty, joined by |), heal (a
            command), override_reason, healed_at (UTC). May be empty.
        order: position of each table in the graph; the page lists them in this order.

    Raises:
        KeyError: a column, or the position of a table, is missing.
        ValueError: a status nobody knows, or a metric twice on a date.
    """
    calendar = Calendar.of(ledger, order)
    if ledger.empty:
        words = "The ledger is empty: no table has been materialized yet."
        return _document("<h1>Coverage</h1>" + section("Nothing to show", words, ""), [])
    gaps = open_gaps(ledger, order)
    parts = [
        _head(calendar),
        _tiles(calendar, ledger, gaps),
        _calendar_section(calendar),
        gaps_section(gaps),
        overrides_section(overrides(ledger)),
        healed_section(healed(ledger)),
    ]
    script = files("nba_assets.reports.coverage").joinpath("page.js").read_text()
    scripts = [
        f'<script type="application/json" id="ledger">{_data(calendar)}</script>',
        f"<script>{get_plotlyjs()}</script>",
        f"<script>\n{script}</script>",
    ]
    return _document("\n".join(parts), scripts)


def _document(body: str, scripts: list[str]) -> str:
    style = files("nba_assets.reports.coverage").joinpath("page.css").read_text()
    lines = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Coverage</title>',
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>",
        body,
        '</main>\n<div class="tip" id="tip" hidden></div>',
        *scripts,
        "</body>\n</html>\n",
    ]
    return "\n".join(lines)


def _data(calendar: Calendar) -> str:
    seasons = {
        name: {**season_payload(calendar, dates), "figure": season_figure(calendar, dates).to_plotly_json()}
        for name, dates in calendar.seasons().items()
    }
    statuses = [{"name": status.name, "colour": status.colour} for status in STATUSES]
    text = json.dumps({"statuses": statuses, "seasons": seasons}, separators=(",", ":"), allow_nan=False)
    # No text of a ledger may end the script element it stands in.
    return text.replace("<", "\\u003c")


def _head(calendar: Calendar) -> str:
    first, last = calendar.dates[0], calendar.dates[-1]
    span = f"{first:%B} {first.day}, {first.year} to {last:%B} {last.day}, {last.year}"
    return f'<h1>Coverage</h1>\n<p class="sub">What each table should hold and holds, {span}</p>'


def _tiles(calendar: Calendar, ledger: pd.DataFrame, gaps: list[Gap]) -> str:
    worst = calendar.worst
    mended = ledger[ledger["healed_at"].notna() & ledger["status"].isin(COMPLETE)]
    counts = [
        (f"{len(calendar.dates):,}", "game dates"),
        (f"{len(calendar.tables):,}", "tables"),
        (percent(complete_share(worst)), "complete, or proven empty"),
        (f"{calendar.open_cells():,}", f"open gaps, {counted(len(gaps), 'cause')}"),
        (f"{int((worst == NAMES.index('OVERRIDDEN')).sum()):,}", "let through by hand"),
        (f"{len(mended[['game_date', 'table']].drop_duplicates()):,}", "healed"),
    ]
    tiles = "".join(
        f'<div class="tile"><b>{number}</b><span>{words}</span></div>' for number, words in counts
    )
    return f'<div class="tiles">{tiles}</div>'


def _calendar_section(calendar: Calendar) -> str:
    counts = np.bincount(calendar.worst.ravel(), minlength=len(STATUSES))
    legend = "".join(
        f'<li><i class="swatch" style="background:{status.colour}"></i><b>{status.name}</b> '
        f"{status.meaning} ({counts[code]:,})</li>"
        for code, status in enumerate(STATUSES)
    )
    buttons = "".join(
        f'<button type="button" data-season="{name}" aria-pressed="false">'
        f"{name}{_badge(calendar.open_cells(dates))}</button>"
        for name, dates in calendar.seasons().items()
    )
    return (
        '<section><div class="row"><h2>Calendar</h2>'
        f'<div class="seasons" role="group" aria-label="Season">{buttons}</div></div>'
        f'<p class="sub">{_HELP}</p><ul class="legend">{legend}</ul>'
        '<div class="scroll"><div id="calendar"></div></div><div id="kept" hidden></div></section>'
    )


def _badge(gaps: int) -> str:
    return f'<em title="open gaps">{gaps:,}</em>' if gaps else ""
