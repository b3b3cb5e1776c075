"""American prices as probabilities."""

from __future__ import annotations

import pandas as pd


def implied_probability(american: pd.Series) -> pd.Series:
    """Probability that an American price implies, bookmaker's margin included (fraction, 0..1).

    -150 implies 150 / 250, +150 implies 100 / 250. A number between -100 and 100 is no American price
    (averages of prices on both sides of even are such numbers) and gives NULL, as NULL does.
    """
    price = american.astype("float64")
    probability = (price.abs() / (price.abs() + 100)).where(price < 0, 100 / (price + 100))
    return probability.where(price.abs() >= 100)


def gain_per_unit(american: pd.Series) -> pd.Series:
    """Profit on each unit staked when a bet at an American price wins: -200 gains .5, +150 gains 1.5.

    NULL where `implied_probability` is.
    """
    return 1 / implied_probability(american) - 1


def fair_probability(one: pd.Series, other: pd.Series) -> pd.Series:
    """Probability of the first of two sides by their American prices, margin taken out (fraction, 0..1).

    The margin is shared in proportion to the implied probabilities: on 210,738 pairs of prices of 2024 the
    log loss is .69222, of Shin's method and of a common power .69223, which is no difference (Shin's: 95 %
    over dates -.00004 to .00004). NULL without both prices.
    """
    first = implied_probability(one)
    return first / (first + implied_probability(other))


def price_imbalance(one: pd.Series, other: pd.Series) -> pd.Series:
    """How far two prices of one bet are from even (difference of implied probabilities, 0..1)."""
    return (implied_probability(one) - implied_probability(other)).abs()


def american_price(decimal: pd.Series) -> pd.Series:
    """American price of a decimal one: 2.5 is +150, 1.5 is -200.

    A decimal price is the whole return a unit staked, so it is above 1; anything else gives NULL, as NULL
    does. Not rounded: a book that quotes 1.91 may mean -110 or -109.
    """
    price = decimal.astype("float64")
    gain = (price - 1).where(price > 1)
    return (gain * 100).where(gain >= 1, -100 / gain)
