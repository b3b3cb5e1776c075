"""fetch and landing on the command line, against a league's server on this machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from nba_assets.cli.main import app
from nba_assets.simulation.league import simulate
from nba_assets.simulation.server import http_server as live_server
from nba_assets.simulation.server.http_server import (
    Answer,
    LiveServer,
    answer,
)
from nba_assets.simulation.server.world import (
    EASTERN,
    World,
)
from nba_assets.sources.feeds.catalog import wanted
from nba_assets.sources.http.hosts import ODDS_API
from nba_assets.sources.http.pacing import Pacer
from nba_assets.sources.landing import (
    Landing,
    Reason,
)
from nba_assets.sources.league_clock import (
    CLOCK,
)
from nba_assets.storage.object_store import FolderStore
from nba_assets_tests.sources.landed_days import HOUR, land, schedule

RUNNER = CliRunner()
DATE = dt.date(2024, 10, 25)
BROKEN: set[str] = set()  # addresses that the league's server does not serve for now
MORNING = dt.datetime(2024, 10, 26, 5, tzinfo=EASTERN)


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("league") / "archive"
    simulate(out, seasons=1, teams=6, seed=7, dates_per_season=12)
    return out


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, league: Path) -> Iterator[Landing]:
    """A landing zone, and a league whose clock stands on the morning after."""
    with LiveServer(league, lambda: MORNING) as server:
        for name, value in {
            "NBA_SOURCE": "simulated-live", "NBA_LIVE_URL": server.url, "NBA_LAKE": str(tmp_path / "lake"),
            "NBA_LANDING": str(tmp_path / "zone"), "DAGSTER_HOME": str(tmp_path / "dagster"),
            "COLUMNS": "200",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        yield Landing(FolderStore(tmp_path / "zone"))


def _say(*words: str, code: int = 0) -> str:
    result = RUNNER.invoke(app, list(words))
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def test_a_date_is_fetched_shown_and_overruled(zone: Landing, league: Path) -> None:
    _say("landing", "show", str(DATE), code=1)
    first = _say("fetch", str(DATE))
    games = World(league).on(DATE)
    for match in games:
        assert f"stored boxscore/{DATE}/{match.game_id}" in first
    assert "failed" not in first
    again = _say("fetch", str(DATE), "--feeds", "boxscore,play_by_play")
    assert "4 unchanged" in again
    assert "player_game_log" in _say(
        "landing", "show", str(DATE), "--feeds", "player_game_log,boxscore,play_by_play"
    )

    document = wanted("boxscore", DATE, game_id=games[0].game_id)
    capture = zone.newest(document.document)
    assert capture is not None
    zone.distrust(capture, Reason("unreadable", "looked odd", "look", {}))
    missing = _say("landing", "show", str(DATE), "--feeds", "boxscore", code=1)
    assert f"set aside: {capture.reason_name.removesuffix('.reason.json')}" in missing
    unsigned = RUNNER.invoke(app, ["landing", "release", capture.reason_name])
    assert (unsigned.exit_code, zone.newest(document.document)) == (2, None)
    _say("landing", "release", capture.reason_name, "--who", "a person", "--reason", "it is right")
    assert zone.newest(document.document) == capture


@pytest.fixture
def requested(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Addresses that the league's publishers were asked for."""
    paths: list[str] = []

    def listening(world: World, path: str, query: Mapping[str, str], now: dt.datetime) -> Answer:
        if path != CLOCK:
            paths.append(path)
        return Answer(503, b"not now") if path in BROKEN else answer(world, path, query, now)

    monkeypatch.setattr(live_server, "answer", listening)
    yield paths
    BROKEN.clear()


