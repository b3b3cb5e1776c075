"""A player's form before a date: averages, spread, decayed means, shot zones, and history against a team.

``last_n`` windows hold the last n games he played, whatever the season; ``season`` windows never look past
the season's first date. History reaches back three years.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain import zones
from nba_assets.domain.as_of import HISTORY_DAYS, PriorRows
from nba_assets.domain.precompute.team_windows import team_form

HALF_LIVES = (3, 10, 30)
DECAY_GAMES = 120  # at a half-life of 30 games the weight that is cut off is 6 %
MEANS = {"points": "pts", "minutes": "minutes", "usage_rate": "usage_rate", "ts_pct": "ts_pct"}
PRIMARY = (("paint", "paint", 0.40), ("three", "perimeter", 0.40), ("mid_range", "mid_range", 0.35))


def player_daily_cache(context: pd.DataFrame, games: pd.DataFrame, offense: pd.DataFrame) -> pd.DataFrame:
    """Form of each player who may play.

    Args:
        context: upcoming_player_game_context of the dates wanted.
        games: player_game_summary before the last of them.
        offense: team_offense_game_summary before the last of them.

    Returns:
        player_daily_cache, keyed by game_id and player_id.
    """
    rows = context[["game_date", "game_id", "player_id", "team", "opponent", "season", "source"]].reset_index(
        drop=True
    )
    history = PriorRows(games, rows, "player_id").within_days(HISTORY_DAYS)
    season = PriorRows(games, rows, ["player_id", "season"])
    columns: dict[str, np.ndarray] = {"games_in_history": history.count, "games_season": season.count}
    for name, column in MEANS.items():
        for n in (5, 10, 20):
            columns[f"{name}_avg_last_{n}"] = history.last(n).mean(column)
        columns[f"{name}_avg_season"] = season.mean(column)
    last = history.last(10)
    columns["points_avg_last_2"] = history.last(2).mean("pts", needs=2)
    columns["points_avg_3_before_last_2"] = history.last(5).skip(2).mean("pts", needs=3)
    columns["points_std_last_10"] = last.std("pts", needs=3)
    columns["points_per_minute_last_10"] = last.ratio("pts", "minutes")
    columns["free_throw_points_share_last_10"] = last.ratio("ftm", "pts", needs=5)
    decaying = history.last(DECAY_GAMES)
    for name, column in MEANS.items():
        if name in ("points", "minutes"):
            for half_life in HALF_LIVES:
                columns[f"{name}_decayed_{half_life}"] = decaying.decayed_mean(column, half_life)
    against = PriorRows(games, rows, ["player_id", "opponent"]).within_days(HISTORY_DAYS)
    columns["points_avg_vs_opponent"] = against.mean("pts")
    columns["games_vs_opponent"] = against.count
    return pd.concat([rows, pd.DataFrame(columns), team_form(rows, offense)], axis=1)


def player_shot_zones(context: pd.DataFrame, games: pd.DataFrame) -> pd.DataFrame:
    """Where each player who may play takes and makes his shots.

    Args:
        context: upcoming_player_game_context of the dates wanted.
        games: player_game_summary before the last of them.

    Returns:
        player_shot_zone_analysis, keyed by game_id and player_id: share of attempts and percentage by coarse
        zone over the last 10 games (fractions), the share's change against the last 20, assisted share,
        primary zone.
    """
    rows = context[["game_date", "game_id", "player_id", "source"]].reset_index(drop=True)
    # Attempts as the zones count them: in the few games whose zones do not sum to the box, shares still do.
    shots = games.assign(zoned_fga=games[[f"{zone}_fga" for zone in zones.COARSE]].sum(axis=1, min_count=3))
    history = PriorRows(shots, rows, "player_id").within_days(HISTORY_DAYS)
    last, longer = history.last(10), history.last(20)
    rows["games_in_sample"] = last.known("zoned_fga")
    for zone in zones.COARSE:
        rows[f"{zone}_share"] = last.ratio(f"{zone}_fga", "zoned_fga")
        rows[f"{zone}_pct"] = last.ratio(f"{zone}_fgm", f"{zone}_fga")
        rows[f"{zone}_share_trend"] = rows[f"{zone}_share"] - longer.ratio(f"{zone}_fga", "zoned_fga")
    rows["assisted_share"] = last.ratio("assisted_fgm", "fgm")
    rows["primary_zone"] = primary_zone(rows)
    return rows


def primary_zone(rows: pd.DataFrame) -> pd.Series:
    """Paint from 40 % of attempts, perimeter from 40 %, mid_range from 35 %, else balanced; NULL: unknown.

    Args:
        rows: columns paint_share, three_share, mid_range_share.
    """
    zone = np.select(
        [rows["paint_share"].isna(), *(rows[f"{column}_share"] >= share for column, _, share in PRIMARY)],
        ["", *(name for _, name, _ in PRIMARY)],
        "balanced",
    )
    return pd.Series(zone, index=rows.index, dtype="string[pyarrow]").replace("", pd.NA)
