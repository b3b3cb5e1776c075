"""Where the first source of a game's events is silent: the older feed, then files that were bought."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from nba_assets.schemas.raw import RAW_PLAY_BY_PLAY
from nba_assets.simulation.server.world import World
from nba_assets.sources.feeds.catalog import (
    bought_events,
    season_date,
    wanted,
)
from nba_assets.sources.fetch.bought_files import take_bought
from nba_assets.sources.fetch.feed_health import Surroundings, feed_health
from nba_assets.sources.fetch.feed_records import FeedRecord
from nba_assets.sources.fetch.fetch_plan import (
    USUAL,
    Slate,
)
from nba_assets.sources.fetch.fetcher import Result
from nba_assets.sources.landed.boxes import SEASON_TYPES
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.landing import Landing
from nba_assets_tests.domain.box_from_events import box_from_events
from nba_assets_tests.sources.landed_days import HOUR, NOBODY, land, land_results, schedule
from nba_assets_tests.sources.live_league import played

NIGHT, GAME = dt.date(2025, 6, 22), "0042400407"
NOW = dt.datetime(2025, 6, 23, 12, tzinfo=dt.UTC)
CUP_NIGHT, FIRST_GAME = dt.date(2024, 11, 12), "0022400001"


@pytest.fixture
def finals(landing: Landing, wire, archive_dir: Path) -> Landing:
    """The last game of 2024-25 as it lands without cdn.nba.com: schedule, players' log, bought events."""
    past = wanted("past_schedule", season_date("2024-25"), season="2024-25").document
    landing.land(past, wire("stats.nba.com/scheduleleaguev2int_2024-25.json.gz"), NOW)
    _land_log(landing, archive_dir)
    landing.land(bought_events(NIGHT, GAME), wire("bigdataball/0042400407.csv.gz"), NOW)
    return landing


def _land_log(landing: Landing, archive_dir: Path) -> None:
    rows = pd.read_parquet(archive_dir / "leaguegamelog" / "players_2024-25_playoffs.parquet")
    mine = json.loads(rows[rows["GAME_ID"].eq(GAME)].to_json(orient="split"))
    table = {"name": "LeagueGameLog", "headers": mine["columns"], "rowSet": mine["data"]}
    body = json.dumps({"parameters": {"PlayerOrTeam": "P"}, "resultSets": [table]}).encode()
    values = {"season": "2024-25", "season_type": SEASON_TYPES["Playoffs"]}
    landing.land(wanted("player_game_log", NIGHT, **values).document, body, NOW)


def test_a_game_without_a_live_feed_is_read_from_bigdataball(finals: Landing, archive_dir: Path) -> None:
    source = LiveSource(finals)
    found = source.play_by_play([NIGHT], source.schedule([NIGHT]).rows)
    assert not found.shortfalls
    assert set(found.rows["source"]) == {"bigdataball"}
    assert found.notes[NIGHT]["second_source: bigdataball"] == 1
    box = box_from_events(RAW_PLAY_BY_PLAY.conform(found.rows), finished=True)
    log = source.player_boxscores([NIGHT], source.schedule([NIGHT]).rows).rows
    both = log.merge(box, on="player_id", suffixes=("", "_rebuilt"))
    assert len(both) == len(log) == 24
    assert (both["pts"] == both["pts_rebuilt"]).all()


def test_a_name_without_a_box_waits_for_the_box(wire, landing: Landing, archive_dir: Path) -> None:
    """A CSV that lands before any box is no bad document: names cannot be looked up yet."""
    past = wanted("past_schedule", season_date("2024-25"), season="2024-25").document
    landing.land(past, wire("stats.nba.com/scheduleleaguev2int_2024-25.json.gz"), NOW)
    capture = landing.land(bought_events(NIGHT, GAME), wire("bigdataball/0042400407.csv.gz"), NOW).capture
    source = LiveSource(landing)
    games = source.schedule([NIGHT]).rows
    before = source.landed("raw_play_by_play", NIGHT)
    assert source.play_by_play([NIGHT], games).rows.empty
    assert landing.valid(capture)
    _land_log(landing, archive_dir)
    assert source.landed("raw_play_by_play", NIGHT) != before, "the log is news for these events"
    assert len(LiveSource(landing).play_by_play([NIGHT], games).rows)


def test_the_older_feed_comes_before_what_was_bought(wire, landing: Landing) -> None:
    past = wanted("past_schedule", season_date("2024-25"), season="2024-25").document
    landing.land(past, wire("stats.nba.com/scheduleleaguev2int_2024-25.json.gz"), NOW)
    older = wanted("stats_play_by_play", CUP_NIGHT, game_id=FIRST_GAME).document
    landing.land(older, wire("stats.nba.com/playbyplayv3.json.gz"), NOW)
    landing.land(bought_events(CUP_NIGHT, FIRST_GAME), b"not asked for", NOW)
    source = LiveSource(landing)
    games = source.schedule([CUP_NIGHT]).rows
    found = source.play_by_play([CUP_NIGHT], games[games["game_id"].eq(FIRST_GAME)])
    assert set(found.rows["source"]) == {"playbyplayv3"}
    assert found.notes[CUP_NIGHT]["second_source: stats_play_by_play"] == 1


