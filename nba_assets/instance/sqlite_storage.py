"""SQLite storages of runs and of schedules that wait for another process as long as the event log does.

Stock Dagster gives up after five seconds. With every sensor started at once, one tick of declarative
automation wrote for longer than that, and the ticks of the others failed with "database is locked".
"""

from __future__ import annotations

import os
import time
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

from dagster._config import Field, StringSource, UserConfigSchema
from dagster._core.storage.runs import SqliteRunStorage
from dagster._core.storage.schedules import SqliteScheduleStorage
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.event import listen
from sqlalchemy.pool import QueuePool

from nba_assets.settings import Settings

_SETTLES_NS = 100_000_000  # a tenth of a second: many ticks of the clock of any file system

BASE_DIR: UserConfigSchema = {"base_dir": Field(StringSource, is_required=False)}
"""Configuration of every storage of ours: where its databases lie, below DAGSTER_HOME by default."""


def open_engine(conn_string: str) -> Engine:
    """An engine that keeps a connection and waits for a database that another process writes to."""
    engine = create_engine(
        conn_string,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=-1,  # a transaction may open a second connection to read
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )
    listen(engine, "connect", _synchronous_normal)
    return engine


def _synchronous_normal(connection: Any, _: Any) -> None:
    """Safe with the write-ahead log that Dagster sets: a power cut loses the last commits, never the file."""
    connection.execute("PRAGMA synchronous=NORMAL")


def settled_version(database: Path) -> Hashable:
    """What changes with every commit to a database; None while a commit could go unseen.

    Files have the time of a clock that ticks every few milliseconds: of two commits within a tick the second
    changes nothing that shows.
    """
    parts = [_stat(path) for path in (database, database.with_name(f"{database.name}-wal"))]
    newest = max((part.st_mtime_ns for part in parts if part), default=0)
    settled = time.time_ns() - newest > _SETTLES_NS
    return tuple((part.st_mtime_ns, part.st_size) for part in parts if part) if settled else None


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


class _Patient:
    """What both storages have in common: one engine that waits, and a folder below DAGSTER_HOME."""

    folder: ClassVar[str]
    _conn_string: str

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """Where the database lies."""
        return BASE_DIR

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """Build from dagster.yaml; Dagster calls this."""
        base_dir = config_value.get("base_dir") or str(Settings().dagster_home / cls.folder)
        return cls.from_local(base_dir, inst_data)  # type: ignore[attr-defined]

    @cached_property
    def _engine(self) -> Engine:
        return open_engine(self._conn_string)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection in a transaction."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    def dispose(self) -> None:
        """Close the database."""
        self._engine.dispose()


class PatientSqliteRunStorage(_Patient, SqliteRunStorage):  # type: ignore[override]
    """Runs."""

    folder = "history"


class PatientSqliteScheduleStorage(_Patient, SqliteScheduleStorage):  # type: ignore[override]
    """Ticks and states of schedules and sensors."""

    folder = "schedules"
