"""How long tables took in past runs, from the event log of the instance: the basis of estimates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import dagster as dg

from nba_assets.assets.factory.chosen_dates import chosen_dates
from nba_assets.assets.factory.table_run import COMPUTE_SECONDS
from nba_assets.calendar.game_dates import Calendar
from nba_assets.instance.private_api import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)
from nba_assets.settings import Settings

_RUNS = 20  # newest runs to examine
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]


class PastRuns:
    """Seconds of each table in the newest runs of an instance.

    Args:
        settings: where the instance is; one that does not exist yet has no runs.
        calendar: game dates, to count those of a run.
    """

    def __init__(self, settings: Settings, calendar: Calendar):
        self._calendar = calendar
        self._measured: dict[str, list[tuple[int, float]]] = {}
        home = settings.dagster_home.resolve()
        if (home / "dagster.yaml").exists():
            with dg.DagsterInstance.from_config(str(home)) as instance:
                for run in instance.get_runs(dg.RunsFilter(statuses=_ENDED), limit=_RUNS):
                    self._add(instance, run)

    def seconds(self, table: str, dates: int) -> float | None:
        """Estimate for a number of dates, from the run with the most similar number; None without a run."""
        runs = self._measured.get(table)
        if not runs or not dates:
            return None if not runs else 0.0
        count, seconds = min(runs, key=lambda run: max(run[0], dates) / min(run[0], dates))
        return seconds * dates / count

    def _add(self, instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
        count = _dates_of(run.tags, self._calendar)
        if not count:
            return
        for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_OUTPUT):
            event = entry.get_dagster_event()
            if event.step_key and COMPUTE_SECONDS in event.step_output_data.metadata:
                seconds = float(event.step_output_data.metadata[COMPUTE_SECONDS].value)  # type: ignore[arg-type]
                self._measured.setdefault(event.step_key, []).append((count, seconds))


def _dates_of(tags: Mapping[str, str], calendar: Calendar) -> int:
    """Number of game dates of a run, by its tags."""
    if PARTITION_NAME_TAG in tags:
        return 1
    if ASSET_PARTITION_RANGE_START_TAG not in tags:
        return 0
    ends = (tags[ASSET_PARTITION_RANGE_START_TAG], tags[ASSET_PARTITION_RANGE_END_TAG])
    days = calendar.possible(*map(dt.date.fromisoformat, ends))
    return len(chosen_dates(tags, [day.isoformat() for day in days]))
