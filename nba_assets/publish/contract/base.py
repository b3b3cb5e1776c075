"""How a member of a published document follows from the column of the table that it is taken from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from nba_assets.schemas.catalog import TABLES

VERSION = "v1"


class Document(BaseModel):
    """Base of everything published: immutable, without unknown members and without NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @classmethod
    def of(cls, row: Mapping[str, Any], **others: Any) -> Self:
        """A document of the columns of a row that are named like its members, and of other members.

        Raises:
            KeyError: the row lacks a column: no date is at fault, and none is left out for it.
        """
        return cls(**{name: row[name] for name in _names(cls) if name not in others}, **others)

    def as_json(self) -> bytes:
        """Canonical JSON: equal documents have equal bytes."""
        return self.model_dump_json().encode()


@cache
def _names(document: type[Document]) -> tuple[str, ...]:
    """Its members; of a hundred thousand rows, looking them up takes as long as validating them."""
    return tuple(document.model_fields)


def column(table: str, name: str, *, optional: bool = False) -> Any:
    """A member with the description, unit and limits of a table's column.

    Args:
        table: the table.
        name: the column.
        optional: the member may be NULL although the column is not, for a missing row.

    Raises:
        KeyError: the table has no such column.
    """
    fields = {field.name: field for field in TABLES[table].fields}
    field = fields[name]
    extra: dict[str, Any] = {"column": f"{table}.{name}"}
    if field.unit:
        extra["unit"] = field.unit
    if field.values is not None:
        extra["enum"] = [*field.values, *([None] if field.nullable or optional else [])]
    return Field(
        description=field.description,
        ge=field.low,
        le=field.high,
        pattern=f"^(?:{field.pattern})$" if field.pattern else None,
        json_schema_extra=extra,
    )
