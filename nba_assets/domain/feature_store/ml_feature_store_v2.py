"""The 33 features of a player and game that are known before tip-off, and the quality of a row."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain.declarations.expressions import Function, Known, Steps
from nba_assets.domain.declarations.feature import NEVER, Feature, FeatureTable, covered
from nba_assets.domain.declarations.sources import Stored
from nba_assets.domain.precompute.missing_history import holes_move_features
from nba_assets.domain.precompute.player_composite_factors import PLAYER_COMPOSITE_FACTORS as FACTORS
from nba_assets.domain.precompute.player_daily_cache import PLAYER_DAILY_CACHE as CACHE
from nba_assets.domain.precompute.player_shot_zone_analysis import PLAYER_SHOT_ZONE_ANALYSIS as SHOTS
from nba_assets.domain.precompute.team_defense_zone_analysis import (
    LEAST_GAMES,
    OPPONENT_DEFENSE,
    SAMPLE_GAMES,
)

VERSION = "v2_33features"
INJURY_RISK = {"Available": 0.0, "Probable": 1.0, "Questionable": 2.0, "Doubtful": 3.0, "Out": 3.0}
HOLE_COSTS, HOLES_COST_AT_MOST = 5, 30  # points of quality_score, for games missing from his windows
TIERS = ((95, "gold"), (85, "silver"), (70, "bronze"), (50, "poor"))

_CONTEXT = Stored("upcoming_player_game_context")
_TEAM = Stored("upcoming_team_game_context", ("game_id", "team"))
_FORM = CACHE.stored
_NO_LINE = "no line before tip-off"
_NO_SEASON = "no game this season"
_NO_OPPONENT = f"opponent with fewer than {LEAST_GAMES} earlier games"
_NO_ZONES = "no attempt in a game with zones"


def injury_risk(rows: pd.DataFrame) -> pd.Series:
    """Available 0, Probable 1, Questionable 2, Doubtful or Out 3."""
    return rows["injury_status"].map(INJURY_RISK)


def at_home(rows: pd.DataFrame) -> pd.Series:
    """1 where is_home and not is_neutral, else 0."""
    return (rows["is_home"] & ~rows["is_neutral"].fillna(False).astype(bool)).astype(float)


def in_postseason(rows: pd.DataFrame) -> pd.Series:
    """1 for PlayIn and Playoffs, else 0."""
    return rows["season_type"].isin(["PlayIn", "Playoffs"]).astype(float)


def in_opening_days(rows: pd.DataFrame) -> np.ndarray:
    """Whether the season is in its first 14 days."""
    return rows["season_phase"].eq("opening").to_numpy(bool)


_TREND = _FORM["points_avg_last_2"] - _FORM["points_avg_3_before_last_2"]
_MINUTES_CHANGE = 100 * (_FORM["minutes_avg_last_5"] / _FORM["minutes_avg_season"] - 1)
_LINE, _OPENING = _CONTEXT["points_line"], _CONTEXT["opening_points_line"]

V2 = (
    CACHE.carry("points_avg_last_5"),
    CACHE.carry("points_avg_last_10"),
    CACHE.carry("points_avg_season"),
    CACHE.carry("points_std_last_10", range=(0, 40)),
    Feature("games_in_last_7_days", _CONTEXT["games_last_7_days"], "games played in the 7 days before",
            "games", (0, 5)),
    FACTORS.carry("fatigue_score"),
    FACTORS.carry("shot_zone_mismatch_score"),
    FACTORS.carry("pace_score"),
    FACTORS.carry("usage_spike_score"),
    Feature("rest_advantage", (_CONTEXT["days_rest"] - _CONTEXT["opponent_days_rest"]).clip(-2, 2),
            "own team's days of rest minus the opponent's, clamped to 2", "days", (-2, 2),
            "a team without an earlier game"),
    Feature("injury_risk", Function(injury_risk, (_CONTEXT["injury_status"],)),
            "available 0, probable 1, questionable 2, doubtful or out 3", "level", (0, 3), "no injury report",
            required=False),
    Feature("recent_trend", Steps(_TREND, 2, 5),
            "mean of the last 2 minus mean of the 3 before; beyond 2 points 1, beyond 5 2", "level", (-2, 2),
            "fewer than 5 games"),
    Feature("minutes_change", Steps(_MINUTES_CHANGE, 10, 20),
            "minutes last 5 over season mean; beyond 10 % 1, beyond 20 % 2", "level", (-2, 2), _NO_SEASON,
            needs="season"),
    Feature("opponent_def_rating", OPPONENT_DEFENSE["defensive_rating"],
            f"mean defensive rating over the opponent's last {SAMPLE_GAMES}", "per 100", (80, 140),
            _NO_OPPONENT),
    Feature("opponent_pace", OPPONENT_DEFENSE["opponent_pace"],
            f"mean pace of the opponent's last {SAMPLE_GAMES} games", "possessions", (80, 125), _NO_OPPONENT),
    Feature("home_away", Function(at_home, (_CONTEXT["is_home"], _CONTEXT["is_neutral"])),
            "1 home, 0 away, 0 neutral", "flag", (0, 1), NEVER),
    Feature("back_to_back", _CONTEXT["is_back_to_back"], "the team played the day before", "flag", (0, 1),
            NEVER),
    Feature("playoff_game", Function(in_postseason, (_CONTEXT["season_type"],)), "play-in or playoffs",
            "flag", (0, 1), NEVER),
    SHOTS.carry("paint_share", "pct_paint", definition="share of attempts in the paint, last 10",
                null_means=_NO_ZONES),
    SHOTS.carry("mid_range_share", "pct_mid_range", definition="share of attempts from mid-range, last 10",
                null_means=_NO_ZONES),
    SHOTS.carry("three_share", "pct_three", definition="share of attempts from three, last 10",
                null_means=_NO_ZONES),
    CACHE.carry("free_throw_points_share_last_10", "pct_free_throw", required=False),
    CACHE.carry("team_pace_last_10", "team_pace", unit="possessions", range=(80, 125)),
    CACHE.carry("team_offensive_rating_last_10", "team_off_rating", range=(80, 140)),
    Feature("team_win_pct", _TEAM["win_pct"], "share won this season (needs 5)", "fraction", (0, 1),
            "fewer than 5 games", required=False),
    Feature("vegas_points_line", _LINE, "median line of the last capture before tip-off", "points", (0, 60),
            _NO_LINE, required=False),
    Feature("vegas_opening_line", _OPENING, "median line of the first capture", "points", (0, 60), _NO_LINE,
            required=False),
    Feature("vegas_line_move", _LINE - _OPENING, "vegas_points_line - vegas_opening_line", "points", (-15,
            15), _NO_LINE, required=False),
    Feature("has_vegas_line", Known(_LINE), "a real line exists", "flag", (0, 1), NEVER),
    # Required by the first design; but a rookie has never met most opponents, and a league average in its
    # place would be an invented default; games_vs_opponent is 0 instead.
    CACHE.carry("points_avg_vs_opponent", "avg_points_vs_opponent", required=False),
    CACHE.carry("games_vs_opponent", kind="number", range=(0, 40)),
    CACHE.carry("minutes_avg_last_10"),
    CACHE.carry("points_per_minute_last_10", "ppm_avg_last_10", range=(0, 3)),
)  # fmt: skip
NAMES = tuple(feature.name for feature in V2)
REQUIRED = tuple(feature.name for feature in V2 if feature.required)
COVERED = covered(V2)


def with_quality(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with their quality: 100 * required present / required, at most 69 with one missing, 49 with five.

    Each game missing from his windows costs 5 more, up to 30; the score never falls below 0.

    Args:
        rows: features, missing_history_games, missing_last_10_games, games_season, is_bootstrap,
            is_late_addition.
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
            (missing == 0) & ~holes_move_features(rows) & ~rows["is_bootstrap"] & ~rows["is_late_addition"]
        ),
    )


def without_zones(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of ml_feature_store_v2 without the features that follow from shot zones, judged anew."""
    return with_quality(rows.assign(**dict.fromkeys(FROM_ZONES, np.nan)))


IS_BOOTSTRAP = Feature("is_bootstrap", Function(in_opening_days, (_CONTEXT["season_phase"],)),
                       "first 14 days of a season", null_means=NEVER, kind="flag")  # fmt: skip
COUNTS = (
    "games_in_history",
    "games_season",
    "missing_history_games",
    "missing_last_10_games",
    "missing_team_games",
)
HISTORY = tuple(CACHE.carry(name) for name in COUNTS)
# What only a feed of shots or events can tell: its absence costs these features, and nothing else.
FROM_ZONES = ("pct_paint", "pct_mid_range", "pct_three")

ML_FEATURE_STORE_V2 = FeatureTable(
    "ml_feature_store_v2",
    rows=_CONTEXT,
    carried=(
        "game_id", "player_id", "player_name", "team", "opponent", "season", "is_late_addition", "source",
    ),
    features=(*V2, IS_BOOTSTRAP, *HISTORY),
    finish=with_quality,
)  # fmt: skip
