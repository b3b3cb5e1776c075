"""A week of a real season, served in wire shape by season-level endpoints, gives the rows of the archive."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from pandas.testing import assert_frame_equal

from nba_assets.simulation.server.world import World
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.sources.feeds.catalog import season_date, wanted
from nba_assets.sources.fetch.season_plan import season_schedule
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.landing import Landing
from nba_assets_tests.sources.landed_days import land
from nba_assets_tests.support.replay import AFTER, SEASON, season_folder

FIRST, LAST = "2025-01-10", "2025-01-16"


def test_a_week_of_the_replayed_season_is_the_archives(
    archive_dir: Path, tmp_path: Path, landing: Landing
) -> None:
    """What differs: the schedule's scores, which the archive has not, and neutral sites, which it has."""
    world = World(season_folder(archive_dir, tmp_path / "season", FIRST, LAST))
    land(landing, world, season_schedule(SEASON, AFTER), AFTER)
    for feed in ("player_season_log", "team_season_log", "season_shot_chart"):
        document = wanted(feed, season_date(SEASON), season=SEASON, season_type="Regular Season")
        land(landing, world, document, AFTER)
    source, archive = LiveSource(landing), ArchiveSource(archive_dir)
    dates = source.seasons()[SEASON]
    assert [str(dates[0]), len(dates), str(dates[-1])] == [FIRST, 7, LAST]
    schedule = source.schedule(dates).rows
    for table in ("player_boxscores", "team_boxscores", "shot_chart"):
        found, stored = (getattr(one, table)(dates, schedule) for one in (source, archive))
        assert not found.problems and not found.shortfalls, table
        rows = stored.rows if isinstance(stored.rows, pd.DataFrame) else stored.rows.to_pandas()
        columns = [name for name in found.rows.columns if name in rows and name != "source"]
        keys = [
            name for name in ("game_date", "game_id", "team", "player_id", "shot_index") if name in columns
        ]
        dated = rows[columns].assign(game_date=pd.to_datetime(rows["game_date"]))
        one, other = (frame[columns].sort_values(keys, ignore_index=True) for frame in (found.rows, dated))
        assert_frame_equal(one, other.astype(one.dtypes), check_exact=False, rtol=1e-9)
