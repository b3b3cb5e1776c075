"""The data dictionary, from the schemas."""

from __future__ import annotations

from nba_assets.schemas.catalog import TABLES
from nba_assets.schemas.purposes import PURPOSES

_HEAD = """# Tables

Made from the schemas by `nba-assets dictionary`; a test holds them equal. Every table is partitioned by
`game_date`, the US Eastern date of the game. A value that is not known is NULL; it is never replaced by a
default.
"""


def dictionary() -> str:
    """Every table and column in Markdown."""
    parts = [_HEAD]
    for schema in TABLES.values():
        parts.append(
            f"\n## {schema.name}\n{PURPOSES[schema.name]}\n\n"
            f"{schema.grain} Key: {', '.join(f'`{name}`' for name in schema.key)}.\n"
        )
        parts.append(
            "| column | type | unit | values | NULL | meaning |\n| --- | --- | --- | --- | --- | --- |"
        )
        for field in schema.fields:
            cells = (
                f"`{field.name}`", str(field.stored_type), field.unit, field.constraint,
                "yes" if field.nullable else "", field.description,
            )  # fmt: skip
            parts.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(parts) + "\n"
