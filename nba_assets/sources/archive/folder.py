"""The folder of an archive: which files it has, and what their columns hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nba_assets.sources.archive.derived_columns import DerivedColumn, derivable, sources_of, with_derived
from nba_assets.sources.archive.file_values import as_values, without_headers
from nba_assets.sources.archive.layout import ALIASES, COLUMNS, ENDINGS, NO_FEED, SCHEDULES
from nba_assets.sources.archive.text_keys import TEAMS, with_text_keys
from nba_assets.tabular.arrow_columns import is_text, pc
from nba_assets.tabular.problems import BadInput

EXPORT = "export the file again"
OTHER_TRICODES = "tricodes of another publisher"  # a repair
_TABLE = re.compile(r"\.(parquet|pq|parq|csv|tsv|xlsx?|feather|arrow|orc|avro)($|\W)")


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
        return [path for path in self._listed if self.is_of(path, pattern)]

    @cached_property
    def _listed(self) -> list[Path]:
        """Files where feeds have theirs, listed once: a feed asks for them by several patterns."""
        return sorted(self._visible("*/*"))

    def unread(self) -> list[Path]:
        """Files that hold a table, by the ends of their names, and are of no feed."""
        tables = [path for path in self._visible("**/*") if _TABLE.search(path.name.casefold())]
        return sorted(
            path
            for path in tables
            if not any(self.is_of(path, pattern) for pattern in COLUMNS)
            and not any(fnmatchcase(self.name(path), pattern) for pattern in NO_FEED)
        )

    def is_of(self, path: Path, pattern: str) -> bool:
        """Whether a file is of a feed: its name in letters of either case, and the ending of its format."""
        stem, ending = path.with_suffix(""), path.suffix.casefold()
        return ending in ENDINGS and is_named(self.name(stem), pattern)

    def _visible(self, pattern: str) -> Iterator[Path]:
        """Files but those that are hidden: they belong to the tool that left them."""
        return (path for path in self.path.glob(pattern) if not path.name.startswith("."))

    def read(self, path: Path, columns: list[str] | None = None, **more: Any) -> pa.Table:
        """A file as a table, columns named as the layout has them; BadInput where it is no parquet file."""
        return with_text_keys(self._values(path, columns, **more))

    def read_recoded(self, path: Path) -> tuple[pa.Table, pa.ChunkedArray]:
        """A file as :meth:`read` gives it, and which rows name a team by another publisher's tricode."""
        written = self._values(path)
        table = with_text_keys(written)
        found = pa.chunked_array([pa.repeat(False, len(table))])
        for name in (name for name in TEAMS if name in table.column_names):
            changed = pc.not_equal(*(rows.column(name).cast(pa.string()) for rows in (written, table)))
            found = pc.or_(found, pc.fill_null(changed, False))
        return table, found

    def _values(self, path: Path, columns: list[str] | None = None, **more: Any) -> pa.Table:
        """A file's values as it writes them, columns named as the layout has them."""
        try:
            written, derived = self._written(path), self.derived(path, columns)
            needed = None if columns is None else self._present(path, sources_of(columns, derived), written)
            if encoded := more.get("read_dictionary"):
                more["read_dictionary"] = [written.get(name, name) for name in encoded]
            table = self._table(path, needed, **more)
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
        decoded = without_headers(as_values(table, more.get("read_dictionary", ())))
        named = decoded.rename_columns([meant.get(name, name) for name in table.column_names])
        whole = with_derived(named, derived)
        return whole if columns is None else whole.select(columns)

    def _present(self, path: Path, columns: list[str], written: Mapping[str, str]) -> list[str]:
        """Columns as a file writes them; BadInput where it lacks one."""
        names = self._schema(path).names
        if missing := [name for name in columns if written.get(name, name) not in names]:
            raise BadInput(
                file=self.name(path), game=None, field=", ".join(missing), reason="column missing",
                remedy=EXPORT,
            )  # fmt: skip
        return [written.get(name, name) for name in columns]

    def _table(self, path: Path, columns: list[str] | None, read_dictionary: Sequence[str] = ()) -> pa.Table:
        """Columns of a file; one that is repeated as it is once."""
        if not _repeated(pq.read_schema(path)):
            return pq.read_table(path, columns=columns, partitioning=None, read_dictionary=read_dictionary)
        with pq.ParquetFile(path) as file:
            whole = file.read()
        for name in _repeated(whole.schema):
            first, *others = (
                whole.column(place).to_pandas() for place in whole.schema.get_all_field_indices(name)
            )
            if not all(other.equals(first) for other in others):
                raise BadInput(
                    file=self.name(path), game=None, field=name, reason="columns of this name differ",
                    remedy=EXPORT,
                )  # fmt: skip
        names = columns or self._schema(path).names
        found = whole.select([whole.schema.names.index(name) for name in names])
        for name in read_dictionary:
            place = names.index(name)
            found = found.set_column(place, name, found.column(place).dictionary_encode())
        return found

    def _schema(self, path: Path) -> pa.Schema:
        """Names and types of a file's columns, each name once."""
        written = pq.read_schema(path)
        return pa.schema([written.field(written.names.index(name)) for name in dict.fromkeys(written.names)])

    def column_names(self, path: Path) -> list[str]:
        """Names of a file's columns, as :meth:`read` gives them."""
        return [*self._own_columns(path), *(column.name for column in self.derived(path))]

    def _own_columns(self, path: Path) -> list[str]:
        meant = {spelling: name for name, spelling in self._written(path).items()}
        return [meant.get(str(name), str(name)) for name in self._schema(path).names]

    def derived(self, path: Path, wanted: Sequence[str] | None = None) -> list[DerivedColumn]:
        """Columns that a file lacks and others determine: of the wanted ones, of all by default."""
        return derivable(self._feed(path), self._own_columns(path), wanted)

    def nothing(self, path: Path) -> pa.Table:
        """A file without its rows."""
        empty = self._schema(path).empty_table().rename_columns(self._own_columns(path))
        return with_text_keys(with_derived(empty, self.derived(path)))

    def text_columns(self, path: Path) -> list[str]:
        """Names of a file's columns of text."""
        types = self._schema(path).types
        return [name for name, kind in zip(self._own_columns(path), types, strict=True) if is_text(kind)]

    def _feed(self, path: Path) -> str:
        """Pattern of the feed that a file is of."""
        return next((known for known in COLUMNS if self.is_of(path, known)), "")

    def _written(self, path: Path) -> dict[str, str]:
        """How a file writes the columns of the layout that it has in other letters."""
        pattern = self._feed(path)
        return _spellings(self._schema(path).names, COLUMNS.get(pattern, ()), ALIASES.get(pattern, {}))

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

    def require_rows(self, table: pa.Table, path: Path) -> None:
        """A file without a row says nothing of its season: an export that failed looks like that."""
        if not len(table):
            raise BadInput(
                file=self.name(path), game=None, field=None, reason="the file has no rows", remedy=EXPORT
            )

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


def is_named(name: str, pattern: str) -> bool:
    """Whether the name of a file, without its ending, is one of a pattern, in letters of either case."""
    return fnmatchcase(name.casefold(), pattern.removesuffix(ENDINGS[0]).casefold())


def _spellings(names: list[str], known: Iterable[str], aliases: Mapping[str, str]) -> dict[str, str]:
    """The one column that each known name, if missing, is written as: other letters, spaces, an alias."""
    meant = {_plain(name): name for name in known} | dict(aliases)
    found: dict[str, list[str]] = {}
    for spelling in (name for name in names if _plain(name) in meant):
        found.setdefault(meant[_plain(spelling)], []).append(spelling)
    return {name: written[0] for name, written in found.items() if name not in names and len(written) == 1}


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _repeated(schema: pa.Schema) -> list[str]:
    """Names that more than one column has."""
    return [name for name, count in Counter(schema.names).items() if count > 1]
