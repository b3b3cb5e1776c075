"""What a date costs the later it is: a history from an empty lake, part after part."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from nba_assets.assets.resources import source_resource
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings

_PARTS = 10
_BARS = 40  # characters of the dearest part


def run_growth(console: Console, settings: Settings) -> int:
    """Fill a lake of its own in tenths of the source's dates, and print what a date of each has cost.

    Costs are processor time: they are the same beside other work. Models are trained in every month.

    Returns:
        Exit code: 0 when every part succeeded.
    """
    seasons = source_resource(settings).source().seasons()
    dates = sorted(date for days in seasons.values() for date in days)
    edges = np.linspace(0, len(dates), _PARTS + 1).astype(int)
    monthly = {"first_date": dates[0].isoformat()}
    seconds: list[float] = []
    counts: list[int] = []
    peak, succeeded = 0, True
    with tempfile.TemporaryDirectory(prefix="nba-growth-") as folder:
        own = {"lake": f"{folder}/lake", "dagster_home": Path(folder) / "dagster"}
        here = settings.model_copy(update=own)
        for start, stop in pairwise(edges):
            before = sum(os.times()[:2])
            report = materialize(
                here, dates[start], dates[stop - 1], progress=console.is_terminal, retrain=monthly
            )
            seconds.append(sum(os.times()[:2]) - before)
            counts.append(len(report.dates))
            peak, succeeded = report.peak_bytes, succeeded and report.success
    _print_curve(console, counts, seconds)
    console.print(f"peak memory {peak / 1e9:.2f} GB")
    return 0 if succeeded else 1


def _print_curve(console: Console, counts: Sequence[int], seconds: Sequence[float]) -> None:
    costs = [1000 * spent / count for spent, count in zip(seconds, counts, strict=True)]
    table = Table("part", "dates", "seconds", "ms a date", "", title="Cost of a date, from an empty lake")
    for number, (count, spent, cost) in enumerate(zip(counts, seconds, costs, strict=True), start=1):
        bar = "█" * round(_BARS * cost / max(costs))
        table.add_row(f"{number}", f"{count:,}", f"{spent:.1f}", f"{cost:,.0f}", bar)
    console.print(table)
    first, last = (np.sum(seconds[part]) / np.sum(counts[part]) for part in (slice(0, 2), slice(-2, None)))
    console.print(f"a date of the last fifth costs {last / first:.2f} times one of the first")
