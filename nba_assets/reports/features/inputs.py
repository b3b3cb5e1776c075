"""What a feature of ml_feature_store_v2 is made from: stored columns, and the formula in one line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from nba_assets.domain.zones import COARSE
from nba_assets.reports.reading import read_table
from nba_assets.storage.lake import Lake

Whose = Literal["player", "team", "opponent", "teammates"]


@dataclass(frozen=True)
class Stored:
    """Columns of a table of the same date, and in whose rows they are read."""

    table: str
    columns: tuple[str, ...]
    whose: Whose = "player"


@dataclass(frozen=True)
class Origin:
    """A feature's last step, and the stored columns it reads."""

    formula: str
    stored: tuple[Stored, ...]


AS_STORED = "as stored"
_CONTEXT = "upcoming_player_game_context"
_PLAYER = ["game_id", "player_id"]


def _context(*columns: str, whose: Whose = "player") -> Stored:
    return Stored(_CONTEXT, columns, whose)


def _cache(*columns: str, whose: Whose = "player") -> Stored:
    return Stored("player_daily_cache", columns, whose)


def _shots(*columns: str) -> Stored:
    return Stored("player_shot_zone_analysis", columns)


def _opponent(*columns: str) -> Stored:
    return Stored("team_defense_zone_analysis", columns, "opponent")


def _factor(name: str, formula: str, *inputs: Stored) -> Origin:
    return Origin(formula, (Stored("player_composite_factors", (name,)), *inputs))


def _straight(stored: Stored) -> Origin:
    return Origin(AS_STORED, (stored,))


ORIGINS: Mapping[str, Origin] = {
    "points_avg_last_5": _straight(_cache("points_avg_last_5")),
    "points_avg_last_10": _straight(_cache("points_avg_last_10")),
    "points_avg_season": _straight(_cache("points_avg_season")),
    "points_std_last_10": _straight(_cache("points_std_last_10")),
    "games_in_last_7_days": _straight(_context("games_last_7_days")),
    "fatigue_score": _factor(
        "fatigue_score",
        "100; second night -15, else rest >= 3 days +5; in 7 days >= 4 games -10, > 240 minutes -10, > 35 a "
        "game -8; in 14 days two back-to-backs -12, one -5; clamped to 0..100",
        _context("player_days_rest", "games_last_7_days", "minutes_last_7_days"),
        _context("back_to_backs_last_14_days"),
    ),
    "shot_zone_mismatch_score": _factor(
        "shot_zone_mismatch_score",
        "the opponent's difference in his primary zone (perimeter: three) * min(his share there / .5, 1); "
        "* 1.2 beyond 5; clamped to 10",
        _shots("primary_zone", *(f"{zone}_share" for zone in COARSE)),
        _opponent(*(f"{zone}_difference_pp" for zone in COARSE)),
    ),
    "pace_score": _factor(
        "pace_score",
        "((team_pace_last_10 + opponent_pace) / 2 - league_pace_season) / 2, clamped to 3",
        _cache("team_pace_last_10", "league_pace_season"),
        _opponent("opponent_pace"),
    ),
    "usage_spike_score": _factor(
        "usage_spike_score",
        "his usage * .3 * (usage * minutes of teammates listed Out) / (the same of all others, himself "
        "included), clamped to 3; late additions count for nobody",
        _context("injury_status", "injury_captured_at"),
        _cache("usage_rate_avg_season", "minutes_avg_last_10"),
        _context("injury_status", "is_late_addition", whose="teammates"),
        _cache("usage_rate_avg_season", "minutes_avg_last_10", whose="teammates"),
    ),
    "rest_advantage": Origin(
        "days_rest - opponent_days_rest, clamped to 2", (_context("days_rest", "opponent_days_rest"),)
    ),
    "injury_risk": Origin(
        "Available 0, Probable 1, Questionable 2, Doubtful or Out 3", (_context("injury_status"),)
    ),
    "recent_trend": Origin(
        "points_avg_last_2 - points_avg_3_before_last_2; beyond 2 points 1, beyond 5 2, with its sign",
        (_cache("points_avg_last_2", "points_avg_3_before_last_2"),),
    ),
    "minutes_change": Origin(
        "minutes_avg_last_5 / minutes_avg_season - 1; beyond 10 % 1, beyond 20 % 2, with its sign",
        (_cache("minutes_avg_last_5", "minutes_avg_season"),),
    ),
    "opponent_def_rating": _straight(_opponent("defensive_rating")),
    "opponent_pace": _straight(_opponent("opponent_pace")),
    "home_away": Origin("1 where is_home and not is_neutral, else 0", (_context("is_home", "is_neutral"),)),
    "back_to_back": _straight(_context("is_back_to_back")),
    "playoff_game": Origin("1 for PlayIn and Playoffs, else 0", (_context("season_type"),)),
    "pct_paint": _straight(_shots("paint_share")),
    "pct_mid_range": _straight(_shots("mid_range_share")),
    "pct_three": _straight(_shots("three_share")),
    "pct_free_throw": _straight(_cache("free_throw_points_share_last_10")),
    "team_pace": _straight(_cache("team_pace_last_10")),
    "team_off_rating": _straight(_cache("team_offensive_rating_last_10")),
    "team_win_pct": _straight(Stored("upcoming_team_game_context", ("win_pct",), "team")),
    "vegas_points_line": _straight(_context("points_line")),
    "vegas_opening_line": _straight(_context("opening_points_line")),
    "vegas_line_move": Origin(
        "points_line - opening_points_line", (_context("points_line", "opening_points_line"),)
    ),
    "has_vegas_line": Origin("1 where points_line is known, else 0", (_context("points_line"),)),
    "avg_points_vs_opponent": _straight(_cache("points_avg_vs_opponent")),
    "games_vs_opponent": _straight(_cache("games_vs_opponent")),
    "minutes_avg_last_10": _straight(_cache("minutes_avg_last_10")),
    "ppm_avg_last_10": _straight(_cache("points_per_minute_last_10")),
}


