"""Documents of a whole season stand in for those of its dates and games."""

import datetime as dt
import json
from pathlib import Path
from unittest.mock import patch

import pandas as pd
from pandas.testing import assert_frame_equal

from nba_assets.simulation.server.world import World
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.sources.feeds.catalog import SEASON_FEEDS, season_date, wanted
from nba_assets.sources.fetch.fetch_plan import RESULTS, Slate
from nba_assets.sources.fetch.season_plan import season_documents, season_schedule
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.landing import Landing
from nba_assets_tests.sources.landed_days import HOUR, land, land_results, log, rows_of

SEASON = "2024-25"
TABLES = ("player_boxscores", "team_boxscores", "shot_chart")
NOW = dt.datetime(2025, 7, 15, tzinfo=dt.UTC)


def land_season(landing: Landing, world: World, now: dt.datetime = NOW) -> LiveSource:
    land(landing, world, season_schedule(SEASON, now), now)
    for one in season_documents(LiveSource(landing, "simulated"), SEASON, now):
        land(landing, world, one, now)
    return LiveSource(landing, "simulated")


def played_dates(world: World) -> list[dt.date]:
    return [date for date in world.dates() if any(match.periods for match in world.on(date))]


def test_a_season_in_seven_documents_equals_the_archive(
    live_folder: Path, world: World, landing: Landing
) -> None:
    source, dates = land_season(landing, world), played_dates(world)
    archive = ArchiveSource(live_folder)
    schedule = source.schedule(dates).rows
    for table in TABLES:
        found, stored = (getattr(one, table)(dates, schedule) for one in (source, archive))
        assert not found.problems and not found.shortfalls, table
        rows, expected = rows_of(found), stored.rows
        expected = expected.to_pandas() if not isinstance(expected, pd.DataFrame) else expected
        assert len(rows) == len(expected) > 20, table
        if table == "player_boxscores":
            both = rows.merge(expected, on=["game_id", "player_id"], suffixes=("", "_stored"))
            assert len(both) == len(rows)
            for column in ("minutes", "pts", "fga", "tov", "reb", "team", "opponent", "won"):
                assert both[column].eq(both[f"{column}_stored"]).all(), column


def test_a_dates_own_documents_hold_the_same(world: World, landing: Landing, tmp_path: Path) -> None:
    from nba_assets.storage.object_store import FolderStore

    own = Landing(FolderStore(tmp_path / "own"))
    date = played_dates(world)[3]
    land_results(own, world, date, NOW)
    season, single = land_season(landing, world), LiveSource(own, "simulated")
    schedule = season.schedule([date]).rows
    for table in TABLES:
        one, other = (getattr(source, table)([date], schedule) for source in (season, single))
        columns = [c for c in one.rows.columns if c != "start_position"]  # no log names the starters
        assert_frame_equal(one.rows[columns], other.rows[columns])


def test_a_newer_document_of_a_date_wins(world: World, landing: Landing) -> None:
    source, date = land_season(landing, world), played_dates(world)[0]
    match = world.on(date)[0]
    document = log("player_game_log", match)
    capture = land(landing, world, document, NOW + HOUR)
    content = json.loads(landing.read(capture))
    table = content["resultSets"][0]
    row = table["rowSet"][0]
    points, made = table["headers"].index("PTS"), table["headers"].index("FTM")
    row[points], row[made] = row[points] + 1, row[made] + 1
    row[table["headers"].index("FTA")] += 1
    landing.land(document.document, json.dumps(content).encode(), NOW + 2 * HOUR)
    schedule = source.schedule([date]).rows
    scores = schedule.assign(home_score=pd.NA, away_score=pd.NA)
    rows = LiveSource(landing, "simulated").player_boxscores([date], scores).rows
    player = row[table["headers"].index("PLAYER_ID")]
    assert rows.loc[rows["player_id"].eq(player), "pts"].tolist() == [row[points]]


def test_a_season_with_an_open_game_is_requested_again_its_dates_logs_are_not(
    world: World, landing: Landing
) -> None:
    source = land_season(landing, world)
    requested = {one.feed.name for one in season_documents(source, SEASON, NOW)}
    assert requested == set(SEASON_FEEDS.values())
    games = source.season_games(SEASON)
    over = games[games["season_type"].eq("Regular Season")].assign(status="final")
    with patch.object(source, "season_games", return_value=over):
        assert season_documents(source, SEASON, NOW) == []
    date = played_dates(world)[0]
    lacking = Slate(source, date, NOW, RESULTS).lacking("statistics")
    assert {one.feed.name for one in lacking} <= {"player_index"}


def test_a_season_that_lacks_a_game_costs_that_game(world: World, landing: Landing) -> None:
    land_season(landing, world)
    date = next(d for d in played_dates(world) if len(world.on(d)) > 1)
    match = world.on(date)[0]
    document = wanted("player_season_log", season_date(SEASON), season=SEASON, season_type=match.season_type)
    capture = landing.newest(document.document)
    assert capture is not None
    content = json.loads(landing.read(capture))
    table = content["resultSets"][0]
    game = table["headers"].index("GAME_ID")
    table["rowSet"] = [row for row in table["rowSet"] if row[game] != match.game_id]
    landing.land(document.document, json.dumps(content).encode(), NOW + HOUR)
    source = LiveSource(landing, "simulated")
    found = source.player_boxscores([date], source.schedule([date]).rows)
    assert set(found.rows["game_id"]) == {other.game_id for other in world.on(date)[1:]}
    assert {problem.game for problem in found.shortfalls[date]} == {match.game_id}
    assert landing.newest(document.document) is not None, "the season is not set aside for one game"


def test_a_new_document_of_a_season_is_news_for_its_dates(world: World, landing: Landing) -> None:
    date = played_dates(world)[0]
    before = LiveSource(landing, "simulated").landed("raw_player_boxscores", date)
    source = land_season(landing, world)
    after = source.landed("raw_player_boxscores", date)
    assert before == "" and after != ""
