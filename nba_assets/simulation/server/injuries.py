"""The hourly injury report of the simulated league, as the PDF that the league publishes.

The page is written by hand, a table of words and ruled lines in the viewer's own font: a library for
documents would be larger than all it is needed for.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from nba_assets.simulation.league.names import plain
from nba_assets.simulation.server.world import (
    EASTERN,
    Match,
    Row,
    World,
)
from nba_assets.sources.feeds.report_times import report_time

# The league's page: headings and where their columns begin, in points.
_HEADINGS = ("Game Date", "Game Time", "Matchup", "Team", "Player Name", "Current Status", "Reason")
_LEFT = (30, 120, 200, 280, 430, 600, 720)
_WIDTH, _HEIGHT, _ROW, _ROWS_A_PAGE = 1100, 720, 18, 32
_FIRST, _LAST = dt.time(11), dt.time(22, 30)
_DETAILS = re.compile(r"^(?P<head>[^(]+)\((?P<part>[^)]+)\) - .* is (?P<status>[A-Za-z]+) for ")


def listed(world: World, date: dt.date, now: dt.datetime) -> list[Row]:
    """The newest list of a date at a moment: Player, Team, status and reason (None where it gives none)."""
    rows = [row for row in world.injuries(date) if row["captured"] <= now]
    newest = max((row["captured"] for row in rows), default=None)
    return [{**row, **_status_and_part(row)} for row in rows if row["captured"] == newest]


def report(world: World, date: dt.date, clock: str, now: dt.datetime) -> bytes | None:
    """The report of an hour such as ``05PM`` or ``05_30PM``; None before its hour, or where nobody plays."""
    at = report_time(date, clock)
    if at is None or not _FIRST <= at.time() <= _LAST or now < at:
        return None
    playing = [match for match in world.on(date) if not match.is_postponed(at)]
    table = list(_table(playing, listed(world, date, at)))
    return report_pdf(f"Injury Report: {at:%m/%d/%y %I:%M %p}", table) if table else None


def _status_and_part(row: Row) -> Row:
    if row["Status"] is not None:
        return {"status": row["Status"], "reason": None}
    words = _DETAILS.match(row["Details"])
    if words is None:
        raise ValueError(f"{row['Details']!r} is not how the simulated league words an injury")
    return {"status": words["status"].capitalize(), "reason": f"Injury/Illness - {words['part']}"}


def _table(matches: Sequence[Match], rows: Sequence[Row]) -> Iterable[tuple[str, ...]]:
    """Cells by row: date, time, matchup and team are in the first row they apply to.

    Where no team lists a player, none has submitted its report yet, and the table says so.
    """
    date, listing = "", {row["Team"] for row in rows}
    submitted = any(team.tricode in listing for match in matches for team in (match.away, match.home))
    for match in sorted(matches, key=lambda m: (m.tipoff, m.game_id)):
        local = match.tipoff.astimezone(EASTERN)
        heading = (f"{local:%I:%M} (ET)", f"{match.away.tricode}@{match.home.tricode}")
        for team in (match.away, match.home):
            name = team.name
            if not submitted:
                today = "" if date else f"{match.date:%m/%d/%Y}"
                yield (today, *heading, name, "", "", "NOT YET SUBMITTED")
                date, heading = f"{match.date:%m/%d/%Y}", ("", "")
            for row in sorted((r for r in rows if r["Team"] == team.tricode), key=lambda r: r["Player"]):
                today = f"{match.date:%m/%d/%Y}"
                first, _, family = plain(row["Player"]).partition(" ")
                yield (
                    today if today != date else "", *heading, name,
                    f"{family}, {first}", row["status"], row["reason"] or "",
                )  # fmt: skip
                date, heading, name = today, ("", ""), ""


def report_pdf(title: str, table: Sequence[tuple[str, ...]]) -> bytes:
    """The page of a report: its title and the cells of its rows, in the order of the league's headings."""
    pages = [table[i : i + _ROWS_A_PAGE] for i in range(0, len(table), _ROWS_A_PAGE)]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(pages)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, rows in enumerate(pages):
        drawing = _page(title, rows).encode("cp1252")
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R "
            b"/Resources << /Font << /F 3 0 R >> >> >>" % (_WIDTH, _HEIGHT, 5 + 2 * number),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        ]
    return _file(objects)


def _page(title: str, rows: Sequence[tuple[str, ...]]) -> str:
    """Title, headings, and the rows between ruled lines, top down."""
    top = _HEIGHT - 80
    marks = [_text(30, _HEIGHT - 30, title)]
    marks += [_text(left, top + 6, word) for left, word in zip(_LEFT, _HEADINGS, strict=True)]
    for number, row in enumerate(rows):
        y = top - _ROW * number
        marks += [_rule(y), *(_text(x, y - 12, cell) for x, cell in zip(_LEFT, row, strict=True) if cell)]
    return "\n".join([*marks, _rule(top - _ROW * len(rows))])


def _text(x: int, y: int, words: str) -> str:
    escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F 8 Tf {x} {y} Td ({escaped}) Tj ET"


def _rule(y: int) -> str:
    return f"{_LEFT[0] - 4} {y} m {_WIDTH - 30} {y} l S"


def _file(objects: Sequence[bytes]) -> bytes:
    """Objects, their places, and the end."""
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