def test_a_range_goes_on_where_it_stopped(
    zone: Landing, league: Path, requested: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(league)
    dates = [date for date in world.dates() if date <= DATE]
    assert len(dates) > 2
    paces: set[bool] = set()
    wait = Pacer.wait

    def watched(pacer: Pacer, host: str, group: str | None = None, *, bulk: bool = False) -> float:
        paces.add(bulk)
        return wait(pacer, host, group, bulk=bulk)

    monkeypatch.setattr(Pacer, "wait", watched)
    match = world.on(dates[1])[0]
    BROKEN.add(f"/static/json/liveData/boxscore/boxscore_{match.game_id}.json")
    words = ("fetch", f"{dates[0]}..{dates[-1]}", "--feeds")
    feeds = "schedule,boxscore,play_by_play"
    first = _say(*words, feeds, code=1)
    assert paces == {True}, "many dates are asked for at the pace of many games"
    for number, date in enumerate(dates, 1):
        assert f"{date} ({number} of {len(dates)}): " in first
    assert f"failed boxscore/{dates[1]}/{match.game_id}: server_error" in first
    assert f"the same command tries again: {dates[1]}\n" in first
    for date in dates:
        games = {one.game_id for one in world.on(date)}
        assert set(zone.latest_valid("play_by_play", date)) == games, "a document that fails stops no other"
        assert set(zone.latest_valid("boxscore", date)) == games - {match.game_id}

    (broken,) = BROKEN
    BROKEN.clear()
    requested.clear()
    second = _say(*words, feeds)
    assert requested == [broken], "only what has not landed"
    assert f"{dates[1]} (2 of {len(dates)}): 1 stored" in second
    assert second.count("already landed") == len(dates) - 1
    requested.clear()
    assert _say(*words, feeds).count("already landed") == len(dates)
    assert requested == []


def test_one_date_is_requested_again_and_at_the_usual_pace(
    zone: Landing, requested: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correction is seen only by whoever asks again."""
    monkeypatch.setattr(Pacer, "wait", lambda *_, bulk: pytest.fail("no bulk") if bulk else 0.0)
    words = ("fetch", str(DATE), "--feeds", "schedule,boxscore")
    _say(*words)
    before = list(requested)
    requested.clear()
    _say(*words)
    assert len(before) > 1
    assert requested == before


def test_a_schedule_from_before_the_games_is_requested_again(zone: Landing, league: Path) -> None:
    """It names no final game, so that without it everything would seem to be there."""
    world = World(league)
    match = world.on(DATE)[0]
    land(zone, world, schedule(match.season), match.tipoff - HOUR)
    _say("fetch", str(DATE), "--resume", "--feeds", "schedule,boxscore")
    assert set(zone.latest_valid("boxscore", DATE)) == {one.game_id for one in world.on(DATE)}


def test_which_dates_are_fetched_must_be_given(zone: Landing) -> None:
    refused = RUNNER.invoke(app, ["fetch"])
    assert refused.exit_code == 2
    assert "Missing argument" in refused.output
    summer = RUNNER.invoke(app, ["fetch", "2023-08-01..2023-08-31"])
    assert "no game date" in str(summer.exception)


def test_a_refusal_holds_until_a_person_lifts_it(zone: Landing) -> None:
    scope = f"_hosts/{ODDS_API}"
    zone.refusals.record(scope, Reason("unauthorized", "status 401", "another key", {}), MORNING)
    assert "refused as a whole: odds_api" in _say("landing", "show", str(DATE), "--feeds", "boxscore")
    assert "lifted:" in _say("landing", "lift", scope, "--who", "a person", "--reason", "a new key")
    nothing = RUNNER.invoke(app, ["landing", "lift", scope, "--who", "a person", "--reason", "once more"])
    assert "is not refused" in str(nothing.exception)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["fetch", "2024-10-25", "--feeds", "weather"], "no feed weather"),
        (["fetch", "2025-08-10"], "no game date"),
    ],
)
def test_mistakes_are_named(zone: Landing, words: list[str], complaint: str) -> None:
    assert complaint in str(RUNNER.invoke(app, words).exception)


def test_the_fetch_job_holds_one_slot_a_publisher(zone: Landing, tmp_path: Path) -> None:
    _say("fetch", str(DATE), "--feeds", "schedule")
    with dg.DagsterInstance.from_config(str(tmp_path / "dagster")) as instance:
        storage = instance.event_log_storage
        assert storage.supports_global_concurrency_limits
        assert storage.get_pool_config().default_pool_limit == 1
        for pool in ("nba_cdn", "nba_stats", "nba_reports", "odds_api"):
            found = storage.get_concurrency_info(pool)
            assert (found.slot_count, found.active_slot_count) == (1, 0), pool
