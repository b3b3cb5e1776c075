"""Tables of BigQuery, from the declarations of the lake's tables."""

from __future__ import annotations

from google.cloud import bigquery as bq

from nba_assets.publish.bigquery.statements import STATE
from nba_assets.schemas.columns import TableSchema

TYPES = {"text": "STRING", "integer": "INT64", "number": "FLOAT64", "flag": "BOOL", "moment": "TIMESTAMP"}
_CLUSTERED = 4  # columns at most
_LONGEST = 1024  # characters of a column's description


def fields_of(schema: TableSchema) -> list[bq.SchemaField]:
    """Columns of a table, ``game_date`` first, with the descriptions of the data dictionary."""
    date = bq.SchemaField("game_date", "DATE", description="US Eastern date of the game.")
    return [
        date,
        *(
            bq.SchemaField(
                field.name,
                TYPES[field.kind],
                description=(f"{field.description} [{field.unit}]" if field.unit else field.description)[
                    :_LONGEST
                ],
            )
            for field in schema.fields
        ),
    ]


def table_of(dataset: str, schema: TableSchema) -> bq.Table:
    """A table partitioned by date and clustered by its key."""
    table = bq.Table(f"{dataset}.{schema.name}", schema=fields_of(schema))
    table.description = schema.grain
    table.time_partitioning = bq.TimePartitioning(field="game_date")
    table.clustering_fields = list(schema.key[:_CLUSTERED])
    return table


def state_table(dataset: str) -> bq.Table:
    """Which version of each date of each table has been published."""
    kinds = {"table_name": "STRING", "game_date": "DATE", "version": "STRING"}
    return bq.Table(
        f"{dataset}.{STATE}", schema=[bq.SchemaField(name, kind, "REQUIRED") for name, kind in kinds.items()]
    )
