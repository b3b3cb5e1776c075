"""The one HTTP session: pacing, deadlines, retries, named problems, and no secret anywhere.

What belongs here: HTTP requests to publishers that misbehave. What does not: which documents there are
(sources/feeds/catalog.py) and where they are kept (landing/).
"""

from nba_assets.sources.http.clock import Clock, SystemClock
from nba_assets.sources.http.hosts import Host, Key, publishers
from nba_assets.sources.http.pacing import Pace
from nba_assets.sources.http.problems import Cause, FetchProblem, Fix
from nba_assets.sources.http.session import Answer, HttpSession, Limits, Request

__all__ = [
    "Answer",
    "Cause",
    "Clock",
    "FetchProblem",
    "Fix",
    "Host",
    "HttpSession",
    "Key",
    "Limits",
    "Pace",
    "Request",
    "SystemClock",
    "publishers",
]
