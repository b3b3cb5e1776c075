"""A backfill as many runs at a time, on as many machines as the instance launches runs on.

Ranges are no independent runs: a table reads up to three years of others. So the graph is made level by
level, over same-date inputs and histories alike. Within a level ranges of dates run side by side, a table
that reads its own past in one run; the next level waits until all of them have ended. The bytes are those of
one run.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from nba_assets.assets.factory.chosen_dates import chosen_tags
from nba_assets.assets.tables import ALL_TABLES
from nba_assets.automation.game_dates import GameDates
from nba_assets.automation.jobs import MAIN_JOB, run_config
from nba_assets.instance.home import prepare_home
from nba_assets.instance.remote_runs import EndedRun, RemoteRuns
from nba_assets.instance.webserver import Webserver
from nba_assets.lineage.table import Table
from nba_assets.quality.gate import Gate, Shut
from nba_assets.runs.materialize import range_tags
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

_PAUSE = 1.0  # seconds between two questions how the runs fare


class SpreadError(RuntimeError):
    """A run has ended without a verdict on all of its dates: what reads them would read too little."""


@dataclass(frozen=True)
class Part:
    """What one run makes: some tables on some dates."""

    tables: tuple[str, ...]
    dates: tuple[dt.date, ...]


@dataclass
class SpreadReport:
    """What came of a spread backfill.

    Attributes:
        dates: requested dates.
        runs: ids of the runs, those launched again in place of killed ones included.
        blocked: dates that may not feed others, with the reason, by table.
        wall_seconds: from the first launch to the last end.
    """

    dates: list[dt.date]
    runs: list[str] = field(default_factory=list)
    blocked: dict[str, dict[dt.date, Shut]] = field(default_factory=dict)
    wall_seconds: float = 0.0


def levels(tables: Sequence[Table]) -> list[list[Table]]:
    """Tables by how many others have to be made before them, one after the other.

    Args:
        tables: in the order of the graph.
    """
    depth: dict[str, int] = {}
    for table in tables:
        depth[table.name] = max((depth[name] + 1 for name in table.upstream if name in depth), default=0)
    return [
        [table for table in tables if depth[table.name] == level] for level in sorted(set(depth.values()))
    ]


def parts(level: Sequence[Table], dates: Sequence[dt.date], runs: int) -> list[Part]:
    """Runs of a level: so many ranges of its tables, and each table that reads its own past by itself."""
    ranged = tuple(table.name for table in level if not table.reads_itself)
    size = -(-len(dates) // runs)
    ranges = [tuple(dates[start : start + size]) for start in range(0, len(dates), size)] if ranged else []
    whole = [Part((table.name,), tuple(dates)) for table in level if table.reads_itself]
    return whole + [Part(ranged, days) for days in ranges]


def spread(
    settings: Settings,
    days: Collection[dt.date],
    tables: Sequence[str] | None,
    runs: int,
    webserver: Webserver,
    progress: Callable[[str], None],
) -> SpreadReport:
    """Materialize tables on game dates by runs of the instance; blocked dates are left out and named.

    Args:
        settings: where lake, source and instance are.
        days: requested dates.
        tables: tables to materialize, all by default.
        runs: ranges of dates that are made at a time.
        webserver: of the instance; its daemon has to run.
        progress: receives a line for each level.

    Raises:
        ValueError: none of the days is a game date.
        SpreadError: a run was lost, with its retries: the levels that read it are not made.
        WebserverError: the webserver does not answer, or refuses a run.
    """
    prepare_home(settings)
    with dg.DagsterInstance.get() as instance:
        known = GameDates(settings).add_range(instance, min(days), max(days))
    dates = [date for date in known if date in days]
    if not dates:
        raise ValueError(f"no game date from {min(days)} to {max(days)}")
    report, gate = SpreadReport(dates), Gate(Lake(open_store(settings.lake)))
    remote = RemoteRuns(webserver, MAIN_JOB)
    started = time.perf_counter()
    chosen = [table for table in ALL_TABLES if tables is None or table.name in tables]
    for number, level in enumerate(levels(chosen), start=1):
        launched = {_launch(remote, part): part for part in parts(level, dates, runs)}
        ended = _wait(remote, list(launched))
        report.runs += [run.run_id for run in ended.values()]
        check_complete(gate, [(launched[run_id], run) for run_id, run in ended.items()])
        for table in level:
            if shut := gate.shut(table.name, dates):
                report.blocked[table.name] = shut
        names = ", ".join(table.name for table in level)
        progress(f"level {number}: {len(launched)} runs, {time.perf_counter() - started:.0f} s: {names}")
    report.wall_seconds = time.perf_counter() - started
    return report


def _launch(remote: RemoteRuns, part: Part) -> str:
    tags = range_tags(part.dates) | chosen_tags(part.dates)
    config: Mapping[str, Any] = run_config({}, [], "")
    return remote.launch(part.tables, tags, config)


def _wait(remote: RemoteRuns, run_ids: Sequence[str]) -> dict[str, EndedRun]:
    ended: dict[str, EndedRun] = {}
    while len(ended) < len(run_ids):
        time.sleep(_PAUSE)
        ended |= remote.ended([run_id for run_id in run_ids if run_id not in ended])
    return ended


def check_complete(gate: Gate, ended: Iterable[tuple[Part, EndedRun]]) -> None:
    """Go on only where every date has a verdict: a step fails, too, when each of its dates is refused.

    Raises:
        SpreadError: a date was neither made nor refused.
    """
    for part, run in ended:
        for table in part.tables:
            if run.steps.get(table) == "SUCCESS":
                continue
            shut = gate.shut(table, part.dates)
            if any(shut.get(date) is not Shut.REFUSED for date in part.dates):
                raise SpreadError(f"run {run.run_id} ended as {run.status} and has not made {table}")
