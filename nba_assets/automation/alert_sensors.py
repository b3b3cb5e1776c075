"""Sensors that tell people: failed checks, failed runs, dates that are overdue."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

import dagster as dg

from nba_assets.automation.alerts import Alerts
from nba_assets.automation.freshness import overdue, passed_dates, unknown_season
from nba_assets.automation.watched_dates import WATCHED_DAYS
from nba_assets.calendar.partitions import game_dates_between
from nba_assets.quality.gate import CHECK_NAME, Gate
from nba_assets.quality.refusals import Refusals
from nba_assets.settings import Settings
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.league_clock import eastern
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

_STOPPED = dg.DefaultSensorStatus.STOPPED
_NAMED_DATES = 5


class AlertSensors:
    """The three sensors, and where they say it."""

    def __init__(self, settings: Settings, desk: FetchDesk, alerts: Alerts):
        self._settings, self._desk, self._alerts = settings, desk, alerts

    def definitions(self) -> list[dg.SensorDefinition]:
        """The sensors, stopped."""

        @dg.run_failure_sensor(
            name="failed_runs", default_status=_STOPPED, description="Tells of runs that have failed."
        )
        def failed_runs(context: dg.RunFailureSensorContext) -> None:
            run = context.dagster_run
            where = run.tags.get("dagster/partition", "a range")
            words = (
                f"run {run.run_id} of {run.job_name} on {where} has failed: {context.failure_event.message}"
            )
            self._alerts.say(words, context.log)

        return [
            failed_runs,
            dg.SensorDefinition(
                name="failed_checks",
                evaluation_fn=self.checks,
                minimum_interval_seconds=60,
                default_status=_STOPPED,
                description="Tells of dates whose coverage has failed.",
            ),
            dg.SensorDefinition(
                name="freshness",
                evaluation_fn=self.freshness,
                minimum_interval_seconds=900,
                default_status=_STOPPED,
                description="Tells of games that are over and have no tables; silent on days off.",
            ),
        ]

    def checks(self, context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """One message for the dates that were refused since the last look; the first look says nothing."""
        refused = Refusals(open_store(self._settings.lake)).listed()
        cursor = json.dumps({table: sorted(map(str, dates)) for table, dates in sorted(refused.items())})
        if context.cursor == cursor:
            return dg.SkipReason("no check has failed")
        known: dict[str, list[str]] = json.loads(context.cursor) if context.cursor else json.loads(cursor)
        new = {table: sorted(dates - _dates(known.get(table, []))) for table, dates in refused.items()}
        if any(new.values()):
            self._alerts.say(_words(new), context.log)
        return dg.SensorResult(cursor=cursor)

    def freshness(self, context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """One message for each date that becomes overdue, and again when other tables of it are."""
        now, source = self._desk.now(), self._desk.source()
        today = eastern(now).date()
        days = game_dates_between(today.fromordinal(today.toordinal() - WATCHED_DAYS), today)
        known = source.accounted_days(days)
        said: list[str] = []
        if silence := unknown_season(days, today, landed=source.knows_season(today)):
            said.append(silence)
        if known:
            gate = Gate(Lake(open_store(self._settings.lake)))
            games = source.schedule(known).rows
            said += [one.words for one in overdue(games, now, passed_dates(gate, known))]
        before = json.loads(context.cursor or "[]")
        if fresh := [words for words in said if words not in before]:
            self._alerts.say("overdue: " + "; ".join(fresh), context.log)
        if said == before:
            return dg.SkipReason(f"{len(said)} dates are overdue" if said else "everything due is there")
        return dg.SensorResult(cursor=json.dumps(said))


def _dates(texts: list[str]) -> set[dt.date]:
    return {dt.date.fromisoformat(text) for text in texts}


def _words(refused: Mapping[str, list[dt.date]]) -> str:
    parts: list[str] = []
    for table, dates in sorted(refused.items()):
        if dates:
            more = f" and {len(dates) - _NAMED_DATES} more" if len(dates) > _NAMED_DATES else ""
            parts.append(f"{table} {CHECK_NAME} on {', '.join(map(str, dates[:_NAMED_DATES]))}{more}")
    return f"checks have failed: {'; '.join(parts)}. Ask: nba-assets explain DATE"
