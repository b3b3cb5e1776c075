"""How a table is declared: one pandera schema that also gives stored types, the UI's columns and the docs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import pandera.pandas as pa_schema
import pyarrow as pa
from pandera.pandas import Check, Column

GAME_ID = r"00[1-6]\d{7}"
TRICODE = r"[A-Z]{3}"

_STORED = {
    "text": (pa.string(), pd.StringDtype("pyarrow")),
    "integer": (pa.int64(), pd.Int64Dtype()),
    "number": (pa.float64(), "float64"),
    "flag": (pa.bool_(), pd.BooleanDtype()),
    "moment": (pa.timestamp("us", tz="UTC"), pd.DatetimeTZDtype("ns", "UTC")),
}


@dataclass(frozen=True)
class Field:
    """One column: its kind, what it means, its unit and the values it may take."""

    name: str
    kind: str
    description: str
    unit: str = ""
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    values: tuple[Any, ...] | None = None
    pattern: str | None = None

    @property
    def stored_type(self) -> pa.DataType:
        """Arrow type in the lake."""
        return _STORED[self.kind][0]

    @property
    def frame_type(self) -> Any:
        """Pandas type in a frame; a column that is never NULL takes the plain numpy type."""
        if not self.nullable and self.kind in ("integer", "flag"):
            return "int64" if self.kind == "integer" else "bool"
        return _STORED[self.kind][1]

    def column(self) -> Column:
        """The pandera column."""
        checks = []
        if self.low is not None:
            checks.append(Check.ge(self.low))
        if self.high is not None:
            checks.append(Check.le(self.high))
        if self.values is not None:
            checks.append(Check.isin(self.values))
        if self.pattern is not None:
            checks.append(Check.str_matches(f"^(?:{self.pattern})$"))
        return Column(
            self.frame_type,
            checks=checks,
            nullable=self.nullable,
            description=self.description,
            metadata={"unit": self.unit},
        )

    @property
    def constraint(self) -> str:
        """The range in words, for people."""
        if self.values is not None:
            return "one of " + ", ".join(map(str, self.values))
        if self.low is None and self.high is None:
            return ""
        low = "" if self.low is None else f"{self.low:g}"
        high = "" if self.high is None else f"{self.high:g}"
        return f"{low}..{high}"


def text(name: str, description: str, **more: Any) -> Field:
    """A text column."""
    return Field(name, "text", description, **more)


def integer(name: str, description: str, **more: Any) -> Field:
    """A whole-number column."""
    return Field(name, "integer", description, **more)


def number(name: str, description: str, **more: Any) -> Field:
    """A float column."""
    return Field(name, "number", description, **more)


def flag(name: str, description: str, **more: Any) -> Field:
    """A true / false column."""
    return Field(name, "flag", description, **more)


def moment(name: str, description: str, **more: Any) -> Field:
    """A point in time, UTC."""
    return Field(name, "moment", description, **more)


# Every table ends with it: what a person let through is seen in each row made of it.
OVERRIDE = text(
    "override_reason", "Why the date was let through although not complete; NULL otherwise.", nullable=True
)


@dataclass(frozen=True)
class TableSchema:
    """A table: its name, what a row is, its key and its columns in stored order.

    ``game_date`` is not listed: every table has it, as the partition.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    own_fields: tuple[Field, ...]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Columns of the table and the one that every table has."""
        return (*self.own_fields, OVERRIDE)

    @cached_property
    def pandera(self) -> pa_schema.DataFrameSchema:
        """Validation of a frame with ``game_date`` and every column, keys unique."""
        date = Column("datetime64[ns]", description="US Eastern date of the game.")
        return pa_schema.DataFrameSchema(
            {"game_date": date} | {field.name: field.column() for field in self.fields},
            unique=["game_date", *self.key],
            strict=True,
            ordered=True,
            name=self.name,
        )

    @cached_property
    def arrow(self) -> pa.Schema:
        """Stored types, without ``game_date``."""
        return pa.schema([pa.field(field.name, field.stored_type) for field in self.fields])

    @cached_property
    def arrow_with_date(self) -> pa.Schema:
        """Stored types with ``game_date`` first, as rows come out of the lake."""
        return pa.schema([pa.field("game_date", pa.date32()), *self.arrow])

    @cached_property
    def hash(self) -> str:
        """Hash of names, types and order: what a reader of stored files depends on."""
        return hashlib.sha256(str(self.arrow).encode()).hexdigest()[:12]

    @cached_property
    def rules(self) -> str:
        """What a valid row must hold, column by column."""
        return "".join(
            f"{f.name}{f.nullable}{f.low}{f.high}{f.constraint}{f.pattern};" for f in self.fields
        ) + ",".join(self.key)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Column names in order, ``game_date`` first."""
        return ("game_date", *(field.name for field in self.fields))

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Order, sort and type a computed frame; the values are validated elsewhere.

        Raises:
            KeyError: a declared column is missing.
            TypeError: a column cannot hold the declared type without changing a value.
        """
        if OVERRIDE.name not in frame:
            frame = frame.assign(
                **{OVERRIDE.name: pd.Series(pd.NA, index=frame.index, dtype="string[pyarrow]")}
            )
        frame = frame.loc[:, list(self.columns)].sort_values(["game_date", *self.key], ignore_index=True)
        for field in self.fields:
            column = frame[field.name]
            if column.dtype == field.frame_type:
                continue
            kind = field.frame_type
            try:
                if kind in ("int64", "bool"):
                    # numpy would cut fractions off and call any text true; the nullable types refuse.
                    column = column.astype(_STORED[field.kind][1])
                    if column.isna().any():  # stays NULL, for validation to name its row
                        kind = column.dtype
                frame[field.name] = column.astype(kind)
            except (TypeError, ValueError, OverflowError) as error:
                raise TypeError(f"{self.name}.{field.name}: {column.dtype} to {kind}: {error}") from error
        return frame

    def to_arrow(self, frame: pd.DataFrame) -> pa.Table:
        """Stored form of a conforming frame, ``game_date`` as date32."""
        arrays = [
            pa.array(frame[field.name], type=field.type, from_pandas=True, safe=field.name != "game_date")
            for field in self.arrow_with_date
        ]
        return pa.Table.from_arrays([_whole(a) for a in arrays], schema=self.arrow_with_date)

    def stored(self, rows: pa.Table) -> pa.Table:
        """Arrow rows in stored order and types; the values are validated elsewhere."""
        if OVERRIDE.name not in rows.column_names:
            rows = rows.append_column(OVERRIDE.name, pa.nulls(len(rows), OVERRIDE.stored_type))
        return rows.select(self.columns).cast(self.arrow_with_date)

    def to_pandas(self, table: pa.Table) -> pd.DataFrame:
        """Frame of stored rows (any subset of the columns) in the declared pandas types."""
        types = {f.name: f for f in self.fields}
        data: dict[str, Any] = {}
        for name in table.column_names:
            column = table.column(name)
            if name == "game_date":
                data[name] = column.cast(pa.timestamp("s")).to_numpy().astype("datetime64[ns]")
            elif types[name].kind == "number" or types[name].frame_type in ("int64", "bool"):
                data[name] = column.to_numpy()
            else:
                data[name] = (
                    types[name].frame_type.__from_arrow__(column)
                    if hasattr(types[name].frame_type, "__from_arrow__")
                    else column.to_pandas()
                )
        return pd.DataFrame(data)

    def empty(self) -> pd.DataFrame:
        """A frame without rows."""
        return self.to_pandas(self.arrow_with_date.empty_table())


def _whole(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
