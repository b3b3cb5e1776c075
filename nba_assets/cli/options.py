"""Arguments and options that commands share, and the settings they make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nba_assets.cli.dates import METAVAR, DateRange, parse_date, parse_range

if TYPE_CHECKING:
    from nba_assets.settings import Settings

Date = Annotated[str, typer.Argument(parser=parse_date, metavar="DATE", help="Game date, US Eastern.")]
DateIfAny = Annotated[
    str | None, typer.Argument(parser=parse_date, metavar="DATE", help="Game date; the newest by default.")
]
Dates = Annotated[
    list[DateRange],
    typer.Argument(parser=parse_range, metavar=METAVAR, help="Game dates."),
]
Range = Annotated[DateRange, typer.Argument(parser=parse_range, metavar=METAVAR, help="Game dates.")]
RangeIfAny = Annotated[
    DateRange | None,
    typer.Argument(parser=parse_range, metavar=METAVAR, help="Game dates; all stored by default."),
]
Tables = Annotated[
    str | None, typer.Option(help="Tables, separated by commas; NAME+ takes along what is made from it.")
]
Reason = Annotated[str, typer.Option(help="Why; it is stored with what the command does.")]
Who = Annotated[str, typer.Option(help="Who decides; it stays on record.")]
Feeds = Annotated[
    str | None, typer.Option(help="Feeds, separated by commas; those of a usual day by default.")
]
UI = "http://127.0.0.1:3000"
"""Address at which `nba-assets ui` shows Dagster."""
Version = Literal["early", "lineups"]
"""Moment of a prediction: before, or once lineups are announced."""
Lake = Annotated[str | None, typer.Option(help="A folder or gs://bucket/prefix. Default: NBA_LAKE.")]
Source = Annotated[
    Path | None, typer.Option(help="Folder in the layout of the archive. Default: NBA_ARCHIVE_DIR.")
]


def settings_of(lake: str | None = None, source: Path | None = None) -> Settings:
    """Settings of the environment, with the options of the command line in place of them.

    Raises:
        BadInput: the source is not a folder in the layout of the archive.
    """
    from nba_assets.settings import Settings
    from nba_assets.sources.archive.source import ArchiveSource

    if source is not None:
        ArchiveSource(source)
    given = {"lake": lake, "archive_dir": source}
    return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def stored_settings(lake: str | None = None) -> Settings:
    """Settings of a lake that holds tables.

    Raises:
        ValueError: there is no lake at the place.
    """
    from nba_assets.storage.lake import Lake as StoredLake
    from nba_assets.storage.object_store import open_store

    settings = settings_of(lake)
    if not StoredLake(open_store(settings.lake)).dates("raw_schedule"):
        raise ValueError(
            f"no lake at {settings.lake}: name one with --lake, or make it with nba-assets backfill"
        )
    return settings


def split(names: str | None) -> list[str]:
    """Names of a list that is separated by commas."""
    return [name.strip() for name in names.split(",") if name.strip()] if names else []
