"""The one factory: a declaration and a pure function become an asset that keeps its promises."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from nba_assets.assets.factory.column_lineage import column_lineage
from nba_assets.assets.factory.overrides import AllowPartial
from nba_assets.assets.factory.table_run import TableRun
from nba_assets.assets.resources import LakeResource, SourceResource
from nba_assets.assets.training.training_config import Training
from nba_assets.calendar.partitions import GAME_DATES
from nba_assets.instance.private_api import disable_dagster_warnings
from nba_assets.instance.run_process import return_memory
from nba_assets.lineage.table import Table
from nba_assets.quality.gate import CHECK_NAME
from nba_assets.quality.ledger import Graph
from nba_assets.schemas.catalog import column_schema
from nba_assets.schemas.purposes import PURPOSES

OWNER = "team:nba-assets"
# What holds for every table of a group, for somebody who opens the page of an asset for the first time.
_ABOUT = {
    "raw": "Rows as publishers give them, typed and validated; what is not known is NULL.",
    "analytics": "Comparable facts of games that are over, and the situation before games to come.",
    "precompute": "Statistics of earlier games only: a row knows nothing of its own date's results.",
    "feature_store": "Input of the models, one column per feature, all known before tip-off.",
    "models": "A model of a date is trained on rows before it; it serves once it has beaten the others.",
    "predictions": "What every system expects of every player; `role` says whose number is served.",
    "grading": "What predictions were worth, once the games are over.",
    "coverage": "What each table should hold and holds, and the command that heals a gap.",
}


def table_asset(table: Table, graph: Graph, site: str | None = None) -> dg.AssetsDefinition:
    """Turn a declaration into an asset with its blocking coverage check.

    Args:
        table: the declaration.
        graph: the tables that it may be made from: who is to blame for a date is found among them.
        site: address of the published pages, which the asset's page then links to.
    """
    # Dagster calls some of what is used here beta or preview, at every start; contract tests pin it instead.
    with disable_dagster_warnings():
        return _asset(table, graph.upstream(table.name), site_links(site))


def site_links(site: str | None) -> dict[str, dg.MetadataValue]:
    """Links to the published pages, where their address is known."""
    pages = {"tonight": "index", "coverage of every date": "coverage", "record of the systems": "models"}
    root = site.rstrip("/") if site else None
    return {name: dg.MetadataValue.url(f"{root}/{page}.html") for name, page in pages.items()} if root else {}


def _asset(table: Table, upstream_graph: Graph, pages: Mapping[str, dg.MetadataValue]) -> dg.AssetsDefinition:
    @dg.asset(
        name=table.name,
        description=_description(table),
        group_name=table.group,
        owners=[OWNER],
        kinds=set(table.kinds),
        code_version=table.code_version,
        partitions_def=GAME_DATES,
        backfill_policy=dg.BackfillPolicy.single_run(),
        deps=table.upstream,
        metadata={
            "dagster/column_schema": column_schema(table.schema),
            "dagster/column_lineage": column_lineage(table),
            "key": ", ".join(table.schema.key),
            **pages,
        },
        check_specs=[
            dg.AssetCheckSpec(
                CHECK_NAME,
                asset=table.name,
                description="Expected keys, values in range, no duplicate: what a date needs to feed others.",
                blocking=True,
                partitions_def=GAME_DATES,
            )
        ],
        config_schema=table.config.to_fields_dict() if table.config else None,
        # Of some tables of the graph, too, the ledger is made last.
        op_tags={"dagster/priority": "-1"} if table.after else None,
        automation_condition=_when_inputs_pass(table) if table.inputs and not table.plan else None,
        dagster_type=dg.Nothing,
    )
    def asset(
        context: dg.AssetExecutionContext,
        lake: LakeResource,
        source: SourceResource,
        allow_partial: AllowPartial,
        training: Training,
    ) -> Iterator[Any]:
        yield from TableRun(context, table, lake.lake(), upstream_graph).events()
        return_memory()

    return asset


def _description(table: Table) -> str:
    """What the table is for, what a row is, and what holds for the tables of its group."""
    rest = " ".join(filter(None, (table.schema.grain, _ABOUT.get(table.group))))
    return "\n\n".join(filter(None, (PURPOSES.get(table.name), rest)))


def _when_inputs_pass(table: Table) -> dg.AutomationCondition:
    """Dates whose inputs are new and passed their checks, of the whole history: what a backfill left open.

    A table of which only history is read need not have the date itself: most dates have no model.
    """
    condition = dg.AutomationCondition
    eager = condition.eager().without(condition.in_latest_time_window())
    passed = eager & condition.all_deps_blocking_checks_passed()
    same_date = {item.table for item in table.inputs}
    past = sorted({item.table for item in table.history} - same_date)
    return passed.ignore(dg.AssetSelection.assets(*past)) if past else passed
