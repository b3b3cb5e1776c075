"""Reading a wire document: bytes to JSON or text, and typed access that names whatever is wrong."""

from __future__ import annotations

import math
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pandas as pd
from pandera.errors import SchemaError

from nba_assets.schemas.columns import TableSchema
from nba_assets.sources.json_text import NotJsonError, decode_json
from nba_assets.storage.compressed import gunzip
from nba_assets.tabular.problems import BadInput

FETCH_AGAIN = "fetch it again; if it stays so, quarantine it"
# Beyond it a float no longer holds every whole number, and pandas is free to change a value.
_LARGEST = 2**53


@dataclass(frozen=True)
class Place:
    """Where something was read: the file's name for people, and the game it is about, if any."""

    file: str
    game: str | None = None

    def problem(self, field_name: str | None, reason: str, remedy: str = FETCH_AGAIN) -> BadInput:
        """A problem with a field of this place."""
        return BadInput(file=self.file, game=self.game, field=field_name, reason=reason, remedy=remedy)

    def refuse(self, field_name: str | None, reason: str, remedy: str = FETCH_AGAIN) -> NoReturn:
        """Raise BadInput about a field of this place."""
        raise self.problem(field_name, reason, remedy)


@dataclass(frozen=True)
class Parsed:
    """Rows of one document.

    Attributes:
        rows: in the columns of the raw table, sorted by its key.
        problems: games of the document that are wrong; none of their rows is in `rows`.
        notes: what was left out or repaired, counted by name.
    """

    rows: pd.DataFrame
    problems: tuple[BadInput, ...] = ()
    notes: Mapping[str, int] = field(default_factory=dict)


