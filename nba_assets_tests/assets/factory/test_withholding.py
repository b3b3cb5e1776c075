"""Columns below their share are NULL on their date, with the reason, and the rest of its rows goes on."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from nba_assets.assets.factory.withholding import withhold
from nba_assets.lineage.table import ColumnGroup
from nba_assets.quality.verdict import INVALID_ROWS, WITHHELD, Problem, Verdict

GOOD, POOR = dt.date(2024, 1, 9), dt.date(2024, 1, 10)
ZONES = ColumnGroup(
    metrics=("zones",),
    without=lambda rows: rows.assign(paint=float("nan"), ready=False),
    consequences=("ready",),
)
USAGE = ColumnGroup(metrics=("usage",), without=lambda rows: rows.assign(usage=float("nan")))


def frame() -> pd.DataFrame:
    days = pd.to_datetime([GOOD, GOOD, POOR, POOR])
    return pd.DataFrame(
        {"game_date": days, "pts": [1, 2, 3, 4], "paint": [5.0] * 4, "usage": [20.0] * 4, "ready": True}
    )


def verdict(*failed: str, problems: tuple[Problem, ...] = ()) -> Verdict:
    metrics = tuple(
        {"metric": name, "expected": 10, "actual": 1}
        | ({"status": "FAIL", "share": 0.1} if name in failed else {"status": "PASS", "share": 1.0})
        for name in ("rows", "zones", "usage", "ready")
    )
    return Verdict("FAIL" if failed else "PASS", metrics, problems)


def test_columns_are_withheld_on_their_date_alone() -> None:
    judged, rows, changed = withhold(
        (ZONES, USAGE), {GOOD: verdict(), POOR: verdict("zones", "ready")}, frame()
    )
    assert changed
    assert rows["pts"].tolist() == [1, 2, 3, 4]
    assert rows["paint"].isna().tolist() == [False, False, True, True]
    assert rows["ready"].tolist() == [True, True, False, False]
    assert rows["usage"].notna().all()
    assert judged[GOOD] == verdict()
    found = judged[POOR]
    assert (found.status, found.passed) == ("WARN", True)
    assert [(p.words, p.cause, p.fatal) for p in found.problems] == [
        ("zones: 10.0% is too little: withheld on this date", WITHHELD, False)
    ]
    eased = {metric["metric"]: metric["status"] for metric in found.metrics}
    assert eased == {"rows": "PASS", "zones": "WARN", "usage": "PASS", "ready": "WARN"}


def test_two_groups_may_be_withheld_of_one_date() -> None:
    judged, rows, _ = withhold((ZONES, USAGE), {POOR: verdict("zones", "usage")}, frame())
    assert judged[POOR].passed
    assert rows.loc[rows["game_date"].dt.date == POOR, ["paint", "usage"]].isna().all(axis=None)


@pytest.mark.parametrize(
    "found",
    [
        verdict("rows", "zones"),
        verdict("ready"),
        verdict("zones", problems=(Problem("2 rows break the schema", INVALID_ROWS),)),
    ],
    ids=["another metric fails too", "a consequence without its cause", "rows break the schema"],
)
def test_what_a_group_cannot_mend_fails_the_date(found: Verdict) -> None:
    judged, rows, changed = withhold((ZONES, USAGE), {POOR: found}, frame())
    assert judged == {POOR: found}
    assert not changed
    pd.testing.assert_frame_equal(rows, frame())
