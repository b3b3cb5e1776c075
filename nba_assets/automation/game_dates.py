"""Which days are partitions: those of the schedules and of the lake, and tonight."""

from __future__ import annotations

import datetime as dt

import dagster as dg

from nba_assets.assets.resources import source_resource
from nba_assets.domain.problems import BadInput
from nba_assets.instance.partition_keys import add_partitions, partition_dates
from nba_assets.lake import Lake
from nba_assets.object_store import open_store
from nba_assets.partitions import game_dates_between
from nba_assets.settings import Settings, SourceKind
from nba_assets.sources.live_schedule import season_of
from nba_assets.sources.moment import eastern

SCHEDULE = "raw_schedule"


class GameDates:
    """Game dates of the league of some settings, up to its own present day.

    A day is a game date when a schedule of the source has a game on it, or when the lake holds it. In a season
    of which the source has no schedule, every day that the calendar does not exclude may be one.
    """

    def __init__(self, settings: Settings):
        self._settings = settings
        self._source = source_resource(settings)

    def today(self) -> dt.date:
        """The league's present day, US Eastern."""
        return eastern(self._source.now()).date()

    def add_known(self, instance: dg.DagsterInstance) -> list[dt.date]:
        """Make partitions of the dates that are known, and of tonight.

        Tonight is a partition before a schedule of its season has landed: fetching it is how one lands. An
        archive is not fetched: it has tonight in its schedule, or not at all.

        Returns:
            The dates that are new, in order.
        """
        scheduled, today = self._scheduled(), self.today()
        fetched = self._settings.source is not SourceKind.ARCHIVE
        tonight = self._possible(scheduled, today, today) if fetched else []
        return add_partitions(instance, [*scheduled, *self._stored(), *tonight])

    def add_range(self, instance: dg.DagsterInstance, first: dt.date, last: dt.date) -> list[dt.date]:
        """Make partitions of the dates that are known, and of every possible date of a range.

        Returns:
            The partitions of the range, not after today, in order.
        """
        scheduled, last = self._scheduled(), min(last, self.today())
        add_partitions(instance, [*scheduled, *self._stored(), *self._possible(scheduled, first, last)])
        return [date for date in partition_dates(instance) if first <= date <= last]

    def _scheduled(self) -> list[dt.date]:
        try:
            return self._source.source().scheduled_dates(self.today())
        except BadInput:
            # The lake outlives its source; the table that reads the source reports what is wrong with it.
            return []

    def _stored(self) -> list[dt.date]:
        return Lake(open_store(self._settings.lake)).dates(SCHEDULE)

    def _possible(self, scheduled: list[dt.date], first: dt.date, last: dt.date) -> list[dt.date]:
        """Dates of seasons without a schedule."""
        seasons = {season_of(date) for date in scheduled}
        return [date for date in game_dates_between(first, last) if season_of(date) not in seasons]


def game_dates_sensor(settings: Settings) -> dg.SensorDefinition:
    """The sensor that keeps partitions up to date: running from the start, since it starts no run."""
    dates = GameDates(settings)

    def evaluate(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        added = dates.add_known(context.instance)
        if not added:
            return dg.SkipReason("every scheduled date is a partition")
        return dg.SkipReason(f"{len(added)} game dates are new partitions, {added[0]} to {added[-1]}")

    return dg.SensorDefinition(
        name="game_dates",
        evaluation_fn=evaluate,
        minimum_interval_seconds=300,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Makes a partition of every game date of the schedule, and of tonight.",
    )
