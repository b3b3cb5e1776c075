"""Tonight's company for ``v3_extended``: who of the team is active, and what the opponent gives up."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nba_assets.domain.as_of import PriorRows

Floats = npt.NDArray[np.float64]

USUAL_DAYS = 365  # of a player's earlier games that say what he usually scores in a minute
OPPONENT_DAYS = 400  # its last 25 games, a summer in between
OPPONENT_GAMES = 25
RETURN_GAMES = 3  # who missed more is not expected back without news, and the news we have is not enough
MARGIN_GAMES = 60  # at a half-life of 15 games the weight that is cut off is 6 %
LEAST_TEAM_GAMES = 3
_TEAM = ["game_id", "team"]


def active_columns(rows: pd.DataFrame) -> dict[str, Floats]:
    """How crowded the rotation is: production of the teammates who played the last game.

    Only what stands in the expected set before tip-off counts; late additions, known from the result alone,
    change nobody's numbers.

    Args:
        rows: game_id, team, games_missed, injury_status, is_late_addition, minutes_weighted_15,
            points_weighted_15.

    Returns:
        One array a feature, aligned with ``rows``.
    """
    out = rows["injury_status"].eq("Out").fillna(False).to_numpy(bool)
    there = ~rows["is_late_addition"].to_numpy(bool) & ~out
    missed = rows["games_missed"].to_numpy(np.float64, na_value=np.nan)
    active = there & (missed == 0)
    returning = there & (missed >= 1) & (missed <= RETURN_GAMES)
    minutes, points = rows["minutes_weighted_15"], rows["points_weighted_15"]
    columns = {
        "active_teammates_minutes": _others(rows, minutes, active),
        "active_teammates_points": _others(rows, points, active),
        "returning_teammates_minutes": _others(rows, minutes, returning),
        "active_rank_by_minutes": _rank(rows, minutes.where(active)),
        "active_rank_by_points": _rank(rows, points.where(active)),
    }
    for name, own in (("minutes", minutes.to_numpy()), ("points", points.to_numpy())):
        total = own + columns[f"active_teammates_{name}"]
        columns[f"active_share_of_{name}"] = np.where(
            total > 0, own / np.where(total > 0, total, 1.0), np.nan
        )
    return columns


def _others(rows: pd.DataFrame, values: pd.Series, chosen: npt.NDArray[np.bool_]) -> Floats:
    """Sum over the chosen teammates, oneself left out, added up in order of player id.

    The order is fixed, for floats add up differently in another one.
    """
    counted = values.where(chosen).fillna(0.0)
    order = rows.assign(counted=counted).sort_values([*_TEAM, "player_id"])
    total = order.groupby(_TEAM)["counted"].transform("sum").reindex(rows.index)
    return (total - counted).clip(lower=0.0).to_numpy()


def _rank(rows: pd.DataFrame, values: pd.Series) -> Floats:
    return values.groupby([rows["game_id"], rows["team"]]).rank(ascending=False).to_numpy()


def opponent_columns(rows: pd.DataFrame, games: pd.DataFrame, offense: pd.DataFrame) -> dict[str, Floats]:
    """What the opponent gives up, and how strong both teams have been.

    Args:
        rows: game_date, team, opponent.
        games: player_game_summary before the last of the dates (extended_form.COLUMNS).
        offense: team_offense_game_summary before the last of the dates (team, opponent, pts, margin).

    Returns:
        One array a feature, aligned with ``rows``.
    """
    over = _over_usual(games)
    columns = {}
    for name, chosen in (
        ("opponent_points_over_usual", over),
        ("opponent_starters_over_usual", over[over["is_starter"].eq(True).fillna(False).to_numpy(bool)]),
    ):
        nightly = chosen.groupby(["game_date", "opponent"], as_index=False)["over"].sum(min_count=1)
        faced = PriorRows(nightly, rows, "opponent").within_days(OPPONENT_DAYS).last(OPPONENT_GAMES)
        columns[name] = faced.mean("over")
    allowed = offense[["game_date", "opponent", "pts"]]
    own = offense[["game_date", "team", "margin"]]
    columns["opponent_points_allowed_last_10"] = (
        PriorRows(allowed, rows, "opponent").within_days(OPPONENT_DAYS).last(10).mean("pts", LEAST_TEAM_GAMES)
    )
    columns["team_margin_weighted_15"] = _margin(PriorRows(own, rows, "team"))
    columns["opponent_margin_weighted_15"] = _margin(
        PriorRows(own.rename(columns={"team": "opponent"}), rows, "opponent")
    )
    return columns


def _over_usual(games: pd.DataFrame) -> pd.DataFrame:
    """Each played game: points less minutes times the player's points per minute of the year before it."""
    rate = PriorRows(games, games, "player_id").within_days(USUAL_DAYS).ratio("pts", "minutes")
    usual = games["minutes"].to_numpy(np.float64) * rate
    return games[["game_date", "opponent", "is_starter"]].assign(over=games["pts"] - usual)


def _margin(history: PriorRows) -> Floats:
    games = history.within_days(OPPONENT_DAYS).last(MARGIN_GAMES)
    return np.where(games.count >= LEAST_TEAM_GAMES, games.decayed_mean("margin", 15), np.nan)
