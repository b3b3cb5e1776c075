"""DAGSTER_HOME: the folder of the instance, with the project's dagster.yaml and ready databases."""

from __future__ import annotations

import fcntl
import hashlib
import os
from importlib.resources import files
from pathlib import Path

import dagster as dg

from nba_assets.settings import Settings

_LOCK, _READY = ".preparing", ".prepared"
_KEPT = "kept"  # in place of the hash of dagster.yaml: the file is an operator's


def configuration() -> str:
    """The project's dagster.yaml."""
    return files("nba_assets.instance").joinpath("dagster.yaml").read_text()


def prepare_home(settings: Settings) -> Path:
    """Make DAGSTER_HOME hold a dagster.yaml and databases, and name it to Dagster.

    The project's dagster.yaml is written where none is, and replaced where it is the one that was written: a
    file that an operator has put there or edited is kept.

    Dagster itself finds its instance by the environment only, so the setting is handed on there. Its
    databases are made under a lock: two processes that made them at once, on a fresh home, failed or left a
    schema with two heads.
    """
    home = settings.dagster_home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(home)
    ready, path = home / _READY, home / "dagster.yaml"
    with (home / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fresh, written = not ready.exists(), _written(path, ready)
        if written:
            beside = home / f".dagster.yaml.{os.getpid()}"
            beside.write_text(configuration())
            beside.replace(path)
        if fresh:
            with dg.DagsterInstance.get() as instance:
                instance.get_runs(limit=1)
                instance.get_asset_records([])
        ready.write_text(_hash(path) if written else _KEPT)
    return home


def _written(path: Path, ready: Path) -> bool:
    """Whether dagster.yaml is missing, or as ``prepare_home`` wrote it. Older versions recorded no hash."""
    if not path.exists():
        return True
    return ready.exists() and ready.read_text() in ("", _hash(path))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
