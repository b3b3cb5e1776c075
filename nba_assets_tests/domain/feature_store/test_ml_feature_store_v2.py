"""The last step of each feature, and the quality of a row, by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from nba_assets.domain.feature_store.feature_registry import (
    NAMES,
    REQUIRED,
)
from nba_assets.domain.feature_store.ml_feature_store_v2 import ML_FEATURE_STORE_V2
from nba_assets_tests.domain.box_frames import approx_equal, frame
from nba_assets_tests.domain.declared import computed

PLAYER = {
    "game_date": "2024-01-01",
    "game_id": "g",
    "player_id": 1,
    "player_name": "x",
    "team": "BOS",
    "opponent": "NYK",
    "season": "2023-24",
    "season_type": "Regular Season",
    "season_phase": "regular",
    "is_home": True,
    "is_neutral": False,
    "is_late_addition": False,
    "is_back_to_back": False,
    "days_rest": 2,
    "opponent_days_rest": 1,
    "games_last_7_days": 3,
    "injury_status": "Available",
    "points_line": 20.5,
    "opening_points_line": 19.5,
    "source": "archive",
}
CACHE = {
    "points_avg_last_5": 21.0,
    "points_avg_last_10": 20.0,
    "points_avg_season": 19.0,
    "points_std_last_10": 6.0,
    "points_avg_last_2": 20.0,
    "points_avg_3_before_last_2": 20.0,
    "minutes_avg_last_5": 30.0,
    "minutes_avg_last_10": 31.0,
    "minutes_avg_season": 30.0,
    "points_per_minute_last_10": 0.65,
    "free_throw_points_share_last_10": 0.2,
    "points_avg_vs_opponent": 18.0,
    "games_vs_opponent": 4,
    "team_pace_last_10": 100.0,
    "team_offensive_rating_last_10": 115.0,
    "games_in_history": 50,
    "games_season": 20,
    "missing_history_games": 0,
    "missing_last_10_games": 0,
    "missing_team_games": 0,
}
SHOTS = {"paint_share": 0.5, "mid_range_share": 0.2, "three_share": 0.3}
DEFENSE = {"defensive_rating": 112.0, "opponent_pace": 99.0}
FACTORS = {
    "fatigue_score": 95.0,
    "shot_zone_mismatch_score": 1.0,
    "pace_score": 0.5,
    "usage_spike_score": 0.1,
    "missing_inputs": "",
}


def row_of(**changes: object) -> pd.Series:
    """The feature row of one player, some facts changed."""

    def changed(facts: dict[str, object]) -> dict[str, object]:
        return facts | {name: value for name, value in changes.items() if name in facts}

    stamp = {name: PLAYER[name] for name in ("game_date", "game_id", "player_id", "source")}
    context = frame([changed(PLAYER)]).astype(
        {
            "days_rest": "Int64",
            "opponent_days_rest": "Int64",
            "is_neutral": "boolean",
            "points_line": "float64",
            "opening_points_line": "float64",
        }
    )
    defense = {name: changes.get(name, value) for name, value in DEFENSE.items()}
    return computed(
        ML_FEATURE_STORE_V2,
        upcoming_player_game_context=context,
        upcoming_team_game_context=frame(
            [{"game_id": "g", "team": "BOS", "win_pct": changes.get("win_pct", 0.6)}]
        ),
        player_daily_cache=frame([stamp | changed(CACHE)]),
        player_shot_zone_analysis=frame([stamp | changed(SHOTS)]),
        team_defense_zone_analysis=frame([{"game_date": "2024-01-01", "team": "NYK"} | defense]),
        player_composite_factors=frame([stamp | changed(FACTORS)]),
    ).iloc[0]


def test_a_complete_row_by_hand() -> None:
    row = row_of()
    expected = {
        "points_avg_last_5": 21,
        "points_avg_last_10": 20,
        "points_avg_season": 19,
        "points_std_last_10": 6,
        "games_in_last_7_days": 3,
        "fatigue_score": 95,
        "shot_zone_mismatch_score": 1,
        "pace_score": 0.5,
        "usage_spike_score": 0.1,
        "rest_advantage": 1,
        "injury_risk": 0,
        "recent_trend": 0,
        "minutes_change": 0,
        "opponent_def_rating": 112,
        "opponent_pace": 99,
        "home_away": 1,
        "back_to_back": 0,
        "playoff_game": 0,
        "pct_paint": 0.5,
        "pct_mid_range": 0.2,
        "pct_three": 0.3,
        "pct_free_throw": 0.2,
        "team_pace": 100,
        "team_off_rating": 115,
        "team_win_pct": 0.6,
        "vegas_points_line": 20.5,
        "vegas_opening_line": 19.5,
        "vegas_line_move": 1,
        "has_vegas_line": 1,
        "avg_points_vs_opponent": 18,
        "games_vs_opponent": 4,
        "minutes_avg_last_10": 31,
        "ppm_avg_last_10": 0.65,
    }
    assert list(expected) == list(NAMES) and {name: row[name] for name in NAMES} == expected
    assert (row["quality_score"], row["quality_tier"], row["missing_features"]) == (100, "gold", "")
    assert (
        row["is_production_ready"] and not row["is_bootstrap"] and row["feature_version"] == "v2_33features"
    )


@pytest.mark.parametrize(
    ("change", "level"),
    [(0, 0), (2, 0), (-2, 0), (2.1, 1), (-2.1, -1), (5, 1), (-5, -1), (5.1, 2), (-5.1, -2), (40, 2)],
)
def test_recent_trend_at_its_edges(change: float, level: int) -> None:
    assert row_of(points_avg_last_2=20.0 + change)["recent_trend"] == level


@pytest.mark.parametrize(
    ("minutes", "usual", "level"),
    [
        (33.0, 30.0, 0),
        (27.0, 30.0, 0),
        (33.1, 30.0, 1),
        (26.9, 30.0, -1),
        (36.0, 30.0, 1),
        (24.0, 30.0, -1),
        (36.1, 30.0, 2),
        (23.9, 30.0, -2),
        (1.1, 1.0, 0),
        (12.0, 10.0, 1),
        (0.9, 1.0, 0),
        (30.0, 0.0, None),
        (None, 30.0, None),
        (30.0, None, None),
    ],
)
def test_minutes_change_at_its_edges(minutes: float | None, usual: float | None, level: int | None) -> None:
    # 1.1 / 1.0 - 1 is a hair over a tenth in binary: still not beyond 10 %.
    row = row_of(minutes_avg_last_5=math.nan if minutes is None else minutes,
                 minutes_avg_season=math.nan if usual is None else usual)  # fmt: skip
    assert approx_equal(row["minutes_change"], level)


@pytest.mark.parametrize("lately", [19.0, 20.0, 21.0])
def test_no_step_is_never_minus_zero(lately: float) -> None:
    assert not np.signbit(row_of(points_avg_last_2=lately)["recent_trend"])


@pytest.mark.parametrize(
    ("own", "other", "advantage"),
    [
        (2, 1, 1),
        (1, 1, 0),
        (1, 3, -2),
        (1, 9, -2),
        (9, 1, 2),
        (190, 191, -1),
        (None, 1, None),
        (1, None, None),
    ],
)
def test_rest_advantage_is_clamped(own: int | None, other: int | None, advantage: int | None) -> None:
    assert approx_equal(row_of(days_rest=own, opponent_days_rest=other)["rest_advantage"], advantage)


@pytest.mark.parametrize(
    ("status", "level"),
    [("Available", 0), ("Probable", 1), ("Questionable", 2), ("Doubtful", 3), ("Out", 3), (None, None)],
)
def test_injury_risk_levels(status: str | None, level: int | None) -> None:
    assert approx_equal(row_of(injury_status=status)["injury_risk"], level)


@pytest.mark.parametrize(
    ("is_home", "is_neutral", "flag"),
    [
        (True, False, 1),
        (False, False, 0),
        (True, True, 0),
        (False, True, 0),
        (True, None, 1),
        (False, None, 0),
    ],
)
def test_no_team_is_at_home_at_a_neutral_site(is_home: bool, is_neutral: bool | None, flag: int) -> None:
    assert row_of(is_home=is_home, is_neutral=is_neutral)["home_away"] == flag


@pytest.mark.parametrize(
    ("part", "flag"), [("Regular Season", 0), ("PlayIn", 1), ("Playoffs", 1), ("Cup", 0)]
)
def test_playoff_game(part: str, flag: int) -> None:
    assert row_of(season_type=part)["playoff_game"] == flag


def test_without_a_line_nothing_replaces_it() -> None:
    row = row_of(points_line=math.nan, opening_points_line=math.nan)
    assert row[["vegas_points_line", "vegas_opening_line", "vegas_line_move"]].isna().all()
    assert row["has_vegas_line"] == 0 and row["quality_score"] == 100 and row["is_production_ready"]


def test_optional_features_cost_nothing() -> None:
    row = row_of(
        shot_zone_mismatch_score=math.nan,
        usage_spike_score=math.nan,
        injury_status=None,
        win_pct=math.nan,
        free_throw_points_share_last_10=math.nan,
        points_avg_vs_opponent=math.nan,
        games_vs_opponent=0,
    )
    assert row["quality_score"] == 100 and row["missing_features"] == "" and row["is_production_ready"]


_WORSE = [
    "points_avg_last_5",
    "points_avg_last_10",
    "points_avg_season",
    "points_std_last_10",
    "fatigue_score",
    "pace_score",
    "paint_share",
    "mid_range_share",
    "three_share",
    "points_avg_last_2",
    "minutes_avg_last_5",
    "minutes_avg_last_10",
    "points_per_minute_last_10",
    "team_pace_last_10",
    "team_offensive_rating_last_10",
]


@pytest.mark.parametrize(
    ("missing", "score", "tier"),
    [(0, 100, "gold"), (1, 69, "poor"), (4, 69, "poor"), (5, 49, "unusable"), (12, 49, "unusable"),
     (13, 100 * 11 / 24, "unusable"), (15, 37.5, "unusable")],
)  # fmt: skip
def test_quality_falls_with_required_features(missing: int, score: float, tier: str) -> None:
    assert len(REQUIRED) == 24
    row = row_of(**dict.fromkeys(_WORSE[:missing], math.nan))
    names = row["missing_features"].split("|") if row["missing_features"] else []
    assert len(names) == missing and set(names) <= set(REQUIRED) and names == [n for n in NAMES if n in names]
    assert row["quality_score"] == pytest.approx(score) and row["quality_tier"] == tier
    assert row["is_production_ready"] == (missing == 0)


@pytest.mark.parametrize(
    ("holes", "score", "tier"),
    [(0, 100, "gold"), (1, 95, "gold"), (2, 90, "silver"), (4, 80, "bronze"), (6, 70, "bronze"),
     (7, 70, "bronze"), (80, 70, "bronze")],
)  # fmt: skip
def test_quality_falls_with_games_missing_from_the_windows(holes: int, score: float, tier: str) -> None:
    row = row_of(missing_history_games=holes)
    assert (row["quality_score"], row["quality_tier"], row["missing_features"]) == (score, tier, "")
    assert row["missing_history_games"] == holes
    assert row["is_production_ready"] == (holes <= 1), "one of 21 is less than a twentieth"


@pytest.mark.parametrize(("recent", "ready"), [(0, True), (1, True), (2, False), (10, False)])
def test_two_of_the_last_ten_games_missing_move_a_row(recent: int, ready: bool) -> None:
    row = row_of(missing_history_games=1, missing_last_10_games=recent)
    assert row["is_production_ready"] == ready


def test_quality_never_falls_below_zero() -> None:
    gone = [*_WORSE, "defensive_rating", "opponent_pace", "days_rest"]
    row = row_of(**dict.fromkeys(gone, math.nan), missing_history_games=9)
    assert row["quality_score"] == pytest.approx(max(100 * (24 - len(gone)) / 24 - 30, 0))
    three = row_of(points_avg_last_5=math.nan, missing_history_games=3)
    assert three["quality_score"] == 54 and three["quality_tier"] == "poor"


def test_the_opening_and_late_additions_are_not_ready() -> None:
    opening, late = row_of(season_phase="opening"), row_of(is_late_addition=True)
    assert opening["is_bootstrap"] and opening["quality_score"] == 100 and not opening["is_production_ready"]
    assert late["is_late_addition"] and late["quality_tier"] == "gold" and not late["is_production_ready"]
