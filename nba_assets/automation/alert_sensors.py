"""Sensors that tell people: failed checks, failed runs, dates that are overdue."""

from __future__ import annotations

import json
from collections import defaultdict

import dagster as dg

from nba_assets.automation.alerts import Alerts
from nba_assets.automation.freshness import overdue, passed_dates, unknown_season
from nba_assets.automation.watched_dates import WATCHED_DAYS
from nba_assets.calendar.partitions import game_dates_between
from nba_assets.quality.failed_checks import FailedCheck, failed_checks, newest_evaluation
from nba_assets.quality.gate import Gate
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
        """One message for the checks that have failed since the last look; the first look says nothing."""
        if context.cursor is None:
            return dg.SensorResult(cursor=str(newest_evaluation(context.instance)))
        failed = failed_checks(context.instance, int(context.cursor))
        if not failed:
            return dg.SkipReason("no check has failed")
        self._alerts.say(_words(failed), context.log)
        return dg.SensorResult(cursor=str(failed[-1].place))

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
            gate = Gate(context.instance, Lake(open_store(self._settings.lake)))
            games = source.schedule(known).rows
            said += [one.words for one in overdue(games, now, passed_dates(gate, known))]
        before = json.loads(context.cursor or "[]")
        if fresh := [words for words in said if words not in before]:
            self._alerts.say("overdue: " + "; ".join(fresh), context.log)
        if said == before:
            return dg.SkipReason(f"{len(said)} dates are overdue" if said else "everything due is there")
        return dg.SensorResult(cursor=json.dumps(said))


def _words(failed: list[FailedCheck]) -> str:
    by_check: dict[str, list[str]] = defaultdict(list)
    for one in failed:
        by_check[f"{one.table} {one.check}"].append(one.partition or "every date")
    parts: list[str] = []
    for check, dates in sorted(by_check.items()):
        more = f" and {len(dates) - _NAMED_DATES} more" if len(dates) > _NAMED_DATES else ""
        parts.append(f"{check} on {', '.join(sorted(dates)[:_NAMED_DATES])}{more}")
    return f"checks have failed: {'; '.join(parts)}. Ask: nba-assets explain DATE"
