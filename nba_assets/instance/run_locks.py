"""Which runs still have a process: each holds a lock on a file for as long as its process lives.

The operating system releases a lock however the process ends, so a free lock means a dead run. A run without
a file has not started, has ended, or belongs to another machine: its state is unknown. Process ids would not
do: they are used again, and every container counts its own.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

_FOLDER = "running"
_KILLED = ".killed"  # ending of the file of a run that another process has ended
_UNDER_WAY = (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)


class RunLocks:
    """Locks of the runs of one instance, in a folder of DAGSTER_HOME."""

    def __init__(self, home: Path | str):
        self._folder = Path(home) / _FOLDER
        self._held: dict[str, int] = {}

    def acquire(self, run_id: str) -> None:
        """Hold the lock of a run that this process executes."""
        if run_id in self._held:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        # Locked before it gets its name: no other process sees the file without the lock.
        unnamed = self._folder / f".{run_id}.{os.getpid()}"
        descriptor = os.open(unnamed, os.O_RDWR | os.O_CREAT, 0o644)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        unnamed.replace(self._folder / run_id)
        self._held[run_id] = descriptor

    @contextmanager
    def held(self, run_id: str) -> Iterator[None]:
        """Hold the lock of a run while it is executed here.

        An error that leaves the run without its end leaves the file too: without a lock, it is a dead run's.
        """
        self.acquire(run_id)
        try:
            yield
        except BaseException:
            os.close(self._held.pop(run_id))
            raise
        self.release(run_id)

    def release(self, run_id: str) -> None:
        """Forget a run that has ended; of one whose process died first, remember that it was killed."""
        if run_id not in self._held and self.is_dead(run_id):
            (self._folder / run_id).replace(self._folder / f"{run_id}{_KILLED}")
        (self._folder / run_id).unlink(missing_ok=True)
        if (descriptor := self._held.pop(run_id, None)) is not None:
            os.close(descriptor)

    def killed(self) -> list[str]:
        """Runs that were killed and have ended since, whose last events nobody has reported yet."""
        return sorted(path.stem for path in self._folder.glob(f"*{_KILLED}"))

    def forget_killed(self, run_ids: Iterable[str]) -> None:
        """Forget killed runs: what they have written is reported."""
        for run_id in run_ids:
            (self._folder / f"{run_id}{_KILLED}").unlink(missing_ok=True)

    def is_dead(self, run_id: str) -> bool:
        """Whether the run's process has ended and has not ended the run."""
        try:
            descriptor = os.open(self._folder / run_id, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
        return True


def end_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Report runs whose process has died as failed, and free their slots of concurrency pools.

    Returns:
        Ids of the runs.
    """
    locks, ended = RunLocks(instance.root_directory), []
    for run in instance.get_runs(dg.RunsFilter(statuses=list(_UNDER_WAY))):
        if locks.is_dead(run.run_id):
            instance.report_run_failed(run, "The process of this run has died.")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            ended.append(run.run_id)
    return ended
