"""The one factory: a declaration and a pure function become an asset that keeps its promises.

What belongs here: reading through the gate, validating, judging coverage, writing, and the events of each
date. What does not: any table, any formula.

Every asset takes any set of dates in one call. A date is written only when its inputs are open, its rows are
valid and its coverage holds; it then is materialized and its check passes. Any other date keeps what was
stored before, is not materialized, and its check says why: so a blocked date is never green, and the next
table finds the gate shut.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import dagster as dg
import pandas as pd
import pyarrow as pa
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)
from dagster._core.storage.tags import EXTERNALLY_MANAGED_ASSETS_TAG
from dagster._utils.warnings import disable_dagster_warnings

from nba_assets.assets.chosen_dates import chosen_dates
from nba_assets.assets.inputs import History, Input, Inputs, Reader, stamp
from nba_assets.assets.resources import LakeResource, SourceResource
from nba_assets.domain.arrow_columns import pc
from nba_assets.domain.code_version import code_version
from nba_assets.lake import Lake, Stamp, Written
from nba_assets.partitions import GAME_DATES, season_groups
from nba_assets.quality.coverage import Verdict, verdicts
from nba_assets.quality.gate import CHECK_NAME, Gate
from nba_assets.quality.validation import invalid_rows
from nba_assets.schemas.catalog import TABLES, column_schema
from nba_assets.schemas.columns import TableSchema

OWNER = "team:nba-assets"
Item = TypeVar("Item")
Result = TypeVar("Result")
COMPUTE_SECONDS = "compute_seconds"  # on the step's output: what is not bookkeeping of events


@dataclass(frozen=True)
class Built:
    """Result of a computation.

    Attributes:
        rows: rows of the good dates, in any order: a frame, or an arrow table in stored order and types.
        problems: what is wrong with the others, by date; they are not written.
        notes: what people should see of a date (counts of repairs, refused rows), as metadata.
        source: fingerprint of what the source says of each date, for a table that asks one.
    """

    rows: pd.DataFrame | pa.Table
    problems: Mapping[dt.date, list[str]] = field(default_factory=dict)
    notes: Mapping[dt.date, Mapping[str, Any]] = field(default_factory=dict)
    source: Mapping[dt.date, str] | None = None


Compute = Callable[[dg.AssetExecutionContext, Inputs], pd.DataFrame | Built]
Plan = Callable[[dg.AssetExecutionContext, list[dt.date]], list[dt.date]]


@dataclass(frozen=True)
class Table:
    """Declaration of an asset.

    Attributes:
        name: table name, a key of the catalog.
        group: group in the UI.
        kinds: kinds in the UI.
        compute: frames in, rows out.
        versioned: functions whose code stands behind the rows; a change of it makes them stale.
        inputs: same-date inputs; their gate must be open.
        history: earlier inputs; dates that are shut are left out.
        by_season: work a long range out season by season: bounds the memory of tables with millions of rows.
        plan: of a run's dates, those on which there is something to do; all by default. The others are left
            as they are, which is no failure (a model between trainings).
        config: run configuration of the asset, editable in the launchpad.
    """

    name: str
    group: str
    kinds: frozenset[str]
    compute: Compute
    versioned: tuple[Callable, ...]
    inputs: tuple[Input, ...] = ()
    history: tuple[History, ...] = ()
    by_season: bool = False
    plan: Plan | None = None
    config: type[dg.Config] | None = None

    @property
    def schema(self) -> TableSchema:
        """The table's schema."""
        return TABLES[self.name]

    @property
    def code_version(self) -> str:
        """Version of the code behind the rows."""
        return code_version(*self.versioned)


def table_asset(table: Table) -> dg.AssetsDefinition:
    """Turn a declaration into an asset with its blocking coverage check."""
    # Dagster calls some of what is used here beta or preview, at every start; contract tests pin it instead.
    with disable_dagster_warnings():
        return _asset(table)


