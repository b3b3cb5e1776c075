"""The job that reports a lake to an instance: partitions and verdicts that another instance has made.

A lake needs no instance to be read, explained or extended; the UI shows what its own instance knows. After a
lost disk, in Dagster+, or on a colleague's copy of a lake, this job brings the two together.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from nba_assets.assets.factory import date_events
from nba_assets.assets.factory.newest_date import stored_metadata
from nba_assets.assets.resources import LakeResource
from nba_assets.instance.partition_events import (
    FILE,
    check_targets,
    materialized_metadata,
    report,
    report_failures,
    wipe_materializations,
)
from nba_assets.instance.partition_keys import add_partitions
from nba_assets.lineage.table import Table
from nba_assets.quality.gate import Gate
from nba_assets.quality.ledger import Graph, explanations
from nba_assets.quality.refusals import Refusals
from nba_assets.quality.verdict import Problem, Verdict
from nba_assets.storage.lake import Lake

SYNC_JOB, SYNC_OP = "sync", "learn_from_lake"
LEARNED, WIPED, REFUSED = "learned", "wiped", "refused"  # counts in the output's metadata, by table


def sync_job(tables: Sequence[Table], graph: Graph) -> dg.JobDefinition:
    """The job over all tables; ``graph`` says which of them may be to blame for a refused date."""

    @dg.op(
        name=SYNC_OP,
        out=dg.Out(dg.Nothing),
        config_schema={"again": dg.Field(bool, default_value=False, description="Report all, known or not.")},
    )
    def op(context: dg.OpExecutionContext, lake: LakeResource) -> Iterator[Any]:
        counts: dict[str, dict[str, int]] = {}
        for table in tables:
            upstream = graph.upstream(table.name)
            counts[table.name] = _sync_table(context, lake.lake(), table, upstream)
        yield dg.Output(
            None, metadata={table: dg.MetadataValue.json(found) for table, found in counts.items()}
        )

    @dg.job(
        name=SYNC_JOB,
        description="Report the lake's partitions and verdicts to this instance; wipe those that are gone.",
        executor_def=dg.in_process_executor,
    )
    def job() -> None:
        op()

    return job


def _sync_table(context: dg.OpExecutionContext, lake: Lake, declared: Table, graph: Graph) -> dict[str, int]:
    """Report new partitions of a table and wipe the removed ones; return the counts of each kind."""
    instance, table = context.instance, declared.name
    refusals = Gate(lake).refusals(table, Refusals(lake.store).dates(table))
    add_partitions(instance, [*lake.dates(table), *refusals])
    partitions, damaged = lake.partitions(table)
    stored = {date: found for date, found in partitions.items() if date not in refusals}
    known = materialized_metadata(instance, table)
    gone = known.keys() - stored.keys()
    if kept := wipe_materializations(instance, table, gone):
        context.log.warning(f"{table}: this event log wipes no partition: {len(kept)} stay green")
    verdicts: dict[dt.date, Verdict] = {}
    for date, (stamp, written) in stored.items():
        if context.op_config["again"] or known.get(date, {}).get(FILE) != written.file_hash:
            verdict = verdicts[date] = Verdict.of_record(stamp.coverage)
            shown = stored_metadata(lake, declared, date, verdict) if date == max(stored) else {}
            report(context, date_events.materialization(table, date, written, verdict, shown))
    targets = check_targets(instance, table, verdicts, context.run_id)
    for date, verdict in verdicts.items():
        report(context, date_events.evaluation(table, date, verdict, targets))
    refused = {date: Verdict("FAIL", problems=(Problem(reason),)) for date, reason in damaged.items()}
    refused |= {date: refusal.verdict for date, refusal in refusals.items()}
    explained = explanations(lake, graph, table, refused) if refused else {}
    for date, verdict in refused.items():
        report(context, date_events.evaluation(table, date, verdict, {}, explained.get(date)))
    report_failures(
        context,
        table,
        {date: date_events.words(verdict, explained.get(date)) for date, verdict in refused.items()},
    )
    return {LEARNED: len(verdicts), WIPED: len(gone), REFUSED: len(refused)}
