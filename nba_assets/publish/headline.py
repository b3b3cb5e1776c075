"""The headline system of a date: the one whose predictions are shown first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from nba_assets.modeling.systems.catalog import (
    BASELINES,
    ENSEMBLE,
    LEARNED_SYSTEMS,
    MARKET_ANCHORED,
    POINTS_QUANTILE,
    SYSTEMS,
)
from nba_assets.publish.contract.slate import Headline
from nba_assets.publish.tables import Row, grouped, rows_of

# Without a champion: systems with a distribution, then the other learned ones, then rules, weakest last.
_PREFERENCE = tuple(
    dict.fromkeys((MARKET_ANCHORED, ENSEMBLE, POINTS_QUANTILE, *LEARNED_SYSTEMS, *reversed(SYSTEMS)))
)


def headline(predictions: Iterable[Row], system: str | None = None) -> Headline | None:
    """The champion of a date; without one, the first system of the preference that predicts anyone.

    While a promotion is rolled out two systems serve: the headline is the one that serves more players.

    Args:
        predictions: rows of player_prop_predictions of one date (system, role, predicted_points, q50).
        system: a system to take in its place; None where it predicts no player.
    """
    predicted = [
        row for row in predictions if row["predicted_points"] is not None and system in (None, row["system"])
    ]
    if not predicted:
        return None
    served = Counter(row["system"] for row in predicted if row["role"] == "champion")
    systems = set(served) or {row["system"] for row in predicted}
    chosen = min(systems, key=lambda name: (-served[name], _PREFERENCE.index(name), name))
    own = [row for row in predicted if row["system"] == chosen]
    role = "champion" if served[chosen] else own[0]["role"]
    return Headline(system=chosen, role=role, has_distribution=any(row["q50"] is not None for row in own))


def headlines(predictions: pd.DataFrame, system: str | None = None) -> dict[dt.date, Headline]:
    """The headline of each date on which any player is predicted.

    Args:
        predictions: rows of player_prop_predictions that count (game_date, system, role, predicted_points,
            q50).
        system: a system to take in its place, on the dates on which it predicts a player.
    """
    made = predictions.loc[
        predictions["predicted_points"].notna(), ["game_date", "system", "role", "predicted_points", "q50"]
    ]
    heads = {date: headline(rows, system) for date, rows in grouped(rows_of(made), "game_date").items()}
    return {date: head for date, head in heads.items() if head}


def is_headline(rows: pd.DataFrame, heads: Mapping[dt.date, str]) -> pd.Series:
    """Which rows are the headline system's of their date.

    Args:
        rows: rows with game_date and system.
        heads: the headline system by date.
    """
    return rows["system"].eq(rows["game_date"].dt.date.map(heads)).fillna(False).astype(bool)


def of_published_systems(rows: pd.DataFrame, heads: Mapping[dt.date, str]) -> pd.DataFrame:
    """Rows of the systems that strangers see: the headline, and the baselines that it must beat.

    Args:
        rows: rows with game_date and system.
        heads: the headline system by date; on other dates the baselines alone are kept.
    """
    is_baseline = rows["system"].isin([rule.name for rule in BASELINES])
    return rows[(is_headline(rows, heads) | is_baseline).to_numpy(bool)]
