"""Which side of which offer is recommended, what it is expected to return, and the stake it is worth.

Belongs here: thresholds, expected value and stake of one prediction at real prices. Does not: the settled bet
(evaluation.bets), prices as probabilities (domain.raw.odds.odds_prices).
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from nba_assets.domain.raw.odds.odds_prices import fair_probability, gain_per_unit
from nba_assets.modeling.fitting.distribution import (
    QUANTILES,
    Calibration,
    over_the_line,
    probability_of_push,
)
from nba_assets.modeling.inputs import PLAYER_KEY, TEXT, require_columns

SIDES: Final = ("OVER", "UNDER")
OFFERS: Final = (*PLAYER_KEY, "book", "line", "over_price", "under_price")
_TAKEN: Final = ("book", "offered_line", "price", "fair_probability")
RECOMMENDED: Final = ("recommendation", *_TAKEN, "expected_value", "stake")
Floats = npt.NDArray[np.float64]


class SystemThresholds(BaseModel):
    """What a system must clear before it recommends a side, and what it then stakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    expected_value: float = Field(
        default=0.02,
        ge=0,
        description="Least expected profit on a unit staked, where a book states prices and the system has a "
        "distribution: it then decides alone.",
    )
    kelly_share: float = Field(
        default=0.25, gt=0, le=1, description="Share of the Kelly stake that is staked."
    )
    largest_stake: float = Field(
        default=0.02, gt=0, le=1, description="Largest stake, as a share of the bankroll."
    )
    edge_points: float = Field(
        default=2.0,
        ge=0,
        description="Without prices or a distribution: least |predicted - line|, in points; equal clears.",
    )
    probability: float = Field(
        default=110 / 210,
        ge=0.5,
        le=1,
        description="Without prices: least probability of the side, for systems with a distribution.",
    )


