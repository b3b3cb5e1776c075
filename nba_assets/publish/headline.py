"""The headline system of a date: the one whose predictions are shown first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

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
from nba_assets.publish.tables import Row

# Without a champion: systems with a distribution, then the other learned ones, then rules, weakest last.
_PREFERENCE = tuple(
    dict.fromkeys((MARKET_ANCHORED, ENSEMBLE, POINTS_QUANTILE, *LEARNED_SYSTEMS, *reversed(SYSTEMS)))
)

_Predicted = tuple[str, str, int, bool]  # system, role, players, and whether any has a distribution


def headline(predictions: Iterable[Row], system: str | None = None) -> Headline | None:
    """The champion of a date; without one, the first system of the preference that predicts anyone.

    While a promotion is rolled out two systems serve: the headline is the one that serves more players.

    Args:
        predictions: rows of player_prop_predictions of one date (system, role, predicted_points, q50).
        system: a system to take in its place; None where it predicts no player.
    """
    predicted = [row for row in predictions if row["predicted_points"] is not None]
    return _chosen([(row["system"], row["role"], 1, row["q50"] is not None) for row in predicted], system)


def headlines(predictions: pd.DataFrame, system: str | None = None) -> dict[dt.date, Headline]:
    """The headline of each date on which any player is predicted.

    Args:
        predictions: rows of player_prop_predictions that count (game_date, system, role, predicted_points,
            q50).
        system: a system to take in its place, on the dates on which it predicts a player.
    """
    made = predictions[predictions["predicted_points"].notna().to_numpy(bool)]
    of = [made[name] for name in ("game_date", "system", "role")]
    counts = made["q50"].notna().groupby(of, sort=False).agg(["size", "any"])
    found: dict[dt.date, list[_Predicted]] = {}
    for (day, name, role), players, shaped in zip(counts.index, counts["size"], counts["any"], strict=True):
        found.setdefault(day.date(), []).append((name, role, players, shaped))
    heads = {date: _chosen(systems, system) for date, systems in found.items()}
    return {date: head for date, head in heads.items() if head}


def _chosen(predicted: Sequence[_Predicted], system: str | None) -> Headline | None:
    """The headline of the systems that predict players, or one of them."""
    predicted = [each for each in predicted if system in (None, each[0])]
    if not predicted:
        return None
    served: Counter[str] = Counter()
    for name, role, players, _ in predicted:
        served[name] += players if role == "champion" else 0
    systems = {name for name in served if served[name]} or set(served)
    chosen = min(systems, key=lambda name: (-served[name], _PREFERENCE.index(name), name))
    own = [each for each in predicted if each[0] == chosen]
    role = "champion" if served[chosen] else own[0][1]
    return Headline(system=chosen, role=role, has_distribution=any(shaped for *_, shaped in own))


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
