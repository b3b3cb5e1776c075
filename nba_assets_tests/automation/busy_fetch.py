"""One of several processes that fetch at once, from publishers that take their time.

``python busy_fetch.py DATE FOLDER`` waits for the others, runs the fetch job on a date and writes down when
it was with which publisher. A process each, as runs have: Dagster's log is not made for two in one.
"""

import datetime as dt
import json
import sys
import time
from pathlib import Path
from typing import Any

import dagster as dg

from nba_assets.automation.fetching import fetch_config, fetch_job
from nba_assets.instance.home import prepare_home
from nba_assets.instance.partition_keys import add_partitions
from nba_assets.settings import Settings
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.fetch.fetcher import Outcome

PROCESSES = 2
_PATIENCE, _LONGEST = 0.3, 120.0
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class BusyDesk(FetchDesk):
    """A desk that asks nobody and takes its time over it."""

    def __init__(self, patience: float = 0.0) -> None:
        super().__init__(Settings())
        self._patience = patience
        self.asked: list[dict[str, Any]] = []

    def fetch(self, date: dt.date, host: str, *asked: Any, **how: Any) -> list[Outcome]:
        """Stay with a publisher for a while."""
        came = time.monotonic()
        time.sleep(self._patience)
        self.asked.append({"host": host, "from": came, "to": time.monotonic(), **how})
        return []

    def take_bought(self, date: dt.date) -> list[Outcome]:
        """Nothing has been bought."""
        return []


def run(desk: FetchDesk, instance: dg.DagsterInstance, date: str, **more: Any) -> bool:
    """Run the fetch job on a date."""
    config = fetch_config(["boxscore"]) | _QUIET
    add_partitions(instance, [dt.date.fromisoformat(date)])
    result = fetch_job(desk).execute_in_process(
        instance=instance, partition_key=date, run_config=config, **more
    )
    return result.success


def main(date: str, folder: Path) -> int:
    """Exit code: 0 when the run has succeeded."""
    prepare_home(Settings())
    desk = BusyDesk(_PATIENCE)
    with dg.DagsterInstance.get() as instance:
        add_partitions(instance, [dt.date.fromisoformat(date)])
        (folder / f"{date}.ready").touch()
        started = time.monotonic()
        while len(list(folder.glob("*.ready"))) < PROCESSES:
            if time.monotonic() - started > _LONGEST:
                return 2
            time.sleep(0.01)
        success = run(desk, instance, date)
    (folder / f"{date}.json").write_text(json.dumps(desk.asked))
    return 0 if success else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
