"""A resumed backfill that is killed when a chosen number of things have happened."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.cli.repair.stale import resume
from nba_assets.instance.event_log import GroupCommitSqliteEventLogStorage
from nba_assets.settings import Settings
from nba_assets.storage.object_store import FolderStore


def settings(folder: Path) -> Settings:
    """Lake, source and instance in one folder."""
    home = folder / "dagster"
    return Settings(lake=str(folder / "lake"), archive_dir=folder / "archive", DAGSTER_HOME=home)  # type: ignore[call-arg]


def backfill(folder: Path, first: dt.date, last: dt.date, tables: Sequence[str], moments: int | None) -> None:
    """Resume a backfill; kill this process after so many moments, if a number is given."""
    if moments is not None:
        _die_after(moments)
    resume(settings(folder), finished_seasons().between(first, last), tables, progress=False)


def _die_after(moments: int) -> None:
    """A moment: before a file is written, before it takes the old one's place, and around each commit."""
    left = [moments]

    def tick() -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    write, replace, flush = FolderStore.write_if, Path.replace, GroupCommitSqliteEventLogStorage._flush

    def write_or_die(store: FolderStore, name: str, data: bytes, version: str) -> str:
        tick()
        return write(store, name, data, version)

    def replace_or_die(path: Path, target: Any) -> Path:
        tick()
        return replace(path, target)

    def flush_or_die(log: GroupCommitSqliteEventLogStorage) -> None:
        tick()
        flush(log)
        tick()

    FolderStore.write_if = write_or_die  # type: ignore[method-assign]
    Path.replace = replace_or_die  # type: ignore[method-assign]
    GroupCommitSqliteEventLogStorage._flush = flush_or_die  # type: ignore[method-assign]
