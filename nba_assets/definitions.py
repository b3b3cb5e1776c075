"""The code location: everything put together, nothing opened."""

from __future__ import annotations

from nba_assets.instance.garbage import uncollected

with uncollected():
    from collections.abc import Mapping
    from typing import Any

    import dagster as dg
    from dagster_gcp import BigQueryResource
    from dagster_gcp.gcs import GCSResource

    from nba_assets.assets.bigquery import bigquery_assets
    from nba_assets.assets.factory.overrides import (
        RESOURCE,
        AllowPartial,
    )
    from nba_assets.assets.factory.table_asset import table_asset
    from nba_assets.assets.published_predictions import published_predictions
    from nba_assets.assets.resources import LakeResource, PublicationResource, source_resource
    from nba_assets.assets.tables import ALL_TABLES, GRAPH
    from nba_assets.assets.training.training_config import Training
    from nba_assets.automation.alerts import Alerts
    from nba_assets.automation.feed_checks import feed_checks
    from nba_assets.automation.fetching import fetch_job
    from nba_assets.automation.game_dates import game_dates_sensor
    from nba_assets.automation.jobs import jobs
    from nba_assets.automation.schedules import schedules
    from nba_assets.automation.sensors.alerts import AlertSensors
    from nba_assets.automation.sensors.corrected_history import HistorySensor
    from nba_assets.automation.sensors.feed_health import FeedHealthSensor
    from nba_assets.automation.sensors.first_predictions import FirstPredictions
    from nba_assets.automation.sensors.landing import LandingSensors
    from nba_assets.automation.sensors.model_states import ModelStates
    from nba_assets.automation.sensors.promotion import PromotionSensor
    from nba_assets.automation.sync import sync_job
    from nba_assets.instance.run_process import quiet_console
    from nba_assets.lineage.graph import TableGraph
    from nba_assets.quality.expectations import EXPECTATIONS
    from nba_assets.quality.thresholds import thresholds
    from nba_assets.settings import Settings, SourceKind
    from nba_assets.sources.fetch.fetch_desk import FetchDesk


# Dates of a run: a second process takes four seconds to start, and a tenth of a second for each table.
_SECOND_PROCESS_FROM = 200


def build_defs(settings: Settings, resource_overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """Assemble the code location.

    Args:
        settings: where the lake and the source are.
        resource_overrides: resources to use in place of the settings' own, by name.

    Raises:
        ValueError: a metric without a threshold, or a threshold that nothing is held to.
    """
    thresholds().check_names({table: set(metrics) for table, metrics in EXPECTATIONS.items()})
    resources: dict[str, Any] = {
        "lake": LakeResource(root=settings.lake, gcs=GCSResource(), second_process_from=_SECOND_PROCESS_FROM),
        "source": source_resource(settings),
        "publication": PublicationResource(root=settings.published_root, gcs=GCSResource()),
        "training": Training(),
        RESOURCE: AllowPartial(),
    }
    dataset = settings.bigquery_dataset
    if dataset:
        project, location = dataset.split(".")[0], settings.bigquery_location
        resources["bigquery"] = BigQueryResource(project=project, location=location)
    graph, desk = TableGraph.of(ALL_TABLES), FetchDesk(settings)
    is_live = settings.source is not SourceKind.ARCHIVE
    checks = feed_checks(desk) if is_live else []
    return dg.Definitions(
        assets=[
            *(table_asset(table, GRAPH, settings.site_url) for table in ALL_TABLES),
            published_predictions(
                {table.name: table.group for table in ALL_TABLES},
                settings.site_url,
                desk.feed_health if is_live else None,
            ),
            *(bigquery_assets(ALL_TABLES, dataset) if dataset else ()),
        ],
        asset_checks=checks,
        jobs=[*jobs(graph, checks), fetch_job(desk), sync_job(ALL_TABLES, GRAPH)],
        sensors=[
            game_dates_sensor(settings),
            dg.AutomationConditionSensorDefinition(
                "dates_with_new_inputs",
                target=dg.AssetSelection.all(),
                description="Materializes dates, of any season, whose inputs are new and have passed their "
                "checks: what a backfill has left open.",
            ),
            *schedules(settings, graph, desk),
            FirstPredictions(settings, graph, desk).definition(),
            *LandingSensors(settings, graph, desk).definitions(),
            HistorySensor(settings, graph, desk).definition(),
            PromotionSensor(settings, desk).definition(),
            ModelStates(settings, desk, Alerts(settings)).definition(),
            *AlertSensors(settings, desk, Alerts(settings)).definitions(),
            FeedHealthSensor(settings, desk, Alerts(settings)).definition(),
        ],
        resources=resources | dict(resource_overrides or {}),
        executor=dg.in_process_executor,
        loggers={"console": quiet_console},
    )


with uncollected():
    defs = build_defs(Settings())
