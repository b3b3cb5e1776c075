"""The ledger as an asset: last in the graph, one partition a date like everything else."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import dagster as dg
import pandas as pd

from nba_assets.assets.resources import open_lake
from nba_assets.lineage.inputs import Inputs
from nba_assets.lineage.table import Table
from nba_assets.quality.ledger import Graph, entries


def ledger_graph(tables: Sequence[Table], on_request: Collection[str] = ()) -> Graph:
    """The tables as the ledger sees them.

    Args:
        tables: in the order of the graph.
        on_request: those of a job of their own: they are due on no date of which nobody asked for them.
    """
    inputs = {table.name: tuple(item.table for item in table.inputs) for table in tables}
    planned = {table.name for table in tables if table.plan}
    return Graph(inputs, frozenset(planned.union(on_request)))


def coverage_table(tables: Sequence[Table], on_request: Collection[str] = ()) -> Table:
    """The ledger of these tables: it reads their footers, whatever their verdict, so no gate is asked.

    Arguments as in :func:`ledger_graph`.
    """
    graph = ledger_graph(tables, on_request)

    def collect(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
        return entries(open_lake(context), graph, inputs.dates)

    return Table(
        "coverage",
        group="coverage",
        kinds=frozenset({"parquet"}),
        compute=collect,
        versioned=(entries,),
        after=tuple(graph.inputs),
    )
