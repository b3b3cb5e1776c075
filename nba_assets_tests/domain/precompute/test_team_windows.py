"""A team's form before a date, by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nba_assets.domain.precompute.player_daily_cache import PLAYER_DAILY_CACHE
from nba_assets.domain.precompute.team_defense_zone_analysis import TEAM_DEFENSE_ZONE_ANALYSIS
from nba_assets_tests.domain.box_frames import frame
from nba_assets_tests.domain.declared import computed

ZONES = {
    "opponent_paint_fga": 40,
    "opponent_paint_fgm": 20,
    "opponent_mid_range_fga": 20,
    "opponent_mid_range_fgm": 8,
    "opponent_three_fga": 30,
    "opponent_three_fgm": 12,
}
TONIGHT = frame([{"game_date": "2024-01-31", "team": "BOS"}], game_id="g", source="archive")


def defense(*rows: dict[str, Any]) -> pd.DataFrame:
    made = frame(list(rows), **(ZONES | {"team": "BOS", "defensive_rating": 110.0, "opponent_pace": 100.0}))
    return made.astype(dict.fromkeys(ZONES, "Int64"))


def january(day: int, **changes: Any) -> dict[str, Any]:
    return {"game_date": f"2024-01-{day:02d}"} | changes


def analysis(*rows: dict[str, Any]) -> pd.Series:
    tables = {"upcoming_team_game_context": TONIGHT, "team_defense_game_summary": defense(*rows)}
    return computed(TEAM_DEFENSE_ZONE_ANALYSIS, **tables).iloc[0]


def test_allowed_against_the_league_by_hand() -> None:
    row = analysis(
        january(10, opponent_paint_fgm=30),
        january(12, opponent_paint_fgm=22, defensive_rating=120.0, opponent_pace=90.0),
        january(12, team="NYK", opponent_paint_fgm=8),
    )
    assert row["games_in_sample"] == 2
    assert row["paint_fga_allowed"] == 40 and row["paint_fgm_allowed"] == 26
    assert row["paint_pct_allowed"] == pytest.approx(52 / 80) and row["league_paint_pct"] == pytest.approx(
        60 / 120
    )
    assert row["paint_difference_pp"] == pytest.approx(15.0) and row["three_difference_pp"] == pytest.approx(
        0.0
    )
    assert row["weakest_zone"] == "paint" and row["strongest_zone"] in ("mid_range", "three")


def test_a_rating_takes_three_games() -> None:
    two = [january(10), january(12, defensive_rating=120.0, opponent_pace=91.0)]
    row = analysis(*two)
    assert (
        pd.isna(row["defensive_rating"]) and pd.isna(row["opponent_pace"]) and row["paint_pct_allowed"] == 0.5
    )
    row = analysis(*two, january(14))
    assert row["defensive_rating"] == pytest.approx(340 / 3) and row["opponent_pace"] == 97.0


def test_fifteen_games_count_and_the_sixteenth_does_not() -> None:
    days = [january(n, defensive_rating=100.0) for n in range(2, 17)]
    row = analysis(january(1, defensive_rating=1000.0), *days)
    assert row["games_in_sample"] == 15 and row["defensive_rating"] == 100.0


def test_the_league_is_the_thirty_days_before() -> None:
    far = {"game_date": "2023-12-31", "opponent_paint_fgm": 40}  # 31 days before
    near = january(1, opponent_paint_fgm=10, team="NYK")  # 30 days before
    row = analysis(far, near)
    assert row["paint_pct_allowed"] == 1.0 and row["league_paint_pct"] == 0.25
    assert (
        analysis(far)["paint_difference_pp"] != analysis(far)["paint_difference_pp"]
    )  # nothing to compare with


def test_tonight_is_not_seen() -> None:
    tonight = january(31, team="BOS", defensive_rating=1000.0, opponent_paint_fgm=40)
    row = analysis(january(6), january(8), january(10), tonight, tonight | {"team": "NYK"})
    assert row["games_in_sample"] == 3 and row["defensive_rating"] == 110.0 and row["league_paint_pct"] == 0.5


def test_games_without_zones_count_for_ratings_only() -> None:
    dark = january(12, **dict.fromkeys(ZONES), defensive_rating=125.0)
    row = analysis(january(8), january(10), dark)
    assert row["games_in_sample"] == 3 and row["defensive_rating"] == 115.0 and row["paint_fga_allowed"] == 40
    unknown = analysis(january(12, **dict.fromkeys(ZONES)))
    assert pd.isna(unknown["paint_difference_pp"]) and pd.isna(unknown["weakest_zone"])
    unknown_player = analysis(january(12, team="NYK"))
    assert (
        unknown_player["games_in_sample"] == 0
        and pd.isna(unknown_player["defensive_rating"])
        and pd.isna(unknown_player["strongest_zone"])
    )


def test_form_of_the_last_ten_and_pace_of_the_league() -> None:
    own = [january(n, pace=100.0 + n, offensive_rating=110.0) for n in range(1, 12)]
    other = [
        january(11, team="NYK", pace=90.0),
        *({"game_date": f"2023-05-0{n}", "season": "2022-23", "pace": 50.0} for n in (1, 2, 3)),
    ]
    offense = frame(
        [*own, *other, january(31, pace=500.0)], team="BOS", season="2023-24", offensive_rating=100.0
    )
    dates = [{"game_date": date} for date in ("2024-01-31", "2024-01-01", "2023-05-03")]
    player = {"game_id": "g", "player_id": 1, "opponent": "MIA", "source": "archive"}
    rows = frame(dates, team="BOS", season="2023-24", **player)
    tables = {"upcoming_player_game_context": rows, "team_offense_game_summary": offense}
    form = computed(PLAYER_DAILY_CACHE, **tables)
    assert form.loc[0, "team_pace_last_10"] == pytest.approx(sum(range(102, 112)) / 10)  # 102 to 111
    assert form.loc[0, "team_offensive_rating_last_10"] == 110.0
    assert form.loc[0, "league_pace_season"] == pytest.approx((sum(range(101, 112)) + 90) / 12)
    assert form.loc[1, "team_pace_last_10"] == 50.0  # the last games of last season
    assert pd.isna(form.loc[1, "league_pace_season"])
    assert pd.isna(form.loc[2, "team_pace_last_10"])  # two games are no form
