"""How coverage is counted: expected keys against actual keys, date by date."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from nba_assets.quality.thresholds import Threshold

NAMED_KEYS = 20  # missing keys that are named; the rest are counted
COLUMNS = ["game_date", "metric", "expected", "actual", "missing"]


def keys_present(
    metric: str, expected: pd.DataFrame, actual: pd.DataFrame, key: list[str], dates: pd.DatetimeIndex
) -> pd.DataFrame:
    """How many of the expected keys are present.

    Args:
        metric: name of the metric.
        expected: frame with game_date and the key.
        actual: frame with game_date and the key.
        key: columns of the key.
        dates: dates to report; one without an expected key counts 0 of 0.

    Returns:
        One row per date: game_date, metric, expected, actual, missing (keys joined by |).
    """
    columns = ["game_date", *key]
    wanted = expected[columns].drop_duplicates()
    found = wanted.merge(_distinct(actual[columns]), on=columns, how="left", indicator="found_in")
    return rows_true(metric, found, found["found_in"].eq("both"), key, dates)


def _distinct(keys: pd.DataFrame) -> pd.DataFrame:
    """Distinct rows. Neighbours that repeat (tables are sorted) go first: millions need no hashing."""
    fresh = np.zeros(len(keys), dtype=bool)
    for column in keys:
        fresh |= (keys[column] != keys[column].shift()).fillna(True).to_numpy(dtype=bool)
    return keys[fresh].drop_duplicates()


def rows_true(
    metric: str, rows: pd.DataFrame, good: pd.Series, key: list[str], dates: pd.DatetimeIndex
) -> pd.DataFrame:
    """How many rows hold a condition.

    Args:
        metric: name of the metric.
        rows: frame with game_date and the key: the expected set.
        good: condition, aligned with ``rows``.
        key: columns that name a row that does not hold.
        dates: dates to report.
    """
    holds = good.fillna(False).to_numpy(dtype=bool)
    places = dates.get_indexer(pd.DatetimeIndex(rows["game_date"]))
    reported = places >= 0
    expected, actual = (
        np.bincount(places[chosen], minlength=len(dates)) for chosen in (reported, reported & holds)
    )
    return _measured(metric, dates, expected, actual, _names(rows[reported & ~holds], key, dates))


def _names(rows: pd.DataFrame, key: list[str], dates: pd.DatetimeIndex) -> object:
    """Keys of rows by date, the first of each date, joined by |."""
    if rows.empty:
        return ""
    first = rows.sort_values(["game_date", *key]).groupby("game_date").head(NAMED_KEYS)
    names = first[key[0]].astype(str)
    for column in key[1:]:
        names = names + "/" + first[column].astype(str)
    return names.groupby(first["game_date"]).agg("|".join).reindex(dates).fillna("")


def mean_share(metric: str, rows: pd.DataFrame, score: pd.Series, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Mean of a score of 0 to 100, as a share."""
    grouped = score.groupby(rows["game_date"])
    expected = (100.0 * grouped.size()).reindex(dates, fill_value=0)
    return _measured(metric, dates, expected, grouped.sum().reindex(dates, fill_value=0), "")


def _measured(
    metric: str, dates: pd.DatetimeIndex, expected: ArrayLike, actual: ArrayLike, missing: object
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "game_date": dates,
            "metric": metric,
            "expected": np.asarray(expected, dtype=np.float64),
            "actual": np.asarray(actual, dtype=np.float64),
            "missing": np.asarray(missing, dtype=object),
        }
    )


def judge(measured: pd.DataFrame, limits: dict[str, Threshold]) -> pd.DataFrame:
    """Add share and status: PASS, WARN, FAIL, or EMPTY_OK where nothing was expected.

    Args:
        measured: rows of :func:`keys_present` and its like.
        limits: thresholds by metric.

    Raises:
        ValueError: a metric without a threshold.
    """
    if unlimited := sorted(set(measured["metric"]) - limits.keys()):
        raise ValueError(f"without threshold: {', '.join(unlimited)}")
    share = measured["actual"] / measured["expected"].where(measured["expected"] > 0)
    missing = measured["expected"] - measured["actual"]
    fail = measured["metric"].map({name: limit.fail_below for name, limit in limits.items()}).astype(float)
    tolerated = (
        measured["metric"].map({name: limit.tolerated for name, limit in limits.items()}).astype(float)
    )
    warn = measured["metric"].map({name: limit.warn_below for name, limit in limits.items()}).astype(float)
    status = np.select(
        [share.isna(), (share < fail) & (missing > tolerated), share < warn],  # a NULL threshold never warns
        ["EMPTY_OK", "FAIL", "WARN"],
        "PASS",
    )
    return measured.assign(share=share, status=status)
