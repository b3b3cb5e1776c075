"""When grouped events reach the disk; that they are the right ones is contract/test_grouped_event_log.py."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import dagster as dg
import pytest
import yaml
from dagster._core.events import DagsterEvent, DagsterEventType, StepMaterializationData
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME

from nba_assets.instance import event_log, grouped_events
from nba_assets.instance.event_log import GroupCommitSqliteEventLogStorage
from nba_assets_tests.support import ladder, pruning

RUN = "00000000-0000-4000-8000-{:012d}"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[GroupCommitSqliteEventLogStorage]:
    storage = GroupCommitSqliteEventLogStorage(str(tmp_path))
    yield storage
    storage.dispose()


def _entry(event: DagsterEvent | None, run: int = 1) -> EventLogEntry:
    return EventLogEntry(
        error_info=None, level=20, user_message="", run_id=RUN.format(run), timestamp=1.0, dagster_event=event
    )


def _materialization(date: str, run: int = 1) -> EventLogEntry:
    data = StepMaterializationData(dg.AssetMaterialization("table", partition=date))
    kind = DagsterEventType.ASSET_MATERIALIZATION.value
    return _entry(DagsterEvent(kind, "job", event_specific_data=data), run)


def _on_disk(folder: Path, name: str = "index") -> int:
    """Rows that another process would see."""
    path = folder / f"{name}.db"
    if not path.exists():
        return 0
    with sqlite3.connect(path) as connection:
        return connection.execute("select count(*) from event_logs").fetchone()[0]


def test_materializations_wait_and_any_read_brings_them_down(
    log: GroupCommitSqliteEventLogStorage, tmp_path: Path
) -> None:
    for date in ("a", "b", "c"):
        log.store_event(_materialization(date))
    assert _on_disk(tmp_path) == 0
    assert log.get_materialized_partitions(dg.AssetKey("table")) == {"a", "b", "c"}
    assert _on_disk(tmp_path) == _on_disk(tmp_path, RUN.format(1)) == 3


def test_another_kind_of_event_brings_them_down_first(
    log: GroupCommitSqliteEventLogStorage, tmp_path: Path
) -> None:
    log.store_event(_materialization("a"))
    log.store_event(_entry(None))
    assert _on_disk(tmp_path) == 1
    records = log.get_records_for_run(RUN.format(1)).records
    assert [record.event_log_entry.is_dagster_event for record in records] == [True, False]


def test_a_full_group_comes_down(
    log: GroupCommitSqliteEventLogStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouped_events, "GROUP_SIZE", 3)
    for date in ("a", "b", "c", "d"):
        log.store_event(_materialization(date))
    assert _on_disk(tmp_path) == 3


def test_a_message_from_the_background_comes_after_the_group_that_is_on_its_way(
    log: GroupCommitSqliteEventLogStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouped_events, "GROUP_SIZE", 2)
    store, background = log._store_group, Thread(target=log.store_event, args=[_entry(None)])

    def meanwhile(run_id: str, events: list[EventLogEntry]) -> None:
        if not background.ident:
            background.start()
            background.join(0.2)  # long enough for it to overtake, if it could
        store(run_id, events)

    monkeypatch.setattr(log, "_store_group", meanwhile)
    log.store_event_batch([_materialization("a"), _materialization("b")])
    background.join()
    records = log.get_records_for_run(RUN.format(1)).records
    assert [record.event_log_entry.is_dagster_event for record in records] == [True, True, False]


def test_closing_brings_them_down(tmp_path: Path) -> None:
    storage = GroupCommitSqliteEventLogStorage(str(tmp_path))
    storage.store_event_batch([_materialization("a"), _materialization("b")])
    storage.dispose()
    assert _on_disk(tmp_path) == 2


def test_two_runs_in_one_group_keep_apart(log: GroupCommitSqliteEventLogStorage, tmp_path: Path) -> None:
    for run in (1, 2, 1):
        log.store_event(_materialization(f"r{run}", run))
    log.dispose()
    assert (_on_disk(tmp_path, RUN.format(1)), _on_disk(tmp_path, RUN.format(2)), _on_disk(tmp_path)) == (
        2,
        1,
        3,
    )


def test_open_databases_are_few_however_many_runs_exist(
    log: GroupCommitSqliteEventLogStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_log, "OPEN_SHARDS", 3)
    for run in range(1, 7):
        log.store_event(_materialization("a", run))
    log._flush()
    assert len(log._engines) == 3
    assert INDEX_SHARD_NAME in log._engines
    # A run whose database was closed is opened again when asked for.
    assert len(log.get_records_for_run(RUN.format(1)).records) == 1


def test_the_write_ahead_log_is_on(log: GroupCommitSqliteEventLogStorage) -> None:
    with log.index_connection() as connection:
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("pragma synchronous").scalar() == 1


def test_dagster_yaml_can_name_it(tmp_path: Path) -> None:
    settings = {
        "telemetry": {"enabled": False},
        "event_log_storage": {
            "module": "nba_assets.instance.event_log",
            "class": "GroupCommitSqliteEventLogStorage",
            "config": {"base_dir": str(tmp_path / "events")},
        },
    }
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(settings))
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert isinstance(instance.event_log_storage, GroupCommitSqliteEventLogStorage)
        rebuilt = dg.DagsterInstance.from_ref(instance.get_ref())
        assert isinstance(rebuilt.event_log_storage, GroupCommitSqliteEventLogStorage)
        rebuilt.dispose()


def test_pruning_forgets_what_runs_have_logged_and_no_date(tmp_path: Path) -> None:
    with ladder.opened(tmp_path) as bench:
        run = bench.run(ladder.FIRST, ladder.LAST, ["bottom"])
        pruning.assert_forgets_logs_alone(bench, run.run_id)
