"""Measuring the main job on an archive."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dagster as dg
import pandas as pd
import pyarrow as pa
from rich.console import Console

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.automation.jobs import RETRAINED
from nba_assets.bench.model_bench import print_model_bench
from nba_assets.bench.report import print_facts
from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.lineage.inputs import (
    Gathered,
    Inputs,
)
from nba_assets.lineage.table import (
    Built,
    Table,
)
from nba_assets.quality.gate import Gate
from nba_assets.runs.materialize import (
    RunReport,
    materialize,
)
from nba_assets.runs.report import print_frame, print_run, print_served
from nba_assets.schemas.catalog import TABLES
from nba_assets.settings import Settings
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

FIRST, LAST = dt.date(2020, 12, 22), dt.date(2025, 6, 22)
QUICK_FIRST, QUICK_LAST = dt.date(2022, 10, 18), dt.date(2023, 6, 12)
GATED = 739  # dates of the backfill that the platform before this one was judged by
EARLY, LATE = dt.date(2021, 11, 15), dt.date(2025, 3, 17)
_NOT_PLAIN = {
    *RETRAINED, "feature_drift", "ml_feature_store_v3", "expected_minutes", "player_prop_predictions",
    "prediction_accuracy", "bets", "model_performance", "coverage",
}  # fmt: skip


def run_bench(console: Console, settings: Settings, *, quick: bool) -> int:
    """Fill a lake of its own from nothing, measure, and score.

    Returns:
        Exit code: 0 when the run succeeded.
    """
    first, last = (QUICK_FIRST, QUICK_LAST) if quick else (FIRST, LAST)
    with tempfile.TemporaryDirectory(prefix="nba-bench-") as folder:
        here = settings.model_copy(
            update={"lake": f"{folder}/lake", "dagster_home": Path(folder) / "dagster"}
        )
        report = materialize(here, first, last, progress=console.is_terminal)
        print_run(console, report)
        again = materialize(here, first, last, progress=console.is_terminal)
        console.print(
            f"a second run changes {sum(again.changed.values())} partitions, {again.wall_seconds:.1f} s"
        )
        plain = plain_seconds(settings.archive_dir, first, last)
        print_frame(console, "The main job", _figures(report, plain))
        if not quick:
            console.print(f"gate decisions for {GATED} dates of one table: {_gate_seconds(here):.3f} s")
            print_frame(
                console, "One date through every table, start of Python included", _single_dates(here)
            )
            print_facts(console, here)
            print_served(console, here, last)
            print_model_bench(console, here)
    return 0 if report.success else 1


def _gate_seconds(settings: Settings) -> float:
    """Seconds to ask which of many dates of a table may be read."""
    gate = Gate(Lake(open_store(settings.lake)))
    started = time.perf_counter()
    gate.shut("player_game_summary", finished_seasons().between(FIRST, LAST)[:GATED])
    return time.perf_counter() - started


def _figures(report: RunReport, plain: float) -> pd.DataFrame:
    same = sum(seconds for step, seconds in report.compute_seconds.items() if step not in _NOT_PLAIN)
    watched = {step: report.compute_seconds.get(step, 0.0) for step in ("coverage", "feature_drift")}
    compute = sum(report.compute_seconds.values()) - sum(watched.values())
    rows = sum(report.rows.values())
    figures = {
        "wall seconds": report.wall_seconds,
        "reading, computing, training, writing": compute,
        "of these training": report.compute_seconds.get("xgboost_v1", 0.0),
        "collecting the ledger": watched["coverage"],
        "ledger / reading, computing, training, writing": watched["coverage"] / compute,
        "comparing features with their past": watched["feature_drift"],
        "orchestration": report.orchestration_seconds,
        "peak memory, GB": report.peak_bytes / 1e9,
        "dates a second": len(report.dates) / report.wall_seconds,
        "rows a second": rows / report.wall_seconds,
        "plain script, raw to features, seconds": plain,
        "compute of the same tables / plain script": same / plain,
    }
    return pd.DataFrame({"figure": figures.keys(), "value": figures.values()})


def plain_seconds(archive: Path, first: dt.date, last: dt.date) -> float:
    """Seconds of the same arithmetic on frames in memory: no lake, no gate, no validation, no Dagster."""
    dates = finished_seasons().between(first, last)
    source, lake = ArchiveSource(archive), SimpleNamespace(claim=lambda kind: None)
    resources = SimpleNamespace(
        source=SimpleNamespace(source=lambda: source), lake=SimpleNamespace(lake=lambda: lake)
    )
    context = SimpleNamespace(resources=resources)
    started = time.perf_counter()
    made: dict[str, pd.DataFrame] = {}
    for table in ALL_TABLES:
        if table.name not in _NOT_PLAIN:
            made[table.name] = _plain(table, made, dates, cast("dg.AssetExecutionContext", context))
    return time.perf_counter() - started


def _plain(
    table: Table, made: dict[str, pd.DataFrame], dates: list[dt.date], context: dg.AssetExecutionContext
) -> pd.DataFrame:
    last = pd.Timestamp(dates[-1])
    frames = {item.table: made[item.table] for item in table.inputs}
    past = {item.table: made[item.table][made[item.table]["game_date"] < last] for item in table.history}
    known = Gathered(dates, {}, {}, {}, {item.table: dates for item in table.history})
    result: Any = table.compute(context, Inputs(dates, frames, past, known))
    rows = result.rows if isinstance(result, Built) else result
    if isinstance(rows, pa.Table):
        return TABLES[table.name].to_pandas(TABLES[table.name].stored(rows))
    return TABLES[table.name].conform(rows)


def _single_dates(settings: Settings) -> pd.DataFrame:
    """Wall seconds of one date near the start of the history and one near its end."""
    rows = []
    for date in (EARLY, LATE):
        started = time.perf_counter()
        subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "nba_assets.cli", "backfill", str(date)],
            check=False,  # the exit code shows whether a date is blocked, which does not matter here
            capture_output=True,
            env=os.environ
            | {
                "NBA_LAKE": settings.lake,
                "NBA_ARCHIVE_DIR": str(settings.archive_dir),
                "DAGSTER_HOME": str(settings.dagster_home),
            },
        )
        rows.append({"date": str(date), "seconds": time.perf_counter() - started})
    frame = pd.DataFrame(rows)
    return frame.assign(ratio=frame["seconds"] / frame["seconds"].iloc[0])
