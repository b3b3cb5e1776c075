"""The table of an injury report PDF, read by position.

A cell belongs to the column whose heading is above it and to the row between two ruled lines; a reason
of two lines is one cell. Date, time, matchup and team are printed once and hold until the next one, over
pages too.
"""

from __future__ import annotations

import bisect
import io
import itertools
import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import pdfplumber

from nba_assets.sources.wire.documents import Place
from nba_assets.tabular.problems import BadInput

COLUMNS: Final = ("Game Date", "Game Time", "Matchup", "Team", "Player Name", "Current Status", "Reason")
_TITLE: Final = re.compile(r"Injury Report: (\d{2}/\d{2}/\d{2} \d{2}:\d{2} [AP]M)", re.ASCII)
_FOOTER: Final = re.compile(r"Page \d+ of \d+", re.ASCII)
_MOST_PAGES: Final = 60
# Gaps between words are 2 points wide, between letters none; headings are 1 point left of their cells.
_LETTER_GAP: Final = 1.0
_HEADING_SHIFT: Final = 3.0
_SAME_LINE: Final = 3.0


class Word(NamedTuple):
    """A word and its position: left edge and middle, in points from the top left."""

    text: str
    left: float
    middle: float


class Page(NamedTuple):
    """Words of a page and the heights of its ruled lines, with the stretch each one covers."""

    words: list[Word]
    rules: list[tuple[float, float, float]]


def read_pages(body: bytes, place: Place, first: int = _MOST_PAGES) -> list[Page]:
    """Words and ruled lines of the first so many pages, of every one by default.

    Raises:
        BadInput: no PDF, a web page, a broken one.
    """
    if body.lstrip()[:1] == b"<":
        place.refuse(None, "a web page where a PDF belongs", "403 means not published yet: ask again later")
    if not body.startswith(b"%PDF-"):
        place.refuse(None, "no PDF")
    try:
        with pdfplumber.open(io.BytesIO(body)) as document:
            pages = document.pages
            if len(pages) > _MOST_PAGES:
                place.refuse(None, f"{len(pages)} pages: no injury report")
            return [_page(page) for page in pages[:first]]
    except BadInput:
        raise
    except Exception as error:  # the PDF parser promises nothing about broken files
        place.refuse(None, f"not readable as PDF: {type(error).__name__}")


def table_of_report(pages: list[Page], place: Place) -> tuple[str, list[dict[str, str]], list[BadInput]]:
    """The report's own time, as printed, its rows and what could not be read of them.

    Returns:
        The title's time; one dict of COLUMNS per row, carried cells filled; and a problem for each line or
        row that was left out: a word outside the table, a matchup without a team, a reason of no row.

    Raises:
        BadInput: no title, no headings, pages of different reports.
    """
    titles: set[str] = set()
    rows: list[dict[str, str]] = []
    problems: list[BadInput] = []
    edges: list[float] = []
    for number, page in enumerate(pages, 1):
        titles.add(_title(page, f"page {number}", place))
        body = _lines(page.words)[1:]
        heading = next((line for line in body if _headings(line) is not None), None)
        if heading is not None:
            edges = _headings(heading) or edges
            body = [line for line in body if line is not heading]
        if not edges:
            place.refuse(f"page {number}", f"no headings {', '.join(COLUMNS)}")
        rows += _rows(body, page, edges, f"page {number}", place, problems)
    if len(titles) != 1:
        place.refuse("title", f"{len(titles)} different titles" if titles else "no pages")
    return titles.pop(), _carried(rows, place, problems), problems


def printed_time(body: bytes, place: Place) -> str:
    """The report's own time, of its first page alone.

    Raises:
        BadInput: no PDF, no page, no title.
    """
    pages = read_pages(body, place, first=1)
    if not pages:
        place.refuse("title", "no pages")
    return _title(pages[0], "page 1", place)


def _title(page: Page, name: str, place: Place) -> str:
    lines = _lines(page.words)
    title = _TITLE.fullmatch(" ".join(word.text for word in lines[0])) if lines else None
    if title is None:
        place.refuse(name, "no title 'Injury Report: <date> <time>'")
    return title[1]


def _page(page: Any) -> Page:
    words = page.extract_words(x_tolerance=_LETTER_GAP)
    rules = [(float(e["top"]), float(e["x0"]), float(e["x1"])) for e in page.edges if e["orientation"] == "h"]
    found = [Word(str(w["text"]), float(w["x0"]), (float(w["top"]) + float(w["bottom"])) / 2) for w in words]
    return Page(found, rules)


def _lines(words: Iterable[Word]) -> list[list[Word]]:
    """Words in reading order, by printed line."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.middle, word.left)):
        if lines and word.middle - lines[-1][0].middle <= _SAME_LINE:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.left) for line in lines]


def _headings(line: list[Word]) -> list[float] | None:
    """Left edges of the seven columns, if the line is that of the headings."""
    words = [word for heading in COLUMNS for word in heading.split()]
    if [word.text for word in line] != words:
        return None
    starts = itertools.accumulate([0, *(len(heading.split()) for heading in COLUMNS[:-1])])
    return [line[start].left - _HEADING_SHIFT for start in starts]


def _rows(
    lines: list[list[Word]],
    page: Page,
    edges: list[float],
    where: str,
    place: Place,
    problems: list[BadInput],
) -> list[dict[str, str]]:
    """Cells between the ruled lines below the last column's heading."""
    reason = edges[-1] + 2 * _HEADING_SHIFT
    heights = sorted({top for top, left, right in page.rules if left <= reason <= right})
    cells: dict[int, dict[str, list[str]]] = {}
    for line in lines:
        band = bisect.bisect(heights, line[0].middle)
        if _FOOTER.fullmatch(" ".join(word.text for word in line)):
            continue
        if not 0 < band < len(heights) or line[0].left < edges[0]:
            problems.append(place.problem(where, f"{line[0].text!r} is outside the table"))
            continue
        for word in line:
            column = bisect.bisect(edges, word.left) - 1
            cells.setdefault(band, {}).setdefault(COLUMNS[column], []).append(word.text)
    found = [{name: " ".join(cells[band].get(name, [])) for name in COLUMNS} for band in sorted(cells)]
    if (
        found
        and not any(found[0][name] for name in COLUMNS[:-1])
        and found[0]["Reason"] != "NOT YET SUBMITTED"
    ):
        found[0]["continued"] = "yes"
    return found


def _carried(rows: list[dict[str, str]], place: Place, problems: list[BadInput]) -> list[dict[str, str]]:
    """Rows with the cells that are printed once; players below a matchup without a team have none either."""
    carried = dict.fromkeys(COLUMNS[:4], "")
    out: list[dict[str, str]] = []
    for row in rows:
        if row.pop("continued", ""):
            if out:
                out[-1]["Reason"] = f"{out[-1]['Reason']} {row['Reason']}".strip()
            else:
                problems.append(place.problem("Reason", f"{row['Reason']!r} belongs to no row"))
            continue
        if row["Matchup"] and not row["Team"]:
            problems.append(place.problem("Team", f"{row['Matchup']} begins without a team"))
            carried["Team"] = ""
        carried = {name: row[name] or carried[name] for name in carried}
        if not carried["Team"]:
            continue
        out.append(row | carried)
    return out
