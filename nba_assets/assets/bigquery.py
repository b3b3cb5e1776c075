"""The lake's tables in BigQuery as assets, one for each table, where a dataset is configured."""

from collections.abc import Iterator
from typing import Any, cast

import dagster as dg
from dagster_gcp import BigQueryResource

from nba_assets.assets.factory.chosen_dates import chosen_dates
from nba_assets.assets.factory.table_asset import OWNER
from nba_assets.assets.resources import LakeResource
from nba_assets.calendar.partitions import GAME_DATES
from nba_assets.instance.private_api import EXTERNALLY_MANAGED_ASSETS_TAG, disable_dagster_warnings
from nba_assets.lineage.table import Table
from nba_assets.publish.bigquery.statements import RESULTS_VIEW
from nba_assets.publish.bigquery.warehouse import Loaded, Warehouse

GROUP = "bigquery"
_VIEWED = ("player_prop_predictions", "prediction_accuracy")


def bigquery_assets(tables: tuple[Table, ...], dataset: str) -> list[dg.AssetsDefinition]:
    """An asset for each table, and one for the view of predictions beside their results.

    Args:
        tables: the tables of the lake.
        dataset: ``project.dataset``; it exists.
    """
    with disable_dagster_warnings():
        return [*(_table_asset(table, dataset) for table in tables), _view_asset(dataset)]


def _table_asset(table: Table, dataset: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=[GROUP, table.name],
        description=f"The table {table.name} in BigQuery: dates that have changed since they were published.",
        group_name=GROUP,
        owners=[OWNER],
        kinds={"bigquery"},
        partitions_def=GAME_DATES,
        backfill_policy=dg.BackfillPolicy.single_run(),
        deps=[table.name],
        automation_condition=dg.AutomationCondition.eager().without(
            dg.AutomationCondition.in_latest_time_window()
        ),
        metadata={"bigquery_table": f"{dataset}.{table.name}"},
        dagster_type=dg.Nothing,
    )
    def asset(
        context: dg.AssetExecutionContext, lake: LakeResource, bigquery: BigQueryResource
    ) -> Iterator[Any]:
        # Only the events below count: a date that may not be read is not materialized.
        cast("dict[str, str]", context.run.tags)[EXTERNALLY_MANAGED_ASSETS_TAG] = "true"
        dates = chosen_dates(context.run.tags, context.partition_keys)
        with bigquery.get_client() as client:
            loaded = Warehouse(client, dataset, lake.lake()).publish(table.schema, dates)
        for date in sorted([*loaded.rows, *loaded.unchanged]):
            metadata = {"rows": loaded.rows[date]} if date in loaded.rows else {}
            yield dg.AssetMaterialization(
                asset_key=[GROUP, table.name],
                partition=date.isoformat(),
                metadata={"changed": date in loaded.rows, **metadata},
            )
        _report(context, loaded)
        yield dg.Output(None)

    return asset


def _report(context: dg.AssetExecutionContext, loaded: Loaded) -> None:
    """Name the dates of which the previous publication is kept."""
    if not loaded.left_out:
        return
    first = min(loaded.left_out)
    words = f"{len(loaded.left_out)} dates are not published; {first}: {loaded.left_out[first]}"
    if not loaded.rows and not loaded.unchanged:
        raise dg.Failure(words, allow_retries=False)
    context.log.error(words)


def _view_asset(dataset: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=[GROUP, RESULTS_VIEW],
        description="A view of every prediction beside the result of its game.",
        group_name=GROUP,
        owners=[OWNER],
        kinds={"bigquery"},
        deps=[[GROUP, name] for name in _VIEWED],
        metadata={"bigquery_table": f"{dataset}.{RESULTS_VIEW}"},
    )
    def asset(lake: LakeResource, bigquery: BigQueryResource) -> None:
        with bigquery.get_client() as client:
            Warehouse(client, dataset, lake.lake()).create_results_view()

    return asset
