"""A run in a process of its own that asks a publisher until a file appears."""

import sys
import time
from pathlib import Path

import dagster as dg

from nba_assets.instance.home import prepare_home
from nba_assets.instance.pool_slots import PatientSlots
from nba_assets.settings import Settings

POOL, ASKING, DONE = "publisher", "asking", "done"
_LONGEST = 120.0


@dg.op(pool=POOL, config_schema={"folder": str})
def ask(context: dg.OpExecutionContext) -> None:
    """Take as long as the publisher does."""
    folder = Path(context.op_config["folder"])
    (folder / ASKING).touch()
    ends = time.monotonic() + _LONGEST
    while not (folder / DONE).exists() and time.monotonic() < ends:
        time.sleep(0.05)


@dg.job(executor_def=dg.in_process_executor)
def asking() -> None:
    """One op."""
    ask()


def main(folder: str, patience: str) -> int:
    """Exit code: 0 when the run has succeeded."""
    prepare_home(Settings())
    PatientSlots.patience = float(patience)
    with dg.DagsterInstance.get() as instance:
        config = {"ops": {"ask": {"config": {"folder": folder}}}}
        return 0 if asking.execute_in_process(run_config=config, instance=instance).success else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
