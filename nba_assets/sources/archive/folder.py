"""The folder of an archive: which files it has, and what their columns hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nba_assets.sources.archive.layout import ALIASES, COLUMNS, SCHEDULES
from nba_assets.sources.archive.text_keys import with_text_keys
from nba_assets.tabular.arrow_columns import is_text
from nba_assets.tabular.problems import BadInput

EXPORT = "export the file again"


class ArchiveFolder:
    """Reads the files of one folder as Arrow tables, ids and dates as text.

    Args:
        path: root of the layout.

    Raises:
        BadInput: the folder is missing, or has no schedule.
    """

    def __init__(self, path: Path):
        self.path = path
        if not path.is_dir():
            raise BadInput(
                file=str(path), game=None, field=None, reason="no such folder",
                remedy="set NBA_ARCHIVE_DIR to an archive, or make one with: nba-assets simulate --out DIR",
            )  # fmt: skip
        if not self.files(SCHEDULES):
            raise BadInput(
                file=str(path), game=None, field=None, reason="the folder has no schedule/games_*.parquet",
                remedy="point NBA_ARCHIVE_DIR at the root of an archive",
            )  # fmt: skip

    def files(self, pattern: str) -> list[Path]:
        """Files of a feed, in the order of their names."""
        return sorted(self.path.glob(pattern))

    def read(self, path: Path, columns: list[str] | None = None, **more: Any) -> pa.Table:
        """A file as a table, columns named as the layout has them; BadInput where it is no parquet file."""
        try:
            written = self._written(path)
            columns = None if columns is None else [written.get(name, name) for name in columns]
            if encoded := more.get("read_dictionary"):
                more["read_dictionary"] = [written.get(name, name) for name in encoded]
            table = pq.read_table(path, columns=columns, partitioning=None, **more)
        except (pa.ArrowException, OSError) as error:
            first = str(error).splitlines()[0]
            raise BadInput(
                file=self.name(path),
                game=None,
                field=None,
                reason=f"not readable as parquet: {first}",
                remedy=EXPORT,
            ) from error
        meant = {spelling: name for name, spelling in written.items()}
        decoded = _decoded(table, more.get("read_dictionary", ()))
        return with_text_keys(decoded.rename_columns([meant.get(name, name) for name in table.column_names]))

    def as_written(self, path: Path, column: str) -> pa.ChunkedArray:
        """A column as the file has it, its keys in no other form."""
        name = self._written(path).get(column, column)
        return pq.read_table(path, columns=[name], partitioning=None).column(0)

    def column_names(self, path: Path) -> list[str]:
        """Names of a file's columns, as :meth:`read` gives them."""
        meant = {spelling: name for name, spelling in self._written(path).items()}
        return [meant.get(str(name), str(name)) for name in pq.read_schema(path).names]

    def nothing(self, path: Path) -> pa.Table:
        """A file without its rows."""
        return with_text_keys(pq.read_schema(path).empty_table().rename_columns(self.column_names(path)))

    def text_columns(self, path: Path) -> list[str]:
        """Names of a file's columns of text."""
        types = pq.read_schema(path).types
        return [name for name, kind in zip(self.column_names(path), types, strict=True) if is_text(kind)]

    def _written(self, path: Path) -> dict[str, str]:
        """How a file writes the columns of the layout that it has in other letters."""
        names = pq.read_schema(path).names
        pattern = next((known for known in COLUMNS if path.match(known)), "")
        return _spellings(names, COLUMNS.get(pattern, ()), ALIASES.get(pattern, {}))

    def require_text(self, schema: pa.Schema, column: str, path: Path) -> None:
        """Ids and dates are text in every file: a number has lost its zeros, a time its calendar day."""
        if column not in schema.names:
            raise BadInput(
                file=self.name(path), game=None, field=column, reason="column missing", remedy=EXPORT
            )
        kind = schema.field(column).type
        if not is_text(kind):
            raise BadInput(
                file=self.name(path), game=None, field=column, reason=f"type {kind} where text belongs",
                remedy="export the file again with ids of ten digits and dates as YYYY-MM-DD",
            )  # fmt: skip

    def name(self, path: Path) -> str:
        """Name of a file, as errors give it."""
        return path.relative_to(self.path).as_posix()

    def first_events(self, path: Path, columns: list[str]) -> pa.Table:
        """The first event of each game of a play-by-play file."""
        rows = self.read(path, columns, read_dictionary=columns)
        for column in columns:
            self.require_text(rows.schema, column, path)
        games = rows.column("game_id").to_pandas()
        return rows.take(games.drop_duplicates().index.to_numpy())


def _spellings(names: list[str], known: Iterable[str], aliases: Mapping[str, str]) -> dict[str, str]:
    """The one column that each known name, if missing, is written as: other letters, spaces, an alias."""
    meant = {_plain(name): name for name in known} | dict(aliases)
    found: dict[str, list[str]] = {}
    for spelling in (name for name in names if _plain(name) in meant):
        found.setdefault(meant[_plain(spelling)], []).append(spelling)
    return {name: written[0] for name, written in found.items() if name not in names and len(written) == 1}


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _decoded(table: pa.Table, encoded: Collection[str]) -> pa.Table:
    """Categories and bytes that a tool has written as such, as the values they stand for."""
    for place, field in enumerate(table.schema):
        if isinstance(field.type, pa.DictionaryType) and field.name not in encoded:
            table = table.set_column(place, field.name, table.column(place).cast(field.type.value_type))
        elif pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
            with suppress(pa.ArrowInvalid):  # no text: whoever needs one refuses the column
                table = table.set_column(place, field.name, table.column(place).cast(pa.string()))
    return table
