"""Serving the published documents over HTTP."""

from __future__ import annotations

import datetime as dt
import ipaddress
from zoneinfo import ZoneInfo

import uvicorn
from rich.console import Console

from nba_assets.calendar.tipoffs import EASTERN
from nba_assets.publish.api.app import create_app
from nba_assets.publish.publication import Publication
from nba_assets.publish.tables import OpenTables
from nba_assets.settings import Settings, SourceKind
from nba_assets.sources.league_clock import LeagueClock
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

_EVENING = dt.time(18)


def serve(console: Console, settings: Settings, host: str, port: int) -> None:
    """Serve until stopped.

    Raises:
        ValueError: the address is open to others and no token is set.
    """
    if not _is_loopback(host) and settings.api_token is None:
        raise ValueError(f"{host} is open to others: set NBA_API_TOKEN, or serve on 127.0.0.1")
    app = create_app(
        Publication(open_store(settings.published_root)),
        tables := OpenTables(Lake(open_store(settings.lake))),
        open_store(f"{settings.lake.rstrip('/')}/models"),
        lambda: _league_moment(settings, tables),
        token=settings.api_token,
        per_minute=settings.api_requests_per_minute,
    )
    console.print(f"http://{host}:{port}/docs")
    uvicorn.run(app, host=host, port=port, log_level="warning")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _league_moment(settings: Settings, tables: OpenTables) -> dt.datetime:
    """The league's moment; for a lake made from an archive, the evening of its newest date."""
    if settings.source is not SourceKind.ARCHIVE:
        return LeagueClock(settings.simulated_url).now()
    return dt.datetime.combine(tables.dates("raw_schedule")[-1], _EVENING, ZoneInfo(EASTERN))
