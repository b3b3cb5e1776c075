"""A feed that should have given something by now is red within the hour; a quiet one is not."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from nba_assets.simulation.server.world import World
from nba_assets.sources.feeds.catalog import wanted
from nba_assets.sources.fetch.feed_health import FeedHealth, FeedState, Surroundings, feed_health
from nba_assets.sources.fetch.feed_records import FeedRecord, FeedRecords
from nba_assets.sources.fetch.fetcher import Outcome, Result
from nba_assets.sources.http.hosts import ODDS_API
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.landing import Landing, Reason
from nba_assets.sources.landing.quarantine import host_scope
from nba_assets_tests.sources.landed_days import land, land_results, schedule

NEW_YORK = ZoneInfo("America/New_York")
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def today(world: World, landing: Landing) -> dt.date:
    """The second game date: the schedule has landed, and the results of the first."""
    first, second = world.dates()[:2]
    land_results(landing, world, first, at(first, 23) + dt.timedelta(hours=12))
    land(landing, world, schedule("2024-25"), at(second, 6))
    return second


def at(date: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(hour, minute), NEW_YORK)


def health(
    landing: Landing,
    now: dt.datetime,
    records: dict[str, FeedRecord] | None = None,
    credits: float = 1000,
    captures: int = 1,
) -> dict[str, FeedHealth]:
    known = records or {}
    around = Surroundings(
        LiveSource(landing, "simulated"),
        now,
        lambda feed: known.get(feed, FeedRecord()),
        True,
        credits,
        captures,
    )
    return {one.feed: one for one in feed_health(around)}


def answered(now: dt.datetime, minutes: int = 10) -> dict[str, FeedRecord]:
    """Every feed has answered some minutes ago."""
    record = FeedRecord(asked_at=now, answered_at=now - minutes * MINUTE)
    return dict.fromkeys(("schedule", "scoreboard", "injury_report", "odds_events"), record)


def red(found: dict[str, FeedHealth]) -> dict[str, FeedState]:
    return {feed: one.state for feed, one in found.items() if one.is_red}


def test_a_day_on_which_everything_answers_is_green(landing: Landing, today: dt.date) -> None:
    for hour in (8, 12, 15, 18):
        assert red(health(landing, at(today, hour), answered(at(today, hour)))) == {}, hour
    assert health(landing, at(today, 15), answered(at(today, 15)))["injury_report"].state is FeedState.HEALTHY


def test_a_morning_and_a_day_off_expect_nothing(landing: Landing, today: dt.date, world: World) -> None:
    assert red(health(landing, at(today, 9))) == {}
    summer = world.dates()[-1] + dt.timedelta(40)
    assert red(health(landing, at(summer, 19))) == {}


def test_reports_that_are_only_waited_for_are_late_within_the_hours_of_two_reports(
    landing: Landing, today: dt.date
) -> None:
    """A changed address answers 403 like a report that is not out yet: for ever, if nobody expects it."""
    now = at(today, 15)
    records = answered(now)
    waiting = FeedRecord(asked_at=now, answered_at=at(today, 12), waits=7, cause="not_published")
    assert red(health(landing, now, records | {"injury_report": waiting})) == {
        "injury_report": FeedState.LATE
    }
    detail = health(landing, now, records | {"injury_report": waiting})["injury_report"].detail
    assert "not_published" in detail and "7 times in a row" in detail


def test_a_publisher_that_was_never_requested_is_late_an_hour_after_the_day_began(
    landing: Landing, today: dt.date
) -> None:
    assert red(health(landing, at(today, 12, 30))) == {}
    assert set(red(health(landing, at(today, 13, 1)))) == {"schedule", "odds_events"}


def test_a_revoked_key_is_red_at_once(landing: Landing, today: dt.date) -> None:
    now = at(today, 13)
    landing.refusals.record(host_scope(ODDS_API), Reason("unauthorized", "status 401", "", {}), now)
    found = health(landing, now, answered(now))
    assert {feed: found[feed].state for feed in ("odds", "odds_events")} == {
        "odds": FeedState.REFUSED, "odds_events": FeedState.REFUSED,
    }  # fmt: skip
    assert "_hosts/odds_api" in found["odds"].detail


def test_credits_that_do_not_last_the_day_are_red_before_they_are_spent(
    landing: Landing, today: dt.date
) -> None:
    now = at(today, 13)
    assert red(health(landing, now, answered(now), credits=3)) == {"odds": FeedState.OUT_OF_CREDITS}


def test_a_game_without_lineup_or_closing_line_is_named(
    landing: Landing, today: dt.date, world: World
) -> None:
    match = world.on(today)[0]
    now = match.tipoff - 10 * MINUTE
    found = health(landing, now, answered(now))
    assert found["lineup"].state is FeedState.LATE and match.game_id in found["lineup"].detail
    landing.land(wanted("lineup", today, game_id=match.game_id).document, b"{}", now)
    together = [game for game in world.on(today) if game.tipoff <= match.tipoff + 5 * MINUTE]
    for game in together:
        landing.land(wanted("lineup", today, game_id=game.game_id).document, b"{}", now)
    assert health(landing, now, answered(now))["lineup"].state is FeedState.HEALTHY


def test_games_without_a_line_are_late_an_hour_before_they_begin(
    landing: Landing, today: dt.date, world: World
) -> None:
    """Yesterday's list of events answers, and names no game of today: nobody would ask for a line."""
    first = min(match.tipoff for match in world.on(today))
    before, within = (first - minutes * MINUTE for minutes in (61, 59))
    assert red(health(landing, before, answered(before), captures=2)) == {}
    assert red(health(landing, within, answered(within), captures=2)) == {"odds": FeedState.LATE}
    assert red(health(landing, within, answered(within), captures=1)) == {}, "the closing line alone is paid"


