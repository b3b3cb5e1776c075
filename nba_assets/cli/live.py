"""The command that plays a simulated league live: a server with a clock of its own."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

from rich.console import Console

from nba_assets.cli.demo import DATES, SEASONS, SEED, TEAMS
from nba_assets.simulation.league import simulate
from nba_assets.simulation.server.http_server import (
    LiveServer,
    SpedUpClock,
)
from nba_assets.simulation.server.world import (
    EASTERN,
    World,
)

_DAYS_BEFORE_END = 10  # days before the league's last date on which the clock starts, by default


def serve(
    console: Console,
    folder: Path,
    *,
    port: int,
    speed: float,
    start: dt.datetime | None,
    seconds: float | None,
) -> int:
    """Serve until it is interrupted, or for some seconds.

    Args:
        console: where to say how to use it.
        folder: the league; a small one is simulated where there is none.
        port: port on this machine.
        speed: seconds of the league in one of ours.
        start: first moment of the league's clock; a morning ten days before its last date by default.
        seconds: how long to serve; until interrupted by default.
    """
    if not (folder / "SIMULATED.json").is_file():
        console.print(f"simulating a league in {folder}")
        simulate(folder, seasons=SEASONS, teams=TEAMS, seed=SEED, dates_per_season=DATES)
    if start is None:
        last = World(folder).dates()[-1]
        start = dt.datetime.combine(last - dt.timedelta(_DAYS_BEFORE_END), dt.time(9))
    clock = SpedUpClock(start.replace(tzinfo=EASTERN), speed)
    with LiveServer(folder, clock, port=port) as server:
        console.print(f"a league from {start:%Y-%m-%d %H:%M}, {speed:g} times as fast, at {server.url}")
        console.print(f"NBA_SOURCE=simulated-live NBA_LIVE_URL={server.url} nba-assets fetch DATE")
        try:
            time.sleep(seconds if seconds is not None else 10**8)
        except KeyboardInterrupt:
            console.print(f"stopped at {clock():%Y-%m-%d %H:%M}")
    return 0
