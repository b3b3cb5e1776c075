"""Tonight's rotation, as expected and as announced: each teammate counts with his chance to play."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

# Shares who played of players with 10 minutes a game, 2020-21 to 2023-24 (134,000 rows), by the team's games
# since their last one: none, 1, 2 to 3, 4 to 10, more. Without a report they differ by less than .05 between
# seasons.
_MISSED = (1, 2, 4, 11)
_UNREPORTED = (0.89, 0.45, 0.30, 0.15, 0.05)
_AVAILABLE = (0.92, 0.56, 0.39, 0.18, 0.06)
# Where a status says more than the games missed.
_LISTED = {"Probable": 0.94, "Questionable": 0.56, "Doubtful": 0.02, "Out": 0.01}
# Of players who do not start: how much rarer they play than expected, by the share of their last five games
# that they started (46,000 rows, 2021-22 and 2022-23). Whoever starts, plays.
_STARTED = (0.2, 0.5, 0.8)
_NOT_STARTING = (0.95, 0.94, 0.90, 0.36)
_TEAM = ["game_id", "team"]


def expected_teammates(rows: pd.DataFrame) -> dict[str, Floats]:
    """Probability that each player plays, and what his teammates are expected to take of the game.

    Late additions, known from the result alone, count for nothing and change no player's values.

    Args:
        rows: game_id, team, player_id, games_missed (NULL: no earlier game), injury_status (NULL: no report),
            is_late_addition, minutes_weighted_15, points_weighted_15.

    Returns:
        One array per feature, aligned with ``rows``.
    """
    probability = _play_probability(rows)
    columns = _rotation(rows, probability)
    return {"play_probability": probability} | {f"expected_{name}": each for name, each in columns.items()}


def announced_teammates(rows: pd.DataFrame) -> dict[str, Floats]:
    """The same once lineups are announced: starters play, inactive players do not, others play more rarely.

    Without a lineup it is as expected.

    Args:
        rows: what `expected_teammates` reads but status and games missed; play_probability, is_starter
            and is_inactive (NULL: not announced), starter_share_last_5 (NULL: unknown).

    Returns:
        One array per feature, aligned with ``rows``.
    """
    expected = rows["play_probability"].to_numpy(np.float64)
    share = rows["starter_share_last_5"].to_numpy(np.float64, na_value=0.0)
    on_bench = expected * np.take(_NOT_STARTING, np.searchsorted(_STARTED, share, side="right"))
    starts = rows["is_starter"].astype("boolean")
    probability = np.where(starts.fillna(False), 1.0, np.where(starts.isna(), expected, on_bench))
    probability = np.where(rows["is_inactive"].astype("boolean").fillna(False), 0.0, probability)
    return {f"announced_{name}": each for name, each in _rotation(rows, probability).items()}


def _rotation(rows: pd.DataFrame, probability: Floats) -> dict[str, Floats]:
    """What his teammates take of each player's game, each teammate times his probability."""
    counted = np.where(rows["is_late_addition"].to_numpy(bool), 0.0, probability)
    # Floats add up differently in another order: that of minutes, then of player ids, is fixed.
    minutes = rows["minutes_weighted_15"].fillna(0.0)
    keys = rows[[*_TEAM, "player_id"]].assign(counted=counted, minutes=minutes)
    order = keys.sort_values([*_TEAM, "minutes", "player_id"], ascending=[True, True, False, True])
    ahead = order.groupby(_TEAM)["counted"].cumsum() - order["counted"]
    columns = {"rank": 1.0 + _aligned(ahead, rows)}
    for name in ("minutes", "points"):
        own = rows[f"{name}_weighted_15"]
        share = own.fillna(0.0).loc[order.index] * order["counted"]
        total = share.groupby([order["game_id"], order["team"]]).transform("sum")
        others = _aligned((total - share).clip(lower=0.0), rows)
        columns[f"teammates_{name}"] = others
        together = own.to_numpy() + others
        columns[f"share_of_{name}"] = np.where(
            together > 0, own / np.where(together > 0, together, 1.0), np.nan
        )
    return columns


def _play_probability(rows: pd.DataFrame) -> Floats:
    missed = rows["games_missed"].to_numpy(np.float64, na_value=np.inf)
    place = np.searchsorted(_MISSED, missed, side="right")
    status = rows["injury_status"].astype("object")
    unlisted = np.where(
        status.eq("Available").to_numpy(bool), np.take(_AVAILABLE, place), np.take(_UNREPORTED, place)
    )
    return np.asarray(status.map(_LISTED).fillna(pd.Series(unlisted, rows.index)), np.float64)


def _aligned(values: pd.Series, rows: pd.DataFrame) -> Floats:
    return values.reindex(rows.index).to_numpy()
