"""What time it is in the league: ours, or a simulated league's own."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import httpcore

from nba_assets.calendar.tipoffs import EASTERN
from nba_assets.sources.http import SystemClock
from nba_assets.sources.json_text import decode_json

CLOCK = "/clock"  # the one address of a simulated league that no publisher has: its present time
_PATIENCE = 10.0  # seconds; a server on this machine needs none of them


class LeagueClock(SystemClock):
    """The machine's clock, or the clock of the server that plays a simulated league."""

    def __init__(self, server: str | None = None):
        self._server = server

    def now(self) -> dt.datetime:
        """The moment, UTC.

        Raises:
            ConnectionError: the simulated league's server cannot be reached, or does not answer in time.
        """
        if self._server is None:
            return super().now()
        try:
            timeouts = dict.fromkeys(("connect", "read", "write", "pool"), _PATIENCE)
            answer = httpcore.request("GET", f"{self._server}{CLOCK}", extensions={"timeout": timeouts})
        except httpcore.TimeoutException as error:
            raise ConnectionError(
                f"the simulated league at {self._server} does not answer with its time within {_PATIENCE:g} s"
            ) from error
        except httpcore.NetworkError as error:
            raise ConnectionError(
                f"no simulated league at {self._server}: start one with nba-assets simulate-live"
            ) from error
        return dt.datetime.fromisoformat(decode_json(answer.content)["now"]).astimezone(dt.UTC)


def eastern(moment: dt.datetime) -> dt.datetime:
    """The moment as New York's clocks show it."""
    return moment.astimezone(ZoneInfo(EASTERN))
