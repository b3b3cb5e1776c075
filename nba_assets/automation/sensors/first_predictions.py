"""The sensor that starts a date: its first predictions, two hours before the first tip-off, or at noon.

Most games are in the evening, and noon is early enough. On Christmas the first begins at noon, in Europe even
earlier: a run at noon would predict games that are being played.
"""

from __future__ import annotations

import datetime as dt

import dagster as dg
import pandas as pd

from nba_assets.automation.attempts import Attempts
from nba_assets.automation.due import Phase, active_dates, first_tipoff, phase
from nba_assets.automation.jobs import PREDICT_JOB
from nba_assets.automation.pulse import pulse
from nba_assets.automation.watched_dates import watched_days
from nba_assets.lineage.graph import PREDICTIONS, REGISTRY, TableGraph
from nba_assets.quality.gate import Gate
from nba_assets.settings import Settings
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.league_clock import eastern
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

NOON = dt.time(12)
BEFORE_TIPOFF = dt.timedelta(hours=2)
_FIRST = "first predictions"


def due_at(games: pd.DataFrame, date: dt.date) -> dt.datetime:
    """When a date is predicted first; ``games`` are its rows of raw_schedule."""
    start = first_tipoff(games, date)
    return min(dt.datetime.combine(date, NOON, start.tzinfo), start - BEFORE_TIPOFF)


class FirstPredictions:
    """The sensor over one lake."""

    def __init__(self, settings: Settings, graph: TableGraph, desk: FetchDesk):
        self._settings, self._graph, self._desk = settings, graph, desk

    def definition(self) -> dg.SensorDefinition:
        """The sensor, stopped."""
        return dg.SensorDefinition(
            name="predictions_before_tipoff",
            evaluation_fn=self.evaluate,
            job_name=PREDICT_JOB,
            minimum_interval_seconds=pulse(self._settings, 60),
            default_status=dg.DefaultSensorStatus.STOPPED,
            description="Predicts tonight: two hours before the first tip-off, at noon at the latest.",
        )

    def evaluate(self, context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """One request a date; another where its run has ended without a verdict on the predictions."""
        now = self._desk.now()
        today = eastern(now).date()
        games = dict(watched_days(context.instance, self._desk.source(), now, 0)).get(today)
        if games is None:
            return dg.SkipReason(f"no landed schedule contains {today}")
        if reason := self._reason_to_wait(context.instance, games, today, now):
            return dg.SkipReason(reason)
        key, attempts = str(today), Attempts(context.cursor)
        if not attempts.may_begin(key, _FIRST, now):
            return dg.SkipReason(f"{today} has no predictions: {attempts.words(key)}")
        number = attempts.begin(key, _FIRST, now)
        request = dg.RunRequest(
            run_key=f"{context.sensor_name}:{today}:{number}",
            partition_key=key,
            tags={"dagster/priority": "1"},  # before whatever else is queued
            asset_selection=[dg.AssetKey(name) for name in self._tables(today)],
        )
        return dg.SensorResult(run_requests=[request], cursor=attempts.cursor([key]))

    def _reason_to_wait(
        self, instance: dg.DagsterInstance, games: pd.DataFrame, today: dt.date, now: dt.datetime
    ) -> str | None:
        """Why nothing is requested now; None when the first predictions of today are due."""
        if games[~games["is_postponed"].to_numpy(bool)].empty:
            return f"no game is played on {today}"
        at = due_at(games, today)
        if now < at:
            tipoff = f"{eastern(first_tipoff(games, today)):%H:%M}"
            return (
                f"{today}: due at {eastern(at):%H:%M}, first tip-off at {tipoff}, it is {eastern(now):%H:%M}"
            )
        if phase(games, today, now) is Phase.OVER:
            return f"the games of {today} are over"
        if Gate(self._lake).open(PREDICTIONS, [today]):
            return f"{today} has predictions; new documents renew them"
        if active_dates(instance, [today]):
            return f"a run makes tables of {today}"
        return None

    def _tables(self, date: dt.date) -> list[str]:
        """Predictions and what they are made from; a registry of the date is the weekly training's."""
        trained = self._lake.stored(REGISTRY, [date])
        return [name for name in self._graph.before_tipoff if name != REGISTRY or not trained]

    @property
    def _lake(self) -> Lake:
        return Lake(open_store(self._settings.lake))
