"""What was said before tip-off stays; a later run adds, and the last word before tip-off counts."""

import pandas as pd
import pytest

from nba_assets.modeling.inputs import DuplicateKeyError
from nba_assets.modeling.systems.versions import (
    counting,
    with_versions,
)

NOON, FIVE = pd.Timestamp("2025-01-10 17:00", tz="UTC"), pd.Timestamp("2025-01-10 22:00", tz="UTC")


def said(points: float, at: pd.Timestamp | None, pregame: bool | None, system: str = "one") -> pd.DataFrame:
    row = {
        "game_date": pd.Timestamp("2025-01-10"), "game_id": "1", "player_id": 7, "system": system,
        "predicted_at": pd.NaT if at is None else at, "is_pregame": pregame, "predicted_points": points,
        "line": None, "recommendation": "NO_LINE", "model_id": None, "feature_hash": "a", "prob_over": None,
        "reason": None, "role": "shadow", "book": None, "offered_line": None, "price": None,
    }  # fmt: skip
    numbers = dict.fromkeys(("line", "prob_over", "offered_line", "price"), "float64")
    frame = pd.DataFrame([row]).astype({"is_pregame": "boolean", **numbers})
    return frame.assign(predicted_at=pd.to_datetime(frame["predicted_at"], utc=True))


NONE = said(0.0, None, False).iloc[:0]


def test_a_later_run_that_differs_adds_a_version() -> None:
    first = with_versions(said(20.0, NOON, True), NONE)
    both = with_versions(said(21.0, FIVE, True), first)
    assert both["predicted_points"].tolist() == [20.0, 21.0]
    pd.testing.assert_frame_equal(both.iloc[:1], first)
    assert counting(both)["predicted_points"].tolist() == [21.0]


def test_a_promotion_between_two_runs_adds_a_version_although_the_points_are_the_same() -> None:
    first = with_versions(said(20.0, NOON, True), NONE)
    both = with_versions(said(20.0, FIVE, True).assign(role="champion"), first)
    assert both["role"].tolist() == ["shadow", "champion"]
    assert counting(both)["role"].tolist() == ["champion"]


def test_another_price_is_another_version() -> None:
    """A bet at -110 is not the bet at -130 that the same points made later."""
    first = with_versions(said(20.0, NOON, True).assign(price=-110.0), NONE)
    both = with_versions(said(20.0, FIVE, True).assign(price=-130.0), first)
    assert both["price"].tolist() == [-110.0, -130.0]


def test_a_later_run_that_is_the_same_adds_nothing() -> None:
    first = with_versions(said(20.0, NOON, True), NONE)
    pd.testing.assert_frame_equal(with_versions(said(20.0, FIVE, True), first), first)


def test_a_backfill_never_touches_what_was_predicted_before_tip_off() -> None:
    first = with_versions(said(20.0, NOON, True), NONE)
    pd.testing.assert_frame_equal(with_versions(said(29.0, None, False), first), first)
    other = with_versions(pd.concat([said(29.0, None, False), said(5.0, None, False, "two")]), first)
    assert other["predicted_points"].tolist() == [20.0, 5.0]


def test_backfills_replace_backfills_and_rows_of_an_unknown_moment_are_none() -> None:
    first = with_versions(said(20.0, None, False), NONE)
    again = with_versions(said(21.0, None, False), first)
    assert again["predicted_points"].tolist() == [21.0]
    unknown = with_versions(said(22.0, NOON, None), NONE)
    assert with_versions(said(23.0, None, False), unknown)["predicted_points"].tolist() == [23.0]


def test_a_run_without_the_system_keeps_its_rows() -> None:
    first = with_versions(said(20.0, NOON, True, "two"), NONE)
    assert with_versions(said(1.0, FIVE, True), first)["system"].tolist() == ["one", "two"]
    assert len(with_versions(NONE, first)) == 1


def test_before_tip_off_counts_over_a_later_word() -> None:
    rows = pd.concat([said(20.0, NOON, True), said(25.0, FIVE, False)], ignore_index=True)
    assert counting(rows)["predicted_points"].tolist() == [20.0]
    assert counting(said(9.0, None, False))["predicted_points"].tolist() == [9.0]


def test_two_rows_of_a_key_are_refused() -> None:
    with pytest.raises(DuplicateKeyError):
        with_versions(pd.concat([said(1.0, NOON, True), said(2.0, FIVE, True)]), NONE)
