"""One exchange with a server, bounded in time and size, with the secret added below everything that logs.

``httpcore`` is used rather than httpx above it. Every read of a socket passes through httpcore's network
backend, so a server that drips a byte at a time, headers included, cannot outlast the deadline; httpx 0.28
takes no backend, and bounds single reads only. No layer below writes a URL to a log, whereas httpx (INFO)
and urllib3 (DEBUG) write it with its query, which may hold a key. httpx would spare the proxies and the URL
here, some twenty lines, and cost a deadline by way of its private pool and a filter on one more log.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlencode, urlsplit

import certifi
import httpcore
from pydantic import SecretStr

_TOO_LONG = "the exchange took longer than allowed"


class DeadlineExceeded(httpcore.ReadTimeout):
    """The whole exchange took too long, however lively the server was."""


class AnswerTooLarge(Exception):  # noqa: N818 - an outcome
    """The answer is larger than any document of any feed."""


@dataclass(frozen=True)
class Exchange:
    """What a server sent, as it sent it."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """A pool of connections to any host, and one for each host behind a proxy.

    Args:
        read_seconds: silence of a server.
        total_seconds: one exchange, first byte to last.
        proxies: address of the proxy by address of the host.
    """

    def __init__(
        self, *, read_seconds: float, total_seconds: float, proxies: Mapping[str, SecretStr] | None = None
    ):
        self._read, self._total = read_seconds, total_seconds
        self._backend = _DeadlineBackend()
        shared = {
            "ssl_context": _trusted(), "network_backend": self._backend, "keepalive_expiry": 5.0,
        }  # fmt: skip
        self._pool = httpcore.ConnectionPool(**shared)
        self._proxied = {
            base: httpcore.ConnectionPool(**shared, proxy=_proxy(address))
            for base, address in (proxies or {}).items()
        }

    def close(self) -> None:
        """Close every connection."""
        for pool in (self._pool, *self._proxied.values()):
            pool.close()

    def get(
        self,
        base: str,
        path: str,
        query: Iterable[tuple[str, str]],
        headers: Mapping[str, str],
        *,
        most_bytes: int,
        seconds: float | None = None,
    ) -> Exchange:
        """Ask once, for at most so many bytes, for longer than usual where ``seconds`` are given.

        Raises:
            httpcore.TimeoutException: no answer, or not all of it, in time.
            httpcore.NetworkError: no connection, or it broke.
            httpcore.ProtocolError: the answer is no HTTP, or shorter than announced.
            AnswerTooLarge: it is longer than allowed.
        """
        text = urlencode(list(query))
        url = f"{base.rstrip('/')}{path}" + (f"?{text}" if text else "")
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), seconds or self._read)
        self._backend.start(seconds or self._total)
        with self._proxied.get(base, self._pool).stream(
            "GET", url, headers=list(headers.items()), extensions={"timeout": timeouts}
        ) as response:
            pieces: list[bytes] = []
            size = 0
            for piece in response.iter_stream():
                size += len(piece)
                if size > most_bytes:
                    raise AnswerTooLarge(f"more than {most_bytes} bytes")
                pieces.append(piece)
            names = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in response.headers}
            return Exchange(response.status, names, b"".join(pieces))


def _proxy(address: SecretStr) -> httpcore.Proxy:
    parts = urlsplit(address.get_secret_value())
    user = (unquote(parts.username or ""), unquote(parts.password or "")) if parts.username else None
    port = f":{parts.port}" if parts.port else ""
    return httpcore.Proxy(f"{parts.scheme}://{parts.hostname}{port}", auth=user)


@cache
def _trusted() -> ssl.SSLContext:
    """Whom to trust: three hundred certificates, read once."""
    return ssl.create_default_context(cafile=certifi.where())


class _DeadlineBackend(httpcore.SyncBackend):
    """Sockets whose every wait ends at the deadline of the exchange; each thread has its own."""

    def __init__(self) -> None:
        super().__init__()
        self._local = threading.local()

    def start(self, seconds: float) -> None:
        self._local.deadline = time.monotonic() + seconds

    @contextmanager
    def bounded(self, timeout: float | None) -> Iterator[float]:
        """Seconds that one wait may take; the error of one that the deadline ends names it."""
        left = self._local.deadline - time.monotonic()
        if left <= 0:
            raise DeadlineExceeded(_TOO_LONG)
        try:
            yield left if timeout is None else min(timeout, left)
        except httpcore.TimeoutException as error:
            if timeout is None or left < timeout:
                raise DeadlineExceeded(_TOO_LONG) from error
            raise

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        with self.bounded(timeout) as left:
            stream = super().connect_tcp(host, port, left, local_address, socket_options)
        return _DeadlineStream(stream, self)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, backend: _DeadlineBackend):
        self._stream, self._backend = stream, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with self._backend.bounded(timeout) as left:
            return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with self._backend.bounded(timeout) as left:
            self._stream.write(buffer, left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with self._backend.bounded(timeout) as left:
            stream = self._stream.start_tls(ssl_context, server_hostname, left)
        return _DeadlineStream(stream, self._backend)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
