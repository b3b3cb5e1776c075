"""A Postgres server of the tests' own, from the Debian package ``postgresql`` or whatever is installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "dagster"
_ACCOUNT = "postgres"  # made by the package: the server refuses to run as root


def binaries() -> Path | None:
    """Folder of the server's programs; None where there is none."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return next((path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """Address of a server, without a database's name, that runs until the block ends.

    Args:
        programs: folder of the server's programs.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="postgres_"))
    if os.geteuid() == 0:
        shutil.chown(folder, _ACCOUNT)
    data = folder / "data"
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    try:
        _run(programs / "initdb", "-A", "trust", "-U", USER, "--no-sync", "-D", data)
        _run(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
        try:
            yield f"postgresql+psycopg2://{USER}@127.0.0.1:{port}"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _run(*words: str | Path) -> None:
    as_account = ("runuser", "-u", _ACCOUNT, "--") if os.geteuid() == 0 else ()
    done = subprocess.run([*as_account, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.STDOUT, cwd="/", check=False)  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed with {done.returncode}")
