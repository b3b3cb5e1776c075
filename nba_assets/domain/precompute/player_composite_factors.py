"""Four scores of a player's situation: fatigue, zone mismatch, pace, usage spike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain.declarations.expressions import Function, Own
from nba_assets.domain.declarations.feature import NEVER, Feature, FeatureTable
from nba_assets.domain.declarations.sources import Stored
from nba_assets.domain.precompute.player_daily_cache import PLAYER_DAILY_CACHE
from nba_assets.domain.precompute.player_shot_zone_analysis import PLAYER_SHOT_ZONE_ANALYSIS
from nba_assets.domain.precompute.team_defense_zone_analysis import OPPONENT_DEFENSE
from nba_assets.domain.zones import COARSE

_ZONE_COLUMN = {"paint": "paint", "perimeter": "three", "mid_range": "mid_range"}
_CONTEXT = Stored("upcoming_player_game_context")
_CACHE, _SHOTS = PLAYER_DAILY_CACHE.stored, PLAYER_SHOT_ZONE_ANALYSIS.stored


def fatigue_score(rows: pd.DataFrame) -> pd.Series:
    """0 to 100, 100 = fresh: what the player's last two weeks cost him.

    Start at 100; second night in a row -15, else three days of rest or more +5; four games in 7 days -10;
    over 240 minutes in 7 days -10; over 35 minutes a game in 7 days -8; two back-to-backs in 14 days -12, one
    -5; clamped. The age terms of the formula need an age, which no source gives yet.

    Args:
        rows: player_days_rest, games_last_7_days, minutes_last_7_days, back_to_backs_last_14_days.

    Returns:
        Score; NULL for a player without an earlier game.
    """
    rest = rows["player_days_rest"].to_numpy(np.float64, na_value=np.nan)
    games = rows["games_last_7_days"].to_numpy(np.float64)
    minutes = rows["minutes_last_7_days"].to_numpy(np.float64)
    pairs = rows["back_to_backs_last_14_days"].to_numpy()
    score = (
        100.0
        + np.select([rest == 1, rest >= 3], [-15, 5], 0)
        - 10 * (games >= 4)
        - 10 * (minutes > 240)
        - 8 * (minutes > 35 * np.maximum(games, 1))
        - np.select([pairs >= 2, pairs == 1], [12, 5], 0)
    )
    return pd.Series(np.where(np.isnan(rest), np.nan, np.clip(score, 0, 100)), index=rows.index)


def shot_zone_mismatch_score(rows: pd.DataFrame) -> pd.Series:
    """How weak the opponent is where the player shoots, in percentage points.

    The opponent's difference to the league in the player's primary zone * min(share / .5, 1); * 1.2 beyond
    5; clamped to 10 either way. Positive: a weak defence. NULL for balanced players.

    Args:
        rows: primary_zone, and ``{zone}_share`` and ``{zone}_difference_pp`` by coarse zone.
    """
    difference = np.full(len(rows), np.nan)
    share = np.full(len(rows), np.nan)
    for name, zone in _ZONE_COLUMN.items():
        here = rows["primary_zone"].eq(name).fillna(False).to_numpy(bool)
        difference = np.where(here, rows[f"{zone}_difference_pp"], difference)
        share = np.where(here, rows[f"{zone}_share"], share)
    score = difference * np.minimum(share / 0.5, 1.0)
    score = np.where(np.abs(score) > 5, 1.2 * score, score)
    return pd.Series(np.clip(score, -10, 10), index=rows.index)


def usage_spike_score(rows: pd.DataFrame) -> pd.Series:
    """(projected usage - season usage) * .3, clamped to 3.

    The plays that teammates listed Out would use go to the others in proportion to their own, so the usage of
    each available player rises by (usage minutes out) / (usage minutes available) of itself.

    Args:
        rows: game_id, team, injury_status, injury_captured_at, usage_rate_avg_season, minutes_avg_last_10,
            is_late_addition. Late additions are known from the result alone, so they change no player's
            score.

    Returns:
        Score; NULL without an injury report or without his own usage this season.
    """
    weight = (rows["usage_rate_avg_season"] * rows["minutes_avg_last_10"]).fillna(0.0)
    weight = weight.where(~rows["is_late_addition"], 0.0)
    out = rows["injury_status"].eq("Out").fillna(False).astype(bool)
    team = [rows["game_id"], rows["team"]]
    missing = weight.where(out, 0.0).groupby(team).transform("sum") - weight.where(out, 0.0)
    available = weight.where(~out, 0.0).groupby(team).transform("sum")
    rise = rows["usage_rate_avg_season"] * missing / available.where(available > 0)
    return (0.3 * rise).clip(-3, 3).where(rows["injury_captured_at"].notna())


def missing_inputs(rows: pd.DataFrame) -> pd.Series:
    """Names of the columns that are NULL, joined by |; empty when none is.

    Args:
        rows: the columns.
    """
    absent = [np.where(rows[name].isna(), f"{name}|", "") for name in rows]
    joined = pd.Series(np.sum(np.array(absent, dtype=object), axis=0), index=rows.index)
    return joined.str.rstrip("|").astype("string[pyarrow]")


_FATIGUE = tuple(
    _CONTEXT[name]
    for name in ("player_days_rest", "games_last_7_days", "minutes_last_7_days", "back_to_backs_last_14_days")
)
_MISMATCH = (
    _SHOTS["primary_zone"],
    *(_SHOTS[f"{zone}_share"] for zone in COARSE),
    *(OPPONENT_DEFENSE[f"{zone}_difference_pp"] for zone in COARSE),
)
_USAGE = (
    Own("game_id"),
    Own("team"),
    *(_CONTEXT[name] for name in ("injury_status", "injury_captured_at", "is_late_addition")),
    *(_CACHE[name] for name in ("usage_rate_avg_season", "minutes_avg_last_10")),
)
_EXPECTED_PACE = (_CACHE["team_pace_last_10"] + OPPONENT_DEFENSE["opponent_pace"]) / 2
# What makes a score NULL.
_NEEDED = (
    _CONTEXT["player_days_rest"], _SHOTS["primary_zone"], OPPONENT_DEFENSE["paint_difference_pp"],
    _CACHE["team_pace_last_10"], OPPONENT_DEFENSE["opponent_pace"], _CACHE["league_pace_season"],
    _CONTEXT["injury_captured_at"], _CACHE["usage_rate_avg_season"],
)  # fmt: skip

PLAYER_COMPOSITE_FACTORS = FeatureTable(
    "player_composite_factors",
    rows=_CONTEXT,
    carried=("game_id", "player_id", "source"),
    features=(
        Feature("fatigue_score", Function(fatigue_score, _FATIGUE, words=(
                    "100; second night -15, else rest >= 3 days +5; in 7 days >= 4 games -10, > 240 minutes "
                    "-10, > 35 a game -8; in 14 days two back-to-backs -12, one -5; clamped to 0..100")),
                "freshness from rest, games and minutes; 100 is fresh", "0..100", (0, 100)),
        Feature("shot_zone_mismatch_score", Function(shot_zone_mismatch_score, _MISMATCH, words=(
                    "the opponent's difference in his primary zone (perimeter: three) * min(his share there "
                    "/ .5, 1); * 1.2 beyond 5; clamped to 10")),
                "weakness of the opponent in the player's primary zone", "pp", (-12, 12),
                "balanced player, or zones unknown", required=False),
        Feature("pace_score", ((_EXPECTED_PACE - _CACHE["league_pace_season"]) / 2).clip(-3, 3),
                "half the expected pace over the league's", "points", (-3, 3),
                "no game of the league this season"),
        Feature("usage_spike_score", Function(usage_spike_score, _USAGE, teammates=True, words=(
                    "his usage * .3 * (usage * minutes of teammates listed Out) / (the same of all others, "
                    "himself included), clamped to 3; late additions are not counted")),
                "usage left by teammates listed Out", "points", (-3, 3), "no injury report", required=False),
        Feature("missing_inputs", Function(missing_inputs, _NEEDED),
                "inputs that were NULL, joined by |; empty when none", null_means=NEVER, kind="text"),
    ),
)  # fmt: skip
