"""A range of dates against the thresholds, as a person asks for it before he trusts it."""

from __future__ import annotations

import pandas as pd
import pytest

from nba_assets.quality.range_checks import RangeCheck, range_checks
from nba_assets.quality.thresholds import Threshold

STORE = "ml_feature_store_v2"


def _ledger(statuses: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "game_date": pd.to_datetime(list(statuses)),
            "table": STORE,
            "metric": "rows",
            "expected": 100.0,
            "actual": [100.0 if status == "PASS" else 0.0 for status in statuses.values()],
            "status": list(statuses.values()),
        }
    )


def _found(ledger: pd.DataFrame) -> dict[str, str]:
    return {check.check: check.status for check in range_checks(ledger)}


def test_sums_of_a_metric_and_shares_of_dates_by_season_are_held_against_the_thresholds() -> None:
    good = {f"2024-01-{day:02d}": "PASS" for day in range(1, 21)}
    assert _found(_ledger(good)) == {
        "rows": "PASS", "dates of 2023-24": "PASS", "dates of the range": "PASS"
    }  # fmt: skip
    one_season_is_bad = good | {"2024-11-01": "PASS", "2024-11-02": "BLOCKED"}
    assert _found(_ledger(one_season_is_bad)) == {
        "rows": "WARN", "dates of 2023-24": "PASS", "dates of 2024-25": "FAIL", "dates of the range": "PASS"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("actual", "status"), [(95, "PASS"), (94, "WARN"), (88, "WARN"), (87, "FAIL"), (None, "EMPTY_OK")]
)
def test_a_share_has_its_status(actual: float | None, status: str) -> None:
    limit = Threshold(fail_below=0.88, warn_below=0.95)
    expected = 0.0 if actual is None else 100.0
    assert RangeCheck(STORE, "dates", expected, actual or 0.0, limit).status == status
