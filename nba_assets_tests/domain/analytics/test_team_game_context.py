"""A team's situation before a game, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from nba_assets.domain.analytics.team_game_context import (
    WINDOWS,
    season_phase,
    season_start,
    team_games,
    upcoming_team_games,
)
from nba_assets_tests.domain.box_frames import frame, schedule
from nba_assets_tests.domain.declared import known_past

NO_LINES = pd.DataFrame({"game_id": pd.Series(dtype="string[pyarrow]"), "spread": [], "game_total": []})
# Boston: home, then at New York the day after (188 miles), then three days off, then home again.
PAST = schedule(
    ("0022300001", "2023-11-01", "BOS", "MIA"),
    ("0022300002", "2023-11-02", "NYK", "BOS"),
    ("0022300003", "2023-11-06", "BOS", "LAL"),
)


def results(team: str, *won: int, season: str = "2023-24", start: str = "2023-11-01") -> pd.DataFrame:
    rows = [
        {"game_date": pd.Timestamp(start) + pd.Timedelta(days=2 * n), "won": bool(w)}
        for n, w in enumerate(won)
    ]
    columns = {
        "game_date": "datetime64[ns]",
        "won": bool,
        "team": "string[pyarrow]",
        "season": "string[pyarrow]",
    }
    return pd.DataFrame(rows, columns=["game_date", "won"]).assign(team=team, season=season).astype(columns)


def before(
    tonight: pd.DataFrame,
    past: pd.DataFrame = PAST,
    won: pd.DataFrame | None = None,
    lines: pd.DataFrame = NO_LINES,
) -> pd.DataFrame:
    offense = results("BOS") if won is None else won
    known = known_past(WINDOWS, raw_schedule=past, team_offense_game_summary=offense)
    return upcoming_team_games(tonight, known, lines).set_index("team")


def test_rest_density_and_travel_by_hand() -> None:
    row = before(schedule(("0022300004", "2023-11-07", "NYK", "BOS"))).loc["BOS"]
    assert row["days_rest"] == 1 and row["is_back_to_back"]
    assert (row["games_last_7_days"], row["games_last_14_days"]) == (3, 3)
    assert row["travel_miles"] == pytest.approx(188.2, abs=0.1)  # the last game was at home in Boston
    knicks = before(schedule(("0022300004", "2023-11-07", "NYK", "BOS"))).loc["NYK"]
    assert knicks["days_rest"] == 5 and not knicks["is_back_to_back"] and knicks["travel_miles"] == 0
    later = before(schedule(("0022300004", "2023-11-09", "BOS", "NYK"))).loc["BOS"]
    assert (later["games_last_7_days"], later["games_last_14_days"], later["days_rest"]) == (2, 3, 3)
    eight = before(schedule(("0022300004", "2023-11-08", "BOS", "NYK"))).loc["BOS"]
    assert eight["games_last_7_days"] == 3  # seven days ago is within seven days


def test_the_road_is_left_from_where_the_last_game_was() -> None:
    row = before(schedule(("0022300004", "2023-11-04", "MIA", "BOS")), PAST.iloc[:2]).loc["BOS"]
    assert row["travel_miles"] == pytest.approx(1090, abs=10)  # New York to Miami


def test_no_miles_around_a_neutral_site_nor_before_the_first_game() -> None:
    neutral = schedule(("0022300004", "2023-11-07", "NYK", "BOS"), is_neutral=True)
    assert before(neutral)["travel_miles"].isna().all()
    away = PAST.assign(is_neutral=pd.array([False, False, True], "boolean"))
    assert pd.isna(
        before(schedule(("0022300004", "2023-11-07", "NYK", "BOS")), away).loc["BOS", "travel_miles"]
    )
    opening = schedule(("0022400001", "2024-10-22", "NYK", "BOS"), season="2024-25")
    row = before(opening).loc["BOS"]
    assert pd.isna(row["travel_miles"])
    assert (
        row["days_rest"] == 351 and row["games_played_season"] == 0
    )  # rest crosses seasons, travel does not
    unknown_player = before(schedule(("0022300004", "2023-11-07", "UTA", "DEN"))).loc["UTA"]
    assert pd.isna(unknown_player["days_rest"]) and not unknown_player["is_back_to_back"]


def test_postponed_games_were_not_played() -> None:
    moved = PAST.assign(is_postponed=[False, False, True])
    row = before(schedule(("0022300004", "2023-11-07", "NYK", "BOS")), moved).loc["BOS"]
    assert row["days_rest"] == 5 and row["games_last_7_days"] == 2
    assert len(team_games(moved)) == 4
    assert before(schedule(("0022300004", "2023-11-07", "NYK", "BOS"), is_postponed=True)).empty


@pytest.mark.parametrize(
    ("won", "share", "streak"),
    [
        ((), None, 0),
        ((1,), None, 1),
        ((1, 0), None, -1),
        ((1, 1, 1, 0), None, -1),
        ((1, 1, 1, 0, 0), 0.6, -2),
        ((0, 1, 1, 1, 1, 1), 5 / 6, 5),
    ],
)
def test_win_share_needs_five_games_and_the_streak_none(
    won: tuple[int, ...], share: float | None, streak: int
) -> None:
    row = before(schedule(("0022300099", "2023-12-25", "BOS", "NYK")), won=results("BOS", *won)).loc["BOS"]
    assert row["streak"] == streak and row["games_played_season"] == len(won)
    assert pd.isna(row["win_pct"]) if share is None else row["win_pct"] == pytest.approx(share)


def test_streak_and_share_start_anew_each_season() -> None:
    both = pd.concat(
        [results("BOS", 1, 1, 1, 1, 1, 1, season="2022-23", start="2023-01-01"), results("BOS", 1)]
    )
    row = before(schedule(("0022300099", "2023-12-25", "BOS", "NYK")), won=both).loc["BOS"]
    assert row["streak"] == 1 and pd.isna(row["win_pct"])


def test_tonights_result_is_not_seen() -> None:
    won = results("BOS", 1, 1, 1, 1, 1, start="2023-11-01")  # the fifth is on 2023-11-09
    row = before(schedule(("0022300004", "2023-11-09", "BOS", "NYK")), won=won).loc["BOS"]
    assert row["games_played_season"] == 4 and row["streak"] == 4 and pd.isna(row["win_pct"])


def test_lines_from_both_sides() -> None:
    lines = frame([{"game_id": "0022300004", "spread": -6.5, "game_total": 221.0}])
    rows = before(schedule(("0022300004", "2023-11-07", "NYK", "BOS")), lines=lines)
    assert rows["spread"].to_dict() == {"BOS": 6.5, "NYK": -6.5}
    assert rows["implied_team_total"].to_dict() == {"BOS": 107.25, "NYK": 113.75}
    assert before(schedule(("0022300004", "2023-11-07", "NYK", "BOS")))["implied_team_total"].isna().all()


def test_the_first_fourteen_days_are_the_opening() -> None:
    dates = pd.Series(pd.to_datetime(["2023-10-24", "2023-11-06", "2023-11-07", "2023-11-06"]))
    starts = season_start(schedule(("1", "2023-10-24", "A", "B"), ("2", "2023-11-06", "A", "B")), dates,
                          pd.Series(["2023-24"] * 4))  # fmt: skip
    assert starts.eq(pd.Timestamp("2023-10-24")).all()
    kinds = pd.Series(["Regular Season", "Regular Season", "Regular Season", "Playoffs"])
    assert season_phase(dates, starts, kinds).tolist() == ["opening", "opening", "regular", "postseason"]
