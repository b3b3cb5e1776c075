"""On Postgres our event log stores what Dagster's own would have stored, row by row."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as db
import yaml
from dagster._core.storage.event_log.base import EventLogStorage

from nba_assets.calendar.partitions import GAME_DATES
from nba_assets.instance import grouped_events
from nba_assets_tests.conftest import REPOSITORY
from nba_assets_tests.support import ladder, pruning
from nba_assets_tests.support.event_rows import by_key, plain
from nba_assets_tests.support.ladder import BAD, DATES, FIRST, GOOD, LAST, SOURCE, STEPS
from nba_assets_tests.support.postgres import binaries, server
from nba_assets_tests.support.workbench import Workbench, passing_instance

postgres = pytest.importorskip("dagster_postgres.event_log", reason="needs the extra postgres")
from nba_assets.instance.postgres_event_log import GroupCommitPostgresEventLogStorage  # noqa: E402

DAGSTER_YAML = REPOSITORY / "nba_assets" / "instance" / "dagster.yaml"
TABLES = ("event_logs", "asset_keys", "asset_check_executions", "asset_event_tags", "dynamic_partitions")


@dataclass(frozen=True)
class Log:
    """An event log after two runs."""

    bench: Workbench
    run_ids: tuple[str, ...]
    address: str

    def rows(self, table: str) -> list[dict[str, Any]]:
        engine = db.create_engine(self.address)
        with engine.connect() as connection:
            found = connection.execute(db.text(f"select * from {table} order by id")).mappings().all()  # noqa: S608
        engine.dispose()
        return [{name: plain(self.run_ids, name, value) for name, value in row.items()} for row in found]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    programs = binaries()
    if programs is None:
        pytest.skip("no Postgres: apt-get install postgresql")
    with server(programs) as url:
        yield url


def _database(address: str, name: str) -> str:
    engine = db.create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(db.text(f"create database {name}"))
    engine.dispose()
    return f"{address}/{name}"


def _bench(home: Path, tables: Any, log: EventLogStorage) -> Workbench:
    instance = passing_instance(home / "dagster", lambda _: log)
    log.add_dynamic_partitions(str(GAME_DATES.name), list(DATES))
    return Workbench(home, tables, instance=instance)


@pytest.fixture(scope="module")
def logs(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Log]]:
    """Dagster's own event log and ours, after the same two runs."""
    found: dict[str, Log] = {}
    kinds = {"stock": postgres.PostgresEventLogStorage, "ours": GroupCommitPostgresEventLogStorage}
    with ladder.registered() as tables, pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouped_events, "GROUP_SIZE", 4)  # several groups a step
        # Ours plans a range by one event a table, and keeps failed partitions; Dagster's own when asked.
        patch.setenv("DAGSTER_EMIT_PARTITION_SUBSET_IN_PLANNED_EVENTS", "true")
        patch.setattr(postgres.PostgresEventLogStorage, "can_store_asset_failure_events", True)
        for name, kind in kinds.items():
            url = _database(address, name)
            bench = _bench(tmp_path_factory.mktemp(name), tables, kind(url))
            SOURCE[BAD] = "torn"
            first = bench.run(FIRST, LAST, STEPS)
            SOURCE[BAD] = [1.0, 2.0]
            second = bench.run(BAD, LAST, STEPS)
            assert first.success
            assert second.success
            found[name] = Log(bench, (first.run_id, second.run_id), url)
        yield found
        for log in found.values():
            log.bench.close()


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_those_of_stock_storage(logs: dict[str, Log], table: str) -> None:
    ours, stock = (logs[name].rows(table) for name in ("ours", "stock"))
    if table == "asset_check_executions":
        # Stock plans a row a date, and updates it; ours inserts it once it is judged.
        ours, stock = by_key(ours), by_key(stock)
    assert ours == stock
    assert ours or table == "asset_event_tags"


def test_both_storages_answer_dagsters_questions_alike(logs: dict[str, Log]) -> None:
    answers = []
    for log in logs.values():
        storage = log.bench.instance.event_log_storage
        keys = [dg.AssetKey(name) for name in STEPS]
        info = storage.get_asset_check_partition_info([dg.AssetCheckKey(key, "coverage") for key in keys])
        answers.append((
            {(row.check_key, row.partition_key): row.latest_execution_status for row in info},
            {key: storage.get_materialized_partitions(key) for key in keys},
            [len(log.bench.instance.get_records_for_run(run).records) for run in log.run_ids],
        ))  # fmt: skip
    assert answers[0] == answers[1]
    assert len(answers[0][0]) == len(STEPS) * len(DATES)


def test_logs_are_pruned_dates_are_wiped_and_keys_stay_in_order(address: str, tmp_path: Path) -> None:
    log = GroupCommitPostgresEventLogStorage(_database(address, "wiped"))
    with ladder.registered() as tables:
        bench = _bench(tmp_path, tables, log)
        run = bench.run(FIRST, LAST, ["bottom"])
        assert run.success
        pruning.assert_forgets_logs_alone(bench, run.run_id)
        key = dg.AssetKey("bottom")
        assert bench.instance.get_materialized_partitions(key) == set(DATES)
        bench.instance.event_log_storage.wipe_asset_partitions(key, [BAD])
        assert sorted(bench.instance.get_materialized_partitions(key)) == GOOD
        days = [f"2023-12-{day:02}" for day in range(1, 31)]
        with ThreadPoolExecutor(8) as pool:
            others = [GroupCommitPostgresEventLogStorage(log.postgres_url) for _ in range(8)]
            list(pool.map(lambda n: others[n % 8].add_dynamic_partitions("game_dates", [days[n]]), range(30)))
        assert log.get_dynamic_partitions("game_dates") == sorted(set(days))
        for other in (*others, log):
            other.dispose()


def test_the_configuration_of_deploy_opens_an_instance_like_our_own(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", _database(address, "configured"))
    shutil.copy(REPOSITORY / "deploy" / "dagster-postgres.yaml", tmp_path / "dagster.yaml")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert isinstance(instance.event_log_storage, GroupCommitPostgresEventLogStorage)
        instance.add_dynamic_partitions("game_dates", list(DATES))
    with dg.DagsterInstance.from_config(str(tmp_path)) as again:
        assert again.get_dynamic_partitions("game_dates") == list(DATES)
    ours, default = (yaml.safe_load(path.read_text()) for path in (tmp_path / "dagster.yaml", DAGSTER_YAML))
    stores = {"event_log_storage", "run_storage", "schedule_storage"}
    assert {k: v for k, v in ours.items() if k not in stores} == {
        k: v for k, v in default.items() if k not in stores
    }
