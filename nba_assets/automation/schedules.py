"""Schedules, in New York's time.

The slate every half hour, results at five, predictions at noon, retraining.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from nba_assets.automation.fetching import FETCH_JOB, fetch_config
from nba_assets.automation.jobs import PREDICT_JOB, RETRAIN_JOB, retrain_config
from nba_assets.calendar.partitions import game_dates_between
from nba_assets.lineage.graph import (
    REGISTRY,
    TableGraph,
)
from nba_assets.settings import Settings, SourceKind
from nba_assets.sources.fetch.fetch_plan import (
    OVERVIEW,
    RESULTS,
)
from nba_assets.sources.league_clock import eastern
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

NEW_YORK = "America/New_York"
_NIGHT = dt.timedelta(hours=6)  # games that end after midnight belong to the evening before
_SMALL_LEAGUE = "a small simulated league: its models show how, not how well"
_CORRECTED = 2  # mornings on which the results of a date are asked for: the league corrects lines
Evaluate = Callable[[dg.ScheduleEvaluationContext], Iterator[Any]]


def schedules(settings: Settings, graph: TableGraph) -> list[dg.ScheduleDefinition]:
    """The schedules, stopped; models of a simulated league are trained in spite of the gate, and say so."""
    override = _SMALL_LEAGUE if settings.source is SourceKind.SIMULATED_LIVE else ""
    every_half_hour = "0,30 0-2,11-23 * * *"
    return [
        _schedule("slate_every_half_hour", every_half_hour, FETCH_JOB, _slate,
                  "Fetches tonight's schedule, scores, injury reports and lines."),
        _schedule("results_at_five", "0 5 * * *", FETCH_JOB, _results,
                  "Fetches the results of the last nights, and their corrections."),
        _schedule("predictions_at_noon", "0 12 * * *", PREDICT_JOB, _predictions(settings, graph),
                  "Predicts tonight; line_moves does it again when a book moves a line."),
        _schedule("retrain_on_monday", "0 5 * * 1", RETRAIN_JOB,
                  _retrain(override), "Trains the week's models and judges them."),
    ]  # fmt: skip


def _schedule(name: str, cron: str, job: str, evaluate: Evaluate, words: str) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=name,
        cron_schedule=cron,
        job_name=job,
        execution_timezone=NEW_YORK,
        execution_fn=evaluate,
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description=words,
    )


def _slate(context: dg.ScheduleEvaluationContext) -> Iterator[Any]:
    at = eastern(context.scheduled_execution_time)
    date = (at - _NIGHT).date()
    yield from _requests([date], f"{at:%Y-%m-%dT%H:%M}", fetch_config(OVERVIEW))


def _results(context: dg.ScheduleEvaluationContext) -> Iterator[Any]:
    today = eastern(context.scheduled_execution_time).date()
    dates = [today - dt.timedelta(days) for days in range(1, _CORRECTED + 1)]
    yield from _requests(dates, str(today), fetch_config(RESULTS))


def _predictions(settings: Settings, graph: TableGraph) -> Evaluate:
    def evaluate(context: dg.ScheduleEvaluationContext) -> Iterator[Any]:
        today = eastern(context.scheduled_execution_time).date()
        # On a Monday the training has made the registry of the date already.
        there = Lake(open_store(settings.lake)).stored(REGISTRY, [today])
        due = [name for name in graph.before_tipoff if name != REGISTRY or not there]
        yield from _requests([today], str(today), {}, due)

    return evaluate


def _retrain(override_reason: str) -> Evaluate:
    def evaluate(context: dg.ScheduleEvaluationContext) -> Iterator[Any]:
        today = eastern(context.scheduled_execution_time).date()
        yield from _requests([today], str(today), retrain_config(override_reason))

    return evaluate


def _requests(
    dates: list[dt.date], at: str, config: dict[str, Any], tables: list[str] | None = None
) -> Iterator[Any]:
    """One request for each of the days that is a partition: in summer there is none."""
    known = [date for date in dates if game_dates_between(date, date)]
    if not known:
        yield dg.SkipReason("no game date")
    for date in known:
        yield dg.RunRequest(
            run_key=f"{date}:{at}",
            partition_key=date.isoformat(),
            run_config=config,
            asset_selection=None if tables is None else [dg.AssetKey(name) for name in tables],
        )
