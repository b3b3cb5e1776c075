"""A player's form before a date, by hand."""

from __future__ import annotations

import statistics
from typing import Any

import pandas as pd
import pytest

from nba_assets.domain.precompute.player_daily_cache import PLAYER_DAILY_CACHE
from nba_assets.domain.precompute.player_shot_zone_analysis import PLAYER_SHOT_ZONE_ANALYSIS, primary_zone
from nba_assets_tests.domain.box_frames import frame
from nba_assets_tests.domain.declared import computed

LINE = {"pts": 20, "minutes": 30.0, "usage_rate": 25.0, "ts_pct": 0.6, "ftm": 4, "fga": 10, "fgm": 5,
        "assisted_fgm": 2, "paint_fga": 5, "paint_fgm": 3, "mid_range_fga": 2, "mid_range_fgm": 1,
        "three_fga": 3, "three_fgm": 1}  # fmt: skip
TONIGHT = frame(
    [{"game_date": "2024-01-31"}],
    game_id="g",
    player_id=1,
    team="BOS",
    opponent="NYK",
    season="2023-24",
    source="archive",
)
OFFENSE = frame(
    [{"game_date": f"2024-01-0{n}"} for n in (1, 3, 5)],
    team="BOS",
    season="2023-24",
    pace=99.0,
    offensive_rating=115.0,
)


def games(*rows: dict[str, Any]) -> pd.DataFrame:
    """One game a row, a day apart, the last on 2024-01-30."""
    last = pd.Timestamp("2024-01-30")
    dated = [{"game_date": last - pd.Timedelta(days=len(rows) - 1 - n)} | row for n, row in enumerate(rows)]
    facts = {"player_id": 1, "game_id": "h", "team": "BOS", "opponent": "MIA", "season": "2023-24"}
    made = frame(dated, **(LINE | facts))
    counts = [name for name in LINE if name.endswith(("_fga", "_fgm"))]
    return made.astype(dict.fromkeys(counts, "Int64"))


def points(*scored: int, **more: Any) -> pd.DataFrame:
    return games(*({"pts": p} | more for p in scored))


def cache(history: pd.DataFrame) -> pd.Series:
    return computed(
        PLAYER_DAILY_CACHE,
        upcoming_player_game_context=TONIGHT,
        player_game_summary=history,
        team_offense_game_summary=OFFENSE,
    ).iloc[0]


def zones(history: pd.DataFrame) -> pd.Series:
    tables = {"upcoming_player_game_context": TONIGHT, "player_game_summary": history}
    return computed(PLAYER_SHOT_ZONE_ANALYSIS, **tables).iloc[0]


def test_means_of_five_ten_twenty_and_the_season() -> None:
    scored = list(range(1, 26))
    row = cache(points(*scored))
    assert row["points_avg_last_5"] == 23.0 and row["points_avg_last_10"] == 20.5
    assert row["points_avg_last_20"] == 15.5 and row["points_avg_season"] == 13.0
    assert row["points_std_last_10"] == pytest.approx(statistics.stdev(scored[-10:]))
    assert row["points_avg_last_2"] == 24.5 and row["points_avg_3_before_last_2"] == 22.0
    assert row["games_in_history"] == 25 and row["games_season"] == 25
    assert row["team_pace_last_10"] == 99.0 and row["team_offensive_rating_last_10"] == 115.0


def test_windows_of_games_cross_seasons_and_season_windows_do_not() -> None:
    history = games({"pts": 40, "season": "2022-23"}, {"pts": 30, "season": "2022-23"}, {"pts": 10})
    row = cache(history)
    assert row["points_avg_last_5"] == pytest.approx(80 / 3) and row["points_avg_season"] == 10.0
    assert (row["games_season"], row["games_in_history"]) == (1, 3)


@pytest.mark.parametrize("played", [0, 1, 2, 3, 4, 5])
def test_what_a_short_history_leaves_unknown(played: int) -> None:
    row = cache(points(*range(10, 10 + played)) if played else points(1).iloc[:0])
    assert pd.isna(row["points_avg_last_5"]) == (played < 1)
    assert pd.isna(row["points_avg_last_2"]) == (played < 2)
    assert pd.isna(row["points_std_last_10"]) == (played < 3)
    assert pd.isna(row["points_avg_3_before_last_2"]) == (played < 5)
    assert pd.isna(row["free_throw_points_share_last_10"]) == (played < 5)


def test_ratios_of_sums() -> None:
    history = games(*({"pts": p, "minutes": m, "ftm": f} for p, m, f in
                      ((0, 0.0, 0), (10, 20.0, 2), (20, 40.0, 8), (0, 10.0, 0), (10, 30.0, 2))))  # fmt: skip
    row = cache(history)
    assert row["points_per_minute_last_10"] == pytest.approx(40 / 100)
    assert row["free_throw_points_share_last_10"] == pytest.approx(12 / 40)
    scoreless = cache(points(0, 0, 0, 0, 0, 0, minutes=0.0, ftm=0))
    assert pd.isna(scoreless["points_per_minute_last_10"]) and pd.isna(
        scoreless["free_throw_points_share_last_10"]
    )


