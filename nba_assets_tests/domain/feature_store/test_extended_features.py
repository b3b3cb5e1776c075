"""v3_extended: every extra feature a second time in plain Python, and the shifting proof."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pandas as pd
import pytest

from nba_assets.domain.feature_store.feature_registry import (
    EXTENDED,
    EXTRA,
    LINEUP,
    NAMES,
)
from nba_assets_tests.domain import pipeline
from nba_assets_tests.domain.box_frames import approx_equal
from nba_assets_tests.domain.extended_oracle import ExtendedOracle, alike
from nba_assets_tests.domain.frame_bits import differing
from nba_assets_tests.domain.game_log import records
from nba_assets_tests.domain.pipeline import Frames
from nba_assets_tests.domain.scramble import other_players, scrambled

FIRST, LAST = "2024-02-05", "2024-02-12"
CARRIED = ("implied_team_total", "game_total", "spread", "market_median_points")  # as the context has them
ELSEWHERE = (
    "assisted_rate_last_10", "opponent_paint_difference", "opponent_mid_range_difference",
    "opponent_three_difference", "similar_games_points", "similar_games",
)  # fmt: skip


def week(tables: Frames) -> list[dt.date]:
    return pipeline.dates_of(tables["raw_schedule"], FIRST, LAST)


def with_starters(tables: Frames) -> Frames:
    """The five with most minutes started: the raw events of these tests reach too few games to say it."""
    games = tables["player_game_summary"]
    rank = games.groupby(["game_id", "team"])["minutes"].rank(ascending=False, method="first")
    known = games["game_id"].str[-1] != "7"  # and of one game in ten nobody knows it
    starters = (rank <= 5).astype("boolean").where(known.to_numpy(dtype=bool))
    return tables | {"player_game_summary": games.assign(is_starter=starters)}


@pytest.fixture(scope="module")
def played(tables: Frames) -> Frames:
    """The session's tables, starters known."""
    return with_starters(tables)


@pytest.fixture(scope="module")
def store(played: Frames, season: Frames) -> pd.DataFrame:
    """A week of ml_feature_store_v3; past nights are known from the season's first date on."""
    return pipeline.extended(played, season, season, week(played))


@pytest.fixture(scope="module")
def slow(raw: Frames, played: Frames) -> ExtendedOracle:
    games = records(played["player_game_summary"], "game_id", "player_id", "is_starter")
    return ExtendedOracle(raw, {(g["game_id"], g["player_id"]): g["is_starter"] for g in games})


def sample(store: pd.DataFrame) -> pd.DataFrame:
    places = random.Random(7).sample(range(len(store)), 90)  # noqa: S311 a sample, no secret
    late = np.flatnonzero(store["is_late_addition"].to_numpy()).tolist()[:5]
    return store.iloc[sorted({*places, *late})]


def test_every_extra_feature_equals_the_slow_oracle(store: pd.DataFrame, slow: ExtendedOracle) -> None:
    wrong: dict[str, list[str]] = {}
    for row in sample(store).to_dict("records"):
        answer = slow.extras(row["game_id"], int(row["player_id"]))
        assert set(answer) == {feature.name for feature in EXTRA} - set(CARRIED) - set(ELSEWHERE)
        for name, expected in answer.items():
            if not approx_equal(row[name], expected):
                who = f"{row['game_date']:%Y-%m-%d} {row['player_name']}"
                wrong.setdefault(name, []).append(f"{who}: {row[name]} is not {expected}")
    assert not wrong, {name: (len(found), found[:3]) for name, found in wrong.items()}


def test_every_feature_of_the_lineups_equals_the_slow_oracle(
    raw: Frames, store: pd.DataFrame, slow: ExtendedOracle
) -> None:
    floor = raw["raw_lineups"][raw["raw_lineups"]["kind"].eq("first_event")]
    fives: dict[str, dict[str, set[int]]] = {}
    for one in records(floor, "game_id", "team", "player_id"):
        fives.setdefault(one["game_id"], {}).setdefault(one["team"], set()).add(one["player_id"])
    known = 0
    for row in sample(store).to_dict("records"):
        answer = slow.lineup(row["game_id"], int(row["player_id"]), fives.get(row["game_id"], {}))
        assert set(answer) == {feature.name for feature in LINEUP}
        for name, expected in answer.items():
            assert approx_equal(row[name], expected), (name, row["player_name"], row[name], expected)
        known += answer["starts_tonight"] is not None
    assert known > 60


