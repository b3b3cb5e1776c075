"""Game ids, game dates and tricodes of a file in the form of every table, where another form means the same.

A tool that exported the file may have taken ids for numbers, which lose their leading zeros, or dates for
moments at midnight; a publisher may have tricodes of its own. A moment of a time zone, or one that is not
midnight, has lost its calendar day and is left as it is: whoever reads it refuses it.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from nba_assets.domain.teams import is_team_name, tricode_of_name
from nba_assets.tabular.arrow_columns import is_text, pc, with_distinct

_GAMES = ("GAME_ID", "game_id")
_DATES = ("GAME_DATE", "game_date", "effective_date")
TEAMS = ("TEAM_ABBREVIATION", "home_team_tricode", "away_team_tricode", "team", "Team", "opp")
_ID_DIGITS = 10
_SHORT_ID = r"^0*(\d{8})(\.0+)?$"  # 22400061, 22400061.0, 000022400061
_MIDNIGHT = r"[T ]00:00(:00(\.0+)?)?$"
# 20251021, 10/21/25, 10/21/2025, 2025/10/21, OCT 21, 2025, Tue, Oct 21, 2025, 21-Oct-2025.
# Years of two digits come first: %Y takes them for years of antiquity.
_OTHER_DATES = (
    "%Y%m%d", "%m/%d/%y", "%m/%d/%Y", "%Y/%m/%d", "%b %d, %Y", "%B %d, %Y", "%a, %b %d, %Y", "%d-%b-%Y",
)  # fmt: skip
_LONGEST_CODE = 4


def with_text_keys(table: pa.Table) -> pa.Table:
    """The same rows: ids of ten digits, dates as YYYY-MM-DD, the NBA's tricodes where a column means that."""
    for names, convert in ((_GAMES, _game_ids), (_DATES, _dates), (TEAMS, _tricodes)):
        for name in (name for name in names if name in table.column_names):
            column = table.column(name)
            # A column of which every value is missing has no type of its own.
            changed = column.cast(pa.string()) if pa.types.is_null(column.type) else convert(column)
            if changed is not column:
                table = table.set_column(table.column_names.index(name), name, changed)
    return table


def _game_ids(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_floating(kind) and pc.all(pc.equal(pc.floor(column), column)).as_py():
        column, kind = column.cast(pa.int64()), pa.int64()
    if pa.types.is_integer(kind):
        return pc.utf8_lpad(column.cast(pa.string()), _ID_DIGITS, "0")
    if is_text(kind):
        return with_distinct(column, _id_texts)
    return column


def _id_texts(texts: Any) -> Any:
    return pc.replace_substring_regex(pc.utf8_trim_whitespace(texts), _SHORT_ID, r"00\1")


def _dates(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_date(kind):
        return column.cast(pa.date32()).cast(pa.string())
    if pa.types.is_timestamp(kind) and kind.tz is None:
        days = column.cast(pa.date32(), safe=False)
        midnights = pc.all(pc.equal(days.cast(kind), column)).as_py()
        return days.cast(pa.string()) if midnights is not False else column
    if is_text(kind):
        return with_distinct(column, _day_texts)
    if pa.types.is_integer(kind):
        return _day_texts(column.cast(pa.string()))
    return column


def _day_texts(texts: Any) -> Any:
    texts = pc.replace_substring_regex(pc.utf8_trim_whitespace(texts), _MIDNIGHT, "")
    days = [pc.strptime(texts, format=form, unit="s", error_is_null=True) for form in _OTHER_DATES]
    return pc.coalesce(*(day.cast(pa.date32()).cast(pa.string()) for day in days), texts)


def _tricodes(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return with_distinct(column, _nba_tricodes) if is_text(column.type) else column


def _nba_tricodes(texts: Any) -> Any:
    """Tricodes of any publisher as the NBA's; texts that are none stay as they are."""
    return pa.array([_nba_tricode(text) for text in texts.to_pylist()], pa.string())


def _nba_tricode(text: str | None) -> str | None:
    side, code = ("@", text[1:]) if text is not None and text.startswith("@") else ("", text)
    is_code = code is not None and len(code.strip()) <= _LONGEST_CODE and is_team_name(code)
    return f"{side}{tricode_of_name(code)}" if code is not None and is_code else text
