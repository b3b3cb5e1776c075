"""A range of dates held against the thresholds: a check per table and metric, and the share of good dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from nba_assets.calendar.seasons import season_of
from nba_assets.domain.precompute.missing_history import HOLE_RULE, holes_move_features
from nba_assets.modeling.fitting.training_gate import GateLimits
from nba_assets.modeling.fitting.training_rows import training_rows
from nba_assets.quality.thresholds import Threshold, range_thresholds, thresholds

_NEVER = Threshold(fail_below=0.0)
_NOT_GOOD = ("FAIL", "BLOCKED", "PENDING")


@dataclass(frozen=True)
class RangeCheck:
    """Result of one check over a range.

    Attributes:
        table: table.
        check: metric, or ``dates of`` a season or the whole range.
        expected: expected keys, summed over the range.
        actual: keys that are.
        threshold: what the share is held against.
    """

    table: str
    check: str
    expected: float
    actual: float
    threshold: Threshold

    @property
    def share(self) -> float | None:
        """Actual of expected; None when nothing was expected."""
        return self.actual / self.expected if self.expected else None

    @property
    def status(self) -> str:
        """PASS, WARN, FAIL, or EMPTY_OK when nothing was expected."""
        if self.share is None:
            return "EMPTY_OK"
        if self.share < self.threshold.fail_below:
            return "FAIL"
        warns = self.threshold.warn_below is not None and self.share < self.threshold.warn_below
        return "WARN" if warns else "PASS"


def range_checks(ledger: pd.DataFrame) -> Iterator[RangeCheck]:
    """Checks of a range, table by table in the order of the ledger.

    Args:
        ledger: rows of ``coverage`` of the dates in question.
    """
    limits, of_ranges = thresholds().root, range_thresholds().root
    for table, rows in ledger.groupby("table", sort=False):
        name = str(table)
        for metric, group in rows.groupby("metric", sort=False):
            if limit := limits.get(name, {}).get(str(metric)):
                yield RangeCheck(name, str(metric), group["expected"].sum(), group["actual"].sum(), limit)
        if limit := of_ranges.get(name, {}).get("dates"):
            yield from _dates(name, rows, limit)


def training_checks(features: pd.DataFrame, results: pd.DataFrame) -> Iterator[RangeCheck]:
    """What a range has to learn from, held to the training gate; the expected number is the one wanted.

    Args:
        features: ml_feature_store_v2 of the range.
        results: player_game_summary of the range.
    """
    limits, rows = GateLimits(), training_rows(features, results)
    enough = Threshold(fail_below=limits.rows / limits.recommended_rows, warn_below=1.0)
    whole = Threshold(fail_below=1.0)
    yield RangeCheck("training", "rows", limits.recommended_rows, len(rows), enough)
    yield RangeCheck("training", "players", limits.players, rows["player_id"].nunique(), whole)
    yield RangeCheck("training", "dates", limits.dates, rows["game_date"].nunique(), whole)
    played = features.merge(results[["game_id", "player_id"]], on=["game_id", "player_id"])
    marked = int(played["missing_history_games"].gt(0).sum())
    kept = marked - int(holes_move_features(played).sum())
    yield RangeCheck("training", f"rows of players with holes ({HOLE_RULE})", marked, kept, _NEVER)


def _dates(table: str, rows: pd.DataFrame, limit: Threshold) -> Iterator[RangeCheck]:
    """Share of dates that may feed others, of each season and of the whole range."""
    good = ~rows["status"].isin(_NOT_GOOD).groupby(rows["game_date"]).any()
    seasons = good.index.to_series().dt.date.map(season_of)
    for season, dates in good.groupby(seasons):
        yield RangeCheck(table, f"dates of {season}", float(len(dates)), float(dates.sum()), limit)
    yield RangeCheck(table, "dates of the range", float(len(good)), float(good.sum()), limit)
