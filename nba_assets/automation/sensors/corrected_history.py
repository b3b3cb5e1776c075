"""The sensor of corrected history: later dates whose windows used what has since been corrected.

A corrected line of Monday is in Tuesday's averages, Tuesday's features, and in tonight's prediction. Hashes
of what each date used show which of them; the others are left alone. Older dates than the watched ones are a
person's (``nba-assets stale --fix``), and so is what only the code has made stale.
"""

from __future__ import annotations

import datetime as dt

import dagster as dg

from nba_assets.automation.due import Phase, active_dates, phase
from nba_assets.automation.jobs import MAIN_JOB
from nba_assets.automation.lake_digest import LakeDigest
from nba_assets.automation.pulse import pulse
from nba_assets.automation.watched_dates import tick_result, watched_days
from nba_assets.lineage.graph import (
    REGISTRY,
    TableGraph,
)
from nba_assets.lineage.staleness import Staleness
from nba_assets.quality.gate import Gate
from nba_assets.settings import Settings
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.landed.source import LiveSource
from nba_assets.storage.cached_lake import RememberingLake
from nba_assets.storage.object_store import open_store

_PROMOTED = f"earlier {REGISTRY}"  # the other sensor's
_UP_TO_DATE = "its tables used what is stored"
_NO_DATE = "no date after the one that was written is watched"


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
            minimum_interval_seconds=pulse(self._settings, 120),
            default_status=dg.DefaultSensorStatus.STOPPED,
            description="Makes tables of later dates again whose earlier inputs have been corrected.",
        )

    def evaluate(self, context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Requests for dates whose tables used what has changed since; none until an earlier date changes."""
        lake = RememberingLake(open_store(self._settings.lake))
        digest = LakeDigest.of(lake, [table.name for table in self._graph.tables if not table.after])
        if context.cursor == digest.cursor:
            return dg.SkipReason("nothing has been written since the last tick")
        # At the first look every date may have changed.
        first = digest.first_change(context.cursor) if context.cursor else dt.date.min
        now, source = self._desk.now(), self._desk.source()
        days = watched_days(context.instance, source, now)
        phases = {date: phase(games, date, now) for date, games in days}
        # Once a game has begun its predictions are final; its date is checked again when it is over.
        dates = [date for date, current in phases.items() if current is not Phase.PLAYING and date > first]
        busy = active_dates(context.instance, dates)
        stale = self._stale(lake, source, [date for date in dates if date not in busy])
        due = {date: self._due(phases[date], names) for date, names in stale.items()}
        requests = [
            dg.RunRequest(
                run_key=f"{context.sensor_name}:{date}:{digest.name}",
                partition_key=date.isoformat(),
                asset_selection=[dg.AssetKey(name) for name in tables],
            )
            for date, tables in due.items()
            if tables
        ]
        reasons = {date: "a run makes its tables" if date in busy else _UP_TO_DATE for date in dates}
        # A date that a run is making now is looked at when that has ended: the change stays open till then.
        return tick_result(requests, reasons, (context.cursor or "") if busy else digest.cursor, _NO_DATE)

    def _stale(
        self, lake: RememberingLake, source: LiveSource, dates: list[dt.date]
    ) -> dict[dt.date, set[str]]:
        """By date, the tables that used something else than is stored now."""
        look = Staleness(lake, Gate(lake), source)
        found: dict[dt.date, set[str]] = {date: set() for date in dates}
        for table in self._graph.derived:
            for item in look.stale(table, dates):
                if item.by_data and any(_PROMOTED not in reason for reason in item.reasons):
                    found[item.date].add(table.name)
        return found

    def _due(self, current: Phase, stale: set[str]) -> list[str]:
        every = self._graph.dependants(stale)
        before = set(self._graph.before_tipoff)
        return every if current is Phase.OVER else [name for name in every if name in before]
