"""The only reader of the environment.

What belongs here: names, defaults and meaning of environment variables. What does not: anything that opens
a file, a lake or a network connection.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SourceKind(StrEnum):
    """Which implementation of the source interface feeds the raw tables."""

    ARCHIVE = "archive"


class Settings(BaseSettings):
    """Everything the platform takes from its surroundings.

    Read with ``Settings()``; a value given to the constructor wins over the environment, so tests and the
    command line never have to change the environment of the process.
    """

    model_config = SettingsConfigDict(env_prefix="NBA_", extra="forbid", frozen=True)

    source: SourceKind = Field(SourceKind.ARCHIVE, description="Source implementation.")
    archive_dir: Path = Field(
        Path(".nba/league"), description="Folder (layout of the NBA archive) the archive source reads."
    )
    lake: str = Field(".nba/lake", description="Root of the lake: a folder or gs://bucket/prefix.")
    dagster_home: Path = Field(
        Path(".nba/dagster"), validation_alias="DAGSTER_HOME", description="Folder of the Dagster instance."
    )
