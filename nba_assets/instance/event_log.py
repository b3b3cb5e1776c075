"""Dagster's SQLite event log with kept connections and grouped commits.

Stock storage opens a database, inspects its tables and commits five times for every date of a range: 14 ms
an asset and date, which turns a backfill of a thousand dates into half an hour of bookkeeping. Here an engine
lives as long as the process, and events are stored in groups (grouped_events.py).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from dagster._config import UserConfigSchema
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.schema import SqlEventLogStorageMetadata, SqlEventLogStorageTable
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.sql import get_alembic_config
from dagster._serdes import ConfigurableClassData
from sqlalchemy import inspect
from sqlalchemy.engine import Connection, Engine

from nba_assets.instance.grouped_events import GroupedEvents
from nba_assets.instance.sqlite_storage import BASE_DIR, open_engine, settled_version
from nba_assets.settings import Settings

OPEN_SHARDS = 16  # a webserver lives for weeks and sees thousands of runs, each a database of its own


@cache
def _migrations() -> ScriptDirectory:
    return ScriptDirectory.from_config(get_alembic_config(sqlite_event_log.__file__))


class GroupCommitSqliteEventLogStorage(GroupedEvents, SqliteEventLogStorage):
    """SQLite event log for long ranges: one engine a shard, one transaction a group of events."""

    def __init__(self, base_dir: str | None = None, inst_data: ConfigurableClassData | None = None):
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._known_tables: dict[str, bool] = {}
        self._partition_keys: dict[str, tuple[Hashable, tuple[str, ...]]] = {}
        super().__init__(base_dir or str(Settings().dagster_home / "event_log"), inst_data)

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """Folder of the databases; below DAGSTER_HOME by default."""
        return BASE_DIR

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> GroupCommitSqliteEventLogStorage:
        """Build from dagster.yaml; Dagster calls this."""
        return cls(inst_data=inst_data, **config_value)

    def _engine(self, shard: str) -> Engine:
        if shard in self._engines:
            self._engines.move_to_end(shard)
            return self._engines[shard]
        engine = open_engine(self.conn_string_for_shard(shard))
        self._initdb(engine, for_index_shard=shard == INDEX_SHARD_NAME)
        self._initialized_dbs.add(shard)
        self._engines[shard] = engine
        if len(self._engines) > OPEN_SHARDS:
            oldest = next(name for name in self._engines if name != INDEX_SHARD_NAME)
            self._engines.pop(oldest).dispose()
        return engine

    def _initdb(self, engine: Engine, for_index_shard: bool = False) -> None:
        """Make the tables of a database that has none, in one transaction; leave one that has a revision.

        Stock Dagster reads its forty migrations for every database that it opens, and commits after each of
        twenty tables: a third of a small run.
        """
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            if context.get_current_revision():
                return
            if not inspect(connection).get_table_names():
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                if not context.get_current_revision():  # nobody else was first
                    SqlEventLogStorageMetadata.create_all(connection)
                    context.stamp(_migrations(), "head")
                connection.commit()
                return
        super()._initdb(engine, for_index_shard)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        self._flush()
        with self._db_lock:
            engine = self._engine(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def get_dynamic_partitions(self, partitions_def_name: str) -> Sequence[str]:
        """Keys of a definition, in order, read again once any process has written to the log.

        One evaluation of the automation conditions asks for them three thousand times.
        """
        version = settled_version(Path(self.path_for_shard(INDEX_SHARD_NAME)))
        known, keys = self._partition_keys.get(partitions_def_name, (None, ()))
        if version is None or known != version:
            keys = tuple(super().get_dynamic_partitions(partitions_def_name))
            self._partition_keys[partitions_def_name] = version, keys
        return list(keys)

    def has_table(self, table_name: str) -> bool:
        """Whether the index shard has a table; a schema does not lose tables while a process runs."""
        if not self._known_tables.get(table_name):
            self._known_tables[table_name] = super().has_table(table_name)
        return self._known_tables[table_name]

    def dispose(self) -> None:
        """Write what waits and close every database."""
        self._flush()
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()

    def _forget_logs(self, run_ids: Sequence[str]) -> int:
        """See :class:`GroupedEvents`: a run's log is a file of its own, and assets read the index."""
        forgotten = 0
        for run_id in run_ids:
            path = Path(self.path_for_shard(run_id))
            if not path.exists():
                continue
            with self._db_lock:
                if engine := self._engines.pop(run_id, None):
                    engine.dispose()
                self._initialized_dbs.discard(run_id)
                for ending in ("-wal", "-shm", ""):
                    path.with_name(path.name + ending).unlink(missing_ok=True)
            forgotten += 1
        return forgotten

    def _store_group(self, run_id: str, events: list[EventLogEntry]) -> None:
        rows = [self._event_to_row(event) for event in events]
        with self.run_connection(run_id) as connection:
            connection.execute(SqlEventLogStorageTable.insert(), rows)
        with self.index_connection() as connection:
            ids = self._insert(connection, rows)
            self._index_materializations(connection, events, ids)
            self._index_evaluations(connection, run_id, events, rows, ids)
