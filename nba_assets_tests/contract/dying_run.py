"""A run on the ladder in a process of its own that is killed at a chosen moment."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from dagster import DagsterEventType

from nba_assets.assets.factory import date_events
from nba_assets.instance.event_log import GroupCommitSqliteEventLogStorage
from nba_assets.storage.lake import Lake
from nba_assets_tests.support import ladder
from nba_assets_tests.support.workbench import (
    Workbench,
    open_instance,
)

VICTIM = "middle"
EXIT = 9


def _die_after_write(*arguments: Any) -> Any:
    written = list(_write(*arguments))
    if arguments[1] == VICTIM:
        os._exit(EXIT)
    return iter(written)


def _die_with_materializations_waiting(table: str, *rest: Any) -> Any:
    if table == VICTIM:
        os._exit(EXIT)
    return _evaluation(table, *rest)


def _die_with_evaluations_waiting(log: Any) -> None:
    waiting = [event.dagster_event for event in log._pending if event.dagster_event]
    verdicts = [event for event in waiting if event.event_type == DagsterEventType.ASSET_CHECK_EVALUATION]
    if any(event.asset_check_evaluation_data.asset_key.to_user_string() == VICTIM for event in verdicts):
        os._exit(EXIT)
    _flush(log)


_write, _evaluation = Lake.write_each, date_events.evaluation
_flush = GroupCommitSqliteEventLogStorage._flush
MOMENTS = {
    "rows written, no event stored": (Lake, "write_each", _die_after_write),
    "materializations wait in memory": (date_events, "evaluation", _die_with_materializations_waiting),
    "evaluations wait in memory": (GroupCommitSqliteEventLogStorage, "_flush", _die_with_evaluations_waiting),
}


def main(home: Path, moment: str) -> None:
    """Run every date and die at the moment."""
    owner, name, deadly = MOMENTS[moment]
    setattr(owner, name, deadly)
    with ladder.registered() as tables:
        bench = Workbench(home, tables, instance=open_instance(home / "dagster"))
        bench.run(ladder.FIRST, ladder.LAST, ladder.STEPS)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
