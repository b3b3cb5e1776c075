"""Which side of which offer is recommended, what it is expected to return, and the stake it is worth.

Belongs here: thresholds, expected value and stake of one prediction at real prices. Does not: the settled bet
(evaluation.bets), prices as probabilities (domain.raw.odds.odds_prices).
"""

from typing import Final

import numpy as np
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

    In: game_id and player_id of each player; `offers_as_of` (OFFERS). Out: row (index of `players`), side,
    book, offered_line (points), price (American, NULL where the side has none), gain (on a unit staked),
    fair_probability (of the side, the margin taken out; NULL without both prices); of each side of a row the
    line that is easiest to win first, then the best paid one. Raises MissingColumnsError.
    """
    require_columns(offers, OFFERS, "the offers of the books")
    found = players[list(PLAYER_KEY)].rename_axis("row").reset_index()
    found = found.merge(offers[list(OFFERS)], on=list(PLAYER_KEY))
    line, over, under = (found[name].astype("float64") for name in ("line", "over_price", "under_price"))
    sides = [
        found[["row", "book"]].assign(
            offered_line=line, side=side, price=price, fair_probability=fair_probability(price, other)
        )
        for side, price, other in (("OVER", over, under), ("UNDER", under, over))
    ]
    quotes = pd.concat(sides, ignore_index=True)
    harder = quotes["offered_line"] * np.where(quotes["side"].eq("OVER"), 1.0, -1.0)
    quotes = quotes.assign(harder=harder, gain=gain_per_unit(quotes["price"]))
    order = ["row", "harder", "gain", "book"]
    return quotes.sort_values(order, ascending=[True, True, False, True], ignore_index=True).drop(
        columns="harder"
    )


def recommendations(
    rows: pd.DataFrame,
    quotes: pd.DataFrame,
    thresholds: SystemThresholds,
    calibration: Calibration | None = None,
) -> pd.DataFrame:
    """The recommendation of each row, and the offer that it takes.

    Where a book states a price and the system has a distribution, the side follows from the best expected
    value over all offers: OVER or UNDER where it clears the threshold, else PASS. Elsewhere it follows from
    `recommend`, and the offer taken is the best line of that side, then the best price.

    In: predicted_points, q10..q90, prob_over, line and edge of one system; `quotes_of` the same players; the
    calibration of its distribution, None without one. Out, same index (RECOMMENDED): recommendation; book,
    offered_line, price, fair_probability of the side that is recommended, NULL without one; expected_value
    (profit on a unit staked, of the best offer, PASS included) and stake (share of the bankroll, 0 on PASS),
    both NULL without a price or a distribution.
    """
    own = quotes.join(rows[["predicted_points", *QUANTILES]], on="row", how="inner")
    own = own.assign(expected_value=np.nan) if calibration is None else _valued(own, calibration)
    by_value = ["row", "expected_value", "book"]
    best = own[own["expected_value"].notna()].sort_values(by_value, ascending=[True, False, True])
    best = best.drop_duplicates("row").set_index("row")
    value = best["expected_value"].reindex(rows.index)
    valued, clears = value.notna(), value >= thresholds.expected_value
    side = recommend(rows["edge"], rows["line"], rows["prob_over"], thresholds)
    side = side.mask(valued, best["side"].reindex(rows.index).where(clears, "PASS").astype(TEXT))
    taken = pd.concat([best.loc[clears[clears].index], _best_lines(own, side[~valued])])
    taken = taken[[*_TAKEN, "gain"]].reindex(rows.index)
    # A stake of value / gain of the bankroll lets it grow fastest (Kelly 1956).
    stake = (thresholds.kelly_share * value / taken["gain"]).clip(upper=thresholds.largest_stake)
    return taken.assign(
        recommendation=side, expected_value=value, stake=stake.where(clears, 0.0).where(valued)
    )[list(RECOMMENDED)]


def recommend(
    edge: pd.Series, line: pd.Series, prob_over: pd.Series, thresholds: SystemThresholds
) -> pd.Series:
    """OVER / UNDER when edge, and prob_over if known, clear the thresholds; PASS; NO_LINE."""
    likely_over = (prob_over >= thresholds.probability) | prob_over.isna()
    likely_under = (1.0 - prob_over >= thresholds.probability) | prob_over.isna()
    choice = np.select(
        [
            line.isna(),
            (edge >= thresholds.edge_points) & (edge > 0) & likely_over,
            (edge <= -thresholds.edge_points) & (edge < 0) & likely_under,
        ],
        ["NO_LINE", "OVER", "UNDER"],
        default="PASS",
    )
    return pd.Series(choice, index=edge.index, dtype=TEXT)


def _valued(own: pd.DataFrame, calibration: Calibration) -> pd.DataFrame:
    """Quotes with the expected profit on a unit staked; a push returns the stake."""
    quantiles = own[list(QUANTILES)].to_numpy("float64")
    line = own["offered_line"].to_numpy("float64")
    over = over_the_line(quantiles, line, calibration)
    wins = np.where(own["side"].eq("OVER"), over, 1 - over)
    decided = 1 - probability_of_push(quantiles, line)
    gain = own["gain"].to_numpy("float64")
    return own.assign(expected_value=decided * (wins * gain - (1 - wins)))


def _best_lines(own: pd.DataFrame, sides: pd.Series) -> pd.DataFrame:
    """For each row of a side the offer that is easiest to win, then the best paid one, by row."""
    wanted = own[own["side"].eq(own["row"].map(sides)).fillna(False).to_numpy(bool)]
    return wanted.drop_duplicates("row").set_index("row")
