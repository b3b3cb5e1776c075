import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.quality.features.findings import COLUMNS
from nba_assets.quality.features.regressions import (
    findings,
    history_dates,
)
from nba_assets.quality.thresholds import regression_limits
from nba_assets_tests.quality.features.feature_history_frames import (
    League,
    league,
)


def _judge(world: League, last: int = 1) -> pd.DataFrame:
    """Findings of the last dates, the rest being history."""
    days = world.days[-last:]
    now = world.features["game_date"].isin(days)
    return findings(
        world.features[now], world.features[~now], world.context, world.schedule, world.results, days
    )


def _last(world: League) -> pd.Series:
    return world.features["game_date"].eq(world.days[-1])


def _one(found: pd.DataFrame) -> pd.Series:
    assert len(found) == 1, found["words"].tolist()
    return found.iloc[0]


def test_a_faultless_league_is_quiet() -> None:
    found = _judge(league(), last=100)
    assert found.empty
    assert list(found.columns) == list(COLUMNS)
    assert {name: str(kind) for name, kind in found.dtypes.items()} == {
        name: str(pd.Series(dtype=kind).dtype) for name, kind in COLUMNS.items()
    }


def test_a_lost_feature_is_a_regression_with_its_rows() -> None:
    world = league()
    lost = _last(world) & (world.features.index % 4 == 0)
    world.features.loc[lost, "team_pace"] = np.nan
    row = _one(_judge(world))
    assert (row["check"], row["feature"], row["severity"]) == ("coverage", "team_pace", "FAIL")
    assert (row["value"], row["limit"], row["rows"]) == (0.75, 0.9, 20)
    first = world.features[lost].iloc[0]
    assert row["keys"].split("|")[0] == f"{first['game_id']}/{first['player_id']}"
    assert len(row["keys"].split("|")) == 20
    assert row["words"] == (
        "team_pace is known on 60 of 80 rows (75.0%); on the game dates before it was 100.0%: "
        "0.75 of the usual coverage"
    )


@pytest.mark.parametrize(("missing", "severity"), [(4, None), (5, "WARN"), (7, "WARN"), (9, "FAIL")])
def test_ninety_and_ninety_five_percent_of_before(missing: int, severity: str | None) -> None:
    """Of 80 rows: 4 missing are .95 of before, 5 are .9375, 7 .9125, 9 .8875."""
    world = league()
    world.features.loc[world.features[_last(world)].index[:missing], "pct_three"] = np.nan
    found = _judge(world)
    assert found["severity"].tolist() == ([] if severity is None else [severity])


def test_an_outage_is_named_for_a_month() -> None:
    world = league()
    world.features.loc[world.features["game_date"].isin(world.days[-30:]), "recent_trend"] = np.nan
    found = _judge(world, last=30)
    assert found[found["check"].eq("coverage")]["game_date"].nunique() == 30


def test_scatter_of_the_window_excuses_a_low_date() -> None:
    """A feed that has half of the dates, whole teams at a time, does not regress on every second date."""
    world = league()
    even = world.features["game_date"].isin(world.days[::2])
    world.features.loc[even, ["vegas_points_line", "vegas_opening_line", "vegas_line_move"]] = np.nan
    assert _judge(world, last=20).empty


def test_rows_without_history_and_bootstrap_are_not_required() -> None:
    world = league()
    last = _last(world)
    world.features.loc[last, "ppm_avg_last_10"] = np.nan
    rookies = world.features.assign(games_in_history=np.where(last, 9, 50))
    assert _judge(League(rookies, world.context, world.schedule, world.results)).empty
    opening = world.features.assign(is_bootstrap=last)
    assert _judge(League(opening, world.context, world.schedule, world.results)).empty


def test_a_constant_date_fails_and_the_calendar_warns() -> None:
    world = league()
    world.features.loc[_last(world), ["usage_spike_score", "rest_advantage"]] = 0.0
    found = _judge(world).set_index("feature")
    assert found["check"].tolist() == ["constant", "constant"]
    assert found["severity"].to_dict() == {"usage_spike_score": "FAIL", "rest_advantage": "WARN"}
    assert "0 of 90 earlier dates" in found.loc["usage_spike_score", "words"]


def test_what_is_often_constant_may_be() -> None:
    world = league()
    world.features.loc[world.features["game_date"].isin(world.days[::5]), "pace_score"] = 0.5
    assert _judge(world, last=5).empty


def test_a_constant_window_fails_by_name() -> None:
    world = league()
    world.features.loc[world.features["game_date"].isin(world.days[-90:]), "fatigue_score"] = 50.0
    row = _one(_judge(world))
    assert (row["check"], row["feature"], row["severity"]) == ("constant_window", "fatigue_score", "FAIL")
    assert (row["value"], row["rows"]) == (50.0, 7200)
    assert pd.isna(row["keys"])


def test_a_value_out_of_range_is_named_with_its_row() -> None:
    world = league()
    index = world.features[_last(world)].index
    world.features.loc[index[3], "points_avg_last_5"] = -1.0
    world.features.loc[index[8], "points_avg_last_5"] = 90.0
    row = _one(_judge(world))
    assert (row["check"], row["feature"], row["severity"]) == ("range", "points_avg_last_5", "FAIL")
    assert (row["value"], row["limit"], row["rows"]) == (90.0, 83.0, 2)
    game, players = world.features.loc[index[3], "game_id"], world.features.loc[index[[3, 8]], "player_id"]
    assert row["keys"] == "|".join(f"{game}/{player}" for player in players)