def test_games_alike_equal_the_slow_oracle(played: Frames, season: Frames, store: pd.DataFrame) -> None:
    facts = season["ml_feature_store_v2"].merge(
        season["upcoming_player_game_context"][["game_id", "player_id", "player_days_rest"]],
        on=["game_id", "player_id"],
    )
    names = ("opponent_def_rating", "player_days_rest", "home_away", "recent_trend")
    points = played["player_game_summary"][["game_id", "player_id", "pts"]]
    nights = facts.merge(points, on=["game_id", "player_id"]).sort_values("game_date")
    some = 0
    for row in sample(store).to_dict("records"):
        own = facts[facts["player_id"].eq(row["player_id"]) & facts["game_id"].eq(row["game_id"])]
        past = nights[nights["player_id"].eq(row["player_id"]) & (nights["game_date"] < row["game_date"])]
        mean, count = alike(records(own, *names)[0], records(past, *names, "pts"))
        assert approx_equal(row["similar_games_points"], mean), row["player_name"]
        assert row["similar_games"] == count
        some += mean is not None
    assert some > 30


def test_carried_columns_are_those_of_their_tables(season: Frames, store: pd.DataFrame) -> None:
    key = ["game_id", "player_id"]
    v2 = season["ml_feature_store_v2"].merge(store[key], on=key)
    context = season["upcoming_player_game_context"].merge(store[key], on=key)
    for name in NAMES:
        pd.testing.assert_series_equal(v2[name], store[name])
    for name in CARRIED:
        pd.testing.assert_series_equal(context[name].astype("float64"), store[name])
    defense = season["team_defense_zone_analysis"].set_index(["game_date", "team"])
    present = list(zip(store["game_date"], store["opponent"], strict=True))
    for zone in ("paint", "mid_range", "three"):
        expected = defense[f"{zone}_difference_pp"].reindex(present).to_numpy()
        np.testing.assert_array_equal(store[f"opponent_{zone}_difference"].to_numpy(), expected)


def test_every_value_is_in_its_declared_range_and_no_column_is_idle(store: pd.DataFrame) -> None:
    for feature in EXTENDED:
        values = store[feature.name].dropna()
        assert values.between(feature.low, feature.high).all(), feature.name
        assert values.min() < values.max() or feature.name == "playoff_game", feature.name
        if feature.null_means == "never":
            assert store[feature.name].notna().all(), feature.name


@pytest.mark.parametrize("change", [scrambled, other_players], ids=["results", "who played"])
def test_results_of_a_date_or_later_move_no_extended_feature_of_it(
    raw: Frames, played: Frames, season: Frames, store: pd.DataFrame, change
) -> None:
    date = "2024-02-08"
    changed = with_starters(pipeline.add_results(change(raw, date)))
    nights = pipeline.pregame(changed, week(played))
    before = {
        name: pd.concat([season[name][season[name]["game_date"] < FIRST], rows], ignore_index=True)
        for name, rows in nights.items()
    }
    after = pipeline.extended(changed, nights, before, week(played))

    def expected(rows: pd.DataFrame, later: bool) -> pd.DataFrame:
        side = rows["game_date"] > date if later else rows["game_date"] <= date
        return rows[side & ~rows["is_late_addition"]].reset_index(drop=True)

    early = expected(store, later=False)
    assert len(early) > 400
    assert differing(early, expected(after, later=False)) == {}
    if change is scrambled:  # it can fail: the same results do move the rows of the dates after
        moved = differing(expected(store, later=True), expected(after, later=True))
        assert len(moved) > 50 and moved["points_weighted_2"] > 100


def test_a_range_of_extended_features_equals_its_dates_one_by_one(
    played: Frames, season: Frames, store: pd.DataFrame
) -> None:
    for date in week(played)[:2]:
        alone = pipeline.extended(played, season, season, [date])
        same = store[store["game_date"] == pd.Timestamp(date)].reset_index(drop=True)
        assert differing(same, alone) == {}
