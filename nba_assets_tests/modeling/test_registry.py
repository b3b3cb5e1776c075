"""Candidate, shadow, champion, retired: who becomes what, when, and why; and the alarm of the served ones."""

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.performance import alarm_states, performance
from nba_assets.modeling.promotion import Verdict
from nba_assets.modeling.registry import Registry, advance, champion_of, serving, with_roles


def judge_of(*promoted: str):
    def verdict(system: str, champion: str | None, shadow_dates: int) -> Verdict:
        return Verdict(
            system=system, champion=champion, promoted=system in promoted and shadow_dates >= 2,
            level="beats_baselines", criteria=(),
        )  # fmt: skip

    return verdict


def day(number: int) -> pd.Timestamp:
    return pd.Timestamp("2024-11-01") + pd.Timedelta(days=number)


def test_a_system_waits_in_shadow_serves_and_is_replaced() -> None:
    registry: Registry = {}
    registry = advance(registry, day(0), {"one": "one_a"}, judge_of("one"))
    assert registry["one"].state == "candidate" and champion_of(registry) is None
    registry = advance(registry, day(1), {}, None)
    assert registry["one"].state == "shadow" and registry["one"].shadow_dates == 1
    registry = advance(registry, day(2), {"one": "one_b"}, judge_of("one"))
    assert champion_of(registry) == "one" and registry["one"].model_id == "one_b"
    registry = advance(registry, day(3), {"two": "two_a"}, judge_of())
    registry = advance(registry, day(4), {}, None)
    registry = advance(registry, day(5), {"one": "one_c", "two": "two_b"}, judge_of("two"))
    assert champion_of(registry) == "two" and registry["two"].replaced == "one"
    assert registry["one"].state == "shadow" and registry["one"].reason == "replaced by two"
    assert registry["one"].model_id == "one_c" and registry["two"].since == "2024-11-06"


def test_a_refusal_is_recorded_and_going_back_is_one_run() -> None:
    registry = advance({}, day(0), {"one": "a", "two": "b"}, None)
    registry = advance(registry, day(1), {}, None)
    registry = advance(registry, day(2), {"one": "a"}, judge_of())
    assert registry["one"].state == "shadow" and registry["one"].criteria == "[]"
    registry = advance(registry, day(3), {}, None, ("two", "the other one misses rookies"))
    assert champion_of(registry) == "two" and registry["two"].by_hand
    assert registry["two"].reason == "the other one misses rookies"
    back = advance(registry, day(4), {}, None, ("one", "it did not"))
    assert champion_of(back) == "one" and back["one"].replaced == "two"
    assert back["two"].state == "shadow" and not back["two"].by_hand
    with pytest.raises(ValueError, match="nobody cannot serve 2024-11-05: one, two can"):
        advance(registry, day(4), {}, None, ("nobody", "no reason"))


def test_what_is_not_trained_for_long_is_retired_and_can_return() -> None:
    registry = advance({}, day(0), {"one": "a"}, None)
    registry = advance(registry, day(401), {}, None)
    assert registry["one"].state == "retired" and "400 days" in registry["one"].reason
    with pytest.raises(ValueError, match="one cannot serve 2025-12-08: no system can"):
        advance(registry, day(402), {}, None, ("one", "it was good"))
    registry = advance(registry, day(402), {"one": "b"}, None)
    assert registry["one"].state == "candidate" and registry["one"].model_id == "b"


def rows_of(*registries: tuple[int, Registry]) -> pd.DataFrame:
    rows = [
        {"game_date": day(n), **entry.model_dump()} for n, found in registries for entry in found.values()
    ]
    return pd.DataFrame(rows)


def test_a_date_is_served_by_the_newest_registry_that_is_not_past_it() -> None:
    first = advance(advance({}, day(0), {"one": "a", "two": "b"}, None), day(1), {}, None, ("one", "good"))
    second = advance(first, day(5), {}, None, ("two", "better"))
    third = advance(second, day(406), {}, None)  # nothing trained for so long: nobody serves
    stored = rows_of((5, second), (406, third), (1, first))
    found = serving(stored, pd.DatetimeIndex([day(n) for n in (9, 0, 1, 4, 5, 406)]))
    assert found["system"].fillna("").tolist() == ["", "one", "one", "two", "two", ""]
    assert found["model_id"].fillna("").tolist() == ["", "a", "a", "b", "b", ""]
    assert serving(stored[stored["game_date"] == day(5)], pd.DatetimeIndex([day(406)]))["system"].isna().all()
    assert serving(stored.iloc[:0], pd.DatetimeIndex([day(1)]))["system"].isna().all()


def test_a_role_is_what_the_registry_says_of_the_date() -> None:
    said = pd.DataFrame([(day(n), name) for n in (0, 1, 2) for name in ("two", "hand_rules", "one")],
                        columns=["game_date", "system"])  # fmt: skip
    champions = pd.DataFrame({"game_date": [day(0), day(1), day(2)], "system": [None, "one", "two"]})
    rows = with_roles(said, champions, ["hand_rules"])
    assert rows["role"].tolist() == [
        "shadow", "baseline", "shadow", "shadow", "baseline", "champion", "champion", "baseline", "shadow",
    ]  # fmt: skip


def graded(dates: int, a_date: int, correct: list[float]) -> pd.DataFrame:
    days = np.repeat(pd.date_range("2024-11-01", periods=dates), a_date)
    right = np.concatenate([np.arange(a_date) < round(share * a_date) for share in correct])
    return pd.DataFrame({
        "game_date": days, "season": "2024-25", "system": "one",
        "game_id": [str(n) for n in range(len(days))], "player_id": 1,
        "absolute_error": 4.0, "signed_error": -1.0, "line": 10.5,
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
