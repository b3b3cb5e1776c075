"""Recommendations as paper bets: settled at the price that was offered, and what they return.

Belongs here: which recommendation is a bet, its settlement, returns of many bets. Does not: choosing side,
offer and stake (systems.recommending), errors of predictions (grading).
"""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from nba_assets.domain.raw.odds.odds_prices import gain_per_unit, implied_probability
from nba_assets.modeling.bootstrap import BootstrapConfig, DateBootstrap, ratio
from nba_assets.modeling.evaluation.grading import CARRIED, PREDICTION_KEY, grade
from nba_assets.modeling.inputs import TEXT, require_columns
from nba_assets.modeling.systems.recommending import SIDES

OFFER: Final = ("book", "offered_line", "price", "fair_probability", "expected_value", "stake")
READ: Final = (*CARRIED, *OFFER, "predicted_at")
BET_COLUMNS: Final = (
    "game_date",
    *PREDICTION_KEY,
    "player_name",
    "team",
    "opponent",
    "side",
    *OFFER,
    "break_even",
    "margin",
    "edge",
    "actual_points",
    "outcome",
    "profit",
    "closing_line",
    "closing_line_value",
    "model_id",
    "is_pregame",
    "predicted_at",
    "source",
)
EDGE_BANDS: Final = tuple(pairwise((-np.inf, 0.0, 1.0, 2.0, 3.0, 4.0, np.inf)))  # points
_OUTCOMES: Final = {"correct": "won", "wrong": "lost", "push": "push", "void": "void"}


def paper_bets(
    predictions: pd.DataFrame,
    results: pd.DataFrame,
    closing_lines: pd.DataFrame,
    postponed: Collection[str] = (),
) -> pd.DataFrame:
    """One bet per game, player and system: its first published version that recommends an offer of a book.

    In: player_prop_predictions with every version (READ); player_game_summary, upcoming_player_game_context
    and postponed games as `grade` takes them. Out (BET_COLUMNS), sorted by date and key: the offer and the
    stake as published; break_even (chance of the side at which the price returns nothing), margin (what the
    book keeps: by how much the implied chances of both sides exceed 1), edge (points that the prediction lies
    on the side's side of the offered line), outcome, profit (on a unit staked: 0 for a push and a void bet,
    NULL without a price), closing_line_value (points the line moved towards the side after the bet; NULL in
    a backfill, whose line is the closing one). A game without results has no row.
    Raises MissingColumnsError, DuplicateKeyError.
    """
    require_columns(predictions, READ, "player_prop_predictions")
    first = first_offers(predictions)
    graded = grade(first.assign(line=first["offered_line"]), results, closing_lines, postponed)
    key = list(PREDICTION_KEY)
    bets = graded.merge(first[[*key, *OFFER, "predicted_at"]], on=key, validate="one_to_one")
    bets = bets.rename(columns={"recommendation": "side"})
    bets["outcome"] = bets["outcome"].map(_OUTCOMES).astype(TEXT)
    gain, break_even = gain_per_unit(bets["price"]), implied_probability(bets["price"])
    profit = np.select(
        [bets["outcome"].eq("won").to_numpy(bool), bets["outcome"].eq("lost").to_numpy(bool)], [gain, -1.0]
    )
    towards = np.where(bets["side"].eq("OVER"), 1.0, -1.0)
    return bets.assign(
        break_even=break_even,
        margin=break_even / bets["fair_probability"] - 1,
        edge=(bets["predicted_points"] - bets["offered_line"]) * towards,
        profit=pd.Series(profit, index=bets.index).where(gain.notna()),
    )[list(BET_COLUMNS)]


def first_offers(predictions: pd.DataFrame) -> pd.DataFrame:
    """The first version of each game, player and system that recommends an offer; later ones are no bets."""
    taken = predictions["recommendation"].isin(SIDES) & predictions["offered_line"].notna()
    ordered = predictions[taken.to_numpy(bool)].sort_values(
        [*PREDICTION_KEY, "predicted_at"], ignore_index=True, na_position="last"
    )
    return ordered.drop_duplicates(list(PREDICTION_KEY), ignore_index=True)


def bet_returns(bets: pd.DataFrame, by: Sequence[str], config: BootstrapConfig | None = None) -> pd.DataFrame:
    """What groups of bets return, with intervals over dates.

    In: paper bets with a column for each of `by` ("edge_band" is made of the edge). Out: `by`; bets (not
    void), won, lost, pushes, void; hit_rate (won, of won and lost), break_even (mean), profit (mean on a unit
    staked, of bets with a price), closing_line_value (mean, points), each of hit_rate, profit and
    closing_line_value with _low and _high: NULL without a row that has it. Raises MissingColumnsError.
    """
    rows = with_edge_bands(bets) if "edge_band" in by else bets
    require_columns(rows, (*by, "game_date", "outcome", "profit"), "the bets")
    groups = rows.groupby(list(by), sort=True, observed=True)
    return pd.DataFrame(
        [dict(zip(by, key, strict=True)) | _returns(group, config) for key, group in groups],
        columns=None if len(rows) else [*by, "bets"],
    )


def with_edge_bands(bets: pd.DataFrame) -> pd.DataFrame:
    """Every bet twice: with the band of its edge, and with the band of all; edge_band, ordered."""
    labels, every = [edge_band(*band) for band in EDGE_BANDS], edge_band(-np.inf, np.inf)
    ends = [low for low, _ in EDGE_BANDS] + [np.inf]
    band = pd.cut(bets["edge"], ends, right=False, labels=labels)
    kinds = pd.CategoricalDtype([*labels, every], ordered=True)
    both = [bets.assign(edge_band=band.astype(kinds)), bets.assign(edge_band=every)]
    return pd.concat([part.astype({"edge_band": kinds}) for part in both], ignore_index=True)


def edge_band(low: float, high: float) -> str:
    """A band of edges in words: from `low` up to but not including `high`, points."""
    if np.isinf(low):
        return "any" if np.isinf(high) else f"below {high:g}"
    return f"{low:g} or more" if np.isinf(high) else f"{low:g} to {high:g}"


def _returns(bets: pd.DataFrame, config: BootstrapConfig | None) -> dict[str, float]:
    outcome = bets["outcome"]
    counts = {name: outcome.eq(name).to_numpy("float64", na_value=0.0) for name in _OUTCOMES.values()}
    settled = 1.0 - counts["void"]
    profit, moved = (
        bets[name].to_numpy("float64", na_value=np.nan) for name in ("profit", "closing_line_value")
    )
    priced = settled * ~np.isnan(profit)
    known = settled * ~np.isnan(moved)
    drawn = DateBootstrap(bets["game_date"], config)
    decided = counts["won"] + counts["lost"]
    terms = [
        counts["won"],
        decided,
        np.nan_to_num(profit) * priced,
        priced,
        np.nan_to_num(moved) * known,
        known,
    ]
    sums = drawn.sums(np.column_stack(terms).astype(np.float64))
    found: dict[str, float] = {
        "bets": int(settled.sum()),
        "won": int(counts["won"].sum()),
        "lost": int(counts["lost"].sum()),
        "pushes": int(counts["push"].sum()),
        "void": int(counts["void"].sum()),
        "break_even": float(bets["break_even"].mean()),
    }
    for name, part, whole in (("hit_rate", 0, 1), ("profit", 2, 3), ("closing_line_value", 4, 5)):
        interval = drawn.interval(ratio(sums[:, part], sums[:, whole]))
        found |= {name: interval["value"], f"{name}_low": interval["low"], f"{name}_high": interval["high"]}
    return found
