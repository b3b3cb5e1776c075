"""``dagster dev`` as a child of this process: webserver, daemon and code server over one DAGSTER_HOME."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

from dotenv import dotenv_values

from nba_assets.instance.huge_pages import with_huge_pages
from nba_assets.instance.webserver import Automation, Webserver, WebserverError
from nba_assets.settings import Settings

WORKSPACE = Path(str(files("nba_assets.instance").joinpath("workspace.yaml")))
_STARTS_WITHIN, _STOPS_WITHIN = 600.0, 60.0  # a busy machine takes minutes to import everything
_PAUSE = 0.5


def command(host: str, port: int) -> list[str]:
    """Arguments that start ``dagster dev`` over the code location of this package."""
    workspace = ["--workspace", str(WORKSPACE)]
    return [sys.executable, "-m", "dagster", "dev", *workspace, "--host", host, "--port", str(port)]


def environment(settings: Settings) -> dict[str, str]:
    """Environment of a ``dagster dev`` that runs in DAGSTER_HOME.

    Dagster lets the file .env of its working directory win over the environment: in a checkout, whatever was
    asked for, it would open the lake and the instance that .env names. So it runs where no .env is, and what
    that of this directory holds besides settings is handed on.
    """
    besides = {
        name: value
        for name, value in dotenv_values(".env").items()
        if value is not None and not name.startswith("NBA_")
    }
    return with_huge_pages(besides | os.environ | settings.environment())


class DagsterDev:
    """A running ``dagster dev``.

    Attributes:
        webserver: its webserver.
        log: file with everything that its processes write.
    """

    def __init__(self, settings: Settings, *, port: int, log: Path, host: str = "127.0.0.1"):
        """Start the processes; :meth:`wait` returns once the code location is loaded.

        Args:
            settings: its lake, source and DAGSTER_HOME, which is prepared, among them.
            port: of the webserver.
            log: file for what the processes write.
            host: address at which the webserver listens.
        """
        self.webserver = Webserver(f"http://{host}:{port}")
        self.log = log
        with log.open("ab") as out:
            # A session of its own: an interrupt at the terminal reaches it through stop() alone, once.
            self._process = subprocess.Popen(  # noqa: S603
                command(host, port),
                cwd=settings.dagster_home,
                env=environment(settings),
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self) -> list[Automation]:
        """Wait for the code location, and return its automations.

        Raises:
            WebserverError: it has ended, or does not answer in time; the message names the log.
        """
        ends = time.monotonic() + _STARTS_WITHIN
        while True:
            try:
                if found := self.webserver.automations():
                    return found
                problem = "it has no automations"
            except WebserverError as error:
                problem = str(error)
            if self._process.poll() is not None or time.monotonic() > ends:
                raise WebserverError(f"dagster dev does not run: {problem}; see {self.log}")
            time.sleep(_PAUSE)

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End all processes: politely, then for certain."""
        self._signal(signal.SIGINT)
        try:
            self._process.wait(_STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def kill(self) -> None:
        """End all processes at once, as a crash of the machine would."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: int) -> None:
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return
