"""The feature registry: one declaration a feature, for backfill, training and serving alike."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

VERSION = "v2_33features"
VERSION_EXTENDED = "v3_extended"
VERSION_V5 = "v5_21features"


@dataclass(frozen=True)
class Feature:
    """One model input.

    Attributes:
        name: column in ml_feature_store_v2, or in ml_feature_store_v3 where it is declared in EXTRA.
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

HALF_LIVES = (2, 6, 15, 40)  # games
_GAMES = "player_game_summary"
_NO_REPORT = "no injury report"
_NO_GAME_LINE = "no line on the game"
_ACTIVE = "players expected tonight who played their team's last game and are not listed Out"
# Base columns whose exponentially weighted means are features: name, unit, lowest and highest legal value.
WEIGHTED = (
    ("points", "points", 0, 83),
    ("minutes", "minutes", 0, 60),
    ("fga", "attempts", 0, 60),
    ("fta", "attempts", 0, 45),
    ("fg3a", "attempts", 0, 30),
    ("usage_rate", "%", 0, 500),
    ("shot_value", "points", 0, 90),
)


def _weighted(name: str, unit: str, low: float, high: float) -> tuple[Feature, ...]:
    return tuple(
        Feature(
            f"{name}_weighted_{half_life}",
            f"mean of {name}, weights halving every {half_life} games, at most 160 games",
            _GAMES, unit, low, high, "no earlier game with a value",
        )
        for half_life in HALF_LIVES
    )  # fmt: skip


