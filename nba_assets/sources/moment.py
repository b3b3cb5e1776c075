"""What time it is in the league: ours, or a simulated league's own.

What belongs here: the present moment. What does not: what is due at it (automation/).
"""

from __future__ import annotations

import datetime as dt
import json
from zoneinfo import ZoneInfo

import httpcore

from nba_assets.domain.tipoffs import EASTERN
from nba_assets.sources.http import SystemClock
from nba_assets.sources.simulated.live_server import CLOCK


class LeagueClock(SystemClock):
    """The machine's clock, or the clock of the server that plays a simulated league."""

    def __init__(self, server: str | None = None):
        self._server = server

    def now(self) -> dt.datetime:
        """The moment, UTC.

        Raises:
            ConnectionError: the simulated league's server does not answer.
        """
        if self._server is None:
            return super().now()
        try:
            answer = httpcore.request("GET", f"{self._server}{CLOCK}")
        except httpcore.NetworkError as error:
            raise ConnectionError(
                f"no simulated league at {self._server}: start one with nba-assets live"
            ) from error
        return dt.datetime.fromisoformat(json.loads(answer.content)["now"]).astimezone(dt.UTC)


def eastern(moment: dt.datetime) -> dt.datetime:
    """The moment as New York's clocks show it."""
    return moment.astimezone(ZoneInfo(EASTERN))
