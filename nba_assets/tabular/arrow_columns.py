"""Typed, checked access to the columns of an arrow table that a source has written.

Checks that a column exists, has the right type and no NULL; the game to blame; row order.
Does not belong here: what a column means (play_by_play.py, event_text.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute

from nba_assets.tabular.problems import BadInput

# Its functions come into being at import time, where no type checker can see them.
pc: Any = pyarrow.compute

Kind = Literal["text", "integer", "number", "flag"]
_CANONICAL: Final[dict[Kind, Any]] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
}
_WORDS: Final[dict[Kind, str]] = {
    "text": "a text", "integer": "a whole number", "number": "a number", "flag": "true or false",
}  # fmt: skip
_NUMBER: Final = r"^[+-]?(\d+\.?\d*|\.\d+)$"
# Numbers as other tools write them: -5 with the sign of print, 5,5 with the comma of Europe.
_OTHER_NUMBERS: Final = (("\u2212", "-"), (r"^([+-]?\d+),(\d{1,2})$", r"\1.\2"))
_FALSE: Final = ("false", "0", "0.0", "n", "no", "f", "missed", "missed shot")
_TRUE: Final = ("true", "1", "1.0", "y", "yes", "t", "made", "made shot")


@dataclass(frozen=True)
class SourceColumns:
    """The columns of one source file, each in its canonical type.

    Attributes:
        file: name of the file, for people.
        columns: arrays by name.
        games: the text column of game ids.
        left_out: where refused games are listed, each once per fault; without it the first one raises.
    """

    file: str
    columns: Mapping[str, Any]
    games: Any
    left_out: list[BadInput] | None = None

    def __getitem__(self, name: str) -> Any:
        return self.columns[name]

    def refuse(self, bad: Any, field: str, reason: str, remedy: str) -> None:
        """Refuse the games of the rows where `bad` is true; NULL in `bad` is no fault.

        Raises:
            BadInput: names the first such game, where refused games are not listed.
        """
        bad = pc.fill_null(bad, False)
        if not pc.any(bad).as_py():
            return
        games = pc.value_counts(self.games.filter(bad)).to_pylist()
        problems = [
            BadInput(
                file=self.file, game=game["values"], field=field,
                reason=f"{reason} ({game['counts']} rows)", remedy=remedy,
            )
            for game in games
        ]  # fmt: skip
        if self.left_out is None:
            raise problems[0]
        self.left_out.extend(problems)


def source_columns(
    table: pa.Table,
    kinds: Mapping[str, Kind],
    *,
    file: str,
    game_field: str,
    required: frozenset[str],
    left_out: list[BadInput] | None = None,
) -> SourceColumns:
    """Return the named columns as single arrays of text, int64, float64 or bool.

    Other types are read for what they mean: a whole number with a point, a number or flag as text, a flag as
    0 or 1, a missing one as an empty text. A value that cannot be read, or a NULL in a `required` column,
    refuses its game. A column that is NULL throughout may have any type: a file without a single assist is
    legal.

    Raises BadInput for a missing column or a wrong type; see also :class:`SourceColumns`.
    """
    missing = [name for name in kinds if name not in table.column_names]
    if missing:
        raise BadInput(
            file=file, game=None, field=", ".join(missing), reason="column missing",
            remedy=f"re-export the file with it; it has {', '.join(table.column_names)}",
        )  # fmt: skip
    given = {name: _without_blanks(_spelled_out(table[name]), kinds[name]) for name in kinds}
    columns = {name: _canonical(given[name], kind, name, file) for name, kind in kinds.items()}
    found = SourceColumns(file, columns, columns[game_field], left_out)
    for name, kind in kinds.items():
        unreadable = pc.and_(pc.is_valid(given[name]), pc.is_null(columns[name]))
        found.refuse(unreadable, name, f"not {_WORDS[kind]}", "fetch the game again")
        if name in required and given[name].null_count:
            found.refuse(pc.is_null(given[name]), name, "no value", "fetch the game again")
    return found


def _spelled_out(column: pa.ChunkedArray) -> Any:
    """A column as one array, texts spelled out."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # an empty table keeps its chunks
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _without_blanks(array: Any, kind: Kind) -> Any:
    """An array with NULL for an empty text where another kind of value belongs."""
    if kind == "text" or not is_text(array.type):
        return array
    return null_when(pc.utf8_trim_whitespace(array), "")


def _canonical(array: Any, kind: Kind, name: str, file: str) -> Any:
    """The array in its canonical type, NULL where a value cannot be read."""
    wanted = _CANONICAL[kind]
    if array.type == wanted:
        return array
    if pa.types.is_null(array.type) or array.null_count == len(array):
        return pa.nulls(len(array), wanted)
    if kind == "text" and is_text(array.type):
        return array.cast(wanted)
    if kind in ("integer", "number") and (read := numbers_of(array)) is not None:
        return _whole(read) if kind == "integer" else read.cast(wanted)
    if kind == "flag" and (read := _flags(array)) is not None:
        return read
    raise BadInput(
        file=file, game=None, field=name, reason=f"type {array.type}, wanted {wanted}",
        remedy="re-export the file with the type of the archive's README",
    )  # fmt: skip