EXTRA = (
    *(feature for family in WEIGHTED for feature in _weighted(*family)),
    Feature("ppm_last_82", "sum of points / sum of minutes, last 82", _GAMES, "per minute", 0, 10, "no minute played"),
    Feature("ppm_season", "sum of points / sum of minutes, this season", _GAMES, "per minute", 0, 10, "no minute played this season", False),
    Feature("shot_value_per_minute_last_82", "sum of shot values / sum of minutes, last 82", _GAMES, "per minute", 0, 15, "no minute played"),
    Feature("points_avg_last_82", "mean points, last 82", _GAMES, "points", 0, 83),
    Feature("minutes_avg_season", "mean minutes, this season", _GAMES, "minutes", 0, 60, _NO_SEASON, needs="season"),
    Feature("shot_value_avg_season", "mean shot value, this season", _GAMES, "points", 0, 90, _NO_SEASON, needs="season"),
    Feature("projected_points_2", "minutes_weighted_2 * ppm_last_82", _GAMES, "points", 0, 300, "no minute played"),
    Feature("projected_points_6", "minutes_weighted_6 * ppm_last_82", _GAMES, "points", 0, 300, "no minute played"),
    Feature("projected_points_15", "minutes_weighted_15 * ppm_last_82", _GAMES, "points", 0, 300, "no minute played"),
    Feature("minutes_std_last_10", "sample standard deviation of minutes, last 10", _GAMES, "minutes", 0, 40, "fewer than 3 games"),
    Feature("minutes_last_game", "minutes of the last game", _GAMES, "minutes", 0, 70),
    Feature("points_last_game", "points of the last game", _GAMES, "points", 0, 100),
    Feature("shot_value_last_game", "shot value of the last game", _GAMES, "points", 0, 120),
    Feature("starter_share_last_5", "share of the last 5 that he started", _GAMES, "fraction", 0, 1, "no earlier game with known starters", False),
    Feature("started_last_game", "he started his last game", _GAMES, "flag", 0, 1, "no earlier game with known starters", False),
    Feature("points_as_starter_weighted_15", "mean points of games he started, half-life 15 of his games", _GAMES, "points", 0, 83, "never started", False),
    Feature("points_as_reserve_weighted_15", "mean points of games he did not start, half-life 15 of his games", _GAMES, "points", 0, 83, "always started", False),
    Feature("rebounds_weighted_15", "mean rebounds, half-life 15 games", _GAMES, "rebounds", 0, 45),
    Feature("assists_weighted_15", "mean assists, half-life 15 games", _GAMES, "assists", 0, 35),
    Feature("usage_rate_last_10", "mean usage rate, last 10", _CACHE, "%", 0, 500, "no earlier game with minutes", False),
    Feature("assisted_rate_last_10", "assisted makes / makes, last 10", _SHOTS, "fraction", 0, 1, "no make with known assists", False),
    Feature("games_3_years", "games of the last three years", _GAMES, "games", 0, 400, "never"),
    Feature("games_this_season", "games this season", _GAMES, "games", 0, 130, "never"),
    Feature("games_with_team", "games of the last three years for this team", _GAMES, "games", 0, 400, "never"),
    Feature("season_day", "days since the season's first game", _CONTEXT, "days", 0, 330, "never"),
    Feature("games_missed", "team games since his last", _CONTEXT, "games", 0, 130, "no earlier game"),
    Feature("days_rest", "days since the team's last game", _CONTEXT, "days", 0, 400, "a team without an earlier game", False),
    Feature("player_days_rest", "days since his last game", _CONTEXT, "days", 0, 1100),
    Feature("minutes_last_7_days", "minutes of the 7 days before", _CONTEXT, "minutes", 0, 400, "never"),
    Feature("minutes_last_14_days", "minutes of the 14 days before", _CONTEXT, "minutes", 0, 700, "never"),
    Feature("teammates_out_minutes", "usual minutes of teammates listed Out", _CONTEXT, "minutes", 0, 500, _NO_REPORT, False),
    Feature("implied_team_total", "points the closing lines give the team", _CONTEXT, "points", 60, 180, _NO_GAME_LINE, False),
    Feature("game_total", "closing line on the points of both teams", _CONTEXT, "points", 120, 360, _NO_GAME_LINE, False),
    Feature("spread", "closing handicap of the team, negative for a favourite", _CONTEXT, "points", -50, 50, _NO_GAME_LINE, False),
    Feature("active_teammates_minutes", f"minutes_weighted_15 of teammates who are {_ACTIVE}", _CONTEXT, "minutes", 0, 900, "never"),
    Feature("active_teammates_points", f"points_weighted_15 of teammates who are {_ACTIVE}", _CONTEXT, "points", 0, 500, "never"),
    Feature("active_share_of_minutes", "minutes_weighted_15 / (his and active_teammates_minutes)", _CONTEXT, "fraction", 0, 1),
    Feature("active_share_of_points", "points_weighted_15 / (his and active_teammates_points)", _CONTEXT, "fraction", 0, 1, "no earlier game, or no point in any", False),
    Feature("active_rank_by_minutes", f"rank by minutes_weighted_15 among {_ACTIVE}; ties share their mean", _CONTEXT, "rank", 1, 40, "he is none of them", False),
    Feature("active_rank_by_points", f"rank by points_weighted_15 among {_ACTIVE}; ties share their mean", _CONTEXT, "rank", 1, 40, "he is none of them", False),
    Feature("returning_teammates_minutes", "minutes_weighted_15 of expected teammates not listed Out who missed the last 1 to 3 games", _CONTEXT, "minutes", 0, 900, "never"),
    Feature("opponent_points_over_usual", "mean over the opponent's last 25 games of the points all players scored against it, less minutes * their points per minute of the year before", _GAMES, "points", -80, 80, "opponent without an earlier game", False),
    Feature("opponent_starters_over_usual", "the same of starters alone", _GAMES, "points", -80, 80, "opponent without an earlier game with known starters", False),
    Feature("opponent_points_allowed_last_10", "mean points allowed, opponent's last 10", "team_offense_game_summary", "points", 60, 180, "opponent with fewer than 3 earlier games"),
    Feature("team_margin_weighted_15", "mean margin of the team, half-life 15 games", "team_offense_game_summary", "points", -60, 60, "team with fewer than 3 earlier games"),
    Feature("opponent_margin_weighted_15", "mean margin of the opponent, half-life 15 games", "team_offense_game_summary", "points", -60, 60, "opponent with fewer than 3 earlier games"),
    Feature("opponent_paint_difference", "what the opponent allows in the paint, percentage less the league's", _DEFENSE, "pp", -60, 60, "zones unknown", False),
    Feature("opponent_mid_range_difference", "what the opponent allows from mid-range, percentage less the league's", _DEFENSE, "pp", -60, 60, "zones unknown", False),
    Feature("opponent_three_difference", "what the opponent allows from three, percentage less the league's", _DEFENSE, "pp", -60, 60, "zones unknown", False),
    Feature("similar_games_points", "weighted mean points of at most 20 past games like tonight's", "ml_feature_store_v2", "points", 0, 83, "fewer than 5 games alike", False),
    Feature("similar_games", "past games like tonight's that count, at most 20", "ml_feature_store_v2", "games", 0, 20, "never"),
)  # fmt: skip

NAMES = tuple(feature.name for feature in V2)
EXTENDED = (*V2, *EXTRA)
EXTRA_NAMES = tuple(feature.name for feature in EXTRA)
# Made for a rule each, not for the models: a rule's answer as an input would hide what the model itself finds.
RULE_ONLY = ("similar_games_points", "similar_games", "assisted_rate_last_10")
EXTENDED_NAMES = tuple(feature.name for feature in EXTENDED if feature.name not in RULE_ONLY)
V5_NAMES = (
    "points_avg_last_5", "points_avg_last_10", "points_avg_season", "points_std_last_10",
    "minutes_avg_last_10", "fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score",
    "opponent_def_rating", "opponent_pace", "home_away", "days_rest", "back_to_back", "pct_paint",
    "pct_mid_range", "pct_three", "assisted_rate_last_10", "team_pace", "team_off_rating",
    "usage_rate_last_10",
)  # fmt: skip
FEATURE_SETS = {VERSION: NAMES, VERSION_EXTENDED: EXTENDED_NAMES, VERSION_V5: V5_NAMES}
REQUIRED = tuple(feature.name for feature in V2 if feature.required)


def names_hash(names: tuple[str, ...] = NAMES) -> str:
    """Hash of names in order; a model refuses a frame whose hash differs."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
