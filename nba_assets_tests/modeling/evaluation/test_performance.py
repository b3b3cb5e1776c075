"""Windows over graded rows: what they count, by population, and the alarms they raise."""

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.evaluation.performance import (
    POPULATIONS,
    alarm_states,
    performance,
)
from nba_assets.schemas.catalog import TABLES


def graded(dates: int, a_date: int, correct: list[float]) -> pd.DataFrame:
    days = np.repeat(pd.date_range("2024-11-01", periods=dates), a_date)
    right = np.concatenate([np.arange(a_date) < round(share * a_date) for share in correct])
    return pd.DataFrame({
        "game_date": days, "season": "2024-25", "system": "one",
        "game_id": [str(n) for n in range(len(days))], "player_id": 1,
        "predicted_points": 9.5, "absolute_error": 4.0, "signed_error": -1.0, "line": 10.5,
        "outcome": np.where(right, "correct", "wrong"),
    })  # fmt: skip


def test_windows_count_their_days_and_no_other() -> None:
    rows = graded(40, 10, [0.6] * 40)
    rows.loc[rows["game_date"] == rows["game_date"].max(), "absolute_error"] = 8.0
    table = performance(rows, pd.DatetimeIndex([rows["game_date"].max()]))
    found = table.set_index(["population", "window"])
    assert found.loc[("all", "7_days"), "rows"] == 70
    assert found.loc[("all", "30_days"), "rows"] == 300
    assert found.loc[("all", "season"), "rows"] == 400
    assert found.loc[("all", "7_days"), "mae"] == pytest.approx((60 * 4 + 10 * 8) / 70)
    assert found.loc[("with_line", "7_days"), "accuracy"] == pytest.approx(0.6)
    assert (table["state"] == "OK").all() and not table["retrain_advised"].any()


@pytest.mark.parametrize(
    ("shares", "states"),
    [
        ([0.6, 0.6, 0.6], ["OK", "OK", "OK"]),
        ([0.57, 0.57, 0.6], ["OK", "WATCH", "OK"]),
        ([0.6, 0.54, 0.57], ["OK", "DEGRADING", "WATCH"]),
        ([0.52, 0.525, 0.6], ["BLOCKED", "DEGRADING", "OK"]),
    ],
)
def test_states_by_accuracy(shares: list[float], states: list[str]) -> None:
    rows = pd.DataFrame({"game_date": pd.date_range("2024-11-01", periods=3), "system": "one", "picks": 100,
                         "accuracy": shares})  # fmt: skip
    assert alarm_states(rows)["state"].tolist() == states
    assert alarm_states(rows.assign(picks=19))["state"].tolist() == ["UNKNOWN"] * 3


def test_a_bad_week_advises_to_train() -> None:
    rows = pd.DataFrame({"game_date": pd.date_range("2024-11-01", periods=10), "system": "one", "picks": 100,
                         "accuracy": [0.6] + [0.5] * 9})  # fmt: skip
    assert alarm_states(rows)["retrain_advised"].tolist() == [False] * 8 + [True] * 2


def test_a_window_has_the_same_bytes_whatever_was_read_before_it() -> None:
    rows = graded(60, 10, [0.6] * 60)
    rows["absolute_error"] = np.random.default_rng(3).normal(4, 1, len(rows)) / 3
    last = pd.DatetimeIndex([rows["game_date"].max()])
    recent = rows[rows["game_date"] > last[0] - pd.Timedelta(days=40)]
    windows = ["7_days", "30_days"]
    whole, part = (performance(frame, last) for frame in (rows, recent))
    kept = [table[table["window"].isin(windows)].reset_index(drop=True) for table in (whole, part)]
    pd.testing.assert_frame_equal(*kept, check_exact=True)


def test_a_tier_is_that_of_the_season_average_before_the_game_whatever_was_scored() -> None:
    result = {"average": [3.0, 6.0, 12.0, 20.0, None], "one": [30.0, 30.0, 30.0, 30.0, 30.0]}
    rows = pd.DataFrame(
        [("season_average" if name == "average" else name, number, points, 2.0 + number)
         for name, values in result.items() for number, points in enumerate(values)],
        columns=["system", "player_id", "predicted_points", "absolute_error"],
    ).assign(game_date=pd.Timestamp("2024-11-01"), season="2024-25", game_id="0022400100", signed_error=0.0,
             outcome="no_line", line=np.nan)  # fmt: skip
    # Nothing was said, so nothing is graded.
    rows.loc[rows["predicted_points"].isna(), "absolute_error"] = np.nan
    table = performance(rows, pd.DatetimeIndex(["2024-11-01"]))
    own = table[table["system"].eq("one") & table["window"].eq("season")].set_index("population")
    assert own["rows"].to_dict() == {"all": 5, "bench": 1, "role": 1, "starter": 1, "star": 1}
    assert own["mae"].to_dict() == {"all": 4.0, "bench": 2.0, "role": 3.0, "starter": 4.0, "star": 5.0}


def test_the_schema_names_every_population() -> None:
    field = next(f for f in TABLES["model_performance"].fields if f.name == "population")
    assert field.values == POPULATIONS  # noqa: PD011 a schema's field, not a frame
