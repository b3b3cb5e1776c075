"""Waiting for a slot of a concurrency pool: it has an end and a reason, and a signal ends it.

In stock Dagster a run in one process that waits for a slot keeps a core busy, hears no signal, and waits for
ever when the run that holds the slot was killed. The event log storage keeps the slots, so it waits here.
"""

from __future__ import annotations

import time
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.storage.dagster_run import FINISHED_STATUSES
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._utils.concurrency import ConcurrencyClaimStatus
from dagster._utils.interrupts import pop_captured_interrupt

from nba_assets.instance.run_locks import end_dead_runs

PATIENCE = 1800.0  # seconds; a date of many games at a publisher's slow pace takes some minutes
_PAUSE = 0.5


class SlotTimeoutError(Exception):
    """A step has waited too long for a slot of its pool; the message names the runs that hold it."""


class PatientSlots(SqlEventLogStorage):
    """An event log storage whose slots of dead runs are freed, and whose waiting ends."""

    patience = PATIENCE

    def __init__(self, *args: Any, **kwargs: Any):
        self._waiting_since: dict[tuple[str, str], float] = {}
        super().__init__(*args, **kwargs)

    def claim_concurrency_slot(
        self, concurrency_key: str, run_id: str, step_key: str, priority: int | None = None
    ) -> ConcurrencyClaimStatus:
        """Claim a slot; if none is free, pause, so that a caller that polls sleeps meanwhile.

        Raises:
            SlotTimeoutError: the step has waited for longer than ``patience``.
            DagsterExecutionInterruptedError: the process was interrupted.
        """
        status = super().claim_concurrency_slot(concurrency_key, run_id, step_key, priority)
        if status.is_claimed:
            self._waiting_since.pop((run_id, step_key), None)
            return status
        if pop_captured_interrupt():
            raise DagsterExecutionInterruptedError
        if not self._free_slots_of_ended_runs(concurrency_key) and not self._assign_free_slot(
            concurrency_key
        ):
            since = self._waiting_since.setdefault((run_id, step_key), time.monotonic())
            if time.monotonic() - since > self.patience:
                holders = ", ".join(sorted(self.get_concurrency_info(concurrency_key).active_run_ids))
                raise SlotTimeoutError(
                    f"{step_key} has waited {self.patience:g} s for the pool {concurrency_key}, "
                    f"held by run {holders}"
                )
            time.sleep(_PAUSE)
        return status.with_sleep_interval(0.0)

    def _assign_free_slot(self, concurrency_key: str) -> bool:
        """Give a slot that nobody has to who waits longest; return whether there was one.

        Stock Dagster gives it away when it is freed: a step that has found it taken and is not yet in the
        queue gets none, and waits for ever.
        """
        free = self.has_unassigned_slots(concurrency_key)
        if free:
            self.assign_pending_steps([concurrency_key])
        return free

    def _free_slots_of_ended_runs(self, concurrency_key: str) -> bool:
        """Free slots of runs that have ended or died, held or assigned; return whether any was freed."""
        instance = self._instance
        ended = set(end_dead_runs(instance))
        info = self.get_concurrency_info(concurrency_key)
        holders = info.active_run_ids | info.assigned_run_ids
        if holders:
            finished = dg.RunsFilter(run_ids=list(holders), statuses=FINISHED_STATUSES)
            ended |= set(instance.get_run_ids(finished))
        for run_id in ended:
            self.free_concurrency_slots_for_run(run_id)
        return bool(ended)
