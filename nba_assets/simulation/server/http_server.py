"""A local server that speaks the wire formats of the NBA and of The Odds API for the simulated league.

An answer is a function of the league's files, the request and the moment: two servers agree on every byte.
Settings that point all four publishers at its address bring the whole live path to life without a network.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from nba_assets.calendar.seasons import season_of
from nba_assets.simulation.server import (
    games as live_games,
)
from nba_assets.simulation.server import (
    market as live_market,
)
from nba_assets.simulation.server import (
    tables as live_tables,
)
from nba_assets.simulation.server.incidents import Incidents
from nba_assets.simulation.server.injuries import report
from nba_assets.simulation.server.world import (
    EASTERN,
    Row,
    World,
)
from nba_assets.sources.league_clock import CLOCK

_LIVE = "/static/json/liveData/"
_GAME = re.compile(_LIVE + r"(boxscore/boxscore|playbyplay/playbyplay)_(\d{10})\.json")
_REPORT = re.compile(r"/referee/injury/Injury-Report_(\d{4}-\d\d-\d\d)_(\d\d(?:_\d\d)?[AP]M)\.pdf")
_ODDS = re.compile(r"/v4/(historical/)?sports/basketball_nba/events(?:/([0-9a-f]{32})/odds)?")
_IS_JSON = {"Content-Type": "application/json"}
_DENIED = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"


@dataclass(frozen=True)
class Answer:
    """A response of the server."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class SpedUpClock:
    """Moments of the league that pass faster than ours; it is stopped until :meth:`run`."""

    def __init__(self, start: dt.datetime, speed: float, clock: Callable[[], float] = time.time) -> None:
        """Stop at a moment (with time zone); later ``speed`` seconds of the league pass in one of ours."""
        self._start, self._speed, self._clock = start, speed, clock
        self._since: float | None = None

    def run(self) -> None:
        """Let time pass from now on."""
        self._since = self._clock()

    def __call__(self) -> dt.datetime:
        """The league's moment."""
        return self.at(self._clock())

    def at(self, timestamp: float) -> dt.datetime:
        """The league's moment at a moment of ours, in seconds since 1970."""
        passed = 0.0 if self._since is None else max(0.0, timestamp - self._since)
        return self._start + dt.timedelta(seconds=passed * self._speed)


def answer(world: World, path: str, query: Mapping[str, str], now: dt.datetime) -> Answer:
    """Response to a request at a moment: 403 where the league's own publishers answer so."""
    if outage := world.incidents.outage(path, now):
        return Answer(outage.status, b"out of order")
    if path == "/static/json/staticData/scheduleLeagueV2_1.json":
        season = season_of(now.astimezone(EASTERN).date())
        return _document(live_tables.schedule(world, season, now))
    if path == CLOCK:
        return _document({"now": now.isoformat()})
    if path == _LIVE + "scoreboard/todaysScoreboard_00.json":
        return _document(live_tables.scoreboard(world, now))
    if game := _GAME.fullmatch(path):
        match = world.matches.get(game[2])
        make = live_games.boxscore if game[1].startswith("boxscore") else live_games.play_by_play
        return _document(None if match is None else make(world, match, now))
    if hour := _REPORT.fullmatch(path):
        pdf = report(world, dt.date.fromisoformat(hour[1]), hour[2], now)
        return Answer(403, _DENIED) if pdf is None else Answer(200, pdf, {"Content-Type": "application/pdf"})
    if path.startswith("/stats/"):
        return _statistics(world, path.removeprefix("/stats/"), query, now)
    if odds := _ODDS.fullmatch(path):
        return _odds(world, bool(odds[1]), odds[2], query, now)
    return Answer(404, b"not found")


def _document(document: Row | None, status: int = 403) -> Answer:
    if document is None:
        return Answer(status, _DENIED)
    return Answer(200, _json(document), _IS_JSON)


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _statistics(world: World, endpoint: str, query: Mapping[str, str], now: dt.datetime) -> Answer:
    try:
        if endpoint == "scheduleleaguev2int":
            return _document(live_tables.schedule(world, query["Season"], now), 404)
        if endpoint == "shotchartdetail":
            game = query["GameID"]
            matches = [world.matches[game]] if game in world.matches else []
            if not game:  # a whole season
                kind = query["SeasonType"]
                matches = [m for m in world.of_season(query["Season"]) if m.season_type == kind]
            return _document(live_tables.shot_chart(world, matches, game, now))
        if endpoint == "playerindex":
            return _document(live_tables.player_index(world, query["Season"], now))
        if endpoint == "leaguegamelog":
            kind, of = query["SeasonType"], query["PlayerOrTeam"]
            matches = world.of_season(query["Season"])
            if query["DateFrom"] or query["DateTo"]:
                first, last = (dt.date.fromisoformat(query[name]) for name in ("DateFrom", "DateTo"))
                matches = [match for match in matches if first <= match.date <= last]
            return _document(live_tables.game_log(world, matches, kind, of, now))
    except (KeyError, ValueError) as error:
        return Answer(400, f"a parameter is missing or wrong: {error}".encode())
    return Answer(404, b"not found")


def _odds(world: World, past: bool, event: str | None, query: Mapping[str, str], now: dt.datetime) -> Answer:
    if not query.get("apiKey"):
        return _refusal(401, "MISSING_KEY")
    at = now
    if past:
        try:
            at = live_market.on_grid(dt.datetime.fromisoformat(query["date"]))
        except (KeyError, ValueError):
            return _refusal(422, "INVALID_HISTORICAL_TIMESTAMP")
        if at > now:
            return _refusal(422, "INVALID_HISTORICAL_TIMESTAMP")
    found: Any = live_market.events(world, at) if event is None else live_market.odds(world, event, at)
    if found is None:
        return _refusal(404, "EVENT_NOT_FOUND")
    body = _json(live_market.snapshot(found, at) if past else found)
    return Answer(200, body, {**_IS_JSON, "x-requests-remaining": "100000"})


def _refusal(status: int, code: str) -> Answer:
    return Answer(status, _json({"message": code.replace("_", " ").lower(), "error_code": code}), _IS_JSON)


class LiveServer:
    """Serves a simulated league at an address of this machine until it is closed."""

    def __init__(
        self,
        folder: Path,
        now: Callable[[], dt.datetime],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int = 0,
        incidents: Incidents | None = None,
    ) -> None:
        """Start to serve.

        Args:
            folder: what ``simulate`` wrote.
            now: the league's clock, e.g. a ``SpedUpClock``.
            host: address to listen at.
            port: 0 takes any that is free.
            seed: which games have a mistake that is corrected the next day.
            incidents: what goes wrong; nothing by default.

        Raises:
            FileNotFoundError: there is no league in the folder.
            OSError: the port is taken.
        """
        world = World(folder, seed, incidents)
        handler = type("LeagueHandler", (_Handler,), {"reply": staticmethod(partial(_reply, world, now))})
        self._server = _Server((host, port), handler)
        self.url = f"http://{host}:{self._server.server_address[1]}"
        threading.Thread(target=partial(self._server.serve_forever, poll_interval=0.05), daemon=True).start()

    def __enter__(self) -> LiveServer:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


def _reply(world: World, now: Callable[[], dt.datetime], target: str) -> Answer:
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    return answer(world, parts.path, query, now())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every answer waits forty milliseconds for the one before
    reply: Callable[[str], Answer]

    def do_GET(self) -> None:
        """Answer."""
        response = self.reply(self.path)
        self.send_response(response.status)
        for name, value in {**response.headers, "Content-Length": str(len(response.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: a request's address may hold a key."""
