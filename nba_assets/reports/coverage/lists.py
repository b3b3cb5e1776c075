"""Gaps, overrides and healed gaps as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from nba_assets.reports.coverage.cells import season_name
from nba_assets.reports.coverage.gaps import (
    NO_CAUSE,
    DateRange,
    Gap,
    Note,
)

SHOWN_GAPS = 300
SHOWN_COMMANDS = 3
SHOWN_RANGES = 12
SHOWN_METRICS = 4


def section(title: str, words: str, content: str) -> str:
    """A part of the page with its heading."""
    return f'<section><h2>{title}</h2><p class="sub">{words}</p>{content}</section>'


def gaps_section(gaps: list[Gap]) -> str:
    """Open gaps, one block a cause."""
    if not gaps:
        return section("Open gaps", "None: every date of every table may feed the next.", "")
    content = "".join(map(_gap, gaps[:SHOWN_GAPS]))
    if len(gaps) > SHOWN_GAPS:
        cells = sum(gap.cells for gap in gaps[SHOWN_GAPS:])
        content += f"<p>And {len(gaps) - SHOWN_GAPS:,} more causes over {cells:,} cells of the calendar.</p>"
    return section("Open gaps", "By cause: what failed, then what waits for it.", content)


def overrides_section(notes: list[Note]) -> str:
    """What was let through by hand."""
    words = "Dates that feed others although they are not complete, with the reason on record."
    return section("Let through by hand", words, _table(notes, "Reason")) if notes else ""


def healed_section(notes: list[Note]) -> str:
    """Gaps that were open once."""
    return section("Healed", "Gaps that were open once and now hold.", _table(notes, "Was")) if notes else ""


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural unless it is one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _gap(gap: Gap) -> str:
    name = gap.table or (gap.tables[0][0] if gap.cause == NO_CAUSE else "")
    blamed = f'<span class="mono">{escape(name)}</span>: ' if name else ""
    similar = ' <span class="sub">(and the like, with other figures)</span>' if gap.similar else ""
    tables = ", ".join(
        f'<span class="mono">{escape(table)}</span> ({counted(dates, "date")}{_which(gap, metrics)})'
        for table, metrics, dates in gap.tables
    )
    dates = sum(each.dates for each in gap.ranges)
    facts = [("Concerns", tables), (counted(dates, "date"), _ranges(gap.ranges))]
    if gap.keys:
        facts.append(("Missing", f'<span class="mono keys">{escape(", ".join(gap.keys))}</span>'))
    if gap.commands:
        facts.append(("To heal", _commands(gap.commands)))
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
    return (
        f'<article class="gap"><span class="pill" data-status="{gap.status}"></span> '
        f"<h3>{blamed}{escape(gap.cause)}</h3>{similar}<dl>{listed}</dl></article>"
    )


def _which(gap: Gap, metrics: tuple[str, ...]) -> str:
    """The metrics that failed; a table that was never reached lacks all of them."""
    return f": {escape(_named(metrics))}" if gap.status == "FAIL" else ""


def _commands(commands: tuple[str, ...]) -> str:
    lines = [f"<code>{escape(text)}</code>{_copy(text, 'Copy')}" for text in commands[:SHOWN_COMMANDS]]
    if len(commands) > SHOWN_COMMANDS:
        lines.append(_copy("\n".join(commands), f"Copy all {len(commands):,} commands"))
    return "".join(f'<div class="command">{line}</div>' for line in lines)


def _copy(text: str, label: str) -> str:
    # A line break in an attribute must be written as a reference to survive.
    value = escape(text, quote=True).replace("\n", "&#10;")
    return f'<button type="button" class="copy" data-text="{value}" data-label="{label}">{label}</button>'


def _table(notes: list[Note], column: str) -> str:
    timed = any(note.when for note in notes)
    titles = ["Table", "Metrics", "Dates", column, *(["When"] if timed else [])]
    lines = []
    for note in notes:
        cells = [
            f'<td class="mono">{escape(note.table)}</td>',
            f"<td>{escape(_named(note.metrics))}</td>",
            f"<td>{_ranges(note.ranges)}</td>",
            f'<td class="wide">{escape(note.words)}</td>',
            *([f'<td class="when">{escape(note.when)}</td>'] if timed else []),
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    head = "".join(f"<th>{title}</th>" for title in titles)
    rows = f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody>"
    return f'<div class="scroll"><table class="list">{rows}</table></div>'


def _ranges(ranges: tuple[DateRange, ...]) -> str:
    chips = [_range(each) for each in ranges]
    shown = "".join(chips[:SHOWN_RANGES])
    if len(chips) <= SHOWN_RANGES:
        return shown
    title = counted(len(chips) - SHOWN_RANGES, "more range")
    return f"{shown}<details><summary>{title}</summary>{''.join(chips[SHOWN_RANGES:])}</details>"


def _range(each: DateRange) -> str:
    year, month = int(each.first[:4]), int(each.first[5:7])
    season = season_name(year - (month < 10))
    words = each.first if each.first == each.last else f"{each.first} to {each.last} ({each.dates:,})"
    return (
        f'<button type="button" class="range" title="show in the calendar" data-season="{season}" '
        f'data-first="{each.first}" data-last="{each.last}">{words}</button>'
    )


def _named(metrics: Iterable[str]) -> str:
    names = list(metrics)
    more = len(names) - SHOWN_METRICS
    return ", ".join(names[:SHOWN_METRICS]) + (f" and {more} more" if more > 0 else "")