def test_the_live_feed_wins_wherever_it_is_valid(world: World, landing: Landing) -> None:
    match = played(world)[0]
    land_results(landing, world, match.date, match.corrected + HOUR)
    landing.land(bought_events(match.date, match.game_id), b"something else", match.corrected)
    source = LiveSource(landing)
    found = source.play_by_play([match.date], source.schedule([match.date]).rows)
    assert set(found.rows["source"]) == {"live"}
    assert not found.shortfalls
    assert not any(name.startswith("second_source") for name in found.notes.get(match.date, {}))


def test_the_older_feed_is_requested_only_for_what_the_live_one_lacks(world: World, landing: Landing) -> None:
    match = played(world)[0]
    now = match.corrected + HOUR
    land(landing, world, schedule(match.season), now)
    slate = Slate(LiveSource(landing, "simulated"), match.date, now, USUAL)
    requested = [one.document for one in slate.stage("second_events")]
    assert requested == [
        wanted("stats_play_by_play", match.date, game_id=m.game_id).document for m in world.on(match.date)
    ]
    land_results(landing, world, match.date, now)
    slate = Slate(LiveSource(landing, "simulated"), match.date, now, USUAL)
    assert slate.stage("second_events") == []


def test_bought_files_land_untouched_and_once(tmp_path: Path, landing: Landing) -> None:
    folder = tmp_path / "bought" / "2024-25"
    folder.mkdir(parents=True)
    (folder / "[2025-06-22]-0042400407-IND@OKC.csv").write_bytes(b"a,b\n1,2\n")
    (folder / "[2025-06-19]-0042400406-OKC@IND.csv.gz").write_bytes(gzip.compress(b"c\n"))
    (folder / "notes-0042400407.txt").write_bytes(b"no events")
    taken = take_bought(tmp_path / "bought", landing, NIGHT, [GAME], NOW)
    assert [(one.document, one.result) for one in taken] == [(bought_events(NIGHT, GAME), Result.STORED)]
    assert landing.read(landing.captures(bought_events(NIGHT, GAME))[0]) == b"a,b\n1,2\n"
    again = take_bought(tmp_path / "bought", landing, NIGHT, [GAME], NOW + HOUR)
    assert [one.result for one in again] == [Result.UNCHANGED]


def test_what_cannot_be_taken_gives_the_reason(tmp_path: Path, landing: Landing) -> None:
    with pytest.raises(FileNotFoundError, match="NBA_BIGDATABALL_DIR"):
        take_bought(tmp_path / "none", landing, NIGHT, [GAME], NOW)
    (tmp_path / f"{GAME}.csv.gz").write_bytes(b"no gzip")
    (broken,) = take_bought(tmp_path, landing, NIGHT, [GAME], NOW)
    assert (broken.result, broken.cause) == (Result.QUARANTINED, "broken_gzip")
    (tmp_path / f"copy of {GAME}.csv").write_bytes(b"a\n")
    (two,) = take_bought(tmp_path, landing, NIGHT, [GAME], NOW)
    assert (two.result, two.cause) == (Result.FAILED, "two_files")
    assert landing.captures(bought_events(NIGHT, GAME)) == []


def test_a_bought_file_that_is_far_too_large_is_refused_not_cut(tmp_path: Path, landing: Landing) -> None:
    with (tmp_path / f"{GAME}.csv").open("wb") as file:
        file.truncate(64 * 2**20 + 1)
    (large,) = take_bought(tmp_path, landing, NIGHT, [GAME], NOW)
    assert (large.result, large.cause) == (Result.FAILED, "too_large")
    assert landing.captures(bought_events(NIGHT, GAME)) == []


@pytest.mark.parametrize(("hours", "known"), [(30, True), (1, False)])
def test_the_index_of_an_earlier_day_names_who_has_never_played(
    world: World, landing: Landing, hours: int, known: bool
) -> None:
    """A rookie's first line is his; an index fetched on the day itself is not read for it."""
    match = next(m for m in reversed(played(world)) if world.points_lines(m.date))
    land(landing, world, schedule(match.season), match.tipoff - 30 * HOUR)
    event = world.points_lines(match.date)[0]["event_id"]
    land(landing, world, wanted("odds", match.date, event_id=event), match.tipoff - HOUR)
    before = LiveSource(landing).landed("raw_player_points_lines", match.date)
    index = wanted("player_index", season_date(match.season), season=match.season)
    land(landing, world, index, match.tipoff - hours * HOUR)
    source = LiveSource(landing, "simulated")
    found = source.points_lines([match.date], source.schedule([match.date]).rows, NOBODY)
    assert len(found.rows)
    assert (found.rows["player_id"].notna().mean() > 0.9) == known
    assert (source.landed("raw_player_points_lines", match.date) != before) == known


def test_results_are_expected_of_a_season_whose_schedule_the_second_publisher_served(
    wire, landing: Landing
) -> None:
    past = wanted("past_schedule", season_date("2024-25"), season="2024-25").document
    before = NOW - dt.timedelta(1)
    landing.land(past, wire("stats.nba.com/scheduleleaguev2int_2024-25.json.gz"), before)
    source = LiveSource(landing)
    assert source.season_known_since(NIGHT) == before
    assert source.season_known_since(dt.date(2030, 1, 1)) is None
    found = feed_health(Surroundings(source, NOW, lambda _: FeedRecord(), False, 0, 0))
    red = {one.feed for one in found if one.is_red}
    assert red == {"player_game_log", "team_game_log", "shot_chart", "boxscore", "play_by_play"}
