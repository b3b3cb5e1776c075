"""A local BigQuery for tests: an emulator in an environment of its own, because it needs Python 3.13.

``python -m nba_assets_tests.publish.bigquery_emulator`` makes the environment; .ci/run does so.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ENVIRONMENT = Path(__file__).parents[2] / ".nba" / "local-bigquery"
PINNED = (
    "local-bigquery==0.3.2",
    "duckdb==1.5.5",
    *(f"duckdb-extension-{name}==1.5.5" for name in ("ducklake", "icu", "json", "spatial")),
)
_EXTENSIONS = "v1.5.5/linux_amd64"
_STARTS_WITHIN = 120.0
PROJECT = "test-project"


def python_3_13() -> str | None:
    """An interpreter that the emulator runs on."""
    beside = sorted(map(str, Path.home().glob(".pyenv/versions/3.13*/bin/python")))
    for python in filter(None, [shutil.which("python3.13"), *beside]):
        if subprocess.run([python, "--version"], capture_output=True, check=False).returncode == 0:
            return python
    return None


def make() -> None:
    """Install the emulator, and its extensions where DuckDB finds them without a network."""
    python = python_3_13()
    if python is None:
        sys.exit("no Python 3.13: tests of BigQuery are skipped")
    subprocess.run([python, "-m", "venv", ENVIRONMENT], check=True)
    pip = [ENVIRONMENT / "bin/pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *PINNED], check=True)
    home = ENVIRONMENT / "home" / ".duckdb/extensions" / _EXTENSIONS
    home.mkdir(parents=True, exist_ok=True)
    for extension in ENVIRONMENT.rglob("extensions/v*/*.duckdb_extension"):
        shutil.copy(extension, home)


@contextmanager
def emulator(folder: Path, buckets: Path) -> Iterator[str]:
    """Address of an emulator that runs until the block ends.

    Args:
        folder: for its data.
        buckets: folder in which ``gs://NAME`` is the folder NAME.
    """
    with socket.socket() as free, socket.socket() as other:
        free.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        port, grpc = free.getsockname()[1], other.getsockname()[1]
    words = ["serve", "--host", "127.0.0.1", "--port", str(port), "--grpc-port", str(grpc)]
    words += ["--project", PROJECT, "--dataset", "nba", "--data-dir", str(folder)]
    own = {"HOME": str(ENVIRONMENT / "home"), "GCS_LOCAL_ROOT": str(buckets)}
    with (folder / "emulator.log").open("wb") as log:
        process = subprocess.Popen(
            [ENVIRONMENT / "bin/local-bigquery", *words], env=os.environ | own, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/bigquery/v2/projects/{PROJECT}/datasets", process, folder / "emulator.log")
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + _STARTS_WITHIN
    while process.poll() is None and time.monotonic() < ends:
        try:
            urllib.request.urlopen(address, timeout=5)  # noqa: S310 of this machine
        except (urllib.error.URLError, OSError) as error:
            if isinstance(error, urllib.error.HTTPError):
                return
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"the emulator does not answer: {log.read_text()[-2000:]}")


if __name__ == "__main__":
    make()
