"""The feature registry: one declaration a feature, for backfill, training and serving alike.

What belongs here: names, order, meaning, unit, range, window and need of every feature. What does not: how it
is computed (feature_store.py).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

VERSION = "v2_33features"


@dataclass(frozen=True)
class Feature:
    """One model input.

    Attributes:
        name: column in ml_feature_store_v2.
        definition: what it is, with its window.
        source: table it comes from.
        unit: unit of the value.
        low: smallest legal value; a value outside the range is an error, never clipped.
        high: largest legal value.
        null_means: when it is NULL.
        required: a row without it is not production ready.
        needs: smallest history with which it must exist: games (10 games), season (10 games, one of them this
            season). Coverage counts these rows only.
    """

    name: str
    definition: str
    source: str
    unit: str
    low: float
    high: float
    null_means: str = "no earlier game"
    required: bool = True
    needs: str = "games"


_CACHE = "player_daily_cache"
_CONTEXT = "upcoming_player_game_context"
_FACTORS = "player_composite_factors"
_DEFENSE = "team_defense_zone_analysis"
_SHOTS = "player_shot_zone_analysis"
_TEAM = "upcoming_team_game_context"
_NO_SEASON = "no game this season"
_NO_LINE = "no line before tip-off"

V2 = (
    Feature("points_avg_last_5", "mean points, last 5", _CACHE, "points", 0, 83),
    Feature("points_avg_last_10", "mean points, last 10", _CACHE, "points", 0, 83),
    Feature("points_avg_season", "mean points, this season before the game", _CACHE, "points", 0, 83, _NO_SEASON, needs="season"),
    Feature("points_std_last_10", "sample standard deviation of points, last 10", _CACHE, "points", 0, 40, "fewer than 3 games"),
    Feature("games_in_last_7_days", "games played in the 7 days before", _CONTEXT, "games", 0, 5),
    Feature("fatigue_score", "freshness from rest, games and minutes", _FACTORS, "0..100", 0, 100),
    Feature("shot_zone_mismatch_score", "weakness of the opponent in the player's primary zone", _FACTORS, "pp", -12, 12, "balanced player, or zones unknown", False),
    Feature("pace_score", "half the expected pace over the league's", _FACTORS, "points", -3, 3, "no game of the league this season"),
    Feature("usage_spike_score", "usage left by teammates listed Out", _FACTORS, "points", -3, 3, "no injury report", False),
    Feature("rest_advantage", "own team's days of rest minus the opponent's, clamped to 2", _CONTEXT, "days", -2, 2, "a team without an earlier game"),
    Feature("injury_risk", "available 0, probable 1, questionable 2, doubtful or out 3", _CONTEXT, "level", 0, 3, "no injury report", False),
    Feature("recent_trend", "mean of the last 2 minus mean of the 3 before; beyond 2 points 1, beyond 5 2", _CACHE, "level", -2, 2, "fewer than 5 games"),
    Feature("minutes_change", "minutes last 5 over season mean; beyond 10 % 1, beyond 20 % 2", _CACHE, "level", -2, 2, _NO_SEASON, needs="season"),
    Feature("opponent_def_rating", "mean defensive rating over the opponent's last 15", _DEFENSE, "per 100", 80, 140, "opponent with fewer than 3 earlier games"),
    Feature("opponent_pace", "mean pace of the opponent's last 15 games", _DEFENSE, "possessions", 80, 125, "opponent with fewer than 3 earlier games"),
    Feature("home_away", "1 home, 0 away, 0 neutral", _CONTEXT, "flag", 0, 1, "never"),
    Feature("back_to_back", "the team played the day before", _CONTEXT, "flag", 0, 1, "never"),
    Feature("playoff_game", "play-in or playoffs", _CONTEXT, "flag", 0, 1, "never"),
    Feature("pct_paint", "share of attempts in the paint, last 10", _SHOTS, "fraction", 0, 1, "no attempt in a game with zones"),
    Feature("pct_mid_range", "share of attempts from mid-range, last 10", _SHOTS, "fraction", 0, 1, "no attempt in a game with zones"),
    Feature("pct_three", "share of attempts from three, last 10", _SHOTS, "fraction", 0, 1, "no attempt in a game with zones"),
    Feature("pct_free_throw", "free-throw points / points, last 10 (needs 5)", _CACHE, "fraction", 0, 1, "fewer than 5 games, or no point in them", False),
    Feature("team_pace", "mean pace of the team's last 10", _CACHE, "possessions", 80, 125, "team with fewer than 3 earlier games"),
    Feature("team_off_rating", "mean offensive rating of the team's last 10", _CACHE, "per 100", 80, 140, "team with fewer than 3 earlier games"),
    Feature("team_win_pct", "share won this season (needs 5)", _TEAM, "fraction", 0, 1, "fewer than 5 games", False),
    Feature("vegas_points_line", "median line of the last capture before tip-off", _CONTEXT, "points", 0, 60, _NO_LINE, False),
    Feature("vegas_opening_line", "median line of the first capture", _CONTEXT, "points", 0, 60, _NO_LINE, False),
    Feature("vegas_line_move", "vegas_points_line - vegas_opening_line", _CONTEXT, "points", -15, 15, _NO_LINE, False),
    Feature("has_vegas_line", "a real line exists", _CONTEXT, "flag", 0, 1, "never"),
    # Required by the first design; but a rookie has never met most opponents, and a league average in its
    # place would be the fake default this platform exists to refuse. games_vs_opponent says 0 instead.
    Feature("avg_points_vs_opponent", "mean points against this opponent, 3 years", _CACHE, "points", 0, 83, "never met", False),
    Feature("games_vs_opponent", "games against this opponent, 3 years", _CACHE, "games", 0, 40, "never"),
    Feature("minutes_avg_last_10", "mean minutes, last 10 games", _CACHE, "minutes", 0, 60),
    Feature("ppm_avg_last_10", "sum of points / sum of minutes, last 10", _CACHE, "per minute", 0, 3, "no minute played"),
)  # fmt: skip

NAMES = tuple(feature.name for feature in V2)
REQUIRED = tuple(feature.name for feature in V2 if feature.required)


def names_hash(names: tuple[str, ...] = NAMES) -> str:
    """Hash of names in order; a model refuses a frame whose hash differs."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
