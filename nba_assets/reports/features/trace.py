"""What a number of a player is made of: a feature of weighted games, an ensemble of its members."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from nba_assets.domain.as_of import HISTORY_DAYS
from nba_assets.domain.declarations.sources import history_columns
from nba_assets.domain.declarations.trace import Trace, trace, traced_windows
from nba_assets.modeling.inputs import MARKET_LINE
from nba_assets.modeling.systems.ensemble import EnsembleWeights
from nba_assets.reports.features.inputs import Origin
from nba_assets.reports.reading import read_table
from nba_assets.schemas.catalog import TABLES
from nba_assets.storage.lake import Lake


@dataclass(frozen=True)
class TracedStatistic:
    """A statistic behind a feature, game by game.

    Attributes:
        origin: the feature that it belongs to.
        trace: its games.
        stored: the feature's stored value, where the statistic is all of it.
    """

    origin: Origin
    trace: Trace
    stored: float | None


def traced(lake: Lake, behind: tuple[Origin, ...], row: pd.Series) -> list[TracedStatistic]:
    """Every statistic behind some features, game by game.

    Args:
        lake: where the tables are.
        behind: the features.
        row: the row that is described (game_date, game_id, player_id, team, opponent, season).
    """
    found: list[TracedStatistic] = []
    for origin in behind:
        own = origin.row(row)
        for statistic in origin.statistics:
            columns = history_columns(traced_windows(statistic))
            history = {table: _before(lake, table, names, row) for table, names in columns.items()}
            stored = _stored(lake, origin, own) if origin.feature.value == statistic else None
            found.append(TracedStatistic(origin, trace(statistic, history, own), stored))
    return found


def _before(lake: Lake, table: str, columns: tuple[str, ...], row: pd.Series) -> pd.DataFrame:
    """Rows of the dates before a row's that anything may look back to."""
    date = row["game_date"].date()
    days = [day for day in lake.dates(table) if 0 < (date - day).days <= HISTORY_DAYS]
    return read_table(lake, table, columns, days)


def _stored(lake: Lake, origin: Origin, row: pd.Series) -> float:
    """The stored value of a feature in the row that describes a row's own."""
    key = TABLES[origin.table.name].key
    rows = read_table(lake, origin.table.name, (*key, origin.feature.name), [row["game_date"].date()])
    for name in key:
        rows = rows[rows[name].eq(row[name]).to_numpy(bool)]
    return float(rows[origin.feature.name].astype("float64").iloc[0])


def member_shares(weights: EnsembleWeights, predictions: pd.DataFrame, market: float | None) -> pd.DataFrame:
    """What an ensemble's number for a player is made of.

    Args:
        weights: the ensemble's.
        predictions: the player's rows of player_prop_predictions on a date, the newest version last.
        market: his line, which decides the weights; None without one.

    Returns:
        One row per member, the line among them where he has one: member, model, points, weight, adds
        (points); a member without a row is NULL.
    """
    used = pd.Series(weights.weights if market is None else weights.line_weights)
    predicted = predictions.drop_duplicates("system", keep="last").set_index("system").reindex(used.index)
    points = predicted["predicted_points"].astype("float64")
    if market is not None:
        points[MARKET_LINE] = market
    table = pd.DataFrame(
        {"model": predicted["model_id"], "points": points, "weight": used, "adds": points * used}
    )
    return table.rename_axis("member").reset_index()
