"""Whether each feed gives what it should have given by now: a dead one is red within the hour.

What is expected follows from the day's schedule: reports from the morning to the last tip-off, the scoreboard
and lines once games are near, a lineup and a closing line for each game, results by six the morning after.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pandas as pd

from nba_assets.sources.feeds.catalog import FEEDS, LINES_COST, LINEUP
from nba_assets.sources.feeds.report_times import QUARTERLY_SINCE
from nba_assets.sources.fetch.feed_records import FeedRecord
from nba_assets.sources.fetch.fetch_plan import Slate
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.landing.quarantine import host_scope
from nba_assets.sources.league_clock import eastern

_HOUR: Final = dt.timedelta(hours=1)
_NOON: Final = dt.time(12)
_MORNING: Final = dt.time(6)
_BEFORE_GAMES: Final = 2 * _HOUR  # the day's first predictions: by then everything is requested regularly
_LINEUP_BY: Final = dt.timedelta(minutes=15)


class FeedState(StrEnum):
    """How a feed fares."""

    HEALTHY = "healthy"
    IDLE = "nothing expected"
    LATE = "late"
    REFUSED = "refused"
    OUT_OF_CREDITS = "out of credits"


@dataclass(frozen=True)
class FeedHealth:
    """One feed at a moment.

    Attributes:
        feed: name in the catalog.
        state: how it fares.
        detail: what was expected and what is missing, for people.
        record: its newest fetches.
    """

    feed: str
    state: FeedState
    detail: str
    record: FeedRecord

    @property
    def is_red(self) -> bool:
        """Whether the feed needs attention."""
        return self.state not in (FeedState.HEALTHY, FeedState.IDLE)


@dataclass(frozen=True)
class Surroundings:
    """What the health of feeds is judged by.

    Attributes:
        source: what has landed.
        now: the moment.
        record_of: the newest fetches of a feed.
        has_odds_key: whether lines are fetched at all.
        credits_left: credits of The Odds API left in the month's budget.
        captures: captures of a game's lines that they pay for.
    """

    source: LiveSource
    now: dt.datetime
    record_of: Callable[[str], FeedRecord]
    has_odds_key: bool
    credits_left: float
    captures: int


def feed_health(around: Surroundings) -> list[FeedHealth]:
    """The health of every feed of a live day, in the order of the catalog; errors as those of the source."""
    found: dict[str, FeedHealth] = {}
    for one in _expected(around):
        found.setdefault(one.feed, one)  # what refuses a feed comes before what it has not given
    return [
        found.get(feed, FeedHealth(feed, FeedState.IDLE, "", around.record_of(feed)))
        for feed in FEEDS
        if feed in _WATCHED
    ]


_RESULTS: Final = ("player_game_log", "team_game_log", "shot_chart", "boxscore", "play_by_play")
_WATCHED: Final = (
    "schedule", "scoreboard", *_RESULTS, LINEUP, "injury_report", "odds_events", "odds",
)  # fmt: skip


def _expected(around: Surroundings) -> Iterator[FeedHealth]:
    for feed in _WATCHED:
        host = FEEDS[feed].host
        refusal = around.source.documents.landing.refusals.current(host_scope(host))
        if refusal is not None:
            outcome = str(refusal.record["outcome"])
            yield FeedHealth(
                feed, FeedState.REFUSED, f"{host} refuses: {outcome}; lift {host_scope(host)}",
                around.record_of(feed),
            )  # fmt: skip
    today = eastern(around.now).date()
    yield from _results(around, today - dt.timedelta(1))
    schedule = around.record_of("schedule")
    if schedule.failures and not around.source.has_season(today):
        # Without one nothing else is expected, and a changed address would be as quiet as a summer.
        yield _answered(around, "schedule", around.now - _HOUR, _HOUR)
    games = _open_games(around.source, today)
    if games.empty:
        return
    first, last = _span(games, today, around.now)
    opening = _opening(first, today, around.now)
    if not opening <= around.now <= last.to_pydatetime():
        return
    since = max(opening, around.now - 2 * _HOUR)
    yield _answered(around, "schedule", since, _HOUR)
    step = _HOUR if today >= QUARTERLY_SINCE else 2 * _HOUR
    yield _answered(around, "injury_report", since, step)
    if pd.Timestamp(around.now) >= first:
        yield _answered(around, "scoreboard", since, _HOUR)
    yield from _lineups(around, games)
    if around.has_odds_key:
        yield _answered(around, "odds_events", since, _HOUR)
        yield from _lines(around, games)


def _answered(around: Surroundings, feed: str, since: dt.datetime, within: dt.timedelta) -> FeedHealth:
    """A feed that answers at least once within a time, once it has been expected for so long."""
    record = around.record_of(feed)
    newest = record.answered_at
    if newest is not None and around.now - newest <= within:
        return FeedHealth(feed, FeedState.HEALTHY, "", record)
    if newest is None and record.asked_at is None and around.now - since < within:
        return FeedHealth(feed, FeedState.IDLE, "not requested yet", record)
    if around.now - since < within and record.failures == 0:
        return FeedHealth(feed, FeedState.IDLE, "expected soon", record)
    seen = "never" if newest is None else f"last at {eastern(newest):%Y-%m-%d %H:%M}"
    why = f", {record.waits + record.failures} times in a row: {record.cause}" if record.cause else ""
    minutes = within.total_seconds() / 60
    return FeedHealth(feed, FeedState.LATE, f"no document for {minutes:.0f} minutes, {seen}{why}", record)


def _lineups(around: Surroundings, games: pd.DataFrame) -> Iterator[FeedHealth]:
    now = pd.Timestamp(around.now)
    due = games[games["tipoff_utc"].le(now + _LINEUP_BY).fillna(False).to_numpy(bool)]
    if due.empty:
        return
    landed = around.source.documents.landing.latest_valid(LINEUP, due["game_date"].iloc[0].date())
    missing = sorted(set(due["game_id"]) - set(landed))
    state = FeedState.LATE if missing else FeedState.HEALTHY
    yield FeedHealth(LINEUP, state, f"no lineup of {', '.join(missing)}" if missing else "",
                     around.record_of(LINEUP))  # fmt: skip


def _lines(around: Surroundings, games: pd.DataFrame) -> Iterator[FeedHealth]:
    """Credits for the closing lines of the games to come, and a capture of each game that should have one.

    A game should once it has started; an hour before that where more than the closing line is captured.
    """
    now, record = pd.Timestamp(around.now), around.record_of("odds")
    coming = int((games["tipoff_utc"].gt(now) | games["tipoff_utc"].isna()).sum())
    if around.credits_left < coming * LINES_COST:
        detail = f"{around.credits_left:.0f} credits left for {coming} games at {LINES_COST}"
        yield FeedHealth("odds", FeedState.OUT_OF_CREDITS, detail, record)
        return
    by = now + _HOUR if around.captures > 1 else now
    due = int(games["tipoff_utc"].le(by).sum())
    captured = len(around.source.documents.landing.latest_valid("odds", games["game_date"].iloc[0].date()))
    late = captured < due
    detail = f"lines of {captured} games captured, {due} are due" if late else ""
    yield FeedHealth("odds", FeedState.LATE if late else FeedState.HEALTHY, detail, record)


def _results(around: Surroundings, date: dt.date) -> Iterator[FeedHealth]:
    """Results of yesterday's final games, by six; a date before the first fetch has another source."""
    games = _open_games(around.source, date)
    if games.empty or eastern(around.now).time() < _MORNING:
        return
    first_fetch = around.source.season_known_since(date)
    if first_fetch is None or eastern(first_fetch).date() > date:
        return
    slate = Slate(around.source, date, around.now, _RESULTS)
    lacking = [one for stage in ("statistics", "games") for one in slate.lacking(stage)]
    no_result = not games["status"].eq("final").any()  # then the plan lacks nothing, for it expects nothing
    for feed in _RESULTS:
        missing = [one.document.key for one in lacking if one.feed.name == feed]
        state, detail = FeedState.HEALTHY, ""
        if no_result or missing:
            state = FeedState.LATE
            detail = f"no game of {date} is final" if no_result else f"{date} lacks {', '.join(missing)}"
        yield FeedHealth(feed, state, detail, around.record_of(feed))


def _open_games(source: LiveSource, date: dt.date) -> pd.DataFrame:
    if date not in source.accounted_days([date]):
        return pd.DataFrame()
    games = source.schedule([date]).rows
    return games[~games["is_postponed"].to_numpy(bool)]


def _span(games: pd.DataFrame, date: dt.date, now: dt.datetime) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last tip-off; noon and half past ten in the evening where none is known."""
    known, zone = games["tipoff_utc"].dropna(), eastern(now).tzinfo
    if known.empty:
        return (pd.Timestamp(dt.datetime.combine(date, _NOON, zone)),
                pd.Timestamp(dt.datetime.combine(date, dt.time(22, 30), zone)))  # fmt: skip
    return known.min(), known.max()


def _opening(first: pd.Timestamp, date: dt.date, now: dt.datetime) -> dt.datetime:
    """From when feeds are expected: noon, or two hours before an earlier first game."""
    noon = pd.Timestamp(dt.datetime.combine(date, _NOON, eastern(now).tzinfo))
    return min(noon, first - _BEFORE_GAMES).to_pydatetime()