class PredictionConfig(BaseModel):
    """Thresholds of every system: the default, and those of systems that have their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default: SystemThresholds = Field(
        default=SystemThresholds(), description="For systems without their own."
    )
    by_system: dict[str, SystemThresholds] = Field(
        default_factory=dict, description="System name to thresholds."
    )

    def of(self, system: str) -> SystemThresholds:
        """Thresholds of one system."""
        return self.by_system.get(system, self.default)


def quotes_of(players: pd.DataFrame, offers: pd.DataFrame) -> pd.DataFrame:
    """Both sides of every book's offer to some players, one row per player, book and side.

    In: game_id and player_id of each player; `offers_as_of` (OFFERS). Out: player (its position), side,
    book, offered_line (points), price (American, NULL where the side has none), gain (on a unit staked),
    fair_probability (of the side, the margin taken out; NULL without both prices); of each side that a player
    has the line that is easiest to win first, then the best paid one. Raises MissingColumnsError.
    """
    require_columns(offers, OFFERS, "the offers of the books")
    found = players[list(PLAYER_KEY)].reset_index(drop=True).rename_axis("player").reset_index()
    found = found.merge(offers[list(OFFERS)], on=list(PLAYER_KEY))
    line, over, under = (found[name].astype("float64") for name in ("line", "over_price", "under_price"))
    sides = [
        found[["player", "book"]].assign(
            offered_line=line, side=side, price=price, fair_probability=fair_probability(price, other)
        )
        for side, price, other in (("OVER", over, under), ("UNDER", under, over))
    ]
    quotes = pd.concat(sides, ignore_index=True)
    harder = quotes["offered_line"] * np.where(quotes["side"].eq("OVER"), 1.0, -1.0)
    quotes = quotes.assign(harder=harder, gain=gain_per_unit(quotes["price"]))
    order = ["player", "harder", "gain", "book"]
    return quotes.sort_values(order, ascending=[True, True, False, True], ignore_index=True).drop(
        columns="harder"
    )


def recommendations(
    rows: pd.DataFrame,
    quotes: pd.DataFrame,
    config: PredictionConfig,
    calibrations: Mapping[str, Calibration],
) -> pd.DataFrame:
    """The recommendation of each row, and the offer that it takes.

    Where a book states a price and the system has a distribution, the side follows from the best expected
    value over all offers: OVER or UNDER where it clears the threshold, else PASS. Elsewhere it follows from
    `recommend`, and the offer taken is the best line of that side, then the best price.

    In: system, player, predicted_points, q10..q90, prob_over, line and edge of some predictions; `quotes_of`
    their players; the calibrations of systems with a distribution. Out, same index (RECOMMENDED):
    recommendation; book, offered_line, price, fair_probability of the side that is recommended, NULL without
    one; expected_value (profit on a unit staked, of the best offer, PASS included) and stake (share of the
    bankroll, 0 on PASS), both NULL without a price or a distribution.
    """
    system, names = pd.factorize(rows["system"])
    limits = pd.DataFrame(
        [config.of(name).model_dump() for name in names], columns=list(SystemThresholds.model_fields)
    )
    limits = limits.take(system).set_index(rows.index)
    priced = rows[["player", *QUANTILES]].assign(system=system).rename_axis("row").reset_index()
    own = quotes.merge(priced, on="player")
    own["expected_value"] = _expected_values(own, [calibrations.get(name) for name in names])
    by_value = ["row", "expected_value", "book"]
    best = own[own["expected_value"].notna()].sort_values(by_value, ascending=[True, False, True])
    best = best.drop_duplicates("row").set_index("row")
    value = best["expected_value"].reindex(rows.index)
    valued, clears = value.notna(), value >= limits["expected_value"]
    side = recommend(
        rows["edge"], rows["line"], rows["prob_over"], limits["edge_points"], limits["probability"]
    )
    side = side.mask(valued, best["side"].reindex(rows.index).where(clears, "PASS").astype(TEXT))
    taken = pd.concat([best.loc[clears[clears].index], _best_lines(own, side[~valued])])
    taken = taken[[*_TAKEN, "gain"]].reindex(rows.index)
    # A stake of value / gain of the bankroll lets it grow fastest (Kelly 1956).
    stake = (limits["kelly_share"] * value / taken["gain"]).clip(upper=limits["largest_stake"])
    return taken.assign(
        recommendation=side, expected_value=value, stake=stake.where(clears, 0.0).where(valued)
    )[list(RECOMMENDED)]


def recommend(
    edge: pd.Series,
    line: pd.Series,
    prob_over: pd.Series,
    edge_points: pd.Series | float,
    probability: pd.Series | float,
) -> pd.Series:
    """OVER / UNDER when edge, and prob_over if known, clear their thresholds; PASS; NO_LINE."""
    likely_over = (prob_over >= probability) | prob_over.isna()
    likely_under = (1.0 - prob_over >= probability) | prob_over.isna()
    choice = np.select(
        [
            line.isna(),
            (edge >= edge_points) & (edge > 0) & likely_over,
            (edge <= -edge_points) & (edge < 0) & likely_under,
        ],
        ["NO_LINE", "OVER", "UNDER"],
        default="PASS",
    )
    return pd.Series(choice, index=edge.index, dtype=TEXT)


def _expected_values(own: pd.DataFrame, calibrations: Sequence[Calibration | None]) -> Floats:
    """Expected profit of each quote on a unit staked; NaN without a distribution. A push returns the stake.

    Args:
        own: quotes, the quantiles of each, and ``system``, a position in the calibrations.
        calibrations: of each system; None: it has no distribution.
    """
    quantiles = own[list(QUANTILES)].to_numpy("float64")
    line, gain = (own[name].to_numpy("float64") for name in ("offered_line", "gain"))
    on_over, system = own["side"].eq("OVER").to_numpy(bool), own["system"].to_numpy()
    values = np.full(len(own), np.nan)
    for position, calibration in enumerate(calibrations):
        if calibration is not None:
            rows = np.flatnonzero(system == position)
            over = over_the_line(quantiles[rows], line[rows], calibration)
            wins = np.where(on_over[rows], over, 1 - over)
            decided = 1 - probability_of_push(quantiles[rows], line[rows])
            values[rows] = decided * (wins * gain[rows] - (1 - wins))
    return values


def _best_lines(own: pd.DataFrame, sides: pd.Series) -> pd.DataFrame:
    """For each row of a side the offer that is easiest to win, then the best paid one, by row."""
    wanted = own[own["side"].eq(own["row"].map(sides)).fillna(False).to_numpy(bool)]
    return wanted.drop_duplicates("row").set_index("row")
