"""Dagster's Postgres event log with a kept connection and grouped commits.

Stock storage connects anew for every query and commits each event by itself: 43 to 189 ms for an asset and
date, against 2 to 4 ms here (measured on loopback).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as db
from dagster._core.events import PIPELINE_EVENTS
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.schema import DynamicPartitionsTable, SqlEventLogStorageTable
from dagster._serdes import ConfigurableClassData
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.utils import (
    create_pg_engine,
    get_token_provider_from_config,
    pg_url_from_config,
)
from sqlalchemy.engine import Connection
from sqlalchemy.pool import QueuePool

from nba_assets.instance.grouped_events import GroupedEvents

_RUNS_AT_ONCE = 500
_RECYCLE = 600  # seconds; servers and proxies close connections that are idle for longer


class GroupCommitPostgresEventLogStorage(GroupedEvents, PostgresEventLogStorage):
    """Postgres event log for long ranges: one kept connection, one transaction for a group of events."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._engine = create_pg_engine(
            self.postgres_url,
            self._token_provider,
            isolation_level="AUTOCOMMIT",
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=4,
            pool_recycle=_RECYCLE,
            pool_pre_ping=True,
        )

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> GroupCommitPostgresEventLogStorage:
        """Build from dagster.yaml; Dagster calls this."""
        return cls(
            inst_data=inst_data,
            postgres_url=pg_url_from_config(config_value),
            should_autocreate_tables=config_value.get("should_autocreate_tables", True),
            token_provider=get_token_provider_from_config(config_value),
        )

    def _connect(self) -> AbstractContextManager[Connection]:
        self._flush()
        return super()._connect()

    def _forget_logs(self, run_ids: Sequence[str]) -> int:
        """See :class:`GroupedEvents`: events about assets, and the start and end of the run, stay."""
        events = SqlEventLogStorageTable.c
        forgotten: set[str] = set()
        with self.index_connection() as connection:
            for start in range(0, len(run_ids), _RUNS_AT_ONCE):
                logged = SqlEventLogStorageTable.delete().where(
                    events.run_id.in_(run_ids[start : start + _RUNS_AT_ONCE]),
                    events.asset_key.is_(None),
                    events.dagster_event_type.is_(None)
                    | events.dagster_event_type.not_in([kind.value for kind in PIPELINE_EVENTS]),
                )
                forgotten.update(connection.execute(logged.returning(events.run_id)).scalars())
        return len(forgotten)

    def _store_group(self, run_id: str, events: list[EventLogEntry]) -> None:
        rows = [self._event_to_row(event) for event in events]
        # Committed by themselves, as Dagster does it: who follows the log by id misses none that a longer
        # transaction would make visible behind others.
        with self.index_connection() as connection:
            ids = self._insert(connection, rows)
        with self.index_transaction() as connection:
            self._index_materializations(connection, events, ids)
            self._index_evaluations(connection, run_id, events, rows, ids)

    def add_dynamic_partitions(self, partitions_def_name: str, partition_keys: Sequence[str]) -> None:
        """Add keys in their alphabetical place; processes that add keys wait for each other."""
        with self.index_transaction() as connection:
            connection.execute(db.text(f"LOCK TABLE {DynamicPartitionsTable.name} IN EXCLUSIVE MODE"))
            self._insert_partitions(connection, partitions_def_name, partition_keys)

    def dispose(self) -> None:
        """Write what waits and close the connections."""
        self._flush()
        self._engine.dispose()
        super().dispose()
