"""What a date wants, where a list that names documents can be read only in part or not at all."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from nba_assets.settings import Settings
from nba_assets.simulation.server.http_server import LiveServer
from nba_assets.simulation.server.world import (
    Match,
    World,
)
from nba_assets.sources.feeds.catalog import wanted
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.fetch.fetch_plan import (
    USUAL,
    Slate,
)
from nba_assets.sources.fetch.fetcher import Result
from nba_assets.sources.http.hosts import ODDS_API
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.landing import Landing, Reason
from nba_assets_tests.sources.landed_days import HOUR, land, land_changed, schedule


@pytest.fixture
def evening(world: World, landing: Landing) -> tuple[list[Match], dt.datetime]:
    """Two games before their tip-off, and the list of their events."""
    date = next(d for d in world.dates() if len(world.on(d)) == 2)
    games = world.on(date)
    now = games[0].tipoff - HOUR
    land(landing, world, schedule(games[0].season), now)
    land(landing, world, wanted("odds_events", date), now)
    return games, now


def _lines(landing: Landing, date: dt.date, now: dt.datetime) -> tuple[list[str], Slate]:
    slate = Slate(LiveSource(landing, "simulated"), date, now, USUAL)
    return [one.document.key for one in slate.stage("lines")], slate


def _break(landing: Landing, date: dt.date, now: dt.datetime, change: Any) -> None:
    document = wanted("odds_events", date)
    base = landing.newest(document.document)
    assert base is not None
    land_changed(landing, document, now, change, base)


def _unknown_team(events: list[dict[str, Any]]) -> None:
    events[0]["home_team"] = "Seattle SuperSonics"


def _no_object(events: list[Any]) -> None:
    events[1] = 7


def test_odds_are_requested_as_often_as_the_budget_allows(
    landing: Landing, evening: tuple[list[Match], dt.datetime]
) -> None:
    games, now = evening
    date, source = games[0].date, LiveSource(landing, "simulated")
    assert Slate(source, date, now, USUAL, captures=1).stage("lines") == []
    closing = games[0].tipoff - dt.timedelta(minutes=4)
    requested = Slate(source, date, closing, USUAL, captures=1).stage("lines")
    first = [game for game in games if game.tipoff == games[0].tipoff]
    assert len(requested) == len(first)
    for one in requested:
        landing.land(one.document, b"{}", closing)
    later = closing + dt.timedelta(minutes=2)
    assert Slate(source, date, later, USUAL, captures=1).stage("lines") == []


def test_lineups_are_requested_from_three_quarters_of_an_hour_before_each_tipoff(
    landing: Landing, evening: tuple[list[Match], dt.datetime]
) -> None:
    games, _ = evening
    date, source, tipoff = games[0].date, LiveSource(landing, "simulated"), games[0].tipoff
    requested = {
        minutes: len(Slate(source, date, tipoff - dt.timedelta(minutes=minutes), USUAL).stage("lineups"))
        for minutes in (46, 45, 1)
    }
    started = Slate(source, date, tipoff, USUAL).stage("lineups")
    at_once = sum(game.tipoff == tipoff for game in games)
    assert (requested[46], requested[45]) == (0, at_once) and requested[1] >= at_once
    assert games[0].game_id not in {one.document.key for one in started}


def test_reports_are_requested_until_the_last_tipoff_and_those_known_absent_no_more(
    landing: Landing, evening: tuple[list[Match], dt.datetime]
) -> None:
    games, _ = evening
    date, source = games[0].date, LiveSource(landing, "simulated")
    last = max(game.tipoff for game in games)
    every = Slate(source, date, last + 5 * HOUR, USUAL).stage("injury_reports")
    assert [one.document.key for one in every][:2] == ["09AM", "10AM"]
    assert all(one.published_at is not None and one.published_at <= last for one in every)
    gone = every[0]
    landing.refusals.record(gone.document.folder, Reason("absent", "", "", {}), last)
    landing.land(every[1].document, b"%PDF", last)
    still = Slate(source, date, last + 5 * HOUR, USUAL).stage("injury_reports")
    assert [one.document.key for one in still] == [one.document.key for one in every[2:]]


def test_an_event_that_cannot_be_read_is_named_and_the_others_go_on(
    landing: Landing, evening: tuple[list[Match], dt.datetime]
) -> None:
    games, now = evening
    date = games[0].date
    every, slate = _lines(landing, date, now)
    assert len(every) == 2
    assert slate.unreadable == []
    _break(landing, date, now + HOUR / 6, _unknown_team)
    some, slate = _lines(landing, date, now)
    assert len(some) == 1
    assert set(some) < set(every)
    (output,) = slate.unreadable
    assert (output.document, output.result) == (wanted("odds_events", date).document, Result.FAILED)
    assert "Seattle SuperSonics" in output.detail


def test_a_date_whose_events_cannot_all_be_read_is_not_complete(
    landing: Landing, evening: tuple[list[Match], dt.datetime]
) -> None:
    games, now = evening
    date, morning = games[0].date, now + 12 * HOUR
    past = wanted("past_odds_events", date, snapshot="2024-10-22T23:50:00Z")
    base = landing.newest(wanted("odds_events", date).document)
    assert base is not None
    feeds = ["odds"]  # of the games to come, of which there are none in the morning
    assert Slate(LiveSource(landing, "simulated"), date, morning, feeds).complete()
    document = {"timestamp": "2024-10-22T23:50:00Z", "data": json.loads(landing.read(base))}
    _unknown_team(document["data"])
    landing.land(past.document, json.dumps(document).encode(), morning)
    assert not Slate(LiveSource(landing, "simulated"), date, morning, feeds).complete()


def test_a_list_that_cannot_be_read_is_set_aside_and_the_one_before_speaks(
    landing: Landing, evening: tuple[list[Match], dt.datetime]
) -> None:
    games, now = evening
    date = games[0].date
    every, _ = _lines(landing, date, now)
    _break(landing, date, now + HOUR / 6, _no_object)
    bad = landing.newest(wanted("odds_events", date).document)
    still, slate = _lines(landing, date, now)
    assert still == every
    (output,) = slate.unreadable
    assert output.result is Result.QUARANTINED
    assert bad is not None
    assert not landing.valid(bad)


def test_a_fetch_names_which_event_it_could_not_read(
    live_folder: Path, tmp_path: Path, landing: Landing, evening: tuple[list[Match], dt.datetime]
) -> None:
    games, now = evening
    date = games[0].date
    _break(landing, date, now + HOUR / 6, _unknown_team)
    with LiveServer(live_folder, lambda: now + HOUR / 3) as server:
        settings = Settings(
            source="simulated-live",  # type: ignore[arg-type]
            live_url=server.url,
            landing=str(tmp_path / "zone"),
        )
        outcomes = FetchDesk(settings).fetch(date, ODDS_API, ["lines"], ["odds"])
    assert [one.result for one in outcomes] == [Result.FAILED, Result.STORED]
    assert (outcomes[0].document.feed, outcomes[0].cause) == ("odds_events", "unreadable")
    assert "Seattle SuperSonics" in outcomes[0].detail
