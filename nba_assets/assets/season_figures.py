"""Figures that the pictures of several tables' seasons draw."""

from __future__ import annotations

import pandas as pd

from nba_assets.modeling.systems.catalog import MARKET_ANCHORED


def mae_by_date(rows: pd.DataFrame, errors: str) -> pd.DataFrame:
    """Mean of a column of errors on each date, of the system that is built to serve and of a plain average.

    Args:
        rows: game_date, system and the column, in points.
        errors: the column.

    Returns:
        mae_market_anchored and mae_season_average by game_date; NULL where a date has none.
    """
    table = rows.pivot_table(index="game_date", columns="system", values=errors)
    return table.reindex(columns=[MARKET_ANCHORED, "season_average"]).add_prefix("mae_")
