"""Start the services of compose.yaml as plain processes, ask each whether it is well, and stop them again.

    .venv/bin/python deploy/without_containers.py [LAKE]

Commands and variables are those of compose.yaml; only folders, hosts and ports are others. The exit code is 1
when a service does not answer within three minutes.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
PORTS = ("3000", "4000", "8900")
PATIENCE = 180  # seconds
TOKEN = "without-containers"  # noqa: S105 of an API that lives for a minute on this machine alone


def free_port() -> str:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def localised(text: str, places: dict[str, str]) -> str:
    """A text of compose.yaml with this machine's folders and ports, and variables by their defaults."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)
    text = re.sub(r"\$\{NBA_API_TOKEN:[^}]*\}", TOKEN, text)
    for there, here in places.items():
        text = re.sub(rf"(?<![\w.]){re.escape(there)}\b", here, text)
    return text


def started(service: dict[str, Any], places: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """The process of a service."""
    name, *words = shlex.split(localised(service["command"], places))
    variables = {key: value for key, value in service["environment"].items() if value is not None}
    own = {key: localised(value, places) for key, value in variables.items()}
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("NBA_", "DAGSTER_"))}
    with log.open("wb") as out:
        return subprocess.Popen([BIN / name, *words], env=inherited | own, stdout=out, stderr=out)  # noqa: S603


def answers(url: str) -> str | None:
    """The status with which an address answers; None while it does not."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 of this machine
            return str(answer.status)
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode()[:100]}"
    except OSError:
        return None


def passes(*words: str, home: str) -> str | None:
    """``ok`` once a command succeeds."""
    env = os.environ | {"DAGSTER_HOME": home}
    done = subprocess.run([BIN / words[0], *words[1:]], env=env, capture_output=True, check=False)  # noqa: S603
    return "ok" if done.returncode == 0 else None


def main(lake: str) -> int:
    """Start, ask, stop; the exit code."""
    services: dict[str, Any] = yaml.safe_load((HERE / "compose.yaml").read_text())["services"]
    ports = {port: free_port() for port in PORTS}
    with tempfile.TemporaryDirectory() as folder:
        home = f"{folder}/dagster"
        Path(home).mkdir()
        Path(home, "dagster.yaml").write_text((HERE.parent / "dagster.yaml").read_text())
        places = {
            "/data/lake": lake,
            "/data/dagster": home,
            "/archive": folder,
            "/app/workspace.yaml": f"{folder}/workspace.yaml",
            "0.0.0.0": "127.0.0.1",  # noqa: S104 of the compose file
            **ports,
        }
        workspace = (HERE / "workspace.yaml").read_text().replace("host: code", "host: 127.0.0.1")
        Path(folder, "workspace.yaml").write_text(localised(workspace, places))
        checks = {
            "code": lambda: passes("dagster", "api", "grpc-health-check", "--port", ports["4000"], home=home),
            "webserver": lambda: answers(f"http://127.0.0.1:{ports['3000']}/server_info"),
            "daemon": lambda: passes("dagster-daemon", "liveness-check", home=home),
            "api": lambda: answers(f"http://127.0.0.1:{ports['8900']}/health"),
        }
        processes: dict[str, subprocess.Popen[bytes]] = {}
        try:
            for name in services:  # in the order of the file: the code server first
                began = time.monotonic()
                processes[name] = started(services[name], places, Path(folder, f"{name}.log"))
                while (found := checks[name]()) is None:
                    if processes[name].poll() is not None or time.monotonic() - began > PATIENCE:
                        sys.stdout.write(
                            f"{name}: no answer\n{Path(folder, f'{name}.log').read_text()[-2000:]}"
                        )
                        return 1
                    time.sleep(0.5)
                sys.stdout.write(f"{name}: {found} after {time.monotonic() - began:.0f} s\n")
        finally:
            for process in processes.values():
                process.terminate()
            for process in processes.values():
                process.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(str(Path(sys.argv[1] if len(sys.argv) > 1 else ".nba/demo/lake").resolve())))
