"""Scores made from several facts: fatigue, zone mismatch, pace, usage spike."""

from __future__ import annotations

import numpy as np
import pandas as pd

_KEYS = ["game_id", "player_id"]
_FORM = ["usage_rate_avg_season", "minutes_avg_last_10", "team_pace_last_10", "league_pace_season"]
_ZONE_COLUMN = {"paint": "paint", "perimeter": "three", "mid_range": "mid_range"}


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


def pace_score(rows: pd.DataFrame) -> pd.Series:
    """(expected pace of the matchup - league pace to date) / 2, clamped to 3; expected: mean of both teams.

    Args:
        rows: team_pace_last_10, opponent_pace, league_pace_season.
    """
    expected = (rows["team_pace_last_10"] + rows["opponent_pace"]) / 2
    return ((expected - rows["league_pace_season"]) / 2).clip(-3, 3)


def usage_spike_score(rows: pd.DataFrame) -> pd.Series:
    """(projected usage - season usage) * .3, clamped to 3.

    The plays that teammates listed Out would use go to the others in proportion to their own, so the usage of
    each available player rises by (usage minutes out) / (usage minutes available) of itself.

    Args:
        rows: game_id, team, injury_status, injury_captured_at, usage_rate_avg_season, minutes_avg_last_10,
            is_late_addition. Late additions are known from the result alone, so they change nobody's score.

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


INPUTS = {
    "fatigue_score": ("player_days_rest",),
    "shot_zone_mismatch_score": ("primary_zone", "paint_difference_pp"),
    "pace_score": ("team_pace_last_10", "opponent_pace", "league_pace_season"),
    "usage_spike_score": ("injury_captured_at", "usage_rate_avg_season"),
}
_FORMULAS = {
    "fatigue_score": fatigue_score,
    "shot_zone_mismatch_score": shot_zone_mismatch_score,
    "pace_score": pace_score,
    "usage_spike_score": usage_spike_score,
}


def player_composite_factors(
    context: pd.DataFrame, cache: pd.DataFrame, shots: pd.DataFrame, defense: pd.DataFrame
) -> pd.DataFrame:
    """The four factors of each player who may play, and the inputs that were missing.

    Args:
        context: upcoming_player_game_context, keyed by game_id and player_id.
        cache: player_daily_cache, keyed by game_id and player_id.
        shots: player_shot_zone_analysis, keyed by game_id and player_id.
        defense: team_defense_zone_analysis, keyed by game_date and team.

    Returns:
        player_composite_factors, keyed by game_id and player_id.
    """
    opponent = defense.rename(columns={"team": "opponent"}).drop(
        columns=["source", "game_id"], errors="ignore"
    )
    rows = (
        context.merge(
            cache.drop(columns=["source", "game_date", "team", "opponent", "season"]),
            on=_KEYS, how="left", validate="one_to_one",
        )
        .merge(
            shots.drop(columns=["source", "game_date"]),
            on=_KEYS, how="left", suffixes=("", "_shots"), validate="one_to_one",
        )
        .merge(
            opponent,
            on=["game_date", "opponent"],
            how="left",
            suffixes=("", "_defense"),
            validate="many_to_one",
        )
    )  # fmt: skip
    result = rows[["game_date", "game_id", "player_id", "source"]].copy()
    for name, formula in _FORMULAS.items():
        result[name] = formula(rows)
    absent = [
        np.where(rows[column].isna(), f"{column}|", "")
        for column in dict.fromkeys(column for columns in INPUTS.values() for column in columns)
    ]
    missing = pd.Series(np.sum(np.array(absent, dtype=object), axis=0), index=rows.index)
    result["missing_inputs"] = missing.str.rstrip("|").astype("string[pyarrow]")
    return result
