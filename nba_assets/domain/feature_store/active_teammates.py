"""How crowded tonight's rotation is: the teammates who played the last game."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

RETURN_GAMES = 3  # who missed more is not expected back without news, and the news we have is not enough
_TEAM = ["game_id", "team"]


def active_teammates(rows: pd.DataFrame) -> dict[str, Floats]:
    """How crowded the rotation is: production of the teammates who played the last game.

    Only players expected before tip-off count; late additions, known from the result alone,
    change no player's values.

    Args:
        rows: game_id, team, games_missed, injury_status, is_late_addition, minutes_weighted_15,
            points_weighted_15.

    Returns:
        One array a feature, aligned with ``rows``.
    """
    out = rows["injury_status"].eq("Out").fillna(False).to_numpy(bool)
    available = ~rows["is_late_addition"].to_numpy(bool) & ~out
    missed = rows["games_missed"].to_numpy(np.float64, na_value=np.nan)
    active = available & (missed == 0)
    returning = available & (missed >= 1) & (missed <= RETURN_GAMES)
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