def numbers_of(array: Any) -> Any:
    """Numbers, or texts that are such; None for another type."""
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        return array
    if not is_text(array.type):
        return None
    texts = plain_numbers(array.cast(pa.string()))
    return pc.if_else(pc.match_substring_regex(texts, _NUMBER), texts, None).cast(pa.float64())


def plain_numbers(texts: Any) -> Any:
    """Texts with numbers in the letters of code; a comma before three digits may mean two, and stays."""
    texts = pc.utf8_trim_whitespace(texts)
    for pattern, plain in _OTHER_NUMBERS:
        texts = pc.replace_substring_regex(texts, pattern, plain)
    return texts


def _whole(numbers: Any) -> Any:
    """Numbers as integers; NULL for a fraction."""
    if pa.types.is_integer(numbers.type):
        return numbers.cast(pa.int64())
    return pc.if_else(pc.equal(pc.floor(numbers), numbers), numbers, None).cast(pa.int64())


def _flags(array: Any) -> Any:
    """Flags of true and false, 1 and 0, yes and no, as text or not; None for another type."""
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        array = array.cast(pa.float64()).cast(pa.string())
    if not is_text(array.type):
        return None
    texts = pc.utf8_lower(pc.utf8_trim_whitespace(array.cast(pa.string())))
    place = pc.index_in(texts, pa.array([*_FALSE, *_TRUE]))
    return pc.greater_equal(place, len(_FALSE))


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds text, each one spelled out or each distinct one once."""
    kind = kind.value_type if isinstance(kind, pa.DictionaryType) else kind
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def by_distinct(column: Any, convert: Callable[[Any], Any]) -> Any:
    """Apply `convert` to the distinct values only: a season has 670,000 clock readings and 1,300 clocks."""
    encoded = column.dictionary_encode()
    return convert(encoded.dictionary).take(encoded.indices)


def with_distinct(column: pa.ChunkedArray, convert: Callable[[Any], Any]) -> pa.ChunkedArray:
    """A text column with its distinct values converted; the same object where that changes nothing."""
    distinct = pc.unique(column).cast(pa.string())
    converted = convert(distinct)
    if converted.equals(distinct):
        return column
    return converted.take(pc.index_in(column.cast(pa.string()), value_set=distinct))


def null_when(column: Any, empty: object) -> Any:
    """Replace the source's placeholder for a missing value (0, '') by NULL."""
    return pc.if_else(pc.equal(column, pa.scalar(empty, column.type)), pa.scalar(None, column.type), column)


def ids_checked(found: SourceColumns) -> Any:
    """Return the game ids, refused unless NBA 10-digit strings."""
    good = by_distinct(found.games, lambda ids: pc.match_substring_regex(ids, r"^\d{10}$"))
    found.refuse(pc.invert(good), "game_id", "not an NBA 10-digit id", "keep game ids as text")
    return found.games


def dates_checked(found: SourceColumns, field: str) -> Any:
    """Return the date column (text `YYYY-MM-DD`) as timestamp[ns], its game refused where it is no date."""
    dates = by_distinct(
        found[field],
        lambda texts: pc.strptime(texts, format="%Y-%m-%d", unit="s", error_is_null=True).cast(
            pa.timestamp("ns")
        ),
    )
    found.refuse(pc.is_null(dates), field, "not a date YYYY-MM-DD", "write the US Eastern game date")
    return dates


def tricodes_checked(found: SourceColumns, field: str, tricodes: Mapping[int, str]) -> Any:
    """Return the tricodes of a column of team ids; NULL for no team (0 or NULL), refused where unknown."""
    ids = null_when(found[field], 0)

    def convert(distinct: Any) -> Any:
        return pa.array([tricodes.get(value) for value in distinct.to_pylist()], pa.string())

    teams = by_distinct(ids, convert)
    unknown = pc.and_(pc.is_valid(ids), pc.is_null(teams))
    found.refuse(unknown, field, "not one of the 30 team ids", "leave exhibition games out of the file")
    return teams


def game_rank(found: SourceColumns, dates: Any, date_field: str) -> np.ndarray:
    """Return for each row the rank of its game by (game_date, game_id).

    Refuses a game that is listed under two dates: its partition would be arbitrary.
    """
    encoded = found.games.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    days = pc.fill_null(dates.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    first_row = np.unique(codes, return_index=True)[1]
    day_of_game = days[first_row]
    two_dates = pa.array(day_of_game[codes] != days)
    found.refuse(
        two_dates, date_field, "a game under two dates", "give every row of it the US Eastern game date"
    )
    order = np.lexsort((np.array(encoded.dictionary.to_pylist(), dtype=str), day_of_game))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[codes]


def position_in_group(*sorted_keys: np.ndarray) -> np.ndarray:
    """Number the rows of each run of equal keys from 0; the keys must be sorted."""
    size = len(sorted_keys[0])
    starts_here = np.zeros(size, dtype=bool)
    starts_here[:1] = True
    for key in sorted_keys:
        starts_here[1:] |= key[1:] != key[:-1]
    starts = np.flatnonzero(starts_here)
    return np.arange(size) - np.repeat(starts, np.diff(np.append(starts, size)))
