"""The 33 features of a player and game, put together from the tables before it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain.feature_store.feature_registry import (
    NAMES,
    REQUIRED,
    VERSION,
)

INJURY_RISK = {"Available": 0.0, "Probable": 1.0, "Questionable": 2.0, "Doubtful": 3.0, "Out": 3.0}
HOLE_COSTS, HOLES_COST_AT_MOST = 5, 30  # points of quality_score, for games missing from his windows
TIERS = ((95, "gold"), (85, "silver"), (70, "bronze"), (50, "poor"))


def feature_rows(
    context: pd.DataFrame,
    teams: pd.DataFrame,
    cache: pd.DataFrame,
    shots: pd.DataFrame,
    defense: pd.DataFrame,
    factors: pd.DataFrame,
) -> pd.DataFrame:
    """Features of every player who may play, or played.

    Args:
        context: upcoming_player_game_context, keyed by game_id and player_id.
        teams: upcoming_team_game_context, keyed by game_id and team.
        cache: player_daily_cache, keyed by game_id and player_id.
        shots: player_shot_zone_analysis, keyed by game_id and player_id.
        defense: team_defense_zone_analysis, keyed by game_date and team.
        factors: player_composite_factors, keyed by game_id and player_id.

    Returns:
        ml_feature_store_v2 without its stamps, keyed by game_id and player_id.
    """
    player = ["game_id", "player_id"]
    rows = (
        context.merge(
            teams[["game_id", "team", "win_pct"]], on=["game_id", "team"], how="left", validate="many_to_one"
        )
        .merge(
            cache.drop(columns=["game_date", "team", "opponent", "season", "source"]),
            on=player, how="left", validate="one_to_one",
        )
        .merge(
            shots[[*player, "paint_share", "mid_range_share", "three_share"]],
            on=player, how="left", validate="one_to_one",
        )
        .merge(
            defense[["game_date", "team", "defensive_rating", "opponent_pace"]].rename(
                columns={"team": "opponent"}
            ),
            on=["game_date", "opponent"],
            how="left",
            validate="many_to_one",
        )
        .merge(factors.drop(columns=["game_date", "source"]), on=player, how="left", validate="one_to_one")
    )  # fmt: skip
    features = pd.DataFrame(_values(rows), index=rows.index)[list(NAMES)].astype("float64")
    keys = rows[
        [
            "game_date",
            "game_id",
            "player_id",
            "player_name",
            "team",
            "opponent",
            "season",
            "is_late_addition",
            "source",
        ]
    ]
    result = pd.concat([keys, features], axis=1)
    result["is_bootstrap"] = rows["season_phase"].eq("opening").to_numpy(bool)
    result["games_in_history"] = rows["games_in_history"]
    result["games_season"] = rows["games_season"]
    result["missing_history_games"] = rows["missing_history_games"]
    return _with_quality(result)


def _values(rows: pd.DataFrame) -> dict[str, pd.Series]:
    line, opening = rows["points_line"], rows["opening_points_line"]
    neutral = rows["is_neutral"].fillna(False).astype(bool)
    own, other = rows["days_rest"].astype("Float64"), rows["opponent_days_rest"].astype("Float64")
    straight = (
        "points_avg_last_5", "points_avg_last_10", "points_avg_season", "points_std_last_10", "fatigue_score",
        "shot_zone_mismatch_score", "pace_score", "usage_spike_score", "minutes_avg_last_10", "opponent_pace",
        "games_vs_opponent",
    )  # fmt: skip
    return {name: rows[name] for name in straight} | {
        "games_in_last_7_days": rows["games_last_7_days"],
        "rest_advantage": (own - other).clip(-2, 2),
        "injury_risk": rows["injury_status"].map(INJURY_RISK),
        "recent_trend": steps(rows["points_avg_last_2"] - rows["points_avg_3_before_last_2"], 2, 5),
        "minutes_change": steps(
            100 * (rows["minutes_avg_last_5"] / _positive(rows["minutes_avg_season"]) - 1), 10, 20
        ),
        "opponent_def_rating": rows["defensive_rating"],
        "home_away": (rows["is_home"] & ~neutral).astype(float),
        "back_to_back": rows["is_back_to_back"].astype(float),
        "playoff_game": rows["season_type"].isin(["PlayIn", "Playoffs"]).astype(float),
        "pct_paint": rows["paint_share"],
        "pct_mid_range": rows["mid_range_share"],
        "pct_three": rows["three_share"],
        "pct_free_throw": rows["free_throw_points_share_last_10"],
        "team_pace": rows["team_pace_last_10"],
        "team_off_rating": rows["team_offensive_rating_last_10"],
        "team_win_pct": rows["win_pct"],
        "vegas_points_line": line,
        "vegas_opening_line": opening,
        "vegas_line_move": line - opening,
        "has_vegas_line": line.notna().astype(float),
        "avg_points_vs_opponent": rows["points_avg_vs_opponent"],
        "ppm_avg_last_10": rows["points_per_minute_last_10"],
    }


def steps(change: pd.Series, first: float, second: float) -> pd.Series:
    """0 within ``first``, 1 beyond it, 2 beyond ``second``, with the sign of the change; NULL stays NULL.

    The change is rounded to nine digits first, so that a tenth is a tenth on either side.
    """
    size = change.abs().round(9)
    level = (size > first).astype(float) + (size > second).astype(float)
    return level.where(change >= 0, 0.0 - level).where(change.notna())  # 0.0 - 0 is 0, and not -0


def _positive(values: pd.Series) -> pd.Series:
    return values.where(values > 0)


def _with_quality(rows: pd.DataFrame) -> pd.DataFrame:
    """quality_score: 100 * required present / required, at most 69 with one missing, 49 with five.

    Each game missing from his windows costs 5 more, up to 30; the score never falls below 0.
    """
    absent = rows[list(REQUIRED)].isna().to_numpy()
    missing = absent.sum(axis=1)
    score = 100.0 * (len(REQUIRED) - missing) / len(REQUIRED)
    score = np.where(
        missing >= 5, np.minimum(score, 49), np.where(missing >= 1, np.minimum(score, 69), score)
    )
    holes = rows["missing_history_games"].to_numpy(np.int64)
    score = np.maximum(score - np.minimum(HOLE_COSTS * holes, HOLES_COST_AT_MOST), 0)
    names = np.array([f"{name}|" for name in REQUIRED], dtype=object)
    joined = pd.Series(
        np.where(absent, names, "").sum(axis=1) if len(rows) else [], index=rows.index, dtype="object"
    )
    tier = np.select([score >= floor for floor, _ in TIERS], [name for _, name in TIERS], "unusable")
    return rows.assign(
        feature_version=VERSION,
        missing_features=joined.str.rstrip("|").astype("string[pyarrow]"),
        quality_score=score,
        quality_tier=pd.Series(tier, index=rows.index, dtype="string[pyarrow]"),
        is_production_ready=(
            (missing == 0) & (holes == 0) & ~rows["is_bootstrap"] & ~rows["is_late_addition"]
        ),
    )
