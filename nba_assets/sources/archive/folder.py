"""The folder of an archive: which files it has, and what their columns hold."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nba_assets.sources.archive.text_keys import with_text_keys
from nba_assets.tabular.arrow_columns import is_text, pc
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
        if not self.files("schedule/games_*.parquet"):
            raise BadInput(
                file=str(path), game=None, field=None, reason="the folder has no schedule/games_*.parquet",
                remedy="point NBA_ARCHIVE_DIR at the root of an archive",
            )  # fmt: skip

    def files(self, pattern: str) -> list[Path]:
        """Files of a feed, in the order of their names."""
        return sorted(self.path.glob(pattern))

    def read(self, path: Path, columns: list[str] | None = None, **more: Any) -> pa.Table:
        """A file as a table; BadInput where it is no parquet file."""
        try:
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
        return with_text_keys(_decoded(table, more.get("read_dictionary", ())))

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

    def rows_of_dates(self, path: Path, date_column: str, wanted: list[str]) -> pa.Table:
        """Rows of the wanted dates, texts as the file holds them: each distinct one once.

        A whole season is read as it is, which is twice as fast as sifting it.
        """
        keys = self.read(path, [date_column])
        self.require_text(keys.schema, date_column, path)
        texts = [field.name for field in pq.read_schema(path) if is_text(field.type)]
        days = keys.column(date_column)
        if set(pc.unique(days).to_pylist()) <= set(wanted):
            return self.read(path, read_dictionary=texts)
        mine = pc.is_in(days, value_set=pa.array(wanted, days.type))
        if not pc.any(mine).as_py():
            return with_text_keys(pq.read_schema(path).empty_table())
        return self.read(path, read_dictionary=texts).filter(mine)

    def first_events(self, path: Path, columns: list[str]) -> pa.Table:
        """The first event of each game of a play-by-play file."""
        rows = self.read(path, columns, read_dictionary=columns)
        for column in columns:
            self.require_text(rows.schema, column, path)
        games = rows.column("game_id").to_pandas()
        return rows.take(games.drop_duplicates().index.to_numpy())


def _decoded(table: pa.Table, encoded: Collection[str]) -> pa.Table:
    """Categories that a tool has written as such, as the values they stand for."""
    for place, field in enumerate(table.schema):
        if isinstance(field.type, pa.DictionaryType) and field.name not in encoded:
            table = table.set_column(place, field.name, table.column(place).cast(field.type.value_type))
    return table
