"""Our event log stores what Dagster's own would have stored, row by row."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent, DagsterEventType
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage

from nba_assets.instance import grouped_events
from nba_assets_tests.support import ladder
from nba_assets_tests.support.event_rows import RUNS, by_key, plain
from nba_assets_tests.support.ladder import (
    BAD,
    FIRST,
    LAST,
    SOURCE,
    STEPS,
)
from nba_assets_tests.support.workbench import (
    Workbench,
    open_instance,
)

RUN = "00000000-0000-4000-8000-000000000001"
TABLES = ("event_logs", "asset_keys", "asset_check_executions", "asset_event_tags")


@dataclass(frozen=True)
class Stored:
    """Where an event log lies, and the ids of its two runs."""

    home: Path
    event_log: Path
    runs: tuple[str, ...]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, Stored]]:
    """Event logs after the same two runs: Dagster's own (False) and ours (True)."""
    logs: dict[bool, Stored] = {}
    with ladder.registered() as tables, pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouped_events, "GROUP_SIZE", 4)  # several groups a step
        # Ours plans a range by one event a table, and keeps failed partitions; Dagster's own when asked.
        patch.setenv("DAGSTER_EMIT_PARTITION_SUBSET_IN_PLANNED_EVENTS", "true")
        patch.setattr(SqliteEventLogStorage, "can_store_asset_failure_events", True)
        for grouped in (False, True):
            home = tmp_path_factory.mktemp("grouped" if grouped else "stock")
            bench = Workbench(home, tables, instance=open_instance(home / "dagster", grouped=grouped))
            SOURCE[BAD] = "torn"
            first = bench.run(FIRST, LAST, STEPS)
            SOURCE[BAD] = [1.0, 2.0]
            second = bench.run(BAD, LAST, STEPS)
            assert first.success
            assert second.success
            bench.close()
            folder = Path(bench.instance.event_log_storage._base_dir)
            logs[grouped] = Stored(home / "dagster", folder, (first.run_id, second.run_id))
    yield logs


def _rows(log: Stored, database: str, table: str) -> list[dict[str, Any]]:
    names = dict(zip(RUNS, log.runs, strict=True))
    with sqlite3.connect(log.event_log / f"{names.get(database, database)}.db") as connection:
        connection.row_factory = sqlite3.Row
        if not connection.execute("select 1 from sqlite_master where name = ?", [table]).fetchall():
            return []
        found = connection.execute(f"select * from {table} order by id").fetchall()  # noqa: S608
    return [{name: plain(log.runs, name, row[name]) for name in row.keys()} for row in found]  # noqa: SIM118


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("database", ["index", *RUNS])
def test_rows_are_those_of_stock_storage(stored: dict[bool, Stored], database: str, table: str) -> None:
    ours, stock = (_rows(stored[grouped], database, table) for grouped in (True, False))
    if table == "asset_check_executions":
        # Stock plans a row a date, and updates it; ours inserts it once it is judged.
        ours, stock = (by_key(rows) for rows in (ours, stock))
    assert ours == stock
    if (database == "index" and table != "asset_event_tags") or table == "event_logs":
        assert ours


def test_planned_evaluations_are_updated_not_doubled(stored: dict[bool, Stored]) -> None:
    rows = _rows(stored[True], "index", "asset_check_executions")
    keys = [(row["run_id"], row["asset_key"], row["partition"]) for row in rows]
    assert len(keys) == len(set(keys)) == 3 * 5 + 3 * 3
    assert {row["execution_status"] for row in rows} == {"SUCCEEDED", "FAILED"}
    events = [row["dagster_event_type"] for row in _rows(stored[True], "index", "event_logs")]
    assert events.count("ASSET_CHECK_EVALUATION_PLANNED") == 6


def test_both_storages_answer_dagsters_questions_alike(stored: dict[bool, Stored]) -> None:
    answers = []
    keys = [dg.AssetKey(name) for name in STEPS]
    for grouped in (True, False):
        instance = open_instance(stored[grouped].home, grouped=grouped)
        log = instance.event_log_storage
        info = log.get_asset_check_partition_info([dg.AssetCheckKey(key, "coverage") for key in keys])
        checks = {
            (row.check_key, row.partition_key): (row.latest_execution_status, row.is_current) for row in info
        }
        dates = {key: log.get_materialized_partitions(key) for key in keys}
        newest = {key: log.get_latest_storage_id_by_partition(key, dg.DagsterEventType.ASSET_MATERIALIZATION)
                  for key in keys}  # fmt: skip
        counts = [len(instance.get_records_for_run(run).records) for run in stored[grouped].runs]
        answers.append((checks, dates, newest, counts))
        instance.dispose()
    assert answers[0] == answers[1]
    assert len(answers[0][0]) == 15


def test_two_evaluations_of_one_date_in_one_group_leave_one_row_as_stock_does(tmp_path: Path) -> None:
    counts = []
    for grouped in (True, False):
        instance = open_instance(tmp_path / str(grouped), grouped=grouped)
        for passed in (False, True):
            evaluation = dg.AssetCheckEvaluation(
                asset_key=dg.AssetKey("table"),
                check_name="coverage",
                passed=passed,
                partition="d1",
                metadata={},
            )
            event = DagsterEvent(
                DagsterEventType.ASSET_CHECK_EVALUATION.value, "job", event_specific_data=evaluation
            )
            entry = EventLogEntry(
                error_info=None, level=20, user_message="", run_id=RUN, timestamp=1.0, dagster_event=event
            )
            instance.event_log_storage.store_event(entry)
        history = instance.event_log_storage.get_asset_check_execution_history(
            dg.AssetCheckKey(dg.AssetKey("table"), "coverage"), limit=10
        )
        counts.append([record.status.value for record in history])
        instance.dispose()
    assert counts == [["SUCCEEDED"], ["SUCCEEDED"]]
