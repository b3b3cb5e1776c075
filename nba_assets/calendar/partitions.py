"""The one partitions definition of the graph, and ranges of its keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import dagster as dg

GAME_DATES = dg.DynamicPartitionsDefinition(name="game_dates")
"""One key per game date; an instance holds the keys (:mod:`nba_assets.instance.partition_keys`)."""


def contiguous_ranges(keys: Iterable[str], universe: Sequence[str]) -> list[tuple[str, str]]:
    """Split partition keys into runs of neighbours in ``universe``: [(first, last), ...]."""
    position = {key: i for i, key in enumerate(universe)}
    ranges: list[list[str]] = []
    for key in sorted(set(keys), key=position.__getitem__):
        if ranges and position[key] == position[ranges[-1][1]] + 1:
            ranges[-1][1] = key
        else:
            ranges.append([key, key])
    return [(a, b) for a, b in ranges]
