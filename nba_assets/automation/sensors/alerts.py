"""Sensors that alert people: failed checks, failed runs, dates that are overdue."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping

import dagster as dg

from nba_assets.automation.alerts import Alerts
from nba_assets.automation.fetching import ANSWERS_OP
from nba_assets.automation.freshness import (
    GRACE,
    interrupted,
    overdue,
    passed_dates,
    unknown_season,
    unpartitioned,
)
from nba_assets.automation.pulse import pulse
from nba_assets.automation.watched_dates import WATCHED_DAYS
from nba_assets.instance.partition_keys import partition_dates
from nba_assets.quality.gate import CHECK_NAME, Gate
from nba_assets.quality.refusals import Refusals
from nba_assets.settings import Settings
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.league_clock import eastern
from nba_assets.storage.lake import Lake
from nba_assets.storage.lake_calendar import lake_calendar
from nba_assets.storage.object_store import open_store

_NAMED_DATES, _MOST_RUNS = 5, 50
Evaluate = Callable[[dg.SensorEvaluationContext], dg.SensorResult]


class AlertSensors:
    """The three sensors and the channel of their alerts."""

    def __init__(self, settings: Settings, desk: FetchDesk, alerts: Alerts):
        self._settings, self._desk, self._alerts = settings, desk, alerts

    def definitions(self) -> list[dg.SensorDefinition]:
        """The sensors, stopped."""
        return [
            self._sensor("failed_runs", self.runs, 30, "Alerts on runs that have failed."),
            self._sensor(
                "failed_checks", self.checks, 60, "Alerts on dates whose coverage check has failed."
            ),
            self._sensor(
                "freshness",
                self.freshness,
                900,
                "Alerts on games that are over and have no tables; silent on days off.",
            ),
        ]

    def _sensor(self, name: str, evaluate: Evaluate, seconds: int, description: str) -> dg.SensorDefinition:
        return dg.SensorDefinition(
            name=name,
            evaluation_fn=evaluate,
            minimum_interval_seconds=pulse(self._settings, seconds),
            default_status=dg.DefaultSensorStatus.STOPPED,
            description=description,
        )

    def runs(self, context: dg.SensorEvaluationContext) -> dg.SensorResult:
        """One alert per run that has failed since the last tick; the first tick sends none."""
        instance = context.instance
        if context.cursor is None:
            newest = instance.fetch_run_status_changes(dg.DagsterEventType.RUN_FAILURE, limit=1).records
            return _skipped("runs that fail from now on", str(newest[0].storage_id if newest else 0))
        after = dg.RunStatusChangeRecordsFilter(
            dg.DagsterEventType.RUN_FAILURE, after_storage_id=int(context.cursor)
        )
        failed = instance.fetch_run_status_changes(after, limit=_MOST_RUNS, ascending=True).records
        if not failed:
            return _skipped("no run has failed since the last tick", context.cursor)
        events = [record.event_log_entry for record in failed]
        sent = [event for event in events if not _is_of_feeds(event) and _is_first(instance, event)]
        for event in sent:
            self._alerts.send(_failure(instance, event), context.log)
        words = f"{len(failed)} runs have failed, {len(sent)} alerts were sent; feeds are left to feed_health"
        return _skipped(words, str(failed[-1].storage_id))

    def checks(self, context: dg.SensorEvaluationContext) -> dg.SensorResult:
        """One alert for the dates refused since the last tick; the first tick sends none."""
        refused = Refusals(open_store(self._settings.lake)).listed()
        cursor = json.dumps({table: sorted(map(str, dates)) for table, dates in sorted(refused.items())})
        known: dict[str, list[str]] = json.loads(context.cursor or cursor)
        new = {table: sorted(dates - _dates(known.get(table, []))) for table, dates in refused.items()}
        if any(new.values()):
            self._alerts.send(_words(new), context.log)
            return _skipped(f"alert sent: {_words(new)}", cursor)
        count = sum(map(len, refused.values()))
        return _skipped(f"no date was refused since the last tick; {count} refusals are open", cursor)

    def freshness(self, context: dg.SensorEvaluationContext) -> dg.SensorResult:
        """One message for each date that becomes overdue, and again when other tables of it are.

        A sensor that has just been started cannot tell late from not yet started: what is missing in the
        landing zone is overdue once the sensor has watched it for as long as a date has.
        """
        now, source = self._desk.now(), self._desk.source()
        memory = json.loads(context.cursor or "{}")
        since = min(dt.datetime.fromisoformat(memory.get("since", now.isoformat())), now)
        today = eastern(now).date()
        lake = Lake(open_store(self._settings.lake))
        days = lake_calendar(lake.store).possible(today - dt.timedelta(WATCHED_DAYS), today)
        known = source.accounted_days(days)
        found: list[str] = []
        if missing := unpartitioned(source.seasons(), partition_dates(context.instance), today):
            found.append(missing)
        silence = unknown_season(days, today, landed=source.has_season(today))
        if silence and now - since >= GRACE:
            found.append(silence)
        if known:
            games = source.schedule(known).rows
            found += [one.words for one in interrupted(games, now)]
            passed = passed_dates(Gate(Lake(open_store(self._settings.lake))), known)
            found += [one.words for one in overdue(games, now, passed)]
        if new := [words for words in found if words not in memory.get("sent", [])]:
            self._alerts.send("overdue: " + "; ".join(new), context.log)
        cursor = json.dumps({"since": since.isoformat(), "sent": found})
        if not found and silence:
            return _skipped(f"{silence}; an alarm from {eastern(since + GRACE):%Y-%m-%d %H:%M} on", cursor)
        return _skipped("; ".join(found) or f"everything due on {len(known)} dates is stored", cursor)


def _skipped(reason: str, cursor: str) -> dg.SensorResult:
    return dg.SensorResult(skip_reason=dg.SkipReason(reason), cursor=cursor)


def _failure(instance: dg.DagsterInstance, event: dg.EventLogEntry) -> str:
    run = instance.get_run_by_id(event.run_id)
    where = "a range" if run is None else run.tags.get("dagster/partition", "a range")
    return (
        f"run {event.run_id} of {event.job_name} on {where} has failed: {event.user_message or event.message}"
    )


def _is_of_feeds(event: dg.EventLogEntry) -> bool:
    """Whether a fetch failed for a silent publisher: it does so every half hour, feed_health alerts once."""
    data = event.get_dagster_event().job_failure_data
    step = data.first_step_failure_event if data else None  # none where the process was killed
    return step is not None and step.step_key == ANSWERS_OP


def _is_first(instance: dg.DagsterInstance, event: dg.EventLogEntry) -> bool:
    """Whether nobody has reported the failure before: of a killed run, monitor and starter both may."""
    reports = instance.all_logs(event.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    return event.timestamp <= min(report.timestamp for report in reports)


def _dates(texts: list[str]) -> set[dt.date]:
    return {dt.date.fromisoformat(text) for text in texts}


def _words(refused: Mapping[str, list[dt.date]]) -> str:
    parts: list[str] = []
    for table, dates in sorted(refused.items()):
        if dates:
            more = f" and {len(dates) - _NAMED_DATES} more" if len(dates) > _NAMED_DATES else ""
            parts.append(f"{table} {CHECK_NAME} on {', '.join(map(str, dates[:_NAMED_DATES]))}{more}")
    return f"checks have failed: {'; '.join(parts)}. Ask: nba-assets explain DATE"
