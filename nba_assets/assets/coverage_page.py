"""The coverage page as an asset: one HTML file beside the tables, and its picture in the UI."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg
import pandas as pd

from nba_assets.assets.resources import LakeResource
from nba_assets.assets.table_asset import OWNER
from nba_assets.reports.reading import read_table
from nba_assets.storage.lake import Lake

PAGE = "pages/coverage.html"
NAME = "coverage_page"


def page_asset(tables: Sequence[str]) -> dg.AssetsDefinition:
    """The asset; ``tables`` in the order of the graph."""

    @dg.asset(
        name=NAME,
        description="Calendar of coverage by season and table, open gaps and their causes: one HTML page.",
        group_name="coverage",
        owners=[OWNER],
        kinds={"html", "plotly"},
        deps=["coverage"],
    )
    def page(lake: LakeResource) -> dg.MaterializeResult:
        from nba_assets.reports.coverage.gaps import open_gaps
        from nba_assets.reports.coverage.picture import coverage_picture
        from nba_assets.reports.png import data_uri

        tables_lake = lake.lake()
        ledger = read_table(tables_lake, "coverage")
        where = write_page(tables_lake, ledger, tables)
        gaps = open_gaps(ledger, _order(tables))
        return dg.MaterializeResult(
            metadata={
                "page": dg.MetadataValue.path(where) if "://" not in where else dg.MetadataValue.url(where),
                "picture": dg.MetadataValue.md(f"![coverage]({data_uri(coverage_picture(ledger))})"),
                "open_gaps": len(gaps),
                "dates": ledger["game_date"].nunique(),
                "rows": len(ledger),
            }
        )

    return page


def write_page(lake: Lake, ledger: pd.DataFrame, tables: Sequence[str]) -> str:
    """Store the page of a ledger beside the tables; returns where."""
    from nba_assets.reports.coverage.page import coverage_page

    lake.store.write(PAGE, coverage_page(ledger, _order(tables)).encode())
    return f"{lake.store.root}/{PAGE}"


def _order(tables: Sequence[str]) -> dict[str, int]:
    return {table: place for place, table in enumerate(tables)}
