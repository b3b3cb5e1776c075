"""The ledger as an asset: last in the graph, one partition a date like everything else."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg
import pandas as pd

from nba_assets.assets.resources import open_lake
from nba_assets.lineage.inputs import Inputs
from nba_assets.lineage.table import Built, Plotted, Table
from nba_assets.quality.ledger import Graph, entries
from nba_assets.reports.coverage.status import OPEN


def ledger_graph(tables: Sequence[Table]) -> Graph:
    """The tables, in the order of the graph, as the ledger sees them."""
    inputs = {table.name: tuple(item.table for item in table.inputs) for table in tables}
    return Graph(inputs, frozenset(table.name for table in tables if table.plan))


def coverage_table(tables: Sequence[Table]) -> Table:
    """The ledger of these tables. It reads footers of every verdict, so it does not go through the gate."""
    graph = ledger_graph(tables)

    def collect(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
        rows = entries(open_lake(context), graph, inputs.dates)
        gaps = rows["game_date"][rows["status"].isin(OPEN)].value_counts()
        return Built(
            rows, notes={date: {"open": int(gaps.get(pd.Timestamp(date), 0))} for date in inputs.dates}
        )

    return Table(
        "coverage",
        group="coverage",
        kinds=frozenset({"parquet"}),
        compute=collect,
        versioned=(entries,),
        after=_last(tables),
        plotted=Plotted(("status",), _open),
    )


def _open(rows: pd.DataFrame) -> pd.DataFrame:
    """Gaps of each date."""
    return rows["status"].isin(OPEN).groupby(rows["game_date"]).sum().to_frame("open")


def _last(tables: Sequence[Table]) -> tuple[str, ...]:
    """Tables that no other is made from: they come after all others."""
    read = {item.table for table in tables for item in (*table.inputs, *table.history)}
    return tuple(table.name for table in tables if table.name not in read)
