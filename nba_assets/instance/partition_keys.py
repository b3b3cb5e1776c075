"""The partition keys of an instance: one per game date, in order of date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import takewhile

import dagster as dg

from nba_assets.calendar.partitions import GAME_DATES

_NAME = str(GAME_DATES.name)


def partition_dates(instance: dg.DagsterInstance) -> list[dt.date]:
    """Game dates that are partitions, in order."""
    return [dt.date.fromisoformat(key) for key in instance.get_dynamic_partitions(_NAME)]


def add_partitions(instance: dg.DagsterInstance, dates: Iterable[dt.date]) -> list[dt.date]:
    """Make dates partitions and keep the keys in order of date.

    Ranges of partitions follow the order in which a storage keeps its keys. The project's event log keeps
    them in order of date. Where another appends them, keys that come after a new one are added again behind
    it: this touches no materialization.

    Returns:
        Dates that were no partitions before, in order.
    """
    before = set(instance.get_dynamic_partitions(_NAME))
    new = sorted({date.isoformat() for date in dates} - before)
    if not new:
        return []
    instance.add_dynamic_partitions(_NAME, new)
    keys = instance.get_dynamic_partitions(_NAME)
    in_place = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(keys, sorted(keys), strict=True))
    )
    if displaced := keys[in_place:]:
        for key in displaced:
            instance.delete_dynamic_partition(_NAME, key)
        instance.add_dynamic_partitions(_NAME, sorted(displaced))
    return [dt.date.fromisoformat(key) for key in new]