def stored_inputs(lake: Lake, origin: Origin, row: pd.Series, date: dt.date) -> pd.DataFrame:
    """The values a feature was made from, as the lake has them.

    Args:
        lake: where the tables are.
        origin: what to read.
        row: the player's feature row (game_id, player_id, team, opponent).
        date: its date.

    Returns:
        table, column, of (player or team), value: one row a stored value, in the order of the declaration.
    """
    parts = [
        _rows(lake, one, row, date)
        .astype("object")
        .melt("of", list(one.columns), var_name="column")
        .assign(table=one.table)
        for one in origin.stored
    ]
    return pd.concat(parts, ignore_index=True)[["table", "column", "of", "value"]]


def _rows(lake: Lake, one: Stored, row: pd.Series, date: dt.date) -> pd.DataFrame:
    """The columns in the rows of those concerned; NULL for a player whom the table does not have."""
    if one.whose in ("team", "opponent"):
        teams = read_table(lake, one.table, ("team", *one.columns), [date]).rename(columns={"team": "of"})
        return teams[teams["of"].eq(row[one.whose]).to_numpy(bool)]
    players = read_table(lake, _CONTEXT, (*_PLAYER, "team", "player_name"), [date])
    own = players["player_id"].eq(row["player_id"])
    together = players["game_id"].eq(row["game_id"]) & players["team"].eq(row["team"])
    chosen = players[(together & (own if one.whose == "player" else ~own)).to_numpy(bool)]
    known = read_table(lake, one.table, (*_PLAYER, *one.columns), [date]).drop(columns="game_date")
    named = chosen[[*_PLAYER, "player_name"]].rename(columns={"player_name": "of"})
    return named.merge(known, on=_PLAYER, how="left")
