"""Seasons that have not been played, and a league that plays them in the layout of the archive."""

import datetime as dt
from pathlib import Path

import pytest

from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.calendar.seasons import season_of
from nba_assets.simulation.league import simulate
from nba_assets.simulation.league.invented_dates import invented_dates
from nba_assets.sources.archive.source import ArchiveSource


def test_2026_27_opens_on_its_own_day() -> None:
    dates = invented_dates("2026-27")
    assert dates[0] == dt.date(2026, 10, 20)
    assert dt.date(2026, 11, 26) not in dates and dt.date(2026, 12, 25) in dates


@pytest.mark.parametrize("season", ["2021-22", "2022-23", "2023-24", "2024-25"])
def test_invented_dates_are_much_like_those_of_finished_seasons(season: str) -> None:
    invented, real = set(invented_dates(season)), set(finished_seasons().season(season))
    assert {season_of(date) for date in invented} == {season}
    assert len(invented & real) / len(real) > 0.9
    assert abs(len(invented) - len(real)) < 20


def test_seasons_after_the_calendars_are_played_and_read_like_any_other(tmp_path: Path) -> None:
    made = simulate(tmp_path, seasons=2, teams=4, seed=3, dates_per_season=12, last="2026-27")
    assert made.seasons == ("2025-26", "2026-27")
    source = ArchiveSource(tmp_path)
    assert {name: len(dates) for name, dates in source.seasons().items()} == {"2025-26": 12, "2026-27": 12}
    dates = source.seasons()["2026-27"]
    schedule = source.schedule(dates).rows
    assert set(schedule["season"]) == {"2026-27"}
    days = [dt.date(2026, 10, 19), dates[-1], dates[-1] + dt.timedelta(1)]  # preseason, last, after it
    assert source.accounted_days(days) == days[:2]
    assert len(source.player_boxscores(dates, schedule).rows) > 100
