"""GO and NO-GO on rows made to fail one condition each."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.training_gate import GateLimits, GateVerdict, training_verdict

LIMITS = GateLimits(rows=1000, rows_wanted=1500, dates=40, players=30, rows_a_season=400)
REQUIRED = ("points_avg_last_5",)


def frames(dates: int = 60, players: int = 40) -> tuple[pd.DataFrame, pd.DataFrame]:
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
    assert broken(verdict(*frames(dates=39, players=40))) == ["dates"]
    assert broken(verdict(*frames(dates=60, players=29))) == ["players"]
    assert broken(verdict(*frames(dates=41, players=24)))[:1] == ["rows"]
    rows, facts = frames()
    rows["season"] = np.where(rows.index < 399, "2023-24", "2024-25")
    assert broken(verdict(rows, facts)) == ["rows of 2023-24"]  # the newest season may be young


def test_fewer_rows_than_wanted_is_a_warning() -> None:
    found = verdict(*frames(dates=41, players=30))
    assert found.go and "rows wanted: 1230" in found.words


def test_synthetic_rows_are_refused_unless_all_is_a_demo() -> None:
    rows, facts = frames()
    facts.loc[0, "source"] = "simulated"
    assert broken(verdict(rows, facts)) == ["rows that are not synthetic"]
    demo = LIMITS.model_copy(update={"synthetic_allowed": True})
    assert training_verdict(rows, facts, REQUIRED, demo).go


def test_only_a_stated_reason_overrides() -> None:
    rows, facts = frames(dates=39)
    assert not verdict(rows, facts, override_reason="  ").may_fit
    found = verdict(rows, facts, override_reason="a look at November")
    assert found.may_fit and not found.go
    assert found.words.startswith("NO-GO: dates: 39") and found.words.endswith("a look at November")


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
