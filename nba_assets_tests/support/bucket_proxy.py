"""A proxy in front of a bucket's server: it counts the requests by kind, and can delay each of them."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}


class BucketProxy(ThreadingHTTPServer):
    """Hands requests on to another server.

    Args:
        upstream: address of the server.
        delay: seconds that each request waits, as on the way to a bucket far away.

    Attributes:
        requests: number of requests by kind: "list", "read", "look up", "write", "delete"; "bucket" for those
            that the client makes of its own accord.
        most_at_once: largest number of requests that were under way at one time.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, upstream: str, delay: float = 0.0):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(upstream)
        self.delay = delay
        self.requests: Counter[str] = Counter()
        self.most_at_once = 0
        self._under_way = 0
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Address of the proxy."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @contextmanager
    def counted(self, kind: str) -> Iterator[None]:
        """Count a request while it is under way."""
        with self._lock:
            self.requests[kind] += 1
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: BucketProxy

    def setup(self) -> None:
        super().setup()
        self._upstream = http.client.HTTPConnection(self.server.upstream.netloc)

    def finish(self) -> None:
        self._upstream.close()
        super().finish()

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        with self.server.counted(_kind(self.command, self.path)):
            time.sleep(self.server.delay)
            headers = {k: v for k, v in self.headers.items() if k.lower() not in _HOP_BY_HOP}
            self._upstream.request(self.command, self.path, body, headers)
            answer = self._upstream.getresponse()
            data = answer.read()
        self.send_response(answer.status)
        for key, value in answer.getheaders():
            if key.lower() not in _HOP_BY_HOP:
                self.send_header(key, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _forward  # noqa: N815 names of http.server

    def log_message(self, *_: object) -> None:
        """Nothing on the console."""


def _kind(method: str, path: str) -> str:
    parts = urlsplit(path)
    if method == "DELETE":
        return "delete"
    if method != "GET":
        return "write"
    if "/o" not in parts.path:
        return "bucket"
    if parts.path.endswith("/o"):
        return "list"
    return "read" if "alt=media" in parts.query or parts.path.startswith("/download") else "look up"


@contextmanager
def bucket_proxy(upstream: str, delay: float = 0.0) -> Iterator[BucketProxy]:
    """A proxy that runs until the block ends."""
    with BucketProxy(upstream, delay) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
