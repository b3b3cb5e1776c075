"""Everything a fetch needs, opened from the settings when a run starts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from nba_assets.settings import Settings
from nba_assets.sources.feeds.catalog import LINES_COST
from nba_assets.sources.fetch.bought_files import take_bought
from nba_assets.sources.fetch.feed_health import FeedHealth, Surroundings, feed_health
from nba_assets.sources.fetch.feed_records import FeedRecords
from nba_assets.sources.fetch.fetch_plan import (
    USUAL,
    Slate,
)
from nba_assets.sources.fetch.fetcher import (
    Fetcher,
    Outcome,
)
from nba_assets.sources.fetch.host_records import StoredHostRecords
from nba_assets.sources.fetch.odds_plan import captures_per_game
from nba_assets.sources.fetch.season_plan import season_documents, season_schedule
from nba_assets.sources.http import HttpSession, Limits, publishers
from nba_assets.sources.http.hosts import ODDS_API
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.landing import Landing
from nba_assets.sources.league_clock import LeagueClock, eastern
from nba_assets.storage.object_store import open_store

SIMULATED = "simulated"
_SIMULATED_LIMITS = Limits(attempts=2, first_wait=0.05)  # a server on this machine needs no patience
_RETRY_DELAY = 30.0


def open_landing(settings: Settings) -> Landing:
    """The landing zone of the settings."""
    return Landing(open_store(settings.landing_root))


def live_source(landing: Landing, *, simulated: bool) -> LiveSource:
    """The live source over a landing zone; rows of a simulated league are marked as such."""
    return LiveSource(landing, SIMULATED if simulated else "live")


@dataclass(frozen=True)
class OddsBudget:
    """Credits of The Odds API in a month.

    Attributes:
        budget: credits to spend, NBA_ODDS_BUDGET.
        used: credits spent so far, as the publisher's newest answer states.
        games: games to come in the month, today's included.
        captures_per_game: captures of a game that the rest pays for.
    """

    budget: int
    used: float
    games: int
    captures_per_game: int


class FetchDesk:
    """Fetches documents of dates. It holds the settings with their secrets and shows none of them."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self.clock = LeagueClock(settings.simulated_url)

    def __repr__(self) -> str:
        return "FetchDesk()"

    @property
    def retry_delay(self) -> float:
        """Seconds after which a fetch that broke off, not one document of it, is tried again."""
        return _SIMULATED_LIMITS.first_wait if self._settings.simulated_url else _RETRY_DELAY

    def now(self) -> dt.datetime:
        """The league's moment."""
        return self.clock.now()

    def landing(self) -> Landing:
        """Where documents go."""
        return open_landing(self._settings)

    def source(self) -> LiveSource:
        """What has landed, read afresh."""
        return live_source(self.landing(), simulated=self._settings.simulated_url is not None)

    def fetch(
        self,
        date: dt.date,
        host: str,
        stages: Collection[str],
        feeds: Collection[str],
        *,
        bulk: bool = False,
        resume: bool = False,
    ) -> list[Outcome]:
        """Fetch a publisher's documents of stages of a date, each stage by what has landed before it.

        Args:
            date: which.
            host: the publisher.
            stages: of :class:`Slate`, in their order.
            feeds: those to ask for.
            bulk: one of many dates: the publisher's pace between games applies.
            resume: leave out what has landed already, see :meth:`Slate.lacking`.
        """
        outcomes: list[Outcome] = []
        with self._session() as session:
            fetcher = Fetcher(session, self.landing())
            for stage in stages:
                slate = self._slate(date, feeds)
                documents = slate.lacking(stage) if resume else slate.stage(stage)
                mine = [one for one in documents if one.feed.host == host]
                outcomes += [*slate.unreadable, *fetcher.fetch_all(mine, bulk=bulk)]
        if date >= eastern(self.now()).date() - dt.timedelta(
            1
        ):  # documents of the past tell nothing about a feed today
            FeedRecords(open_store(self._settings.landing_root)).add(outcomes, self.now())
        return outcomes

    def feed_health(self) -> list[FeedHealth]:
        """The health of every feed of a live day."""
        budget, settings = self.odds_budget(), self._settings
        records = FeedRecords(open_store(settings.landing_root))
        has_key = settings.odds_api_key is not None or settings.simulated_url is not None
        return feed_health(
            Surroundings(
                self.source(),
                self.now(),
                records.read,
                has_key,
                budget.budget - budget.used,
                budget.captures_per_game,
            )
        )

    def fetch_schedule(self, season: str) -> Outcome:
        """Fetch the schedule of a season."""
        with self._session() as session:
            return Fetcher(session, self.landing()).fetch(season_schedule(season, self.now()))

    def fetch_season(self, season: str) -> Iterator[Outcome]:
        """Fetch the schedule of a season, then its logs and shot charts, one outcome after the other."""
        yield self.fetch_schedule(season)
        with self._session() as session:
            fetcher = Fetcher(session, self.landing())
            for wanted in season_documents(self.source(), season, self.now()):
                yield fetcher.fetch(wanted)

    def complete(self, date: dt.date, feeds: Collection[str]) -> bool:
        """Whether everything that a range would ask for of a date has landed; nothing is downloaded."""
        return self._slate(date, feeds).complete()

    def odds_budget(self) -> OddsBudget:
        """What is left of the month's credits of The Odds API, and what it pays for."""
        now, source = self.now(), self.source()
        today = eastern(now).date()
        days = [date for n in range(31) if (date := today + dt.timedelta(n)).month == today.month]
        games = source.schedule(source.accounted_days(days)).rows
        used = self._records().read(ODDS_API).used_in_month(now)
        left = max(self._settings.odds_budget - used, 0.0)
        to_come = int((~games["is_postponed"].to_numpy(bool)).sum())
        return OddsBudget(
            self._settings.odds_budget, used, to_come, captures_per_game(left, to_come, LINES_COST)
        )

    def _slate(self, date: dt.date, feeds: Collection[str]) -> Slate:
        captures = self.odds_budget().captures_per_game if "odds" in feeds else 0
        return Slate(self.source(), date, self.now(), feeds, captures)

    def _records(self) -> StoredHostRecords:
        return StoredHostRecords(open_store(self._settings.landing_root))

    def take_bought(self, date: dt.date) -> list[Outcome]:
        """Land bought CSVs of a date's final games of which no publisher has given the play-by-play."""
        folder = self._settings.bigdataball_dir
        if folder is None:
            return []
        games = Slate(self.source(), date, self.now(), USUAL).without_events()
        return take_bought(folder, self.landing(), date, games, self.now())

    @contextmanager
    def _session(self) -> Iterator[HttpSession]:
        limits = _SIMULATED_LIMITS if self._settings.simulated_url else None
        hosts = publishers(self._settings)
        with HttpSession(hosts, clock=self.clock, limits=limits, records=self._records()) as session:
            yield session
