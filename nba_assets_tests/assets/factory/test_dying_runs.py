"""A process may die between any two steps: the gate is shut or right, and the next run puts it in order."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nba_assets.assets.factory import date_events
from nba_assets.quality.gate import Gate
from nba_assets.storage.object_store import FolderStore
from nba_assets_tests.support.ladder import (
    BAD,
    LADDER,
    SOURCE,
)
from nba_assets_tests.support.workbench import Workbench

DATE = dt.date.fromisoformat(BAD)
WAS, OTHER, GAP = [1.0, 2.0], [3.0, 4.0], [1.0]
DIED = 9
PART, REFUSED, HEALED = "game_date=", "_refused/", "_healed/"
# Moments by name: the method of FolderStore, the folder, and whether the process dies after it.
GAPS = {
    "before a refusal is kept": ("write", REFUSED, False),
    "after a refusal is kept, before anybody hears of it": ("write", REFUSED, True),
    "before a partition is written": ("write_if", PART, False),
    "after a partition is written, before its refusal heals": ("write_if", PART, True),
    "after the healing is noted, before the refusal goes": ("write", HEALED, True),
    "after the refusal is gone, before anybody hears of it": ("delete", REFUSED, True),
}


def _die(*_: Any, **__: Any) -> Any:
    os._exit(DIED)


def _dies_at(method: Callable[..., Any], folder: str, *, after: bool) -> Callable[..., Any]:
    def call(store: FolderStore, name: str, *more: Any) -> Any:
        if folder not in name:
            return method(store, name, *more)
        if after:
            method(store, name, *more)
        return _die()

    return call


def _run(home: Path, lake_root: str, gap: str, values: list[float]) -> None:
    SOURCE[BAD] = values
    method, folder, after = GAPS[gap]
    setattr(FolderStore, method, _dies_at(getattr(FolderStore, method), folder, after=after))
    date_events.evaluation = _die  # whatever happens before it
    Workbench(home, LADDER, lake_root=lake_root).run(BAD, names=["bottom"])


def _run_and_die(bench: Workbench, gap: str, values: list[float]) -> None:
    """Run on the same lake in a process of its own, which dies in the gap."""
    process = multiprocessing.get_context("fork").Process(
        target=_run, args=(bench.home / "other", bench.root, gap, values)
    )
    process.start()
    process.join()
    assert process.exitcode == DIED


def _is_open(bench: Workbench) -> bool:
    return Gate(bench.lake).open("bottom", [DATE]) == [DATE]


def _materialize(bench: Workbench, values: list[float]) -> None:
    SOURCE[BAD] = values
    bench.run(BAD, names=["bottom"])


@pytest.mark.parametrize(
    ("gap", "opened"),
    [
        ("before a refusal is kept", True),  # nothing has been said yet
        ("after a refusal is kept, before anybody hears of it", False),
    ],
)
def test_a_good_date_that_turns_bad(bench: Workbench, gap: str, opened: bool) -> None:
    _materialize(bench, WAS)
    _run_and_die(bench, gap, GAP)
    assert _is_open(bench) is opened
    _materialize(bench, GAP)
    assert not _is_open(bench)
    _materialize(bench, WAS)
    assert _is_open(bench)


@pytest.mark.parametrize(
    ("gap", "values", "opened"),
    [
        ("before a partition is written", OTHER, False),
        ("after a partition is written, before its refusal heals", OTHER, True),
        ("after the healing is noted, before the refusal goes", OTHER, True),
        ("after the healing is noted, before the refusal goes", WAS, False),  # the bytes that were refused
        ("after the refusal is gone, before anybody hears of it", WAS, True),
    ],
)
def test_a_refused_date_that_heals(bench: Workbench, gap: str, values: list[float], opened: bool) -> None:
    _materialize(bench, WAS)
    _materialize(bench, GAP)
    assert not _is_open(bench)
    _run_and_die(bench, gap, values)
    assert _is_open(bench) is opened
    if opened:
        assert bench.rows("bottom", BAD)["value"].to_list() == values
    _materialize(bench, values)
    assert _is_open(bench)
    assert bench.rows("bottom", BAD)["value"].to_list() == values
