"""Which games are missing from whose windows, by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from nba_assets.domain.declarations.evaluation import KnownDates
from nba_assets.domain.precompute.missing_history import (
    missing_games,
    missing_history_games,
)
from nba_assets_tests.domain.box_frames import TEXT, frame, schedule

# Every day of two seasons is a game date here; the league plays where a test says so.
SEASONS = (("2022-10-18", "2023-06-12"), ("2023-10-24", "2024-06-17"))
CALENDAR = [day.date() for first, last in SEASONS for day in pd.date_range(first, last)]
TONIGHT = "2024-01-31"
EVERY_DATE = KnownDates(CALENDAR, {"raw_schedule": CALENDAR})
Game = tuple[str, str, str]  # date, home, away


def played(*games: tuple[str, str], player: int = 1) -> pd.DataFrame:
    """Known games of a player: (date, team); the game is named for both."""
    rows = [{"game_date": date, "game_id": f"{date} {team}", "team": team} for date, team in games]
    made = frame(rows or [{"game_date": TONIGHT, "game_id": "", "team": ""}], player_id=player)
    made = made.astype({"game_id": TEXT, "team": TEXT})
    return made if rows else made.iloc[:0]


def count(
    missing: list[Game],
    *known: tuple[str, str],
    team: str = "BOS",
    tonight: str = TONIGHT,
    open_dates: list[dt.date] | None = None,
    counted: str = "missing_history_games",
) -> int:
    """Holes in the windows of one player before one date; known games stand in the schedule too."""
    games = played(*known)
    present = [(f"{date} {own}", date, own, "OTH") for date, own in known]
    gone = [(f"{date} {home} missing", date, home, away) for date, home, away in missing]
    row = frame([{"game_date": tonight}], player_id=1, team=team).astype({"team": TEXT})
    plan = schedule(*present, *gone) if present or gone else schedule(("", TONIGHT, "", "")).iloc[:0]
    dates = EVERY_DATE if open_dates is None else KnownDates(CALENDAR, {"raw_schedule": open_dates})
    return int(missing_history_games(row, games, games, plan, dates)[counted].iloc[0])


def test_a_missing_game_of_his_team_counts_and_of_others_does_not() -> None:
    known = [("2024-01-10", "BOS"), ("2024-01-20", "BOS")]
    assert count([("2024-01-15", "BOS", "MIA")], *known) == 1
    assert count([("2024-01-15", "MIA", "BOS")], *known) == 1
    assert count([("2024-01-15", "NYK", "MIA")], *known) == 0
    assert count([("2024-01-15", "BOS", "MIA"), ("2024-01-25", "NYK", "BOS")], *known) == 2
    assert count([], *known) == 0


def test_what_is_known_postponed_or_not_played_yet_is_not_missing() -> None:
    plan = schedule(("a", "2024-01-01", "BOS", "NYK"), ("b", "2024-01-02", "BOS", "NYK"))
    known = frame([{"game_date": "2024-01-01", "game_id": "a"}]).astype({"game_id": TEXT})
    assert missing_games(plan, known)["game_id"].tolist() == ["b"]
    for status in ("postponed", "scheduled"):
        assert missing_games(plan.assign(status=status), known).empty
    moved = known.assign(game_date=pd.Timestamp("2024-01-03"))
    assert missing_games(plan, moved)["game_id"].tolist() == ["a", "b"]  # its row may lie after the window
    assert missing_games(plan, known.iloc[:0])["game_id"].tolist() == ["a", "b"]


def test_the_whole_season_is_a_window() -> None:
    january = [(f"2024-01-{day:02d}", "BOS") for day in range(1, 26)]
    assert count([("2023-10-24", "BOS", "NYK")], *january) == 1


def test_a_game_before_his_last_ten_counts_in_the_season_alone() -> None:
    january = [(f"2024-01-{day:02d}", "BOS") for day in range(10, 20)]
    early, late = ("2024-01-05", "BOS", "NYK"), ("2024-01-25", "BOS", "NYK")
    assert count([early, late], *january) == 2
    assert count([early, late], *january, counted="missing_last_10_games") == 1
    assert count([early, late], *january[1:], counted="missing_last_10_games") == 2, "nine are not ten"


def test_last_season_counts_until_ten_games_are_known_after_it() -> None:
    before = [("2023-04-10", "BOS"), ("2023-04-11", "BOS")]
    play_in = [("2023-04-12", "BOS", "NYK")]
    for games, expected in ((8, 1), (9, 1), (10, 0), (11, 0)):
        after = [(f"2024-01-{day:02d}", "BOS") for day in range(1, games + 1)]
        assert count(play_in, *before, *after) == expected, games


def test_with_fewer_than_ten_games_the_windows_begin_with_the_first() -> None:
    known = [("2023-04-10", "BOS"), ("2023-04-20", "BOS"), ("2024-01-05", "BOS")]
    assert count([("2023-04-09", "BOS", "NYK")], *known) == 0
    assert count([("2023-04-12", "BOS", "NYK")], *known) == 1


def test_a_trade_moves_him_with_his_first_game_for_the_new_team() -> None:
    known = [("2024-01-05", "BOS"), ("2024-01-10", "BOS"), ("2024-01-15", "LAL"), ("2024-01-20", "LAL")]
    for date, of_old, of_new in (
        ("2024-01-07", 1, 0),
        ("2024-01-12", 1, 0),  # between the two teams: where he had last been seen
        ("2024-01-17", 0, 1),
        ("2024-01-25", 0, 1),
    ):
        assert count([(date, "BOS", "NYK")], *known, team="LAL") == of_old, date
        assert count([(date, "MIA", "LAL")], *known, team="LAL") == of_new, date


def test_who_played_for_another_team_that_day_misses_nothing() -> None:
    known = [("2024-01-10", "BOS"), ("2024-01-15", "LAL")]
    assert count([("2024-01-15", "BOS", "NYK")], *known, team="LAL") == 0


def test_two_trades_and_back() -> None:
    known = [("2024-01-02", "BOS"), ("2024-01-06", "LAL"), ("2024-01-10", "BOS")]
    missing = [("2024-01-04", "BOS", "NYK"), ("2024-01-08", "BOS", "NYK"), ("2024-01-12", "BOS", "NYK")]
    assert count(missing, *known) == 2


def test_before_his_first_game_he_was_of_its_team_this_season_only() -> None:
    known = [("2024-01-10", "LAL")]
    assert count([("2024-01-05", "LAL", "NYK")], *known, team="BOS") == 1
    assert count([("2024-01-05", "BOS", "NYK")], *known, team="BOS") == 0
    assert count([("2023-04-05", "LAL", "NYK")], *known, team="BOS") == 0


def test_without_any_game_the_row_s_team_counts_this_season_only() -> None:
    assert count([("2024-01-05", "BOS", "NYK")]) == 1
    assert count([("2024-01-05", "LAL", "NYK")]) == 0
    assert count([("2023-04-05", "BOS", "NYK")]) == 0


def test_a_player_away_since_last_season_misses_what_his_team_does() -> None:
    known = [("2023-04-10", "BOS")]
    assert count([("2024-01-05", "BOS", "NYK")], *known) == 1
    assert count([("2023-04-12", "BOS", "NYK")], *known) == 1


def test_400_days_are_judged() -> None:
    known = [("2022-12-01", "BOS")]  # 426 days before
    assert count([("2022-12-27", "BOS", "NYK")], *known) == 1
    assert count([("2022-12-26", "BOS", "NYK")], *known) == 0


def test_tonight_and_later_count_nothing() -> None:
    later = [(TONIGHT, "BOS", "NYK"), ("2024-02-02", "BOS", "NYK")]
    assert count(later, ("2024-01-10", "BOS"), (TONIGHT, "LAL"), ("2024-02-01", "LAL")) == 0
    # He moves tonight: what is missing before is still what was missing to his old team.
    assert count([("2024-01-20", "BOS", "NYK")], ("2024-01-10", "BOS"), (TONIGHT, "LAL"), team="LAL") == 1


def test_a_date_whose_schedule_is_shut_counts_for_everybody_of_its_season() -> None:
    shut = [dt.date(2024, 1, 4), dt.date(2023, 11, 11), dt.date(2023, 5, 1)]
    rest = [day for day in CALENDAR if day not in shut]
    for team in ("BOS", "LAL"):
        assert count([], ("2024-01-10", "BOS"), team=team, open_dates=rest) == 2
    assert count([], tonight="2024-01-04", open_dates=rest) == 1  # that day itself is not history
    assert count([], tonight="2023-06-01", open_dates=rest) == 1
    assert count([("2024-01-05", "BOS", "NYK")], open_dates=rest) == 3


@pytest.mark.parametrize(("begins", "holes"), [("2023-12-01", 0), ("2024-01-30", 0), ("2024-01-31", 0)])
def test_a_lake_that_begins_later_has_no_hole(begins: str, holes: int) -> None:
    present = [day for day in CALENDAR if str(day) >= begins]
    assert count([], ("2023-11-11", "BOS"), open_dates=present) == holes
    assert count([], open_dates=[]) == 0


def test_after_a_summer_without_a_schedule_a_lake_begins_anew_after_400_days() -> None:
    """Whatever a range reads for its other dates, a date sees 400 days of schedules."""
    far = [day for day in CALENDAR if str(day) < "2022-12-27"]
    assert count([], open_dates=[*far, dt.date(2024, 1, 30)]) == 0
    near = [*far, dt.date(2022, 12, 27), dt.date(2024, 1, 30)]
    assert count([], open_dates=near) == (dt.date(2024, 1, 31) - dt.date(2023, 10, 24)).days - 1


def test_every_row_has_a_whole_number_and_its_place() -> None:
    rows = frame(
        [{"game_date": TONIGHT, "player_id": 2}, {"game_date": "2024-01-03", "player_id": 1},
         {"game_date": TONIGHT, "player_id": 1}], team="BOS",
    ).astype({"team": TEXT}).set_axis([7, 7, 3])  # fmt: skip
    games = pd.concat([played(("2024-01-01", "BOS")), played(("2024-01-02", "LAL"), player=2)])
    plan = schedule(("x", "2024-01-05", "LAL", "NYK"), ("y", "2024-01-06", "BOS", "NYK"),
                    ("z", "2024-01-07", "BOS", "LAL"))  # fmt: skip
    found = missing_history_games(rows, games, games, plan, EVERY_DATE)["missing_history_games"]
    assert found.tolist() == [2, 0, 2] and found.dtype == "int64" and list(found.index) == [0, 1, 2]
    none = missing_history_games(rows.iloc[:0], games, games, plan, EVERY_DATE)["missing_history_games"]
    assert len(none) == 0 and none.dtype == "int64"


def test_two_games_of_a_player_on_a_date_are_refused() -> None:
    twice = played(("2024-01-01", "BOS"), ("2024-01-01", "LAL"))
    row = frame([{"game_date": TONIGHT}], player_id=1, team="BOS")
    with pytest.raises(ValueError, match="two rows on one date"):
        plan = schedule(("x", "2024-01-05", "LAL", "NYK"))
        missing_history_games(row, twice, twice, plan, EVERY_DATE)
