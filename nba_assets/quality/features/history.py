"""A date's features held against the game dates before it: coverage, constants, leaks, drift of means.

Dates of bootstrap are in no window: their features are allowed to be missing, and no model reads them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import betainc

from nba_assets.domain.feature_store.feature_registry import NAMES
from nba_assets.quality.features.days import (
    FeatureDays,
    window_extreme,
    window_sums,
)
from nba_assets.quality.features.findings import (
    found,
    named_keys,
)
from nba_assets.quality.thresholds import RegressionLimits

MINIMUM_BLOCKS = 5  # fewer give no standard error worth the name
MEDIAN_CHI_SQUARED = 0.4549  # of one degree of freedom


def lost_coverage(days: FeatureDays, judged: np.ndarray, limits: RegressionLimits) -> pd.DataFrame:
    """Features that are known on a smaller share of a date's rows than on the dates before.

    Counted among players with the history the feature needs, as coverage does. A one-game slate is twenty
    rows of two teams that lose a feature together, so a low ratio alone is weak evidence: it must also be
    improbable under a binomial whose sample is cut by the scatter the window itself shows between dates.

    Args:
        days: rows of the dates to judge and of those before.
        judged: dates to judge, by position.
        limits: limits.
    """
    known_rows = (days.known & days.entitled).astype(np.int64)
    entitled, known = days.by_date(days.entitled.astype(np.int64)), days.by_date(known_rows)
    before = window_sums(entitled, limits.window_dates, upto=1)
    usual = window_sums(known, limits.window_dates, upto=1) / np.maximum(before, 1)
    share = known / np.maximum(entitled, 1)
    low = (share < limits.degradation_below * usual) & judged[:, None] & (entitled > 0)
    low[: limits.minimum_dates] = False
    date, feature = np.nonzero(low)
    chance = _chance(entitled, known, before, date, feature, limits.window_dates)
    date, feature = date[chance < limits.significance], feature[chance < limits.significance]
    ratio = share[date, feature] / usual[date, feature]
    fails = ratio < limits.regression_below
    missing = entitled - known
    words = [
        f"{NAMES[f]} is known on {known[d, f]:,} of {entitled[d, f]:,} rows ({share[d, f]:.1%}); on the game "
        f"dates before it was {usual[d, f]:.1%}: {r:.2f} of the usual coverage"
        for d, f, r in zip(date, feature, ratio, strict=True)
    ]
    return found(
        "coverage", days.dates[date], feature, np.where(fails, "FAIL", "WARN"), ratio,
        np.where(fails, limits.regression_below, limits.degradation_below), missing[date, feature],
        [_keys(days, d, days.entitled[:, f] & ~days.known[:, f]) for d, f in zip(date, feature, strict=True)],
        words,
    )  # fmt: skip


def _chance(
    entitled: np.ndarray, known: np.ndarray, before: np.ndarray,
    date: np.ndarray, feature: np.ndarray, length: int,
) -> np.ndarray:  # fmt: skip
    """Probability of so few known rows, if the date were like the usual date of the window.

    The usual date is the window's median share and its scatter the median of squared Pearson residuals, so an
    outage that has lasted for less than half the window moves neither.
    """
    window = date[:, None] - 1 - np.arange(length)
    n = np.where(window >= 0, entitled[np.maximum(window, 0), feature[:, None]], 0)
    k = known[np.maximum(window, 0), feature[:, None]]
    shares = np.where(n > 0, k / np.maximum(n, 1), np.nan)
    # Half a row on either side: a share of exactly 1 would make any NULL impossible.
    rows = before[date, feature]
    usual = (np.nanmedian(shares, axis=1) * rows + 0.5) / (rows + 1) if len(date) else np.zeros(0)
    variance = np.maximum(n, 1) * (usual * (1 - usual))[:, None]
    squared = np.where(n > 0, (k - n * usual[:, None]) ** 2 / variance, np.nan)
    scatter = np.nanmedian(squared, axis=1) if len(date) else np.zeros(0)
    cut = np.maximum(scatter / MEDIAN_CHI_SQUARED, 1)
    k_date, n_date = known[date, feature] / cut, entitled[date, feature] / cut
    return betainc(n_date - k_date, k_date + 1, 1 - usual)


def constants(days: FeatureDays, judged: np.ndarray, limits: RegressionLimits) -> pd.DataFrame:
    """Features with one value over a whole date, or over the whole window that ends with it.

    Some features are constant on many dates by nature: there are no back-to-backs in the playoffs, and both
    teams of a lone game share its pace. So a constant date counts only when hardly any earlier date of the
    window with no more games was constant, and only with enough such dates. What
    follows from the calendar alone (the first night after the All-Star break: everyone is rested) warns.
    """
    rows = days.by_date(days.known.astype(np.int64))
    constant = (days.lowest == days.highest) & (rows >= limits.constant_rows)
    constant &= judged[:, None]
    date, feature = np.nonzero(constant)
    window = date[:, None] - 1 - np.arange(limits.window_dates)
    alike = (window >= 0) & (days.games[np.maximum(window, 0)] <= days.games[date][:, None])
    earlier = np.maximum(window, 0), feature[:, None]
    was = alike & (days.lowest[earlier] == days.highest[earlier])
    comparable, usual = alike.sum(axis=1), was.sum(axis=1)
    odd = (comparable >= limits.comparable_dates) & (usual <= limits.usually_constant_above * comparable)
    date, feature, comparable, usual = date[odd], feature[odd], comparable[odd], usual[odd]
    value = days.lowest[date, feature]
    words = [
        f"{NAMES[f]} is {v:g} on all {rows[d, f]:,} rows of the date; it was constant on {u} of {c} earlier "
        "dates with no more games"
        for d, f, v, u, c in zip(date, feature, value, usual, comparable, strict=True)
    ]
    severity = np.where(np.isin(NAMES, limits.calendar_features)[feature], "WARN", "FAIL")
    over_date = found(
        "constant", days.dates[date], feature, severity, value, limits.usually_constant_above,
        rows[date, feature],
        [_keys(days, d, days.known[:, f]) for d, f in zip(date, feature, strict=True)], words,
    )  # fmt: skip
    return pd.concat([over_date, _constant_windows(days, judged, limits)], ignore_index=True)


def _constant_windows(days: FeatureDays, judged: np.ndarray, limits: RegressionLimits) -> pd.DataFrame:
    length = limits.window_dates
    low = window_extreme(days.lowest, length, np.minimum, np.inf)
    high = window_extreme(days.highest, length, np.maximum, -np.inf)
    constant = (low == high) & judged[:, None] & ~np.isin(NAMES, limits.may_be_constant)
    by_date = days.by_date(days.known.astype(np.int64))
    rows, dates = window_sums(by_date, length), window_sums((by_date > 0).astype(np.int64), length)
    date, feature = np.nonzero(constant & (dates >= limits.minimum_dates))
    words = [
        f"{NAMES[f]} is {low[d, f]:g} on all {rows[d, f]:,} rows of the last {min(d + 1, length)} game dates"
        for d, f in zip(date, feature, strict=True)
    ]
    return found(
        "constant_window", days.dates[date], feature, "FAIL", low[date, feature], 1.0, rows[date, feature],
        [None] * len(date), words,
    )  # fmt: skip


def leaks(
    days: FeatureDays, judged: np.ndarray, points: np.ndarray, limits: RegressionLimits
) -> pd.DataFrame:
    """Features so close to the points of the same game that they must have seen them.

    Args:
        days: rows of the dates to judge and of those before.
        judged: dates to judge, by position.
        points: points scored, by row; NaN where not known.
        limits: limits.
    """
    both = days.known & ~np.isnan(points)[:, None]
    x = np.where(both, days.values, 0.0)
    y = np.where(both, points[:, None], 0.0)
    n, sx, sy, sxx, syy, sxy = (
        window_sums(days.by_date(array), limits.window_dates)
        for array in (both.astype(np.int64), x, y, x * x, y * y, x * y)
    )
    count = np.maximum(n, 1)
    spread = (sxx - sx * sx / count) * (syy - sy * sy / count)
    # What is left of a constant after rounding is no spread.
    real = (spread > 1e-12 * (sxx * syy)) & (n >= limits.leak_rows)
    correlation = np.where(real, (sxy - sx * sy / count) / np.sqrt(np.where(real, spread, 1)), 0.0)
    date, feature = np.nonzero((np.abs(correlation) > limits.leak_above) & judged[:, None])
    value = correlation[date, feature]
    words = [
        f"{NAMES[f]} correlates {v:.3f} with the points of the game itself over {n[d, f]:,} rows of the last "
        f"{min(d + 1, limits.window_dates)} game dates: it has seen the result"
        for d, f, v in zip(date, feature, value, strict=True)
    ]
    return found(
        "leak", days.dates[date], feature, "FAIL", value, limits.leak_above, n[date, feature],
        [None] * len(date), words,
    )  # fmt: skip


def drifts(days: FeatureDays, judged: np.ndarray, limits: RegressionLimits) -> pd.DataFrame:
    """Features whose mean over the last dates has left the means of the window before them.

    The window is cut into blocks as long as the stretch that is judged, and the standard error is that of
    their means (batch means): rows of a date share teams, and dates in a row share players and trend, so the
    scatter of single rows or dates would call every week a drift. Blocks are of the date's own season: each
    season starts with other teams, and with averages over few games. A gap that is a small part of the
    spread between players may be certain and means nothing: it is left out.

    Args:
        days: rows of the dates to judge and of those before, of one kind: the few who play in the playoffs
            are another population than the league.
        judged: dates to judge, by position.
        limits: limits.
    """
    length = limits.drift_dates
    rows, means = _blocks(days, limits)
    blocks = (~np.isnan(means[1:])).sum(axis=0)
    base = np.nansum(means[1:], axis=0) / np.maximum(blocks, 1)
    spread = np.nansum((means[1:] - base) ** 2, axis=0) / np.maximum(blocks - 1, 1)
    error = np.sqrt(spread * (1 + 1 / np.maximum(blocks, 1)))
    measurable = (error > 1e-12) & (blocks >= MINIMUM_BLOCKS)
    gap = np.where(measurable, (means[0] - base) / np.where(measurable, error, 1), 0.0)
    small = limits.drift_standard_deviations * _deviation(days, limits)
    far = (np.abs(gap) > limits.drift_standard_errors) & (np.abs(means[0] - base) > small)
    date, feature = np.nonzero(far & judged[:, None])
    words = [
        f"{NAMES[f]} averages {means[0, d, f]:.3g} over the last {length} game dates and "
        f"{base[d, f]:.3g} over the {blocks[d, f] * length} before: "
        f"{gap[d, f]:+.1f} standard errors"
        for d, f in zip(date, feature, strict=True)
    ]
    return found(
        "drift", days.dates[date], feature, "WARN", gap[date, feature], limits.drift_standard_errors,
        rows[0, date, feature], [None] * len(date), words,
    )  # fmt: skip


def _blocks(days: FeatureDays, limits: RegressionLimits) -> tuple[np.ndarray, np.ndarray]:
    """Rows and means of blocks x dates x features; the first block ends with the date."""
    length = limits.drift_dates
    n, total = days.by_date(days.known.astype(np.int64)), days.by_date(days.filled)
    lags = range(0, limits.window_dates + 1, length)
    rows = np.stack([window_sums(n, length, upto=lag) for lag in lags])
    means = np.stack([window_sums(total, length, upto=lag) for lag in lags]) / np.where(
        rows > 0, rows, np.nan
    )
    # A block cut off by the first date of the season is none.
    full = np.arange(len(n)) - np.array(lags)[:, None] - length + 1 >= days.season_start
    return rows, np.where(full[:, :, None], means, np.nan)


def _deviation(days: FeatureDays, limits: RegressionLimits) -> np.ndarray:
    """Dates x features: standard deviation of the rows of all blocks, of every season."""
    rows, total, squares = (
        window_sums(days.by_date(array), limits.window_dates + limits.drift_dates)
        for array in (days.known.astype(np.int64), days.filled, days.filled**2)
    )
    rows = np.maximum(rows, 1)
    return np.sqrt(np.maximum(squares / rows - (total / rows) ** 2, 0.0))


def _keys(days: FeatureDays, date: int, chosen: np.ndarray) -> str | None:
    where = days.rows_of(date)
    return named_keys(days.rows.iloc[where][chosen[where]])
