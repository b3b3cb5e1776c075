"""Who may ask, and how often."""

from __future__ import annotations

import secrets
import time
from collections import deque

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

_MINUTE = 60.0  # seconds
_CLIENTS = 10_000  # remembered at once


class Guard:
    """Middleware: a token where one is set, and a number of requests a minute for each client.

    Plain ASGI: the function middleware of FastAPI costs more than a published document does.

    Args:
        app: what is guarded.
        token: what `Authorization: Bearer` must hold; None lets everybody in.
        per_minute: requests of one client a minute.
    """

    def __init__(self, app: ASGIApp, token: SecretStr | None, per_minute: int):
        self._app = app
        self._token = token
        self._per_minute = per_minute
        self._moments: dict[str, deque[float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or let it through."""
        refusal = self._refusal(Request(scope)) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, request: Request) -> JSONResponse | None:
        if self._token is not None and request.url.path != "/health" and not self._known(request):
            return JSONResponse(
                {"detail": "a token is needed: Authorization: Bearer TOKEN"},
                401,
                {"WWW-Authenticate": "Bearer"},
            )
        wait = self._wait(request.client.host if request.client else "")
        if wait > 0:
            return JSONResponse({"detail": "too many requests"}, 429, {"Retry-After": f"{wait:.0f}"})
        return None

    def _known(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        expected = self._token.get_secret_value() if self._token else ""
        return scheme.lower() == "bearer" and secrets.compare_digest(given.encode(), expected.encode())

    def _wait(self, client: str) -> float:
        """Seconds until the client may ask again; 0: now, and it is counted."""
        now = time.monotonic()
        if len(self._moments) > _CLIENTS:
            self._moments = {name: seen for name, seen in self._moments.items() if seen[-1] > now - _MINUTE}
        moments = self._moments.setdefault(client, deque())
        while moments and moments[0] <= now - _MINUTE:
            moments.popleft()
        if len(moments) >= self._per_minute:
            return max(moments[0] + _MINUTE - now, 1.0)
        moments.append(now)
        return 0.0
