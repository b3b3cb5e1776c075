"""A publisher on this machine that replays documents and misbehaves on demand; a clock that never waits."""

from __future__ import annotations

import datetime as dt
import gzip
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from nba_assets.sources.http import Host, HttpSession, Key, Limits, Pace
from nba_assets.sources.http.hosts import NBA_CDN, NBA_REPORTS, NBA_STATS, ODDS_API

SECRET = "k3y-of-the-odds/+= äpi"  # noqa: S105 - opens nothing
Mood = Callable[["Handler"], None]
LIMITS = Limits(read_seconds=10, exchange_seconds=20, most_bytes=12 * 2**20)
# For servers that never come to an end; an honest one may be too slow for these on a busy machine.
HASTY = replace(LIMITS, read_seconds=0.15, exchange_seconds=0.3)


@dataclass(frozen=True)
class Seen:
    """One request that reached the server."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


class Handler(BaseHTTPRequestHandler):
    """Answers every request in the publisher's mood of the moment."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every answer waits forty milliseconds for the one before
    publisher: Publisher

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self.publisher.mood(Seen(parts.path, query, dict(self.headers.items())))(self)

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Send a whole answer; underscores of header names become dashes."""
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def break_off(self) -> None:
        """Close the connection after this answer."""
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Publisher:
    """A server whose moods are set by path; the last mood of a list stays."""

    def __init__(self) -> None:
        self.requests: list[Seen] = []
        self.stopping = threading.Event()
        self._moods: dict[str, list[Mood]] = {}
        self._lock = threading.Lock()
        handler = type("BoundHandler", (Handler,), {"publisher": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        serve = partial(self._server.serve_forever, poll_interval=0.02)
        threading.Thread(target=serve, daemon=True).start()

    def close(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def script(self, *moods: Mood, path: str = "") -> None:
        """Set the moods of paths that end so."""
        self._moods[path] = list(moods)

    def mood(self, seen: Seen) -> Mood:
        with self._lock:
            self.requests.append(seen)
            ends = [path for path in self._moods if seen.path.endswith(path)]
            if not ends:
                return status(404)
            moods = self._moods[max(ends, key=len)]
            return moods.pop(0) if len(moods) > 1 else moods[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up on a dripping server is expected."""


# -- moods ------------------------------------------------------------------------------------------------


def serve(body: bytes, **headers: str) -> Mood:
    return lambda handler: handler.answer(body, **headers)


def zipped(body: bytes) -> Mood:
    return serve(gzip.compress(body, compresslevel=1), Content_Encoding="gzip")


def status(code: int, body: bytes = b"", **headers: str) -> Mood:
    return lambda handler: handler.answer(body, code, **headers)


def reset(handler: Handler) -> None:
    """Break the connection without a word."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.break_off()
    handler.rfile.close()
    handler.wfile.close()
    handler.connection.close()


def silence(handler: Handler) -> None:
    """Accept the request and say nothing."""
    handler.publisher.stopping.wait(5)
    handler.break_off()


def drip(body: bytes) -> Mood:
    """Send a byte at a time, never silent for long."""

    def mood(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        _drip(handler, body)

    return mood


def drip_headers(handler: Handler) -> None:
    """Never come to the end of the headers."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    _drip(handler, b"X-Slow: very\r\n" * 1000)


def _drip(handler: Handler, body: bytes) -> None:
    handler.break_off()
    for byte in body:
        if handler.publisher.stopping.wait(0.02):
            return
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()


def cut_short(body: bytes) -> Mood:
    """Announce more bytes than are sent."""

    def mood(handler: Handler) -> None:
        handler.answer(body[: len(body) // 2], Content_Length=str(len(body)))
        handler.break_off()

    return mood


def raw(data: bytes) -> Mood:
    """Send bytes that may be no HTTP at all."""

    def mood(handler: Handler) -> None:
        handler.wfile.write(data)
        handler.break_off()

    return mood


# -- the other side ---------------------------------------------------------------------------------------


class FakeClock:
    """A clock that only sleeping moves."""

    def __init__(self, now: dt.datetime = dt.datetime(2026, 2, 12, 5, tzinfo=dt.UTC)):
        self.start = now
        self.sleeps: list[float] = []

    def now(self) -> dt.datetime:
        return self.start + dt.timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return sum(self.sleeps)

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)


def hosts(url: str, secret: str | None = None, pace: Pace | None = None) -> dict[str, Host]:
    """Every publisher at one address."""
    pace = pace or Pace(0.0)
    key = Key("apiKey", None if secret is None else SecretStr(secret))
    plain = {name: Host(name, url, pace) for name in (NBA_CDN, NBA_STATS, NBA_REPORTS)}
    return {**plain, ODDS_API: Host(ODDS_API, url, pace, key=key, reserve=50)}


def longest(low: float, high: float) -> float:
    """Chance that always takes the upper end."""
    return high


def session(
    publisher: Publisher,
    clock: FakeClock,
    *,
    secret: str | None = SECRET,
    limits: Limits = LIMITS,
    pace: Pace | None = None,
) -> HttpSession:
    return HttpSession(hosts(publisher.url, secret, pace), clock=clock, uniform=longest, limits=limits)
