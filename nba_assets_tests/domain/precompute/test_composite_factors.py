"""Every term and every clamp of the four factors, by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nba_assets.domain.precompute.player_composite_factors import (
    PLAYER_COMPOSITE_FACTORS,
    fatigue_score,
    shot_zone_mismatch_score,
    usage_spike_score,
)
from nba_assets_tests.domain.box_frames import approx_equal, frame
from nba_assets_tests.domain.declared import computed


@pytest.mark.parametrize(
    ("rest", "games", "minutes", "pairs", "score"),
    [
        (2, 2, 60.0, 0, 100),
        (1, 2, 60.0, 0, 85),  # second night
        (3, 1, 30.0, 0, 100),  # 105, clamped
        (3, 4, 100.0, 0, 95),  # rested, but four games
        (2, 3, 90.0, 0, 100),
        (2, 4, 100.0, 0, 90),
        (2, 4, 140.0, 0, 90),  # 35 a game is not over 35
        (2, 4, 140.5, 0, 82),
        (2, 1, 36.0, 0, 92),
        (2, 0, 0.0, 0, 100),
        (2, 7, 240.0, 0, 90),  # 240 is not over 240
        (2, 7, 241.0, 0, 80),
        (2, 2, 60.0, 1, 95),
        (2, 2, 60.0, 2, 88),
        (2, 2, 60.0, 5, 88),
        (1, 6, 241.0, 2, 45),  # 100 - 15 - 10 - 10 - 8 - 12
        (None, 0, 0.0, 0, None),
    ],
)
def test_fatigue_term_by_term(
    rest: int | None, games: int, minutes: float, pairs: int, score: float | None
) -> None:
    row = pd.DataFrame(
        {
            "player_days_rest": pd.array([rest], "Int64"),
            "games_last_7_days": [games],
            "minutes_last_7_days": [minutes],
            "back_to_backs_last_14_days": [pairs],
        }
    )
    assert approx_equal(fatigue_score(row).iloc[0], score)


def zoned(zone: str | None, share: float, difference: float | None) -> pd.DataFrame:
    column = {"paint": "paint", "perimeter": "three", "mid_range": "mid_range"}.get(zone or "")
    row = {"primary_zone": pd.array([zone], "string[pyarrow]")}
    for name in ("paint", "mid_range", "three"):
        row[f"{name}_share"] = [share if name == column else 0.1]
        row[f"{name}_difference_pp"] = [difference if name == column else 99.0]
    return pd.DataFrame(row).astype(
        {f"{n}_difference_pp": "float64" for n in ("paint", "mid_range", "three")}
    )


@pytest.mark.parametrize(
    ("zone", "share", "difference", "score"),
    [
        ("paint", 0.5, 4.0, 4.0),
        ("paint", 0.8, 4.0, 4.0),  # the share counts up to a half
        ("perimeter", 0.4, 5.0, 4.0),
        ("mid_range", 0.35, -4.0, -2.8),
        ("paint", 0.5, 5.0, 5.0),  # 5 is not beyond 5
        ("paint", 0.5, 6.0, 7.2),
        ("paint", 0.5, -6.0, -7.2),
        ("perimeter", 0.4, 6.5, 6.24),  # 5.2 after the share
        ("paint", 0.5, 9.0, 10.0),  # 10.8, clamped
        ("paint", 0.5, -20.0, -10.0),
        ("balanced", 0.3, 4.0, None),
        (None, 0.3, 4.0, None),
        ("paint", 0.5, None, None),
    ],
)
def test_mismatch_by_hand(
    zone: str | None, share: float, difference: float | None, score: float | None
) -> None:
    assert approx_equal(shot_zone_mismatch_score(zoned(zone, share, difference)).iloc[0], score)


@pytest.mark.parametrize(
    ("own", "opponent", "league", "score"),
    [
        (102.0, 100.0, 99.0, 1.0),
        (98.0, 96.0, 99.0, -1.0),
        (106.0, 104.0, 99.0, 3.0),
        (110.0, 110.0, 99.0, 3.0),
        (90.0, 90.0, 99.0, -3.0),
        (None, 100.0, 99.0, None),
        (100.0, None, 99.0, None),
        (100.0, 100.0, None, None),
    ],
)
def test_pace_by_hand(
    own: float | None, opponent: float | None, league: float | None, score: float | None
) -> None:
    row = factors(
        cache={"team_pace_last_10": own, "league_pace_season": league},
        defense=DEFENSE.assign(opponent_pace=opponent),
    )
    assert approx_equal(row["pace_score"], score)


def team(*rows: dict[str, Any]) -> pd.DataFrame:
    defaults = {"game_id": "g", "team": "BOS", "injury_status": "Available", "usage_rate_avg_season": 20.0,
                "minutes_avg_last_10": 30.0, "is_late_addition": False,
                "injury_captured_at": pd.Timestamp("2024-01-01T20:00Z")}  # fmt: skip
    made = pd.DataFrame([defaults | row for row in rows])
    types = {
        "injury_status": "string[pyarrow]",
        "usage_rate_avg_season": "float64",
        "minutes_avg_last_10": "float64",
    }
    return made.astype(types)


def test_usage_that_absent_teammates_leave() -> None:
    out = {"injury_status": "Out"}
    rows = team(
        {}, {"usage_rate_avg_season": 30.0}, {"minutes_avg_last_10": 10.0}, {"injury_status": "Doubtful"}, out
    )
    available = 20 * 30 + 30 * 30 + 20 * 10 + 20 * 30
    expected = [0.3 * usage * 600 / available for usage in (20, 30, 20, 20)]
    assert usage_spike_score(rows).tolist()[:4] == pytest.approx(expected)
    assert usage_spike_score(rows).iloc[4] == 0  # nobody else is out
    full = usage_spike_score(team({}, {}))
    assert full.tolist() == [0, 0]


def test_usage_spike_is_clamped_and_stays_within_team_and_game() -> None:
    rows = team({}, *[{"injury_status": "Out"}] * 4, {"team": "NYK"}, {"game_id": "h"})
    score = usage_spike_score(rows)
    assert score.iloc[0] == 3.0 and score.iloc[5] == 0 and score.iloc[6] == 0


def test_usage_spike_needs_a_report_and_his_own_usage() -> None:
    rows = team({}, {"usage_rate_avg_season": None}, {"injury_status": "Out"})
    score = usage_spike_score(rows)
    assert score.iloc[0] > 0 and pd.isna(score.iloc[1])
    silent = usage_spike_score(rows.assign(injury_captured_at=pd.NaT))
    assert silent.isna().all()


def test_late_additions_change_nobodys_score() -> None:
    late_out = {"injury_status": "Out", "is_late_addition": True}
    late = {"is_late_addition": True}
    out = {"injury_status": "Out"}
    alone = usage_spike_score(team({}, {}, out)).tolist()
    together = usage_spike_score(team({}, {}, out, late, late_out)).tolist()
    assert together[:3] == alone and together[3] == alone[0]


CONTEXT = frame(
    [{"player_id": 1, "team": "BOS", "opponent": "NYK"}],
    game_date="2024-01-01",
    game_id="g",
    source="archive",
    player_days_rest=2,
    games_last_7_days=2,
    minutes_last_7_days=60.0,
    back_to_backs_last_14_days=0,
    injury_status="Available",
    injury_captured_at=pd.Timestamp("2024-01-01T20:00Z"),
    is_late_addition=False,
)
CACHE = frame(
    [{"player_id": 1}], game_date="2024-01-01", game_id="g", team="BOS", opponent="NYK", season="2023-24",
    source="archive", usage_rate_avg_season=20.0, minutes_avg_last_10=30.0, team_pace_last_10=102.0,
    league_pace_season=99.0,
)  # fmt: skip
SHOTS = frame(
    [{"player_id": 1}],
    game_date="2024-01-01",
    game_id="g",
    source="archive",
    games_in_sample=10,
    primary_zone="paint",
    paint_share=0.5,
    mid_range_share=0.2,
    three_share=0.3,
)
DEFENSE = frame(
    [{"team": "NYK"}],
    game_date="2024-01-01",
    game_id="g",
    source="archive",
    games_in_sample=15,
    opponent_pace=100.0,
    paint_difference_pp=4.0,
    mid_range_difference_pp=0.0,
    three_difference_pp=0.0,
)


def factors(context: dict[str, Any] | None = None, cache: dict[str, Any] | None = None,
            shots: dict[str, Any] | None = None, defense: pd.DataFrame = DEFENSE) -> pd.Series:  # fmt: skip
    return computed(
        PLAYER_COMPOSITE_FACTORS,
        upcoming_player_game_context=CONTEXT.assign(**context or {}),
        player_daily_cache=CACHE.assign(**cache or {}),
        player_shot_zone_analysis=SHOTS.assign(**shots or {}),
        team_defense_zone_analysis=defense,
    ).iloc[0]


def test_all_four_together() -> None:
    row = factors()
    names = ["fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score"]
    assert row[names].tolist() == [100.0, 4.0, 1.0, 0.0] and row["missing_inputs"] == ""


@pytest.mark.parametrize(
    ("changes", "factor", "named"),
    [
        ({"context": {"player_days_rest": None}}, "fatigue_score", "player_days_rest"),
        ({"shots": {"primary_zone": None}}, "shot_zone_mismatch_score", "primary_zone"),
        ({"cache": {"team_pace_last_10": float("nan")}}, "pace_score", "team_pace_last_10"),
        ({"cache": {"league_pace_season": float("nan")}}, "pace_score", "league_pace_season"),
        ({"context": {"injury_captured_at": pd.NaT}}, "usage_spike_score", "injury_captured_at"),
        ({"cache": {"usage_rate_avg_season": float("nan")}}, "usage_spike_score", "usage_rate_avg_season"),
    ],
)
def test_a_missing_input_makes_its_factor_null_and_is_named(
    changes: dict[str, Any], factor: str, named: str
) -> None:
    row = factors(**changes)
    assert pd.isna(row[factor]) and row["missing_inputs"] == named
    others = {"fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score"} - {factor}
    assert row[list(others)].notna().all()


def test_an_unknown_opponent_costs_two_factors() -> None:
    row = factors(defense=DEFENSE.assign(team="MIA"))
    assert pd.isna(row["pace_score"]) and pd.isna(row["shot_zone_mismatch_score"])
    assert row["missing_inputs"].split("|") == ["paint_difference_pp", "opponent_pace"]


def test_two_rows_of_a_key_raise() -> None:
    with pytest.raises(pd.errors.MergeError):
        computed(
            PLAYER_COMPOSITE_FACTORS,
            upcoming_player_game_context=CONTEXT,
            player_daily_cache=pd.concat([CACHE, CACHE]),
        )
