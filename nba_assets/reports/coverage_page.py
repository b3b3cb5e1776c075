"""The coverage page: one HTML file that works anywhere, without a network.

What belongs here: putting calendar and lists on a page. What does not: arranging the ledger (coverage_cells.py,
coverage_gaps.py), drawing (coverage_figure.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from importlib.resources import files

import numpy as np
import pandas as pd
from plotly.offline import get_plotlyjs

from nba_assets.reports.coverage_cells import Calendar, season_name, season_payload
from nba_assets.reports.coverage_figure import complete_share, percent, season_figure
from nba_assets.reports.coverage_gaps import DateRange, Gap, Note, healed, open_gaps, overrides
from nba_assets.reports.coverage_status import COMPLETE, NAMES, OPEN, STATUSES

SHOWN_GAPS = 300
SHOWN_COMMANDS = 3
SHOWN_RANGES = 12
# The browser itself refuses any request: nothing on this page may come from elsewhere.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"


def coverage_page(ledger: pd.DataFrame, order: Mapping[str, int]) -> str:
    """The ledger as one self-contained HTML page.

    Args:
        ledger: one row a game_date, table and metric: expected, actual, share (NULL when nothing is expected),
            status, cause_table, cause, missing_keys (the first twenty, joined by |), heal (a command),
            override_reason, healed_at (UTC). May be empty.
        order: position of each table in the graph; the page lists them in this order.

    Raises:
        KeyError: a column, or the position of a table, is missing.
        ValueError: a status nobody knows, or a metric twice on a date.
    """
    calendar = Calendar.of(ledger, order)
    gaps, by_hand, mended = open_gaps(ledger, order), overrides(ledger), healed(ledger)
    body = [_head(calendar), _tiles(calendar, ledger, gaps)] if len(ledger) else [_nothing()]
    if len(ledger):
        body += [_calendar_section(calendar), _gaps_section(gaps), _notes_section(
            "Let through by hand", "Dates that feed others although they are not complete, with the reason on record.",
            "Reason", by_hand), _notes_section(
            "Healed", "Gaps that were open once and now hold.", "Was", mended)]  # fmt: skip
    return _document("\n".join(body), _data(calendar), plotly=bool(len(ledger)))


def _document(body: str, data: str, plotly: bool) -> str:
    here = files("nba_assets.reports")
    script = here.joinpath("coverage_page.js").read_text()
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Coverage</title>',
            f"<style>\n{here.joinpath('coverage_page.css').read_text()}</style>\n</head>\n<body>\n<main>",
            body,
            '</main>\n<div class="tip" id="tip" hidden></div>',
            f'<script type="application/json" id="ledger">{data}</script>',
            f"<script>{get_plotlyjs()}</script>" if plotly else "",
            f"<script>\n{script}</script>" if plotly else "",
            "</body>\n</html>\n",
        ]
    )


def _data(calendar: Calendar) -> str:
    seasons = {
        name: {**season_payload(calendar, dates), "figure": season_figure(calendar, dates).to_plotly_json()}
        for name, dates in calendar.seasons().items()
    }
    statuses = [{"name": status.name, "colour": status.colour} for status in STATUSES]
    text = json.dumps({"statuses": statuses, "seasons": seasons}, separators=(",", ":"), allow_nan=False)
    # No text of a ledger may end the script element it stands in.
    return text.replace("<", "\\u003c")


def _nothing() -> str:
    return "<h1>Coverage</h1><section><p>The ledger is empty: no table has been materialized yet.</p></section>"


def _head(calendar: Calendar) -> str:
    first, last = calendar.dates[0], calendar.dates[-1]
    return (
        "<h1>Coverage</h1>\n"
        f'<p class="sub">What each table should hold and holds, {first:%B} {first.day}, {first.year} to '
        f"{last:%B} {last.day}, {last.year}</p>"
    )


def _tiles(calendar: Calendar, ledger: pd.DataFrame, gaps: list[Gap]) -> str:
    worst = calendar.worst
    mended = ledger[ledger["healed_at"].notna() & ledger["status"].isin(COMPLETE)]
    counts = [
        (f"{len(calendar.dates):,}", "game dates"),
        (f"{len(calendar.tables):,}", "tables"),
        (percent(complete_share(worst)), "pass, or proven empty"),
        (f"{calendar.open_cells():,}", f"open gaps, {len(gaps):,} cause{'' if len(gaps) == 1 else 's'}"),
        (f"{int((worst == NAMES.index('OVERRIDDEN')).sum()):,}", "let through by hand"),
        (f"{len(mended[['game_date', 'table']].drop_duplicates()):,}", "healed"),
    ]
    tiles = "".join(f'<div class="tile"><b>{number}</b><span>{words}</span></div>' for number, words in counts)
    return f'<div class="tiles">{tiles}</div>'


def _calendar_section(calendar: Calendar) -> str:
    counts = np.bincount(calendar.worst.ravel(), minlength=len(STATUSES))
    legend = "".join(
        f'<li><i class="swatch" style="background:{status.colour}"></i><b>{status.name}</b> {status.meaning} '
        f"({counts[code]:,})</li>"
        for code, status in enumerate(STATUSES)
    )
    buttons = []
    for name, dates in calendar.seasons().items():
        gaps = calendar.open_cells(dates)
        badge = f'<em title="open gaps">{gaps:,}</em>' if gaps else ""
        buttons.append(f'<button type="button" data-season="{name}" aria-pressed="false">{name}{badge}</button>')
    return (
        '<section><div class="row"><h2>Calendar</h2>'
        f'<div class="seasons" role="group" aria-label="Season">{"".join(buttons)}</div></div>'
        '<p class="sub">One cell a game date and table, in the worst status of its metrics. Point at a cell for its '
        "figures, click to keep them, drag sideways to enlarge, double-click to go back.</p>"
        f'<ul class="legend">{legend}</ul><div class="scroll"><div id="calendar"></div></div>'
        '<div id="kept" hidden></div></section>'
    )


def _gaps_section(gaps: list[Gap]) -> str:
    if not gaps:
        return "<section><h2>Open gaps</h2><p class=\"sub\">None: every date of every table may feed the next.</p></section>"
    more = ""
    if len(gaps) > SHOWN_GAPS:
        cells = sum(gap.cells for gap in gaps[SHOWN_GAPS:])
        more = f"<p>And {len(gaps) - SHOWN_GAPS:,} more causes over {cells:,} cells of the calendar.</p>"
    return (
        '<section><h2>Open gaps</h2><p class="sub">By cause, what failed before what waits for it.</p>'
        f"{''.join(map(_gap, gaps[:SHOWN_GAPS]))}{more}</section>"
    )


def _gap(gap: Gap) -> str:
    blamed = f'<span class="mono">{escape(gap.table)}</span>: ' if gap.table else ""
    similar = ' <span class="sub">(and the like, with other figures)</span>' if gap.similar else ""
    tables = ", ".join(
        f'<span class="mono">{escape(table)}</span> ({_counted(dates, "date")}{_which(gap, metrics)})'
        for table, metrics, dates in gap.tables
    )
    rows = [("Concerns", tables), (_counted(sum(r.dates for r in gap.ranges), "date").capitalize(), _ranges(gap.ranges))]
    if gap.keys:
        rows.append(("Missing", f'<span class="mono keys">{escape(", ".join(gap.keys))}</span>'))
    if gap.commands:
        rows.append(("To heal", _commands(gap.commands)))
    facts = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    return (
        f'<article class="gap"><span class="pill" data-status="{gap.status}"></span> '
        f"<h3>{blamed}{escape(gap.cause)}</h3>{similar}<dl>{facts}</dl></article>"
    )


def _which(gap: Gap, metrics: tuple[str, ...]) -> str:
    """The metrics that failed; a table that was never reached lacks all of them."""
    return f": {escape(_named(metrics))}" if gap.status == "FAIL" else ""


def _commands(commands: tuple[str, ...]) -> str:
    shown = "".join(
        f'<div class="command"><code>{escape(text)}</code>{_copy(text, "Copy")}</div>' for text in commands[:SHOWN_COMMANDS]
    )
    if len(commands) <= SHOWN_COMMANDS:
        return shown
    return f"{shown}<div class=\"command\">{_copy(chr(10).join(commands), f'Copy all {len(commands):,} commands')}</div>"


def _copy(text: str, label: str) -> str:
    # A line break in an attribute must be written as a reference to survive.
    value = escape(text, quote=True).replace("\n", "&#10;")
    return f'<button type="button" class="copy" data-text="{value}" data-label="{label}">{label}</button>'


def _notes_section(title: str, words: str, column: str, notes: list[Note]) -> str:
    if not notes:
        return f'<section><h2>{title}</h2><p class="sub">None.</p></section>'
    timed = any(note.when for note in notes)
    head = "".join(f"<th>{name}</th>" for name in ("Table", "Metrics", "Dates", column, *(["When"] if timed else [])))
    lines = "".join(
        f'<tr><td class="mono">{escape(note.table)}</td><td>{escape(_named(note.metrics))}</td>'
        f"<td>{_ranges(note.ranges)}</td><td class="wide">{escape(note.words)}</td>"
        + (f"<td>{escape(note.when)}</td>" if timed else "")
        + "</tr>"
        for note in notes
    )
    return (
        f'<section><h2>{title}</h2><p class="sub">{words}</p><div class="scroll"><table class="list">'
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div></section>"
    )


def _ranges(ranges: tuple[DateRange, ...]) -> str:
    chips = [_range(each) for each in ranges]
    if len(chips) <= SHOWN_RANGES:
        return "".join(chips)
    rest = len(chips) - SHOWN_RANGES
    return (
        "".join(chips[:SHOWN_RANGES])
        + f"<details><summary>{_counted(rest, 'more range')}</summary>{''.join(chips[SHOWN_RANGES:])}</details>"
    )


def _range(each: DateRange) -> str:
    year, month = int(each.first[:4]), int(each.first[5:7])
    season = season_name(year - (month < 10))
    words = each.first if each.first == each.last else f"{each.first} to {each.last} ({each.dates:,})"
    return (
        f'<button type="button" class="range" title="show in the calendar" data-season="{season}" '
        f'data-first="{each.first}" data-last="{each.last}">{words}</button>'
    )


def _named(metrics: Iterable[str], most: int = 4) -> str:
    names = list(metrics)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