def test_a_season_without_a_schedule_is_red_as_soon_as_one_was_requested(landing: Landing) -> None:
    """Its address has changed: nothing else is expected then, so nothing else is late."""
    now = at(dt.date(2030, 10, 25), 13)
    assert red(health(landing, now)) == {}
    refused = FeedRecord(asked_at=now, failures=3, cause="not_found")
    found = health(landing, now, {"schedule": refused})
    assert red(found) == {"schedule": FeedState.LATE}
    assert "3 times in a row: not_found" in found["schedule"].detail


RESULTS = {"player_game_log", "team_game_log", "shot_chart", "boxscore", "play_by_play"}


def test_results_that_have_not_come_by_six_are_late(landing: Landing, today: dt.date, world: World) -> None:
    tomorrow = today + dt.timedelta(1)
    assert not RESULTS & set(red(health(landing, at(tomorrow, 5, 59), answered(at(tomorrow, 5, 59)))))
    later = at(tomorrow, 6, 1)
    found = health(landing, later, answered(later))
    assert {found[feed].detail for feed in RESULTS} == {f"no game of {today} is final"}
    land(landing, world, schedule("2024-25"), later)
    found = health(landing, later, answered(later))
    assert {feed for feed in RESULTS if found[feed].state is FeedState.LATE} == RESULTS
    assert world.on(today)[0].game_id in found["play_by_play"].detail
    land_results(landing, world, today, later)
    assert not RESULTS & set(red(health(landing, later, answered(later))))


def test_one_game_without_events_is_named(landing: Landing, today: dt.date, world: World) -> None:
    later = at(today + dt.timedelta(1), 6, 1)
    land_results(landing, world, today, later)
    game = world.on(today)[0].game_id
    capture = landing.newest(wanted("play_by_play", today, game_id=game).document)
    assert capture is not None
    landing.distrust(capture, Reason("unreadable", "looked odd", "look", {}))
    found = health(landing, later, answered(later))
    assert red(found) == {"play_by_play": FeedState.LATE}
    assert found["play_by_play"].detail == f"{today} lacks {game}"


def test_a_record_counts_waits_and_failures_until_the_next_answer(landing: Landing, today: dt.date) -> None:
    document = wanted("injury_report", today, clock="05PM").document
    records, now = FeedRecords(landing.store), at(today, 15)
    wait = Outcome(document, Result.WAIT, "not_published")
    records.add([wait, Outcome(document, Result.FAILED, "timeout"), wait], now)
    record = records.read("injury_report")
    assert (record.waits, record.failures, record.answered_at) == (2, 1, None)
    records.add([Outcome(document, Result.STORED)], now + MINUTE)
    assert records.read("injury_report") == FeedRecord(asked_at=now + MINUTE, answered_at=now + MINUTE)
