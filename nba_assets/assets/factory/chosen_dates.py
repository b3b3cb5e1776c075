"""Dates of a run that are no range: a tag names which of the range's dates the run is about.

Dagster's own tags take one range. A correction of one game makes the dates of one team stale, every second or
third: a run for each would take a second each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

_TAG = "nba_assets/only_dates"


def chosen_tags(dates: Sequence[dt.date]) -> dict[str, str]:
    """Tags of a run that is about these dates only."""
    return {_TAG: ",".join(date.isoformat() for date in dates)}


def chosen_dates(tags: Mapping[str, str], keys: Sequence[str]) -> list[dt.date]:
    """Dates of a run: those of its partition keys that its tag names, all of them without the tag."""
    named = set(tags[_TAG].split(",")) if _TAG in tags else set(keys)
    return [dt.date.fromisoformat(key) for key in keys if key in named]
