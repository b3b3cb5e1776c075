import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_assets.calendar.game_dates import Calendar, finished_seasons, write_season
from nba_assets.calendar.seasons import (
    by_season,
    by_stretch,
    complete_seasons,
    first_year,
    holdout_seasons,
    open_by,
    season_name,
    season_of,
    season_of_id,
    season_start,
    season_starts,
)

DATES = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "season"),
    [
        ("2020-10-11", "2019-20"),  # the last game of the bubble
        ("2020-10-12", "2020-21"),
        ("2021-07-20", "2020-21"),  # the latest Finals since
        ("2024-10-22", "2024-25"),
        ("2026-10-20", "2026-27"),
        ("2000-01-15", "1999-00"),
    ],
)
def test_the_season_of_a_day(day: str, season: str) -> None:
    assert season_of(dt.date.fromisoformat(day)) == season


def test_every_game_of_the_archive_lies_in_the_season_of_its_day_and_of_its_id(archive_dir: Path) -> None:
    games = pd.concat([pd.read_parquet(path) for path in archive_dir.glob("schedule/games_*.parquet")])
    assert len(games) == 6452
    by_day = [season_of(dt.date.fromisoformat(day)) for day in games["game_date"]]
    assert by_day == list(games["season"])
    assert [season_of_id(game) for game in games["game_id"]] == list(games["season"])


def test_ids_of_another_century() -> None:
    assert season_of_id("0029600001") == "1996-97"
    assert season_of_id("0022600001") == "2026-27"


@given(DATES)
def test_a_season_starts_on_or_before_its_days_and_the_day_before_is_of_another(day: dt.date) -> None:
    start = season_start(day)
    assert start <= day
    assert season_of(start) == season_of(day)
    assert season_of(start - dt.timedelta(1)) == season_name(first_year(season_of(day)) - 1)


@given(st.sets(DATES))
def test_groups_of_seasons_keep_every_date_once_in_order(days: set[dt.date]) -> None:
    groups = by_season(list(days))
    assert [day for group in groups.values() for day in group] == sorted(days)
    assert list(groups) == sorted(groups, key=first_year)


@given(st.sets(DATES, max_size=400))
def test_stretches_keep_every_date_once_in_order_and_are_of_one_season_each(days: set[dt.date]) -> None:
    stretches = list(by_stretch(list(days)).values())
    assert [day for stretch in stretches for day in stretch] == sorted(days)
    assert all(len({season_of(day) for day in stretch}) == 1 for stretch in stretches)


def test_a_season_is_cut_into_even_stretches_of_at_most_80_dates() -> None:
    dates = [dt.date(2024, 10, 22) + dt.timedelta(n) for n in range(213)]
    assert {name: len(days) for name, days in by_stretch(dates).items()} == {
        "2024-25, 1": 71,
        "2024-25, 2": 71,
        "2024-25, 3": 71,
    }
    assert list(by_stretch(dates[:80])) == ["2024-25, 1"]


@pytest.mark.parametrize("text", ["2024-26", "2024", "24-25", "", "2024-25 "])
def test_what_is_not_the_name_of_a_season_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="not a season"):
        first_year(text)


def test_the_calendar_has_the_dates_of_the_five_finished_seasons() -> None:
    calendar = finished_seasons()
    counts = {season: len(dates) for season, dates in calendar.seasons.items()}
    assert counts == {"2020-21": 191, "2021-22": 213, "2022-23": 212, "2023-24": 207, "2024-25": 213}
    assert calendar.season("2024-25")[0] == dt.date(2024, 10, 22)
    assert dt.date(2024, 12, 24) not in calendar.dates
    assert calendar.between(dt.date(2024, 12, 23), dt.date(2024, 12, 26)) == [
        dt.date(2024, 12, 23), dt.date(2024, 12, 25), dt.date(2024, 12, 26),
    ]  # fmt: skip


def test_a_schedule_replaces_its_season_and_adds_others_in_order() -> None:
    first, added = dt.date(2024, 10, 22), dt.date(2026, 10, 20)
    calendar = finished_seasons().updated({"2026-27": [added], "2024-25": [first], "2027-28": []})
    assert list(calendar.seasons)[-2:] == ["2024-25", "2026-27"]
    assert calendar.dates[-2:] == [first, added]
    assert Calendar.of(calendar.dates) == calendar


def test_a_calendar_file_holds_what_it_was_written_from(tmp_path: Path) -> None:
    days = [dt.date(2026, 10, 21), dt.date(2026, 10, 20), dt.date(2026, 10, 21)]
    assert write_season("2026-27", days, tmp_path).read_text() == "2026-10-20\n2026-10-21\n"
    with pytest.raises(ValueError, match="2026-10-21 is not in it"):
        write_season("2025-26", days, tmp_path)
    with pytest.raises(ValueError, match="no dates"):
        write_season("2025-26", [], tmp_path)


def test_a_season_is_complete_once_its_playoffs_are_final() -> None:
    schedule = pd.DataFrame(
        [
            ("2023-24", "Regular Season", "final"),
            ("2023-24", "Regular Season", "postponed"),
            ("2023-24", "Playoffs", "final"),
            ("2024-25", "Regular Season", "final"),  # between the seasons of the year
            ("2025-26", "Playoffs", "final"),
            ("2025-26", "Playoffs", "scheduled"),
        ],
        columns=["season", "season_type", "status"],
    )
    assert complete_seasons(schedule) == ["2023-24"]


def test_a_hold_out_tests_on_the_newest_complete_season() -> None:
    seasons = [season_name(year) for year in range(2026, 2019, -1)]
    train, stop, test = holdout_seasons(seasons)
    assert (train[0], train[-1], stop, test) == ("2020-21", "2024-25", "2025-26", "2026-27")
    with pytest.raises(ValueError, match="three complete seasons, not 2"):
        holdout_seasons(seasons[:2])


@given(st.lists(DATES))
def test_starts_of_many_days_are_those_of_each(days: list[dt.date]) -> None:
    starts = season_starts(np.array(days, dtype="datetime64[D]"))
    assert starts.tolist() == [season_start(day) for day in days]


def test_a_usual_season_is_open_by_november() -> None:
    assert open_by("2024-25") == dt.date(2024, 11, 1)
    assert min(finished_seasons().season("2024-25")) < open_by("2024-25")