def test_a_feature_that_has_seen_the_result_is_a_leak() -> None:
    world = league()
    points = world.features.merge(world.results, on=["game_id", "player_id"])["pts"]
    noise = np.random.default_rng(2).normal(0, 3, len(points))
    world.features["points_avg_season"] = (points + noise).clip(0, 83)
    found = _judge(world)
    row = _one(found[found["check"].eq("leak")])
    window = world.features["game_date"].isin(world.days[-90:])
    expected = np.corrcoef(world.features.loc[window, "points_avg_season"], points[window])[0, 1]
    assert (row["feature"], row["severity"], row["rows"]) == ("points_avg_season", "FAIL", 7200)
    assert row["value"] == pytest.approx(expected, abs=1e-9)
    assert row["value"] > 0.85


def test_unknown_results_are_left_out_of_a_correlation() -> None:
    world = league()
    world.features["points_avg_season"] = world.results["pts"].astype(float)
    world.results = world.results.iloc[: -80 * 89]
    assert _judge(world).empty


def test_duplicates_and_orphans_are_named() -> None:
    world = league()
    last = world.features[_last(world)]
    twice, stray, moved = last.iloc[[0]], last.iloc[[1]].assign(game_id="0022399999"), last.index[5]
    world.features.loc[moved, "team"] = "ZZZ"
    world.features = pd.concat([world.features, twice, stray])
    found = _judge(world).set_index("check")
    assert found["severity"].eq("FAIL").all()
    assert found["feature"].isna().all()
    key = f"{twice['game_id'].iloc[0]}/{twice['player_id'].iloc[0]}"
    assert found.loc["duplicate", "keys"] == f"{key}|{key}"
    assert found.loc["no_context", "keys"] == f"0022399999/{stray['player_id'].iloc[0]}"
    assert found.loc["no_game", "keys"] == found.loc["no_context", "keys"]
    row = world.features.loc[moved]
    assert found.loc["not_in_game", "keys"] == f"{row['game_id']}/{row['player_id']}"


def test_a_shifted_mean_warns() -> None:
    world = league()
    late = world.features["game_date"].isin(world.days[-10:])
    world.features.loc[late, "minutes_avg_last_10"] = world.features.loc[late, "minutes_avg_last_10"] * 0.6
    row = _one(_judge(world))
    assert (row["check"], row["feature"], row["severity"]) == ("drift", "minutes_avg_last_10", "WARN")
    days = world.features.groupby("game_date")["minutes_avg_last_10"].mean()
    blocks = days.iloc[-100:].to_numpy().reshape(10, 10).mean(axis=1)
    error = blocks[:9].std(ddof=1) * np.sqrt(1 + 1 / 9)
    assert row["value"] == pytest.approx((blocks[9] - blocks[:9].mean()) / error, rel=1e-9)


def test_no_date_and_no_history_find_nothing() -> None:
    world = league(dates=1)
    assert _judge(world).empty
    empty = world.features.iloc[:0]
    assert findings(empty, empty, world.context, world.schedule, world.results, []).empty


@settings(max_examples=6)
@given(seed=st.integers(0, 1000), order=st.integers(0, 1000))
def test_a_date_alone_is_judged_as_within_a_range(seed: int, order: int) -> None:
    world = league(dates=history_dates() + 5, games=1, seed=seed)
    random = np.random.default_rng(seed)
    column = world.features.columns[4 + random.integers(0, 33)]
    hit = world.features["game_date"].isin(world.days[-3:]) & (random.random(len(world.features)) < 0.5)
    world.features.loc[hit, column] = np.nan
    world.features = world.features.sample(frac=1, random_state=order)
    world.features = world.features.sort_values("game_date", kind="stable")
    whole = _judge(world, last=5)
    kept = world.features["game_date"].isin(world.days[-1 - history_dates() :])
    alone = _judge(League(world.features[kept], world.context, world.schedule, world.results))
    of_the_date = whole[whole["game_date"].eq(world.days[-1])].reset_index(drop=True)
    pd.testing.assert_frame_equal(of_the_date, alone, check_exact=True)


def test_a_drift_is_the_same_whatever_else_a_run_reads() -> None:
    world = league(dates=history_dates() + 30)
    shifted = world.features["game_date"].isin(world.days[-10:])
    world.features.loc[shifted, "minutes_avg_last_10"] *= 0.6
    # Among all rows that a long run reads the gap would be small.
    oldest = world.features["game_date"].isin(world.days[:30])
    world.features.loc[oldest, "minutes_avg_last_10"] *= np.linspace(0, 1_000, oldest.sum())
    kept = world.features["game_date"].isin(world.days[-1 - history_dates() :])
    alone = _judge(League(world.features[kept], world.context, world.schedule, world.results))
    assert _one(alone)["check"] == "drift"
    pd.testing.assert_frame_equal(_judge(world), alone, check_exact=True)


def test_limits_of_the_design_hold() -> None:
    limits = regression_limits()
    assert (limits.window_dates, limits.regression_below, limits.degradation_below) == (90, 0.90, 0.95)
    assert (limits.leak_above, limits.drift_dates) == (0.85, 10)
