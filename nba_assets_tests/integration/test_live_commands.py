"""fetch, landing and live on the command line, against a league's server on this machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import httpcore
import pytest
from typer.testing import CliRunner

from nba_assets.cli.main import app
from nba_assets.landing import Landing, Reason
from nba_assets.object_store import FolderStore
from nba_assets.sources.feeds import wanted
from nba_assets.sources.http.hosts import ODDS_API
from nba_assets.sources.moment import LeagueClock
from nba_assets.sources.simulated import simulate
from nba_assets.sources.simulated.live_server import LiveServer
from nba_assets.sources.simulated.live_world import EASTERN, World

RUNNER = CliRunner()
DATE = dt.date(2024, 10, 25)
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
    said = RUNNER.invoke(app, list(words))
    assert said.exit_code == code, (said.output, said.exception)
    return said.output


def test_a_date_is_fetched_looked_at_and_overruled(zone: Landing, league: Path) -> None:
    _say("landing", str(DATE), code=1)
    first = _say("fetch", "--date", str(DATE))
    games = World(league).on(DATE)
    for match in games:
        assert f"stored boxscore/{DATE}/{match.game_id}" in first
    assert "failed" not in first
    again = _say("fetch", "--date", str(DATE), "--feeds", "boxscore,play_by_play")
    assert "4 unchanged" in again
    assert "player_game_log" in _say("landing", str(DATE), "--feeds", "player_game_log,boxscore,play_by_play")

    document = wanted("boxscore", DATE, game_id=games[0].game_id)
    capture = zone.newest(document.document)
    assert capture is not None
    zone.distrust(capture, Reason("unreadable", "looked odd", "look", {}))
    missing = _say("landing", str(DATE), "--feeds", "boxscore", code=1)
    assert f"set aside: {capture.reason_name}" in missing
    refused = RUNNER.invoke(app, ["landing", "--release", capture.reason_name])
    assert isinstance(refused.exception, ValueError)
    _say("landing", str(DATE), "--feeds", "boxscore", "--release", capture.reason_name,
         "--who", "a person", "--why", "it is right")  # fmt: skip
    assert zone.newest(document.document) == capture


def test_a_refusal_stands_until_a_person_lifts_it(zone: Landing) -> None:
    scope = f"_hosts/{ODDS_API}"
    zone.refusals.record(scope, Reason("unauthorized", "status 401", "another key", {}), MORNING)
    assert "refused as a whole: odds_api" in _say("landing", str(DATE), "--feeds", "boxscore")
    assert "lifted:" in _say("landing", "--lift", scope, "--who", "a person", "--why", "a new key")
    nothing = RUNNER.invoke(app, ["landing", "--lift", scope, "--who", "a person", "--why", "once more"])
    assert "no refusal" in str(nothing.exception)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["fetch", "--date", "2024-10-25", "--feeds", "weather"], "no feed weather"),
        (["fetch", "--date", "2025-08-10"], "no game date"),
        (["landing"], "say which date"),
    ],
)
def test_mistakes_are_named(zone: Landing, words: list[str], complaint: str) -> None:
    assert complaint in str(RUNNER.invoke(app, words).exception)


def test_the_fetch_job_holds_one_slot_a_publisher(zone: Landing, tmp_path: Path) -> None:
    _say("fetch", "--date", str(DATE), "--feeds", "schedule")
    with dg.DagsterInstance.from_config(str(tmp_path / "dagster")) as instance:
        storage = instance.event_log_storage
        assert storage.supports_global_concurrency_limits
        assert storage.get_pool_config().default_pool_limit == 1
        for pool in ("nba_cdn", "nba_stats", "nba_reports", "odds_api"):
            found = storage.get_concurrency_info(pool)
            assert (found.slot_count, found.active_slot_count) == (1, 0), pool


def test_live_serves_a_league_with_a_clock_of_its_own(
    zone: Landing, league: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dt.datetime] = []

    def look(_: float) -> None:
        seen.append(LeagueClock("http://127.0.0.1:18765").now())
        seen.append(LeagueClock("http://127.0.0.1:18765").now())

    monkeypatch.setattr("nba_assets.cli.live.time.sleep", look)
    said = _say("live", "--port", "18765", "--speed", "100000", "--start", "2024-10-25T09:00",
                "--league", str(league), "--seconds", "1")  # fmt: skip
    assert "NBA_SOURCE=simulated-live" in said
    assert seen[0] < seen[1]
    assert seen[0] >= dt.datetime(2024, 10, 25, 9, tzinfo=EASTERN)
    with pytest.raises(ConnectionError, match="nba-assets live"):
        LeagueClock("http://127.0.0.1:18765").now()
    with pytest.raises(httpcore.ConnectError):
        httpcore.request("GET", "http://127.0.0.1:18765/clock")
