"""A dataset of BigQuery that follows the lake, date by date.

Dates are replaced by one load and one transaction a table: a job for each date would exceed the quotas of a
table with a thousand of them.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import pyarrow.parquet as pq
from google.cloud import bigquery as bq

from nba_assets.publish.bigquery import statements
from nba_assets.publish.bigquery.tables import fields_of, state_table, table_of
from nba_assets.quality.gate import Gate, Shut
from nba_assets.schemas.columns import TableSchema
from nba_assets.storage.lake import Lake

_MOST_URIS = 10_000  # of one load job


@dataclass(frozen=True)
class Loaded:
    """What came of publishing dates of a table.

    Attributes:
        rows: number of rows of each date that was loaded.
        unchanged: dates that were published before, as they are.
        left_out: dates that may not be read: what was published before stays.
    """

    rows: dict[dt.date, int]
    unchanged: list[dt.date]
    left_out: dict[dt.date, Shut]


class Warehouse:
    """A dataset.

    Args:
        client: of the project that pays for the jobs.
        dataset: ``project.dataset``; it exists.
        lake: the tables.
    """

    def __init__(self, client: bq.Client, dataset: str, lake: Lake):
        self._client = client
        self._dataset = dataset
        self._lake = lake

    def publish(self, schema: TableSchema, dates: Sequence[dt.date]) -> Loaded:
        """Bring dates of a table that have changed since they were published last.

        Args:
            schema: the table.
            dates: dates to publish; those that the gate shuts are left out.
        """
        self._prepare(schema)
        left_out = Gate(self._lake).shut(schema.name, dates)
        stored = self._lake.stored(schema.name, [date for date in dates if date not in left_out])
        before = self._published(schema.name)
        # The columns are a part of the version: a table that has a new one is loaded whole.
        versions = {date: f"{schema.hash} {version}" for date, version in stored.items()}
        changed = {date: version for date, version in versions.items() if before.get(date) != version}
        rows = self._replace(schema, changed) if changed else {}
        return Loaded(rows, [date for date in stored if date not in changed], left_out)

    def create_results_view(self) -> None:
        """Predictions beside their results; both tables have been published."""
        self._query(statements.results_view(self._dataset))

    def _prepare(self, schema: TableSchema) -> None:
        """Make the tables, and add columns that one of an earlier release lacks; others stay, as NULL."""
        self._client.create_table(state_table(self._dataset), exists_ok=True)
        table = self._client.create_table(table_of(self._dataset, schema), exists_ok=True)
        present = {field.name for field in table.schema}
        if missing := [field for field in fields_of(schema) if field.name not in present]:
            table.schema = [*table.schema, *missing]
            self._client.update_table(table, ["schema"])

    def _published(self, table: str) -> dict[dt.date, str]:
        found = self._query(statements.published_versions(self._dataset, table))
        return {row["game_date"]: row["version"] for row in found}

    def _replace(self, schema: TableSchema, versions: Mapping[dt.date, str]) -> dict[dt.date, int]:
        """Load dates into a table of their own, and put them in place of what was there."""
        with self._stage(schema) as stage:
            self._load(schema, stage, [*versions])
            dates = bq.ArrayQueryParameter(statements.DATES, "DATE", [*versions])
            self._query(statements.swap(self._dataset, schema, stage, versions), [dates])
            counted = self._query(
                f"SELECT game_date, COUNT(*) AS number FROM `{self._dataset}.{stage}` GROUP BY game_date"
            )
            numbers = {row["game_date"]: row["number"] for row in counted}
        return {date: numbers.get(date, 0) for date in versions}

    @contextmanager
    def _stage(self, schema: TableSchema) -> Iterator[str]:
        """An empty table that no other run uses; it is gone afterwards."""
        name = f"_stage_{schema.name}_{uuid4().hex[:12]}"
        self._client.create_table(bq.Table(f"{self._dataset}.{name}", schema=fields_of(schema)))
        try:
            yield name
        finally:
            self._client.delete_table(f"{self._dataset}.{name}", not_found_ok=True)

    def _load(self, schema: TableSchema, stage: str, dates: Sequence[dt.date]) -> None:
        """Rows of dates: of a lake in a bucket as its files lie there, else sent by this process."""
        target, root = f"{self._dataset}.{stage}", self._lake.store.root
        if not root.startswith("gs://"):
            rows = self._lake.read(schema.name, dates, schema.arrow).table
            file = io.BytesIO()
            pq.write_table(rows, file, compression="zstd")
            file.seek(0)
            config = bq.LoadJobConfig(source_format=bq.SourceFormat.PARQUET)
            self._client.load_table_from_file(file, target, job_config=config).result()
            return
        partitions = bq.HivePartitioningOptions()
        partitions.mode = "CUSTOM"
        partitions.source_uri_prefix = f"{root}/{schema.name}/{{game_date:DATE}}"
        config = bq.LoadJobConfig(source_format=bq.SourceFormat.PARQUET, hive_partitioning=partitions)
        uris = [f"{root}/{self._lake.name(schema.name, date)}" for date in dates]
        for start in range(0, len(uris), _MOST_URIS):
            part = uris[start : start + _MOST_URIS]
            self._client.load_table_from_uri(part, target, job_config=config).result()

    def _query(self, sql: str, parameters: Sequence[bq.ArrayQueryParameter] = ()) -> list[bq.Row]:
        config = bq.QueryJobConfig(query_parameters=[*parameters])
        return list(self._client.query(sql, job_config=config).result())
