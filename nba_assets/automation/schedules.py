"""What the league's clock starts: the slate by the hour and before tip-offs, results, the week's training.

Predictions are not among them: when they are due depends on the first tip-off (first_predictions.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import dagster as dg

from nba_assets.automation.due import FROM_ARCHIVE, made_of, results_landed
from nba_assets.automation.fetching import FETCH_JOB, fetch_config
from nba_assets.automation.jobs import RETRAIN_JOB, retrain_config
from nba_assets.automation.pulse import pulse
from nba_assets.automation.timetable import BeforeTipoffs, Cron, Requests, clocked_schedule
from nba_assets.automation.watched_dates import watched_days
from nba_assets.instance.partition_keys import partition_dates
from nba_assets.lineage.graph import TableGraph
from nba_assets.settings import Settings, SourceKind
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.fetch.fetch_plan import OVERVIEW, RESULTS
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

# Games that end after midnight are the evening before's; in Asia some begin at six.
_NIGHT = dt.timedelta(hours=3)
_BEFORE_TIPOFF = (45, 30, 15, 5)  # minutes: lineups from the first on, the closing line at the last
_SMALL_LEAGUE = "a small simulated league: its models show how, not how well"
_CORRECTED = 3  # mornings on which the results of a date are requested: the league corrects box scores


def schedules(settings: Settings, graph: TableGraph, desk: FetchDesk) -> list[dg.SensorDefinition]:
    """The schedules, stopped; models of a simulated league train in spite of the gate, reason stored."""
    override = _SMALL_LEAGUE if settings.source is SourceKind.SIMULATED_LIVE else ""
    often, seldom = pulse(settings, 30), pulse(settings, 60)
    return [
        clocked_schedule(desk, "slate_every_half_hour", Cron("0,30 0-2,8-23 * * *"), FETCH_JOB, _slate,
                         "Fetches tonight's schedule, scores, injury reports and lines, from 8:00 to 2:30.",
                         pulse=often),
        clocked_schedule(desk, "slate_before_tipoffs", BeforeTipoffs(desk, _BEFORE_TIPOFF), FETCH_JOB, _slate,
                         "Fetches lineups, the last reports and the closing lines: 45, 30, 15 and 5 minutes "
                         "before each tip-off.", pulse=often),
        clocked_schedule(desk, "results_at_five", Cron("0 5 * * *"), FETCH_JOB,
                         _results(settings, graph, desk),
                         "Fetches at 5:00 the results of the last nights, and their corrections.",
                         pulse=seldom),
        clocked_schedule(desk, "retrain_weekly", Cron("0 5 * * *"), RETRAIN_JOB, _retrain(override),
                         "Trains and judges the week's models, at 5:00 on its first game date.",
                         pulse=seldom),
    ]  # fmt: skip


def _slate(instance: dg.DagsterInstance, moment: dt.datetime) -> list[dg.RunRequest]:
    return _requests(instance, [(moment - _NIGHT).date()], moment, fetch_config(OVERVIEW))


def _results(settings: Settings, graph: TableGraph, desk: FetchDesk) -> Requests:
    def requests(instance: dg.DagsterInstance, moment: dt.datetime) -> list[dg.RunRequest]:
        """The last mornings, and older dates that lack their results: the daemon did not run then."""
        source, today = desk.source(), moment.date()
        dates = {today - dt.timedelta(days) for days in range(1, _CORRECTED + 1)}
        past = {
            date: games
            for date, games in watched_days(instance, source, moment)
            if date < today and len(games)
        }
        made = made_of(Lake(open_store(settings.lake)), source, graph, list(past))
        for date, games in past.items():
            archived = FROM_ARCHIVE in made[date].documents.values()
            if not archived and not results_landed(source, games, date):
                dates.add(date)
        return _requests(instance, sorted(dates), moment, fetch_config(RESULTS))

    return requests


def _retrain(override_reason: str) -> Requests:
    def requests(instance: dg.DagsterInstance, moment: dt.datetime) -> list[dg.RunRequest]:
        today = moment.date()
        monday = today - dt.timedelta(today.weekday())
        first = [date for date in partition_dates(instance) if monday <= date <= today][:1]
        config = retrain_config(override_reason)
        return _requests(instance, first, moment, config) if first == [today] else []

    return requests


def _requests(
    instance: dg.DagsterInstance, dates: Sequence[dt.date], moment: dt.datetime, config: dict[str, Any]
) -> list[dg.RunRequest]:
    """One request for each of the days that is a partition; none on a day off."""
    return [
        dg.RunRequest(
            run_key=f"{date}:{moment:%Y-%m-%dT%H:%M}", partition_key=date.isoformat(), run_config=config
        )
        for date in sorted({*dates}.intersection(partition_dates(instance)))
    ]
