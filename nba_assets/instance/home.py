"""DAGSTER_HOME: the folder of the instance, with the project's dagster.yaml and ready databases."""

from __future__ import annotations

import fcntl
import os
from importlib.resources import files
from pathlib import Path

import dagster as dg

from nba_assets.settings import Settings

_LOCK, _READY = ".preparing", ".prepared"


def configuration() -> str:
    """The project's dagster.yaml."""
    return files("nba_assets.instance").joinpath("dagster.yaml").read_text()


def prepare_home(settings: Settings) -> Path:
    """Make DAGSTER_HOME hold the project's dagster.yaml, and name it to Dagster.

    Dagster itself finds its instance by the environment only, so the setting is handed on there. Its
    databases are made under a lock: two processes that made them at once, on a fresh home, failed or left a
    schema with two heads.
    """
    home = settings.dagster_home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(home)
    ready = home / _READY
    with (home / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        beside = home / f".dagster.yaml.{os.getpid()}"
        beside.write_text(configuration())
        beside.replace(home / "dagster.yaml")
        if not ready.exists():
            with dg.DagsterInstance.get() as instance:
                instance.get_runs(limit=1)
                instance.get_asset_records([])
            ready.touch()
    return home
