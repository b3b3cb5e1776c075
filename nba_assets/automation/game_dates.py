"""Which days are partitions: those of the schedules and of the lake, and tonight."""

from __future__ import annotations

import datetime as dt

import dagster as dg

from nba_assets.assets.resources import source_resource
from nba_assets.automation.pulse import pulse
from nba_assets.calendar.seasons import season_of
from nba_assets.instance.partition_keys import add_partitions, partition_dates
from nba_assets.settings import Settings, SourceKind
from nba_assets.sources.league_clock import eastern
from nba_assets.storage.lake import Lake
from nba_assets.storage.lake_calendar import keep_calendar
from nba_assets.storage.object_store import open_store
from nba_assets.tabular.problems import BadInput

SCHEDULE = "raw_schedule"


class GameDates:
    """Game dates of the seasons in a lake or its source, up to the league's present day."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._source = source_resource(settings)
        self._lake = Lake(open_store(settings.lake))

    def add_known(self, instance: dg.DagsterInstance) -> list[dt.date]:
        """Make partitions of the dates that are known, and of tonight.

        Tonight is a partition before a schedule of its season has landed: fetching it is how one lands. An
        archive is not fetched: it has tonight in its schedule, or not at all.

        Returns:
            The dates that are new, in order.
        """
        return self._add(instance, None)

    def add_range(self, instance: dg.DagsterInstance, first: dt.date, last: dt.date) -> list[dt.date]:
        """Make partitions of the dates that are known, and of every possible date of a range.

        Returns:
            The partitions of the range, in order; days to come are none.
        """
        self._add(instance, (first, last))
        return [date for date in partition_dates(instance) if first <= date <= last]

    def _add(self, instance: dg.DagsterInstance, requested: tuple[dt.date, dt.date] | None) -> list[dt.date]:
        today, scheduled = eastern(self._source.now()).date(), self._scheduled()
        calendar, stored = keep_calendar(self._lake.store, scheduled), self._lake.dates(SCHEDULE)
        known = scheduled.keys() | set(map(season_of, stored))
        dates = {date for season in known for date in calendar.seasons.get(season, ())}
        if requested:
            dates.update(calendar.possible(*requested))
        if self._settings.source is not SourceKind.ARCHIVE:
            dates.update(calendar.possible(today, today))
        return add_partitions(instance, {*stored, *(date for date in dates if date <= today)})

    def _scheduled(self) -> dict[str, list[dt.date]]:
        try:
            return self._source.source().seasons()
        except BadInput:
            # The lake outlives its source; the table that reads the source reports what is wrong with it.
            return {}


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
        minimum_interval_seconds=pulse(settings, 60),
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Makes a partition of every game date of the schedule, and of tonight.",
    )