def _asset(table: Table) -> dg.AssetsDefinition:
    upstream = dict.fromkeys(item.table for item in (*table.inputs, *table.history))

    @dg.asset(
        name=table.name,
        description=table.schema.grain,
        group_name=table.group,
        owners=[OWNER],
        kinds=set(table.kinds),
        code_version=table.code_version,
        partitions_def=GAME_DATES,
        backfill_policy=dg.BackfillPolicy.single_run(),
        deps=[name for name in upstream if name != table.name],
        metadata={"dagster/column_schema": column_schema(table.schema), "key": ", ".join(table.schema.key)},
        check_specs=[
            dg.AssetCheckSpec(
                CHECK_NAME,
                asset=table.name,
                description="Expected keys, values in range, no duplicate: what a date needs to feed others.",
                blocking=True,
                partitions_def=GAME_DATES,
            )
        ],
        config_schema=table.config.to_config_schema() if table.config else None,
        dagster_type=dg.Nothing,
    )
    def asset(context: dg.AssetExecutionContext, lake: LakeResource, source: SourceResource) -> Iterator[Any]:
        yield from _Run(context, table, lake.lake()).events()

    return asset


@dataclass(frozen=True)
class _Prepared:
    """Some dates, computed and judged, not yet written: rows, stamps and notes of the good ones."""

    rows: pa.Table
    stamps: dict[dt.date, Stamp]
    verdicts: dict[dt.date, Verdict]
    notes: dict[dt.date, dict[str, Any]]


