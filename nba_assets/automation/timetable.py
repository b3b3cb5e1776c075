"""Schedules on the league's clock: cron moments of New York, whatever clock the machine has.

Dagster's own schedules follow the machine's clock; a simulated league's is faster and in another year. So a
schedule here is a sensor: its tick looks whether a cron moment has passed in the league since the one that it
last answered. With the real league the two clocks are one: what is tested on a simulated day is what runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import dagster as dg

from nba_assets.calendar.tipoffs import EASTERN
from nba_assets.instance.private_api import cron_string_iterator, reverse_cron_string_iterator
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.league_clock import eastern

Requests = Callable[[dt.datetime], Sequence[dg.RunRequest]]


def clocked_schedule(
    desk: FetchDesk, name: str, cron: str, job: str, requests: Requests, description: str, *, pulse: int
) -> dg.SensorDefinition:
    """A schedule on the league's clock, stopped.

    Of the moments that have passed since the last tick the newest counts: what it asks for includes what the
    others would have. The cursor holds the moment that was last answered, at first the start of the sensor.

    Args:
        desk: knows the league's moment.
        name: of the sensor.
        cron: moments, in New York's time.
        job: what it starts.
        requests: runs that a moment asks for; none when the league rests.
        description: for the UI.
        pulse: seconds between two ticks at least.
    """

    def evaluate(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        now = desk.now()
        answered = dt.datetime.fromisoformat(context.cursor) if context.cursor else now
        if answered > now:
            answered = now  # another simulated league, in an earlier year
        newest = newest_moment(cron, now)
        coming = f"it is {_words(now)} in New York, next at {_words(next_moment(cron, now))}"
        if newest <= answered:
            return dg.SensorResult(skip_reason=dg.SkipReason(coming), cursor=answered.isoformat())
        asked = list(requests(eastern(newest)))
        reason = None if asked else dg.SkipReason(f"no game date at {_words(newest)}; {coming}")
        return dg.SensorResult(run_requests=asked, skip_reason=reason, cursor=newest.isoformat())

    return dg.SensorDefinition(
        name=name,
        evaluation_fn=evaluate,
        job_name=job,
        minimum_interval_seconds=pulse,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description=f"{description} Cron {cron} in New York.",
        metadata={"cron": cron},
    )


def newest_moment(cron: str, now: dt.datetime) -> dt.datetime:
    """The last moment of a cron string that is not after ``now``."""
    return next(iter(reverse_cron_string_iterator(now.timestamp(), cron, EASTERN)))


def next_moment(cron: str, now: dt.datetime) -> dt.datetime:
    """The first moment of a cron string after ``now``."""
    moments = iter(cron_string_iterator(now.timestamp(), cron, EASTERN))
    return next(moment for moment in moments if moment > now)


def _words(moment: dt.datetime) -> str:
    return f"{eastern(moment):%Y-%m-%d %H:%M}"
