"""Which documents a date wants at a moment, by what has landed of it so far.

Some documents name others: the schedule its games, a list of events its events. So a date is fetched in
stages, and each stage is requested once the one before has landed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final

import pandas as pd

from nba_assets.calendar.seasons import season_of
from nba_assets.sources.feeds.catalog import (
    FEEDS,
    LINEUP,
    season_date,
    wanted,
)
from nba_assets.sources.feeds.feed import Wanted
from nba_assets.sources.feeds.report_times import report_clock, report_times
from nba_assets.sources.fetch.fetcher import (
    Outcome,
    Result,
)
from nba_assets.sources.fetch.odds_plan import CAPTURES, is_due
from nba_assets.sources.http.problems import Cause
from nba_assets.sources.landed.boxes import SEASON_TYPES
from nba_assets.sources.landed.player_index import INDEX
from nba_assets.sources.landed.schedule import SCHEDULES
from nba_assets.sources.landed.seasons import season_has
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.landing import Document
from nba_assets.sources.league_clock import eastern
from nba_assets.sources.wire.odds.odds_events import parse_events
from nba_assets.tabular.problems import BadInput

_BOARD_TURNS = dt.timedelta(hours=11)  # late in the morning a new day's scoreboard replaces the old one
_LINEUPS_FROM = dt.timedelta(minutes=45)  # before tip-off; teams hand them in half an hour before it
_LAST_TIPOFF = dt.time(22, 30)  # counts where no tip-off of a date is known
_BEFORE_TIPOFF = dt.timedelta(minutes=10)
_GRID = 300  # seconds between the moments of which The Odds API keeps lines

OVERVIEW: Final = (
    "schedule", "past_schedule", "scoreboard", LINEUP, "injury_report", "odds_events", "odds",
)  # fmt: skip
RESULTS: Final = (
    "schedule", "past_schedule", "scoreboard", "boxscore", "play_by_play", "stats_play_by_play",
    "player_game_log", "team_game_log", "shot_chart", "player_index",
)  # fmt: skip
USUAL: Final = tuple(dict.fromkeys((*OVERVIEW, *RESULTS)))


def known_feeds(names: Collection[str]) -> list[str]:
    """Names of feeds, checked.

    Raises:
        ValueError: there is no such feed.
    """
    if unknown := sorted(set(names) - set(FEEDS)):
        raise ValueError(f"no feed {', '.join(unknown)}; feeds are {', '.join(sorted(FEEDS))}")
    return list(names)


class Slate:
    """What a date wants.

    Attributes:
        unreadable: lists of events, or events of them, that the stages requested so far could not read: their
            lines are not requested, and nothing else reads these lists.
    """

    def __init__(
        self,
        source: LiveSource,
        date: dt.date,
        now: dt.datetime,
        feeds: Collection[str],
        captures: int = len(CAPTURES),
    ):
        """Look at a date.

        Args:
            source: what has landed.
            date: game date.
            now: the moment.
            feeds: feeds to ask for.
            captures: captures of the odds of a game that the budget pays for.
        """
        self._captures = captures
        self._source, self._date, self._now = source, date, now
        self._feeds = set(feeds)
        self._landing = source.documents.landing
        self.unreadable: list[Outcome] = []
        self._stages: Mapping[str, Callable[[], list[Wanted]]] = {
            "schedules": self._schedules,
            "statistics": self._statistics,
            "games": self._games_documents,
            "lineups": self._lineups,
            "second_events": self._second_events,
            "injury_reports": self._reports,
            "events": self._events,
            "lines": self._lines,
        }

    def stage(self, name: str) -> list[Wanted]:
        """Documents of a stage, those of the chosen feeds."""
        return [one for one in self._stages[name]() if one.feed.name in self._feeds]

    def expected(self) -> dict[str, list[str]]:
        """Keys that each chosen feed should have of the date by now, from what has landed."""
        found: dict[str, list[str]] = {feed: [] for feed in FEEDS if feed in self._feeds}
        for name in self._stages:
            for one in self.stage(name):
                found[one.feed.name].append(one.document.key)
        return found

    def lacking(self, name: str) -> list[Wanted]:
        """Documents of a stage that a range still has to request: of a past date, what has not landed.

        What has landed of a date is final, for nothing else lands (content_checks.py), but for documents of
        its season: one of those covers the date only once it was captured later and no game is open in it.
        """
        over = self._date < eastern(self._now).date()
        return [one for one in self.stage(name) if not (over and self._has(one.document))]

    def complete(self) -> bool:
        """Whether a range can skip the date: all has landed, and what names its documents is readable."""
        return not any(self.lacking(name) for name in self._stages) and not self.unreadable

    def place(self, feed: str) -> dt.date:
        """The date under which a feed's documents lie: a season's lie under the season's own."""
        return season_date(season_of(self._date)) if feed in (*SCHEDULES, INDEX) else self._date

    def _has(self, document: Document) -> bool:
        if season_has(self._landing, document.feed, season_of(self._date), self._date):
            return True
        capture = self._landing.newest(document)
        if capture is None or document.game_date == self._date:
            return capture is not None
        return eastern(capture.captured_at).date() > self._date and len(self._final) == len(self._games)

    def _schedules(self) -> list[Wanted]:
        season, today = season_of(self._date), eastern(self._now).date()
        feed = "schedule" if season == season_of(today) else "past_schedule"
        documents = [wanted(feed, season_date(season), season=season)]
        if (eastern(self._now) - _BOARD_TURNS).date() == self._date:
            documents.append(wanted("scoreboard", self._date))
        return documents

    def _statistics(self) -> list[Wanted]:
        games, season = self._final, season_of(self._date)
        documents = [
            wanted(feed, self._date, season=season, season_type=SEASON_TYPES[kind])
            for kind in sorted(set(games["season_type"]))
            for feed in ("player_game_log", "team_game_log")
        ]
        if season == season_of(eastern(self._now).date()):
            documents.append(wanted(INDEX, season_date(season), season=season))
        return documents + [
            wanted("shot_chart", self._date, game_id=game.game_id, season=game.season,
                   season_type=SEASON_TYPES[game.season_type])
            for game in games.itertuples()
        ]  # fmt: skip

    def _games_documents(self) -> list[Wanted]:
        ids = list(self._final["game_id"])
        return [wanted(feed, self._date, game_id=i) for i in ids for feed in ("boxscore", "play_by_play")]

    def _second_events(self) -> list[Wanted]:
        """The older play-by-play of games that cdn.nba.com has not delivered."""
        return [wanted("stats_play_by_play", self._date, game_id=game) for game in self.without_events()]

    def without_events(self) -> list[str]:
        """Final games of which no play-by-play has landed."""
        landed = self._landing.latest_valid("play_by_play", self._date).keys()
        landed |= self._landing.latest_valid("stats_play_by_play", self._date).keys()
        return [game for game in self._final["game_id"] if game not in landed]

    def _lineups(self) -> list[Wanted]:
        """Boxes of the games that are about to begin: a lineup may change until tip-off."""
        coming = self._to_come(self._games)
        soon = coming["tipoff_utc"].le(pd.Timestamp(self._now) + _LINEUPS_FROM).fillna(False)
        return [wanted(LINEUP, self._date, game_id=game) for game in coming.loc[soon, "game_id"]]

    def _reports(self) -> list[Wanted]:
        """The reports published so far that have not landed, until the last tip-off; one never changes."""
        if self._games.empty:
            return []
        last = self._games["tipoff_utc"].max()
        if pd.isna(last):
            last = pd.Timestamp(dt.datetime.combine(self._date, _LAST_TIPOFF, eastern(self._now).tzinfo))
        known = self._landing.latest_valid("injury_report", self._date).keys()
        known |= self._landing.refusals.keys("injury_report", self._date).keys()
        every = [
            replace(wanted("injury_report", self._date, clock=report_clock(at)), published_at=at)
            for at in report_times(self._date, min(last.to_pydatetime(), self._now))
        ]
        return [one for one in every if one.document.key not in known]

    def _events(self) -> list[Wanted]:
        games = self._games
        if games.empty:
            return []
        documents = [wanted("odds_events", self._date)] if not self._to_come(games).empty else []
        return [*documents, wanted("past_odds_events", self._date, snapshot=self._snapshot(games))]

    def _lines(self) -> list[Wanted]:
        games = self._games
        if games.empty:
            return []
        coming, at = self._to_come(games), self._snapshot(games)
        now = [wanted("odds", self._date, event_id=i) for i in self._due_events(coming)]
        past = self._event_ids("past_odds_events", games)
        return now + [wanted("past_odds", self._date, event_id=i, snapshot=at) for i in past]

    def _due_events(self, coming: pd.DataFrame) -> list[str]:
        """Events of games of which a capture is planned and not taken."""
        taken: dict[str, list[dt.datetime]] = {}
        for capture in self._landing.history("odds", self._date):
            taken.setdefault(capture.document.key, []).append(capture.captured_at)
        latest = pd.Timestamp(dt.datetime.combine(self._date, _LAST_TIPOFF, eastern(self._now).tzinfo))
        tipoffs = coming.set_index("game_id")["tipoff_utc"].fillna(latest)
        return [
            event
            for event, game in self._events_of("odds_events", coming).items()
            if is_due(tipoffs[game].to_pydatetime(), self._now, taken.get(event, []), self._captures)
        ]

    def _event_ids(self, feed: str, games: pd.DataFrame) -> list[str]:
        return list(self._events_of(feed, games))

    def _events_of(self, feed: str, games: pd.DataFrame) -> dict[str, str]:
        """Game of each event that the landed lists of a feed name."""
        found: dict[str, str] = {}
        for capture in self._landing.latest_valid(feed, self._date).values():
            document = capture.document
            reading = self._source.documents.read(
                document, lambda body, one: parse_events(body, games, file=one.name)
            )
            self.unreadable += [_outcome(document, Result.QUARANTINED, one) for one in reading.problems]
            if reading.found:
                events = reading.found[0]
                self.unreadable += [_outcome(document, Result.FAILED, one) for one in events.problems]
                known = events.rows[events.rows["game_id"].notna()]
                found |= dict(zip(known["event_id"], known["game_id"], strict=True))
        return dict(sorted(found.items()))

    @cached_property
    def _games(self) -> pd.DataFrame:
        rows = self._source.schedule([self._date]).rows
        return rows[~rows["is_postponed"].to_numpy(bool)]

    @cached_property
    def _final(self) -> pd.DataFrame:
        return self._games[self._games["status"].eq("final").to_numpy(bool)]

    def _to_come(self, games: pd.DataFrame) -> pd.DataFrame:
        unknown = games["tipoff_utc"].isna() & games["status"].eq("scheduled")
        return games[(unknown | games["tipoff_utc"].gt(pd.Timestamp(self._now))).to_numpy(bool)]

    def _snapshot(self, games: pd.DataFrame) -> str:
        first = games["tipoff_utc"].min()
        if pd.isna(first):
            first = pd.Timestamp(dt.datetime.combine(self._date, dt.time(18), eastern(self._now).tzinfo))
        at = int((first - _BEFORE_TIPOFF).timestamp())
        return dt.datetime.fromtimestamp(at - at % _GRID, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _outcome(document: Document, result: Result, problem: BadInput) -> Outcome:
    return Outcome(document, result, Cause.UNREADABLE.value, str(problem))
