import datetime as dt
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from dagster._core.test_utils import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from nba_assets.calendar.partitions import (
    EASTERN,
    GAME_DATES,
    contiguous_ranges,
    game_dates_between,
    known_seasons,
    season_dates,
    season_groups,
)

LAST_KNOWN = dt.date(2025, 6, 22)
NOON = dt.datetime(2025, 6, 22, 12, tzinfo=EASTERN)


@pytest.fixture(scope="module")
def schedule(archive_dir: Path) -> pd.DataFrame:
    return pd.concat([pd.read_parquet(path) for path in sorted(archive_dir.glob("schedule/games_*.parquet"))])


def test_partitions_up_to_the_last_known_final_are_the_1036_dates_of_the_schedule(
    schedule: pd.DataFrame,
) -> None:
    played = sorted(date for date in schedule["game_date"].unique() if date <= LAST_KNOWN.isoformat())
    keys = GAME_DATES.get_partition_keys(current_time=NOON)
    assert len(keys) == 1036
    assert list(keys) == played


def test_the_calendar_and_dagster_agree_on_what_a_game_date_is() -> None:
    keys = GAME_DATES.get_partition_keys(current_time=NOON)
    assert [str(day) for day in game_dates_between(dt.date(2020, 1, 1), LAST_KNOWN)] == list(keys)


def test_season_dates_are_those_of_the_schedule(schedule: pd.DataFrame) -> None:
    counts = {season: len(season_dates(season)) for season in known_seasons()}
    assert counts == schedule.groupby("season")["game_date"].nunique().to_dict()
    for season in known_seasons():
        played = sorted(schedule.loc[schedule["season"] == season, "game_date"].unique())
        assert [str(day) for day in season_dates(season)] == played


def test_a_season_without_a_calendar_is_an_error() -> None:
    with pytest.raises(KeyError, match="1999-00"):
        season_dates("1999-00")


# A day in the season to come is a partition until it is known to be off.
TONIGHT = {
    dt.datetime(2025, 1, 15, 12, tzinfo=EASTERN): "2025-01-15",
    dt.datetime(2025, 1, 15, 0, 1, tzinfo=EASTERN): "2025-01-15",
    dt.datetime(2025, 1, 15, 23, 59, tzinfo=EASTERN): "2025-01-15",
    dt.datetime(2026, 2, 3, 12, tzinfo=EASTERN): "2026-02-03",
    # Christmas Eve is off: the last key is the next slate.
    dt.datetime(2024, 12, 24, 12, tzinfo=EASTERN): "2024-12-25",
    dt.datetime(2026, 8, 10, 12, tzinfo=EASTERN): "2026-10-18",
    # Two in the morning in London is still the evening before in New York.
    dt.datetime(2025, 1, 16, 2, tzinfo=dt.UTC): "2025-01-15",
}


@pytest.mark.parametrize(("now", "last"), TONIGHT.items(), ids=[f"{now:%Y-%m-%dT%H%M%Z}" for now in TONIGHT])
def test_tonight_or_the_next_slate_is_the_last_partition(now: dt.datetime, last: str) -> None:
    with freeze_time(now):
        assert GAME_DATES.get_last_partition_key() == last


def test_days_off_are_no_partitions() -> None:
    with freeze_time(NOON):
        for day in ("2024-12-24", "2024-11-05", "2023-08-15", "2021-07-21", "2020-12-21", "2025-06-23"):
            assert not GAME_DATES.has_partition_key(day)
        for day in ("2021-07-20", "2020-12-22", "2024-12-25", "2025-06-22"):
            assert GAME_DATES.has_partition_key(day)


def test_years_to_come_keep_every_day_between_the_summers() -> None:
    days = game_dates_between(dt.date(2026, 7, 1), dt.date(2027, 6, 30))
    assert days[0] == dt.date(2026, 7, 1)
    assert dt.date(2026, 7, 21) not in days
    assert dt.date(2026, 10, 17) not in days
    assert dt.date(2026, 10, 18) in days
    now = dt.datetime(2027, 6, 30, 12, tzinfo=EASTERN)
    keys = [key for key in GAME_DATES.get_partition_keys(current_time=now) if key >= "2026-07-01"]
    assert keys == [str(day) for day in days]


UNIVERSE = [f"k{n:02}" for n in range(30)]


@given(st.sets(st.sampled_from(UNIVERSE)))
def test_contiguous_ranges_cover_the_keys_exactly_and_never_touch(keys: set[str]) -> None:
    ranges = contiguous_ranges(keys, UNIVERSE)
    places = [(UNIVERSE.index(first), UNIVERSE.index(last)) for first, last in ranges]
    covered = [UNIVERSE[n] for first, last in places for n in range(first, last + 1)]
    assert covered == sorted(keys)
    assert all(left[1] + 1 < right[0] for left, right in pairwise(places))


def test_contiguous_ranges_step_over_days_that_are_no_partitions() -> None:
    universe = ["2024-12-22", "2024-12-23", "2024-12-25", "2024-12-26"]
    assert contiguous_ranges(universe[1:], universe) == [("2024-12-23", "2024-12-26")]
    assert contiguous_ranges([], universe) == []


@given(st.sets(st.dates(dt.date(2020, 12, 22), dt.date(2030, 6, 30))))
def test_season_groups_keep_every_date_once_in_order(dates: set[dt.date]) -> None:
    groups = season_groups(list(dates))
    assert [day for group in groups for day in group] == sorted(dates)


def test_season_groups_are_seasons() -> None:
    dates = game_dates_between(dt.date(2020, 12, 22), LAST_KNOWN)
    assert season_groups(dates[::-1]) == [season_dates(season) for season in known_seasons()]
