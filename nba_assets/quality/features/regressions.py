"""What is wrong with the features of a date although its coverage holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
import pandas as pd

from nba_assets.quality.features.days import FeatureDays
from nba_assets.quality.features.history import (
    constants,
    drifts,
    leaks,
    lost_coverage,
)
from nba_assets.quality.features.rows import (
    duplicates,
    orphans,
    out_of_range,
)
from nba_assets.quality.thresholds import RegressionLimits, regression_limits

BOOTSTRAP_DATES = 14  # game dates of a season's first fortnight, at most


def history_dates(limits: RegressionLimits | None = None) -> int:
    """Game dates before a date that must be read to judge it: both windows, and a bootstrap between them."""
    limits = limits or regression_limits()
    return limits.window_dates + limits.drift_dates + BOOTSTRAP_DATES


def findings(
    features: pd.DataFrame,
    history: pd.DataFrame,
    context: pd.DataFrame,
    schedule: pd.DataFrame,
    results: pd.DataFrame,
    days: Iterable[dt.date],
    limits: RegressionLimits | None = None,
) -> pd.DataFrame:
    """Everything suspicious about the feature rows of some dates.

    Args:
        features: ml_feature_store_v2 of the dates to judge; earlier ones of them are history of the later.
        history: ml_feature_store_v2 of the game dates before (:func:`history_dates` of them); may be empty.
        context: upcoming_player_game_context of the dates to judge: game_date, game_id, player_id.
        schedule: raw_schedule of the dates to judge: game_date, game_id, home_team, away_team.
        results: points where known, of any dates: game_id, player_id, pts.
        days: dates to judge.
        limits: limits; the committed ones by default.

    Returns:
        One row per finding: game_date, check (coverage, constant, constant_window, range, leak, duplicate,
        no_context, no_game, not_in_game, drift), feature (NULL for checks of rows), severity (FAIL, WARN),
        value, limit, rows (how many are concerned), keys (the first twenty, 'game_id/player_id' joined by |;
        NULL for a window), words. Sorted by game_date, check, feature.

    Raises:
        KeyError: a frame without one of these columns.
    """
    limits = limits or regression_limits()
    wanted = pd.DatetimeIndex(pd.to_datetime(sorted(set(days))))
    judged = features[features["game_date"].isin(wanted)]
    parts = [out_of_range(judged), duplicates(judged), orphans(judged, context, schedule)]
    earlier = history[~history["game_date"].isin(features["game_date"].unique())]
    parts += _against_history(pd.concat([earlier, features], ignore_index=True), results, wanted, limits)
    found = pd.concat(parts, ignore_index=True)
    return found.sort_values(["game_date", "check", "feature"], kind="stable", ignore_index=True)


def _against_history(
    rows: pd.DataFrame, results: pd.DataFrame, wanted: pd.DatetimeIndex, limits: RegressionLimits
) -> list[pd.DataFrame]:
    days = FeatureDays.of(rows)
    regular = FeatureDays.of(days.rows[days.rows["playoff_game"].eq(0)])
    judged = np.isin(days.dates, wanted.to_numpy())
    return [
        lost_coverage(days, judged, limits),
        constants(days, judged, limits),
        leaks(days, judged, _points(days.rows, results), limits),
        drifts(regular, np.isin(regular.dates, wanted.to_numpy()), limits),
    ]


def _points(rows: pd.DataFrame, results: pd.DataFrame) -> np.ndarray:
    scored = results.drop_duplicates(["game_id", "player_id"]).set_index(["game_id", "player_id"])["pts"]
    key = pd.MultiIndex.from_frame(rows[["game_id", "player_id"]])
    where = scored.index.get_indexer(key)
    points = np.append(scored.to_numpy(np.float64, na_value=np.nan), np.nan)
    return points[where]  # -1, not found, is the NaN at the end
