"""What goes wrong in a live league: games that never end, late corrections, silent publishers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from nba_assets.simulation.league import simulate
from nba_assets.simulation.server.incidents import Incidents, Outage
from nba_assets.simulation.server.world import EASTERN, Match, World
from nba_assets.sources.wire.schedule import parse_schedule
from nba_assets_tests.sources.live_league import HOUR, LIVE, ODDS, ask, box, corrected, log

SCHEDULE = "/static/json/staticData/scheduleLeagueV2_1.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("incidents") / "league"
    simulate(out, seasons=1, teams=4, seed=7, dates_per_season=20, matinees=True)
    return out


def _rows(world: World, now: dt.datetime):
    return parse_schedule(ask(world, SCHEDULE, now).body, file="schedule").rows.set_index("game_id")


def _match(folder: Path) -> Match:
    return next(iter(World(folder).matches.values()))


def test_a_postponed_game_is_announced_and_not_played(folder: Path) -> None:
    match = _match(folder)
    world = World(folder, incidents=Incidents(postponed={match.game_id: match.tipoff - 6 * HOUR}))
    before, later = match.tipoff - 7 * HOUR, match.tipoff + 30 * HOUR
    assert _rows(world, before).loc[match.game_id, "status"] == "scheduled"
    assert _rows(world, later).loc[match.game_id, ["status", "is_postponed"]].tolist() == ["postponed", True]
    assert ask(world, f"{LIVE}boxscore/boxscore_{match.game_id}.json", later).status == 403
    assert log(world, match, later) == []
    known = [ask(world, ODDS, now, apiKey="k").body for now in (before, match.tipoff - 5 * HOUR)]
    assert [match.home.odds_name.encode() in body for body in known] == [True, False]


def test_a_game_that_is_interrupted_never_becomes_final(folder: Path) -> None:
    match = _match(folder)
    world = World(folder, incidents=Incidents(unfinished=frozenset({match.game_id})))
    late = match.tipoff + 100 * HOUR
    assert box(world, match, late)["gameStatus"] == 2
    assert not _rows(world, late).loc[match.game_id, "is_postponed"]
    assert _rows(world, late).loc[match.game_id, "status"] == "scheduled"
    assert log(world, match, late) == []


def test_a_correction_can_take_two_days(folder: Path) -> None:
    match = corrected(World(folder))[0]
    world = World(folder, incidents=Incidents(corrected_days={match.game_id: 2}))
    late = world.matches[match.game_id]
    assert late.corrected == match.corrected + 24 * HOUR
    assert log(world, late, match.corrected) == log(world, late, match.ends + HOUR)
    assert log(world, late, late.corrected) == log(World(folder), match, match.corrected)


def test_a_publisher_is_silent_for_a_while_and_the_others_are_not(folder: Path) -> None:
    start = dt.datetime(2024, 10, 25, 15, tzinfo=EASTERN)
    world = World(folder, incidents=Incidents(outages=(Outage("/v4/", start, start + 3 * HOUR),)))
    moments = [start - HOUR, start, start + 2.9 * HOUR, start + 3 * HOUR]
    assert [ask(world, ODDS, now, apiKey="k").status for now in moments] == [200, 503, 503, 200]
    assert {ask(world, SCHEDULE, now).status for now in moments} == {200}


def test_the_first_game_of_a_sunday_begins_at_noon(folder: Path) -> None:
    world = World(folder)
    for date in world.dates():
        hours = [match.tipoff.astimezone(ZoneInfo("America/New_York")).hour for match in world.on(date)]
        regular = {match.season_type for match in world.on(date)} == {"Regular Season"}
        assert (12 in hours) == (date.weekday() == 6 and regular), date