class Node:
    """A JSON object with its path, whose values are returned only in the requested kind.

    Every reader raises BadInput for a value that is missing or of another kind; the ``_or_none`` readers
    take a missing value and NULL for None.
    """

    __slots__ = ("path", "place", "value")

    def __init__(self, value: dict[str, Any], place: Place, path: str = "") -> None:
        self.value = value
        self.place = place
        self.path = path

    def at(self, game: str) -> Node:
        """The same object, known to be about a game."""
        return Node(self.value, Place(self.place.file, game), self.path)

    def refuse(self, name: str, reason: str, remedy: str = FETCH_AGAIN) -> NoReturn:
        """Raise BadInput about one of the object's fields."""
        self.place.refuse(self._name(name), reason, remedy)

    def problem(self, name: str, reason: str) -> BadInput:
        """What :meth:`refuse` raises, for a reader that goes on."""
        return self.place.problem(self._name(name), reason)

    def has(self, name: str) -> bool:
        """Whether there is a value other than NULL."""
        return self.value.get(name) is not None

    def node(self, name: str) -> Node:
        """The object under a name."""
        value = self._value(name)
        return Node(
            value if isinstance(value, dict) else self._wrong(name, "an object"), self.place, self._name(name)
        )

    def list(self, name: str) -> list[Any]:
        """The list under a name."""
        value = self._value(name)
        return value if isinstance(value, list) else self._wrong(name, "a list")

    def nodes(self, name: str) -> list[Node]:
        """The objects of the list under a name."""
        items = self.list(name)
        for number, item in enumerate(items):
            if not isinstance(item, dict):
                self.refuse(f"{name}[{number}]", f"{_kind(item)} where an object belongs")
        return [Node(item, self.place, f"{self._name(name)}[{i}]") for i, item in enumerate(items)]

    def text(self, name: str) -> str:
        """The text under a name, without blanks around it; never empty."""
        found = self.text_or_none(name)
        return found if found is not None else self.refuse(name, "no value")

    def text_or_none(self, name: str) -> str | None:
        """The text under a name; None for NULL and for nothing but blanks."""
        value = self.value.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self._wrong(name, "text")
        # JSON can spell half a character, which nothing can store.
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            self.refuse(name, "text with half a character")
        return value.strip() or None

    def whole(self, name: str) -> int:
        """The whole number under a name; the feeds write some as text ('104') or with a fraction of zero."""
        found = self.whole_or_none(name)
        return found if found is not None else self.refuse(name, "no value")

    def whole_or_none(self, name: str) -> int | None:
        """As ``whole``; None for NULL."""
        value = self.value.get(name)
        if value is None:
            return None
        if isinstance(value, str):
            value = int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None
        elif isinstance(value, float):
            value = int(value) if value.is_integer() else None
        if type(value) is not int or abs(value) > _LARGEST:
            self._wrong(name, "a whole number")
        return value

    def number(self, name: str) -> float:
        """The finite number under a name."""
        found = self.number_or_none(name)
        return found if found is not None else self.refuse(name, "no value")

    def number_or_none(self, name: str) -> float | None:
        """As ``number``; None for NULL."""
        value = self.value.get(name)
        if value is None:
            return None
        if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > _LARGEST:
            self._wrong(name, "a number")
        return float(value)

    def flag(self, name: str) -> bool:
        """The flag under a name: true / false, or 1 / 0 as number or text."""
        value = self._value(name)
        if not isinstance(value, bool | int | str) or value not in (True, False, "1", "0"):
            self._wrong(name, "a flag")
        return value in (True, "1")

    def _value(self, name: str) -> Any:
        value = self.value.get(name)
        return value if value is not None else self.refuse(name, "no value")

    def _name(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _wrong(self, name: str, wanted: str) -> NoReturn:
        self.refuse(name, f"{_kind(self.value.get(name))} where {wanted} belongs")


def read_json(body: bytes, place: Place) -> Node:
    """Return the JSON object that a document holds; gzipped bodies are unpacked.

    Raises:
        BadInput: an empty body, a broken gzip, a web page, half a document, anything but one JSON object.
    """
    return _object(_decoded(body, place), place)


def read_list(body: bytes, place: Place) -> list[Node]:
    """Return the objects of a document that is a JSON list, or the one object of a document that is one.

    Raises:
        BadInput: as ``read_json``.
    """
    value = _decoded(body, place)
    if isinstance(value, list):
        return Node({"document": value}, place).nodes("document")
    return [_object(value, place)]


def read_text(body: bytes, place: Place) -> str:
    """Return the text of a document in UTF-8; gzipped bodies are unpacked.

    Raises:
        BadInput: an empty body, a broken gzip, bytes that are not UTF-8.
    """
    try:
        text = _unpacked(body, place).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place.refuse(None, f"not UTF-8: {error.reason} at byte {error.start}")
    if not text.strip():
        place.refuse(None, "an empty body")
    return text


def same_game(found: str, place: Place) -> None:
    """Refuse a document about another game than the requested one."""
    if found != place.game:
        place.refuse("game id", f"the document is about game {found}", "ask for this game again")


def finished_rows(frame: pd.DataFrame, table: TableSchema, place: Place) -> pd.DataFrame:
    """Order, type and validate rows of a table.

    In: a frame with ``game_date`` and every column of the table. Out: conforming rows, sorted by its key.

    Raises:
        BadInput: a value outside the table's schema, a repeated key.
    """
    if frame.empty:
        return table.empty()
    try:
        rows = table.conform(frame)
        table.pandera.validate(rows)
    except TypeError as error:
        place.refuse(table.name, str(error))
    except SchemaError as error:
        cases = error.failure_cases
        first = cases["failure_case"].iloc[0] if isinstance(cases, pd.DataFrame) and len(cases) else cases
        column = getattr(error.schema, "name", None)
        place.refuse(f"{table.name}.{column}", f"{first!r} breaks {error.check}")
    return rows


def _unpacked(body: bytes, place: Place) -> bytes:
    """The body without its gzip."""
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        return gunzip(body)
    except ValueError as error:
        place.refuse(None, f"a broken gzip body: {error}")


def _decoded(body: bytes, place: Place) -> Any:
    content = _unpacked(body, place)
    if not content.strip():
        place.refuse(None, "an empty body")
    if content.removeprefix(BOM_UTF8).lstrip().startswith(b"<"):
        place.refuse(
            None, "a web page where JSON belongs", "the host refuses or is down: wait, then fetch it again"
        )
    try:
        return decode_json(content)
    except NotJsonError as error:
        place.refuse(None, "the JSON ends in the middle" if error.truncated else f"not JSON: {error}")


def _object(value: Any, place: Place) -> Node:
    if not isinstance(value, dict):
        place.refuse(None, f"{_kind(value)} where a JSON object belongs")
    return Node(value, place)


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    names = {
        dict: "an object",
        list: "a list",
        str: "text",
        bool: "a flag",
        int: "a number",
        float: "a number",
    }
    return f"{names.get(type(value), type(value).__name__)} ({str(value)[:40]!r})"
