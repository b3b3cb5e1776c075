"""Columns that a file lacks and another of its columns determines.

An export that leaves one out costs nothing then, and the rows are counted as repaired.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import pyarrow as pa

from nba_assets.calendar.seasons import season_of_id
from nba_assets.domain.raw.event_text import SHOT_TYPES
from nba_assets.domain.raw.schedule import SEASON_TYPE_OF_ID
from nba_assets.domain.teams import TEAM_TRICODES, is_team_name, tricode_of_name
from nba_assets.sources.archive.layout import EVENTS, PLAYER_BOXES, SCHEDULES, TEAM_BOXES
from nba_assets.sources.archive.layout import SHOTS as SHOT_CHARTS
from nba_assets.tabular.arrow_columns import by_distinct, numbers_of, pc


@dataclass(frozen=True)
class DerivedColumn:
    """A column by others of its row.

    Attributes:
        name: the column.
        sources: columns that determine it; none, where only other files do: it is NULL until these are read.
        derive: makes it of them.
    """

    name: str
    sources: tuple[str, ...]
    derive: Callable[..., Any] = lambda: None

    @property
    def words(self) -> str:
        """What is repaired, for people; nothing where the column is NULL."""
        return f"{self.name} by {', '.join(self.sources)}" if self.sources else ""


def with_derived(table: pa.Table, derived: Sequence[DerivedColumn]) -> pa.Table:
    """A table with further columns, which it must not have yet; NULL where the sources tell nothing."""
    for column in derived:
        values = [table.column(name).combine_chunks() for name in column.sources]
        made = column.derive(*values) if values else pa.nulls(len(table), pa.string())
        table = table.append_column(column.name, made)
    return table


def derivable(pattern: str, names: Collection[str], wanted: Collection[str] | None) -> list[DerivedColumn]:
    """Columns that a feed's file lacks, and that its other columns determine.

    Args:
        pattern: of the feed's files.
        names: columns of the file.
        wanted: columns to read; all that there can be by default.
    """
    found: dict[str, DerivedColumn] = {}
    for column in DERIVED.get(pattern, ()):
        lacking = column.name not in names and (wanted is None or column.name in wanted)
        if lacking and column.name not in found and set(column.sources) <= {*names}:
            found[column.name] = column
    return [*found.values()]


def sources_of(columns: Sequence[str], derived: Sequence[DerivedColumn]) -> list[str]:
    """Columns to read for some, of which some are derived."""
    lacking = {column.name for column in derived}
    sources = (name for column in derived for name in column.sources)
    return [*dict.fromkeys([*(name for name in columns if name not in lacking), *sources])]


def _texts(convert: Callable[[str], str | None]) -> Callable[[Any], Any]:
    def column(values: Any) -> Any:
        texts = values.cast(pa.string())
        return by_distinct(
            texts,
            lambda distinct: pa.array(
                [None if text is None else convert(text.strip()) for text in distinct.to_pylist()],
                pa.string(),
            ),
        )

    return column


def _tricode_of_id(text: str) -> str | None:
    number = text.removesuffix(".0")
    return TEAM_TRICODES.get(int(number)) if number.isdigit() else None


def _tricode_of_name(text: str) -> str | None:
    return tricode_of_name(text) if is_team_name(text) else None


def _season(game_id: str) -> str | None:
    return season_of_id(game_id) if game_id[:3] in SEASON_TYPE_OF_ID and game_id.isdigit() else None


def _season_type(game_id: str) -> str | None:
    return SEASON_TYPE_OF_ID.get(game_id[:3])


def _own_tricode(matchup: str) -> str | None:
    """The first team of a text like ``MIL vs. CHI``: it is the row's own."""
    return _tricode_of_name(matchup.split(maxsplit=1)[0]) if matchup else None


def _sum(name: str, *terms: tuple[float, str]) -> DerivedColumn:
    """A count by others that it is a sum of."""

    def total(*columns: Any) -> Any:
        numbers = [
            pc.multiply(factor, _numbers(column)) for (factor, _), column in zip(terms, columns, strict=True)
        ]
        return reduce(pc.add, numbers)

    return DerivedColumn(name, tuple(source for _, source in terms), total)


def _numbers(column: Any) -> Any:
    found = numbers_of(column)
    return pa.nulls(len(column), pa.float64()) if found is None else found.cast(pa.float64())


def _made(types: Any) -> Any:
    words = pc.utf8_lower(types.cast(pa.string()))
    place = pc.index_in(words, value_set=pa.array(["missed shot", "made shot"]))
    return place.cast(pa.bool_())


def _result(types: Any, descriptions: Any) -> Any:
    shot = pc.is_in(pc.utf8_lower(types.cast(pa.string())), value_set=pa.array([*SHOT_TYPES, "freethrow"]))
    missed = pc.match_substring_regex(descriptions.cast(pa.string()), r"\bMISS\b")
    return pc.if_else(shot, pc.if_else(missed, "Missed", "Made"), pa.scalar(None, pa.string()))


def _field_goal(types: Any) -> Any:
    return pc.is_in(pc.utf8_lower(types.cast(pa.string())), value_set=pa.array(SHOT_TYPES))


_BOX: Final = (
    DerivedColumn("TEAM_ABBREVIATION", ("TEAM_ID",), _texts(_tricode_of_id)),
    DerivedColumn("TEAM_ABBREVIATION", ("MATCHUP",), _texts(_own_tricode)),
    DerivedColumn("TEAM_ABBREVIATION", ("TEAM_NAME",), _texts(_tricode_of_name)),
    DerivedColumn("GAME_ID", ()),
    DerivedColumn("GAME_DATE", ()),
    DerivedColumn("WL", ()),
    _sum("PTS", (2, "FGM"), (1, "FG3M"), (1, "FTM")),
    _sum("FGM", (0.5, "PTS"), (-0.5, "FG3M"), (-0.5, "FTM")),
    _sum("FG3M", (1, "PTS"), (-2, "FGM"), (-1, "FTM")),
    _sum("FTM", (1, "PTS"), (-2, "FGM"), (-1, "FG3M")),
    _sum("REB", (1, "OREB"), (1, "DREB")),
    _sum("OREB", (1, "REB"), (-1, "DREB")),
    _sum("DREB", (1, "REB"), (-1, "OREB")),
)
DERIVED: Final[Mapping[str, tuple[DerivedColumn, ...]]] = {
    PLAYER_BOXES[0]: (*_BOX, DerivedColumn("PLAYER_NAME", ())),
    TEAM_BOXES[0]: _BOX,
    EVENTS[0]: (
        DerivedColumn("game_date", ()),
        DerivedColumn("isFieldGoal", ("actionType",), _field_goal),
        DerivedColumn("shotResult", ("actionType", "description"), _result),
    ),
    SHOT_CHARTS[0]: (
        DerivedColumn("GAME_DATE", ()),
        DerivedColumn("SHOT_MADE", ("EVENT_TYPE",), _made),
    ),
    SCHEDULES: (
        DerivedColumn("season", ("game_id",), _texts(_season)),
        DerivedColumn("season_type", ("game_id",), _texts(_season_type)),
    ),
}