def test_decayed_means_by_hand() -> None:
    row = cache(points(10, 20, 40))
    weights = [0.5 ** (lag / 3) for lag in (0, 1, 2)]
    expected = (40 * weights[0] + 20 * weights[1] + 10 * weights[2]) / sum(weights)
    assert row["points_decayed_3"] == pytest.approx(expected) and row["minutes_decayed_10"] == pytest.approx(
        30.0
    )


def test_unknown_usage_is_left_out_of_the_mean() -> None:
    row = cache(games({"usage_rate": 20.0}, {"usage_rate": None, "minutes": 0.0}, {"usage_rate": 30.0}))
    assert row["usage_rate_avg_last_5"] == 25.0 and row["minutes_avg_last_5"] == 20.0


def test_against_the_opponent_over_three_years() -> None:
    history = games({"pts": 12, "opponent": "NYK"}, {"pts": 30}, {"pts": 18, "opponent": "NYK"})
    row = cache(history)
    assert row["points_avg_vs_opponent"] == 15.0 and row["games_vs_opponent"] == 2
    never = cache(points(1, 2))
    assert pd.isna(never["points_avg_vs_opponent"]) and never["games_vs_opponent"] == 0


def test_nothing_older_than_three_years_is_seen() -> None:
    """A range reads further back for its later dates than one of them alone: both must give the same."""
    old = points(50, opponent="NYK").assign(game_date=pd.Timestamp("2024-01-31") - pd.Timedelta(days=1097))
    edge = points(10, opponent="NYK").assign(game_date=pd.Timestamp("2024-01-31") - pd.Timedelta(days=1096))
    row = cache(pd.concat([old, edge]))
    assert row["points_avg_vs_opponent"] == 10.0 and row["games_vs_opponent"] == row["games_in_history"] == 1
    assert row["points_avg_last_10"] == 10.0
    assert zones(pd.concat([old, edge]))["games_in_sample"] == 1


def test_tonight_is_not_seen() -> None:
    tonight = points(80).assign(game_date=pd.Timestamp("2024-01-31"))
    row = cache(pd.concat([points(10), tonight]))
    assert row["points_avg_last_5"] == 10.0 and row["games_in_history"] == 1


def test_shares_of_the_last_ten_games_with_zones() -> None:
    old = {"paint_fga": 0, "mid_range_fga": 0, "three_fga": 10}
    unknown = dict.fromkeys(
        ("paint_fga", "paint_fgm", "mid_range_fga", "mid_range_fgm", "three_fga", "three_fgm")
    )
    row = zones(games(*[old] * 10, *[{}] * 8, unknown, unknown))
    assert row["games_in_sample"] == 8  # of the last ten games played, not the last ten with zones
    assert (row["paint_share"], row["mid_range_share"], row["three_share"]) == (0.5, 0.2, 0.3)
    assert row["paint_pct"] == pytest.approx(0.6) and row["assisted_share"] == pytest.approx(0.4)
    assert row["three_share_trend"] == pytest.approx(0.3 - (100 + 24) / 180)
    assert row["primary_zone"] == "paint"


def test_without_zones_shares_are_null_and_without_shots_too() -> None:
    unknown = dict.fromkeys(
        ("paint_fga", "paint_fgm", "mid_range_fga", "mid_range_fgm", "three_fga", "three_fgm")
    )
    row = zones(games(unknown, unknown))
    assert row["games_in_sample"] == 0 and pd.isna(row["paint_share"]) and pd.isna(row["primary_zone"])
    idle = dict.fromkeys(("paint_fga", "mid_range_fga", "three_fga", "fga", "fgm"), 0)
    row = zones(games(idle))
    assert row["games_in_sample"] == 1 and pd.isna(row["three_share"]) and pd.isna(row["primary_zone"])


@pytest.mark.parametrize(
    ("paint", "mid_range", "three", "zone"),
    [
        (0.40, 0.20, 0.40, "paint"),
        (0.39, 0.21, 0.40, "perimeter"),
        (0.39, 0.35, 0.26, "mid_range"),
        (0.39, 0.34, 0.27, "balanced"),
        (0.10, 0.45, 0.45, "perimeter"),
        (None, None, None, None),
    ],
)
def test_primary_zone_at_its_edges(paint: float, mid_range: float, three: float, zone: str | None) -> None:
    row = pd.DataFrame(
        {"paint_share": [paint], "mid_range_share": [mid_range], "three_share": [three]}, dtype="float64"
    )
    found = primary_zone(row).iloc[0]
    assert pd.isna(found) if zone is None else found == zone
