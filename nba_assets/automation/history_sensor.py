"""The sensor of corrected history: later dates whose windows used what has since been corrected.

A corrected line of Monday is in Tuesday's averages, Tuesday's features, and in tonight's prediction. Hashes
of what each date used say which of them: the others are left alone. Older dates than the watched ones are a
person's (``nba-assets stale --fix``), and so is what only the code has made stale.
"""

from __future__ import annotations

import datetime as dt

import dagster as dg

from nba_assets.automation.due import Phase, active_dates, phase
from nba_assets.automation.jobs import MAIN_JOB
from nba_assets.automation.lake_digest import LakeDigest
from nba_assets.automation.watched_dates import watched_days
from nba_assets.lineage.graph import (
    REGISTRY,
    TableGraph,
)
from nba_assets.lineage.staleness import Staleness
from nba_assets.quality.gate import Gate
from nba_assets.settings import Settings
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.storage.cached_lake import RememberingLake
from nba_assets.storage.object_store import open_store

_PROMOTED = f"earlier {REGISTRY}"  # the other sensor's


class HistorySensor:
    """The sensor over one lake."""

    def __init__(self, settings: Settings, graph: TableGraph, desk: FetchDesk):
        self._settings, self._graph, self._desk = settings, graph, desk

    def definition(self) -> dg.SensorDefinition:
        """The sensor, stopped."""
        return dg.SensorDefinition(
            name="corrected_history",
            evaluation_fn=self.evaluate,
            job_name=MAIN_JOB,
            minimum_interval_seconds=120,
            default_status=dg.DefaultSensorStatus.STOPPED,
            description="Makes tables of later dates again whose earlier inputs have been corrected.",
        )

    def evaluate(self, context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Requests for dates whose tables used what has changed since; none until an earlier date changes."""
        lake = RememberingLake(open_store(self._settings.lake))
        now = LakeDigest.of(lake, [table.name for table in self._graph.tables if not table.after])
        if context.cursor == now.cursor:
            return dg.SkipReason("nothing has been written")
        # At the first look every date may have changed.
        first = now.first_change(context.cursor) if context.cursor else dt.date.min
        requests = [
            dg.RunRequest(
                run_key=f"{context.sensor_name}:{date}:{now.name}",
                partition_key=date.isoformat(),
                asset_selection=[dg.AssetKey(name) for name in tables],
            )
            for date, tables in self._stale(context.instance, lake, first).items()
        ]
        return dg.SensorResult(run_requests=requests, cursor=now.cursor)

    def _stale(
        self, instance: dg.DagsterInstance, lake: RememberingLake, first: dt.date
    ) -> dict[dt.date, list[str]]:
        """By date after the first, the tables that used something else, and what is made from them there."""
        now, source = self._desk.now(), self._desk.source()
        phases = {date: phase(games, date, now) for date, games in watched_days(source, now)}
        # Once a game has begun its predictions stand; its date is looked at again when it is over.
        dates = [date for date, stands in phases.items() if stands is not Phase.PLAYING and date > first]
        if not dates:
            return {}
        busy = active_dates(instance, dates)
        look = Staleness(lake, Gate(lake), source)
        found: dict[dt.date, set[str]] = {date: set() for date in dates if date not in busy}
        for table in self._graph.derived:
            for item in look.stale(table, list(found)):
                if item.by_data and any(_PROMOTED not in reason for reason in item.reasons):
                    found[item.date].add(table.name)
        due = {date: self._due(phases[date], names) for date, names in found.items()}
        return {date: tables for date, tables in due.items() if tables}

    def _due(self, stands: Phase, stale: set[str]) -> list[str]:
        every = self._graph.dependants(stale)
        before = set(self._graph.before_tipoff)
        return every if stands is Phase.OVER else [name for name in every if name in before]
