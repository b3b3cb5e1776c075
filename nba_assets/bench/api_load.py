"""Load on the API: many clients at once against a server process of its own, and how long they wait."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from itertools import cycle

import httpcore
import numpy as np
from rich.console import Console

from nba_assets.publish.publication import Publication
from nba_assets.settings import Settings
from nba_assets.storage.object_store import open_store

_STARTS_WITHIN = 60.0  # seconds
_UNLIMITED = str(10**9)  # requests a minute: every client has the same address
_LARGEST = 30  # slates that are requested in turn: those with the most players


@dataclass
class Load:
    """What the clients saw.

    Attributes:
        waits: seconds from request to the last byte, of every answer.
        errors: answers that are not 200, and broken connections.
        sent: bytes of all answers.
        seconds: length of the measurement.
        server_cpu: CPU seconds of the server, its start included.
        client_cpu: CPU seconds of the clients, which share the machine.
    """

    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sent: int = 0
    seconds: float = 0.0
    server_cpu: float = 0.0
    client_cpu: float = 0.0

    @property
    def words(self) -> str:
        """The measurement in two lines."""
        middle, late, worst = np.quantile(self.waits, [0.5, 0.95, 1.0]) * 1000
        return (
            f"{len(self.waits):,} slates in {self.seconds:.0f} s, {len(self.errors)} errors, "
            f"{self.sent / len(self.waits) / 1000:.0f} KB each\n"
            f"wait: median {middle:.1f} ms, p95 {late:.1f} ms, longest {worst:.1f} ms; "
            f"CPU: server {self.server_cpu:.1f} s, clients {self.client_cpu:.1f} s"
        )


def run_api_load(console: Console, settings: Settings, clients: int, seconds: float, pause: float) -> int:
    """Serve a lake's publication, let clients request slates, and print what they saw.

    Args:
        console: where to print.
        settings: of the lake.
        clients: clients at once, each with a connection of its own.
        seconds: how long they go on.
        pause: seconds that a client waits between an answer and its next request.

    Returns:
        Exit code: 1 when an answer was an error.

    Raises:
        ValueError: nothing is published.
    """
    days = Publication(open_store(settings.published_root)).manifest().dates
    predicted = [day for day, entry in days.items() if entry.players]
    dates = sorted(predicted, key=lambda day: days[day].players)[-_LARGEST:]
    if not dates:
        raise ValueError(f"{settings.published_root} holds no predictions: nba-assets publish")
    address, server = _start_server(settings)
    try:
        own = time.process_time()
        load = asyncio.run(_measure([f"{address}/v1/slates/{day}" for day in dates], clients, seconds, pause))
        load.client_cpu = time.process_time() - own
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    load.server_cpu = used.ru_utime + used.ru_stime
    console.print(load.words, highlight=False)
    for error in sorted(set(load.errors)):
        console.print(f"{load.errors.count(error)} x {error}", style="red", markup=False)
    return 1 if load.errors else 0


def _start_server(settings: Settings) -> tuple[str, subprocess.Popen[bytes]]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "nba_assets.cli",
        "serve",
        "--port",
        str(port),
        "--lake",
        settings.lake,
    ]
    environment = os.environ | {
        "NBA_API_REQUESTS_PER_MINUTE": _UNLIMITED, "NBA_PUBLISHED": settings.published_root
    }  # fmt: skip
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            time.sleep(0.1)
            continue
        return f"http://127.0.0.1:{port}", server
    server.kill()
    raise RuntimeError(f"the server did not start within {_STARTS_WITHIN:.0f} s")


async def _measure(urls: list[str], clients: int, seconds: float, pause: float) -> Load:
    load, started = Load(), time.monotonic()
    stop = started + seconds
    await asyncio.gather(*(_client(urls[n % len(urls) :] + urls, stop, pause, load) for n in range(clients)))
    load.seconds = time.monotonic() - started
    return load


async def _client(urls: list[str], stop: float, pause: float, load: Load) -> None:
    """One reader: request, wait for the whole answer, pause, until the time is over."""
    async with httpcore.AsyncConnectionPool(max_connections=1) as connection:
        for url in cycle(urls):
            if time.monotonic() >= stop:
                return
            began = time.perf_counter()
            try:
                answer = await connection.request("GET", url, headers={"Accept-Encoding": "gzip"})
            except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
                load.errors.append(repr(error))
                continue
            load.waits.append(time.perf_counter() - began)
            load.sent += len(answer.content)
            if answer.status != 200:
                load.errors.append(f"status {answer.status}")
            await asyncio.sleep(pause)
