"""The points lines that are known before a game: of all books together, and what each of them offers."""

from __future__ import annotations

import pandas as pd
from scipy.special import ndtr, ndtri

from nba_assets.domain.raw.odds.odds_prices import fair_probability

# One capture of a feed walks through its books within ten minutes (the archive: 95 % within two), and
# two captures of one feed lie at least half an hour apart but for five restarts.
CAPTURE_SPAN = pd.Timedelta(minutes=15)

# Points of one standard deviation around a book's median. On 5,978 player-games of 2024, medians read from
# lines and prices err by .012 less than the lines alone (5.129 against 5.142), the same with 5 or 7 points.
PRICE_SPREAD = 6.0

LINE_COLUMNS = (
    "game_id", "player_id", "book", "captured_at", "line", "over_price", "under_price",
    "captured_before_tipoff",
)  # fmt: skip
_PLAYER = ["game_id", "player_id"]


def points_lines_as_of(lines: pd.DataFrame) -> pd.DataFrame:
    """Median line of the last and of the first capture before tip-off, and the median that prices imply.

    In: raw_player_points_lines. Out: game_id*, player_id*, points_line, opening_points_line (points),
    line_captured_at (UTC, of the newest line used), line_books (Int64, books behind points_line),
    market_median_points (points, of the books and captures of points_line), sorted.

    Usable are rows captured before tip-off (18:00 US Eastern where no tip-off is known) whose player is
    resolved; a row without a capture time never is. The last capture of a player in a game is every usable
    row within fifteen minutes of his newest one, each book with its newest line in that span: a book that
    took its line down hours ago no longer counts. The first capture mirrors it. Formula: tables.md.
    """
    kept = _usable(lines)
    kept = kept.assign(implied=implied_median(kept))
    captured = kept.groupby(_PLAYER)["captured_at"]
    first = kept.loc[kept["captured_at"] <= captured.transform("min") + CAPTURE_SPAN]
    last = _last_capture(kept).groupby(_PLAYER)
    first = first.drop_duplicates([*_PLAYER, "book"], keep="first").groupby(_PLAYER)
    out = last.agg(
        points_line=("line", "median"), line_captured_at=("captured_at", "max"), line_books=("book", "size")
    )
    out["opening_points_line"] = first["line"].median()
    out["market_median_points"] = last["implied"].median()
    out["line_books"] = out["line_books"].astype("Int64")
    columns = [
        *_PLAYER, "points_line", "opening_points_line", "line_captured_at", "line_books",
        "market_median_points",
    ]  # fmt: skip
    return out.reset_index()[columns]


def offers_as_of(lines: pd.DataFrame) -> pd.DataFrame:
    """What each book offers in the last capture before tip-off, the one behind `points_lines_as_of`.

    In: raw_player_points_lines (LINE_COLUMNS). Out: game_id*, player_id*, book*, line (points), over_price,
    under_price (American, NULL where the side has none), sorted.
    """
    last = _last_capture(_usable(lines)).astype({"player_id": "int64"})
    return last[[*_PLAYER, "book", "line", "over_price", "under_price"]].reset_index(drop=True)


def _usable(lines: pd.DataFrame) -> pd.DataFrame:
    """Captures before tip-off of players who are resolved, in order of player, book and time."""
    usable = lines["captured_before_tipoff"].eq(True).fillna(False) & lines["player_id"].notna()
    kept = lines.loc[usable, [*_PLAYER, "book", "captured_at", "line", "over_price", "under_price"]]
    return kept.sort_values([*_PLAYER, "book", "captured_at", "line"], kind="stable", ignore_index=True)


def _last_capture(usable: pd.DataFrame) -> pd.DataFrame:
    """Each book's newest row within CAPTURE_SPAN of a player's newest one."""
    newest = usable.groupby(_PLAYER)["captured_at"].transform("max")
    last = usable.loc[usable["captured_at"] >= newest - CAPTURE_SPAN]
    return last.drop_duplicates([*_PLAYER, "book"], keep="last")


def implied_median(lines: pd.DataFrame) -> pd.Series:
    """Points that go over as often as under, by each line and its prices; the line itself without prices.

    In: line, over_price, under_price (American). A line whose fair chance of going over is p lies
    PRICE_SPREAD * (normal score of p) points below the median. Same index, points.
    """
    chance = fair_probability(lines["over_price"], lines["under_price"]).fillna(0.5)
    return lines["line"].astype("float64") + PRICE_SPREAD * ndtri(chance.to_numpy("float64"))


def implied_chance(line: pd.Series, median: pd.Series) -> pd.Series:
    """Fair chance of going over a line by the median that prices imply: `implied_median` the other way.

    Even where no book states prices; NULL without a line. Same index, 0..1.
    """
    return ((median - line).astype("float64") / PRICE_SPREAD).map(ndtr, na_action="ignore")