class _Run:
    """One call of an asset on its partition keys."""

    def __init__(self, context: dg.AssetExecutionContext, table: Table, lake: Lake):
        self._context = context
        self._table = table
        self._lake = lake
        self._reader = Reader(lake, Gate(context.instance))
        dates = chosen_dates(context.run.tags, context.partition_keys)
        self._dates = table.plan(context, dates) if table.plan else dates
        self._compute_seconds = 0.0

    def events(self) -> Iterator[Any]:
        """Write the good dates and report every date."""
        # Only the events below count. Without this, Dagster would mark every date of the run as
        # materialized when the output arrives, the blocked ones too. It reads the tag from this object.
        cast("dict[str, str]", self._context.run.tags)[EXTERNALLY_MANAGED_ASSETS_TAG] = "true"
        failed: dict[dt.date, str] = {}
        shut = self._reader.shut(self._table.inputs, self._dates)
        for date, reasons in shut.items():
            failed[date] = "; ".join(reasons)
            yield self._evaluation(date, Verdict.blocked(reasons), None)
        ready = [date for date in self._dates if date not in shut]
        for event, date, problem in self._published(ready):
            if problem:
                failed[date] = problem
            yield event
        self._context.log.info(
            f"{self._table.name}: {len(self._dates) - len(failed)} of {len(self._dates)} dates good, "
            f"{self._compute_seconds:.2f} s of reading, computing and writing"
        )
        if failed:
            first = min(failed)
            words = f"{len(failed)} of {len(self._dates)} dates of {self._table.name} are blocked"
            words = f"{words}; {first}: {failed[first]}"
            if len(failed) == len(self._dates):
                reasons = {date.isoformat(): reason for date, reason in sorted(failed.items())}
                raise dg.Failure(
                    words, metadata={"blocked": dg.MetadataValue.json(reasons)}, allow_retries=False
                )
            self._context.log.error(words)
        yield dg.Output(None, output_name=f"{self._table.name}_{CHECK_NAME}")
        yield dg.Output(None, metadata={COMPUTE_SECONDS: self._compute_seconds})

    def _published(self, dates: list[dt.date]) -> Iterator[tuple[Any, dt.date, str | None]]:
        """Work the dates out, all at once or season by season, and write them."""
        groups = season_groups(dates) if self._table.by_season else [dates]
        seasons = _one_ahead(self._prepare, groups) if dates else iter(())
        started = time.perf_counter()
        for prepared in seasons:
            self._compute_seconds += time.perf_counter() - started
            yield from self._publish(prepared)
            started = time.perf_counter()

    def _prepare(self, dates: list[dt.date]) -> _Prepared:
        """Read, compute, validate and judge some dates."""
        table = self._table
        inputs = self._reader.read(table.inputs, table.history, dates)
        result = table.compute(self._context, inputs)
        built = result if isinstance(result, Built) else Built(result)
        frame, rows = _both_forms(table.schema, built.rows)
        invalid = invalid_rows(table.schema, frame)
        problems = {date: [*built.problems.get(date, []), *invalid.get(date, [])] for date in dates}
        judged = verdicts(table.name, frame, inputs, dates, problems)
        good = [date for date in dates if judged[date].passed]
        used = inputs.gathered.used(rows, built.source)
        code = table.code_version
        stamps = {date: stamp(code, table.schema.hash, used[date]) for date in good}
        games = _games(frame)
        notes = {
            date: {"games": games.get(pd.Timestamp(date), 0)} | dict(built.notes.get(date, {}))
            for date in good
        }
        return _Prepared(_only(rows, good), stamps, judged, notes)

    def _publish(self, prepared: _Prepared) -> Iterator[tuple[Any, dt.date, str | None]]:
        """Write the good dates and report all of them; yields (event, date, problem)."""
        started = time.perf_counter()
        writing = self._lake.write_each(self._table.name, prepared.rows, prepared.stamps)
        while (item := next(writing, None)) is not None:
            date, written = item
            self._compute_seconds += time.perf_counter() - started
            yield (
                self._materialization(date, written, prepared.verdicts[date], prepared.notes[date]),
                date,
                None,
            )
            started = time.perf_counter()
        self._compute_seconds += time.perf_counter() - started
        targets = self._targets(list(prepared.stamps))
        for date, verdict in prepared.verdicts.items():
            problem = None if verdict.passed else verdict.words
            yield self._evaluation(date, verdict, targets.get(date)), date, problem

    def _materialization(
        self, date: dt.date, written: Written, verdict: Verdict, notes: Mapping[str, Any]
    ) -> dg.AssetMaterialization:
        metadata: dict[str, Any] = {
            "rows": written.rows,
            "status": verdict.status,
            "content": written.content_hash,
            "changed": written.changed,
        }
        if verdict.share is not None:
            metadata["coverage"] = verdict.share
        return dg.AssetMaterialization(
            asset_key=self._table.name, partition=date.isoformat(), metadata=metadata | dict(notes)
        )

    def _targets(self, dates: list[dt.date]) -> dict[dt.date, AssetCheckEvaluationTargetMaterializationData]:
        """The materializations that the evaluations are about, without which a check is not current."""
        ids = self._context.instance.event_log_storage.get_latest_storage_id_by_partition(
            dg.AssetKey(self._table.name),
            dg.DagsterEventType.ASSET_MATERIALIZATION,
            partitions={date.isoformat() for date in dates},
        )
        now = time.time()
        return {
            dt.date.fromisoformat(key): AssetCheckEvaluationTargetMaterializationData(
                storage_id=storage_id, run_id=self._context.run_id, timestamp=now
            )
            for key, storage_id in ids.items()
        }

    def _evaluation(
        self, date: dt.date, verdict: Verdict, target: AssetCheckEvaluationTargetMaterializationData | None
    ) -> dg.AssetCheckEvaluation:
        return dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(self._table.name),
            check_name=CHECK_NAME,
            passed=verdict.passed,
            metadata=dict(verdict.evidence) | ({} if verdict.share is None else {"share": verdict.share}),
            target_materialization_data=target,
            severity=dg.AssetCheckSeverity.ERROR,
            description=verdict.words,
            # A failed date must not end the run of the others: the gate keeps it from going on.
            blocking=False,
            partition=date.isoformat(),
        )  # fmt: skip


def _one_ahead(work: Callable[[Item], Result], items: list[Item]) -> Iterator[Result]:
    """Results in order; while the caller uses one, the next is worked out."""
    with ThreadPoolExecutor(1) as background:
        coming = background.submit(work, items[0])
        for item in items[1:]:
            ready, coming = coming.result(), background.submit(work, item)
            yield ready
        yield coming.result()


def _both_forms(schema: TableSchema, rows: pd.DataFrame | pa.Table) -> tuple[pd.DataFrame, pa.Table]:
    if isinstance(rows, pa.Table):
        stored = rows.select(schema.columns).cast(schema.arrow_with_date)
        return schema.to_pandas(stored), stored
    frame = schema.conform(rows)
    return frame, schema.to_arrow(frame)


def _only(rows: pa.Table, dates: list[dt.date]) -> pa.Table:
    wanted = pa.array(dates, pa.date32())
    mask = pc.is_in(rows.column("game_date"), value_set=wanted)
    return rows if pc.all(mask, min_count=0).as_py() else rows.filter(mask)


def _games(frame: pd.DataFrame) -> dict[Any, int]:
    if "game_id" not in frame:
        return {}
    return frame.groupby("game_date")["game_id"].nunique().to_dict()
