"""Schedules on the league's clock: its own moments, whatever clock the machine has.

Dagster's own schedules follow the machine's clock; a simulated league's is faster and in another year. So a
schedule here is a sensor: its tick checks whether one of its moments has passed in the league since the one
that it last answered. With the real league the two clocks are one: what is tested on a simulated day runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import dagster as dg

from nba_assets.calendar.tipoffs import EASTERN
from nba_assets.instance.private_api import cron_string_iterator, reverse_cron_string_iterator
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.league_clock import eastern

Requests = Callable[[dg.DagsterInstance, dt.datetime], Sequence[dg.RunRequest]]


class Moments(Protocol):
    """Moments at which something is to be done."""

    def newest(self, now: dt.datetime) -> dt.datetime | None:
        """The last one that is not after ``now``, if any is known."""
        ...

    def next(self, now: dt.datetime) -> dt.datetime | None:
        """The first one after ``now``, if any is known."""
        ...


@dataclass(frozen=True)
class Cron:
    """Moments of a cron string, in New York's time."""

    text: str

    def newest(self, now: dt.datetime) -> dt.datetime:
        """The last one that is not after ``now``."""
        return next(iter(reverse_cron_string_iterator(now.timestamp(), self.text, EASTERN)))

    def next(self, now: dt.datetime) -> dt.datetime:
        """The first one after ``now``."""
        moments = iter(cron_string_iterator(now.timestamp(), self.text, EASTERN))
        return next(moment for moment in moments if moment > now)


@dataclass(frozen=True)
class BeforeTipoffs:
    """Moments before each tip-off of today's games, by the landed schedule.

    Attributes:
        desk: where the schedule has landed.
        minutes: before each tip-off.
    """

    desk: FetchDesk
    minutes: Sequence[int]

    def newest(self, now: dt.datetime) -> dt.datetime | None:
        """The last one today that is not after ``now``."""
        return max((moment for moment in self._today(now) if moment <= now), default=None)

    def next(self, now: dt.datetime) -> dt.datetime | None:
        """The first one today after ``now``."""
        return min((moment for moment in self._today(now) if moment > now), default=None)

    def _today(self, now: dt.datetime) -> list[dt.datetime]:
        source, today = self.desk.source(), eastern(now).date()
        if not source.accounted_days([today]):
            return []
        games = source.schedule([today]).rows
        tipoffs = games[~games["is_postponed"].to_numpy(bool)]["tipoff_utc"].dropna().unique()
        before = [dt.timedelta(minutes=minutes) for minutes in self.minutes]
        return [tipoff.to_pydatetime() - time for tipoff in tipoffs for time in before]


def clocked_schedule(
    desk: FetchDesk, name: str, moments: Moments, job: str, requests: Requests, words: str, *, pulse: int
) -> dg.SensorDefinition:
    """A schedule on the league's clock, stopped.

    Of the moments that have passed since the last tick the newest counts: what it asks for includes what the
    others would have. The cursor holds the moment that was last answered, at first the start of the sensor.

    Args:
        desk: gives the league's present moment.
        name: of the sensor.
        moments: when it starts something.
        job: what it starts.
        requests: runs that a moment, in New York's time, asks for; none when the league rests.
        words: description for the UI.
        pulse: seconds between two ticks at least.
    """

    def evaluate(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        now = desk.now()
        # A simulated league may have been restarted, in an earlier year.
        answered = min(dt.datetime.fromisoformat(context.cursor), now) if context.cursor else now
        newest, coming = moments.newest(now), moments.next(now)
        then = "nothing more is known of today" if coming is None else f"next at {_words(coming)}"
        state = f"it is {_words(now)} in New York, {then}"
        if newest is None or newest <= answered:
            return dg.SensorResult(skip_reason=dg.SkipReason(state), cursor=answered.isoformat())
        if waiting := context.instance.get_runs_count(_not_started(name)):
            # A machine that lags behind fetches the newest state once, not every one that it has missed.
            reason = dg.SkipReason(f"{waiting} of its runs have not started yet; {state}")
            return dg.SensorResult(skip_reason=reason, cursor=answered.isoformat())
        requested = list(requests(context.instance, eastern(newest)))
        reason = None if requested else dg.SkipReason(f"no game date at {_words(newest)}; {state}")
        return dg.SensorResult(run_requests=requested, skip_reason=reason, cursor=newest.isoformat())

    return dg.SensorDefinition(
        name=name,
        evaluation_fn=evaluate,
        job_name=job,
        minimum_interval_seconds=pulse,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description=words,
    )


def _not_started(sensor: str) -> dg.RunsFilter:
    return dg.RunsFilter(
        tags={"dagster/sensor_name": sensor},
        statuses=[dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED],
    )


def _words(moment: dt.datetime) -> str:
    return f"{eastern(moment):%Y-%m-%d %H:%M}"
