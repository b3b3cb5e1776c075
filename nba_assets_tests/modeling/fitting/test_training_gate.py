"""GO and NO-GO on rows made to fail one condition each."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.fitting.training_gate import (
    GateLimits,
    GateVerdict,
    training_verdict,
)

LIMITS = GateLimits()
REQUIRED = ("points_avg_last_5",)


def frames(dates: int = 160, players: int = 421) -> tuple[pd.DataFrame, pd.DataFrame]:
    count = dates * players
    half = count // 2
    rows = pd.DataFrame({
        "game_date": np.repeat(pd.date_range("2024-01-01", periods=dates), players),
        "player_id": np.tile(np.arange(players), dates),
        "season": ["2023-24"] * half + ["2024-25"] * (count - half),
        "minutes": 20.0, "pts": 10, "points_avg_last_5": 9.0,
    })  # fmt: skip
    return rows, pd.DataFrame({"usage_rate": 20.0, "paint_fga": 3.0, "source": "archive"}, index=rows.index)


def verdict(rows: pd.DataFrame, facts: pd.DataFrame, **more) -> GateVerdict:
    return training_verdict(rows, facts, REQUIRED, LIMITS, **more)


def broken(found: GateVerdict) -> list[str]:
    return [item.name for item in found.evidence if not item.holds]


def test_good_rows_are_go() -> None:
    found = verdict(*frames())
    assert found.go and found.words == "GO" and found.may_fit
    assert found.record()["verdict"] == "GO" and len(found.record()["evidence"]) == len(found.evidence)


@pytest.mark.parametrize(
    ("column", "share", "name"),
    [("minutes", 0.02, "minutes"), ("usage_rate", 0.06, "usage"), ("paint_fga", 0.61, "zones"),
     ("points_avg_last_5", 0.11, "points_avg_last_5")],
)  # fmt: skip
def test_a_share_that_is_missing_is_named(column: str, share: float, name: str) -> None:
    rows, facts = frames()
    frame = rows if column in rows else facts
    frame.loc[frame.index < len(frame) * share, column] = np.nan
    assert broken(verdict(rows, facts)) == [name]


def test_too_few_rows_dates_players_and_a_thin_season_are_named() -> None:
    assert broken(verdict(*frames(dates=149))) == ["dates"]
    assert broken(verdict(*frames(players=399))) == ["players"]
    assert broken(verdict(*frames(dates=150, players=233)))[:1] == ["rows"]
    rows, facts = frames()
    rows["season"] = np.where(rows.index < 9_999, "2023-24", "2024-25")
    assert broken(verdict(rows, facts)) == ["rows of 2023-24"]  # the newest season may be young


def test_fewer_rows_than_wanted_is_a_warning() -> None:
    rows, facts = (frame[frame.index % 3 > 0] for frame in frames())
    found = verdict(rows, facts)
    assert found.go and f"rows recommended: {len(rows)}, 50000 recommended" in found.words


def test_synthetic_rows_are_refused() -> None:
    rows, facts = frames()
    facts.loc[0, "source"] = "simulated"
    assert broken(verdict(rows, facts)) == ["rows that are not synthetic"]


def test_only_a_stated_reason_overrides() -> None:
    rows, facts = frames(dates=149)
    assert not verdict(rows, facts, override_reason="  ").may_fit
    found = verdict(rows, facts, override_reason="a look at November")
    assert found.may_fit and not found.go
    assert found.words.startswith("NO-GO: dates: 149") and found.words.endswith("a look at November")


def test_lower_limits_need_a_reason_and_are_recorded_with_it() -> None:
    """Limits are edited in the launchpad: lower ones once made a GO that nobody had to explain."""
    rows, facts = frames(dates=149)
    limits = GateLimits(dates=100, minutes=0.5)
    found = training_verdict(rows, facts, REQUIRED, limits)
    assert not found.may_fit and broken(found) == ["limit of dates", "limit of minutes"]
    assert found.words == "NO-GO: limit of dates: 100, at least 150; limit of minutes: 0.5, at least 0.99"
    forced = training_verdict(rows, facts, REQUIRED, limits, "a young league")
    assert forced.may_fit and forced.words.endswith("overridden: a young league")
    assert {"limit of dates", "limit of minutes"} <= {item["name"] for item in forced.record()["evidence"]}
    higher = GateLimits(players=421)
    assert training_verdict(*frames(), REQUIRED, higher).go


def test_facts_of_other_rows_are_refused() -> None:
    rows, facts = frames()
    with pytest.raises(ValueError, match="facts"):
        verdict(rows, facts.iloc[1:])


def test_a_season_that_the_window_cuts_has_no_least_number_of_rows() -> None:
    rows, facts = frames()
    opening = dt.date(2023, 11, 1)
    for since, judged in ((None, True), (opening, True), (opening + dt.timedelta(days=1), False)):
        found = verdict(rows, facts, since=since)
        assert ("rows of 2023-24" in {item.name for item in found.evidence}) == judged
