"""Every feature of a sample of real rows, computed a second time in plain Python."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest

from nba_assets.domain.feature_store.feature_registry import (
    NAMES,
    V2,
)
from nba_assets_tests.domain.box_frames import approx_equal
from nba_assets_tests.domain.oracle import Oracle
from nba_assets_tests.domain.pipeline import Frames


def sample(season: Frames) -> pd.DataFrame:
    """300 rows, seeded: some of every kind that has ever gone wrong, the rest as they come."""
    store, context = season["ml_feature_store_v2"], season["upcoming_player_game_context"]
    rest = context["player_days_rest"]
    kinds = {
        "traded": context.duplicated(["game_date", "player_id"], keep=False),
        "rookies": store["games_in_history"] < 10,
        "back-to-backs": context["is_back_to_back"],
        "long absences": rest.between(25, 120),
        "first games of a season": (context["games_played_season"] == 0) & rest.notna(),
        "late additions": context["is_late_addition"],
        "injury reports": context["injury_captured_at"].notna() & (context["game_date"] >= "2024-02-01"),
        "listed": context["injury_status"].isin(["Out", "Doubtful", "Questionable", "Probable"]),
        "lines": context["points_line"].notna(),
        "veterans": store["games_in_history"] > 240,
        "missing history": store["missing_history_games"] > 0,
    }
    draw = random.Random(2024)  # noqa: S311 a sample, no secret
    rows: list[int] = []
    for name, chosen in kinds.items():
        places = np.flatnonzero(chosen.fillna(False).to_numpy(bool)).tolist()
        assert len(places) >= 20, name
        rows += draw.sample(places, 40 if name == "lines" else 20)
    rows += draw.sample(range(len(store)), 320)
    return store.iloc[sorted(set(rows))]


def test_every_feature_equals_the_slow_oracle(season: Frames, oracle: Oracle) -> None:
    rows = sample(season)
    assert len(rows) >= 300
    wrong: dict[str, list[str]] = {}
    for row in rows.to_dict("records"):
        answer = oracle.answer(row["game_id"], int(row["player_id"]))
        assert set(answer.features) == set(NAMES)
        for name in NAMES:
            if not approx_equal(row[name], answer.features[name]):
                who = f"{row['game_date']:%Y-%m-%d} {row['player_name']}"
                wrong.setdefault(name, []).append(f"{who}: {row[name]} is not {answer.features[name]}")
    assert not wrong, {name: (len(found), found[:3]) for name, found in wrong.items()}


def test_quality_equals_the_slow_oracle(season: Frames, oracle: Oracle) -> None:
    for row in sample(season).to_dict("records"):
        facts = oracle.answer(row["game_id"], int(row["player_id"])).facts
        assert set(row["missing_features"].split("|")) - {""} == facts["missing"]
        assert row["quality_score"] == pytest.approx(facts["quality_score"])
        counted = ("games_in_history", "missing_history_games")
        for name in ("quality_tier", "is_bootstrap", "is_production_ready", *counted):
            assert row[name] == facts[name], (name, row["game_id"], row["player_id"])


def test_the_sample_has_every_feature_both_ways(season: Frames) -> None:
    """An oracle that only ever compared NULL with NULL would prove nothing."""
    rows = sample(season)
    for feature in V2:
        assert rows[feature.name].notna().sum() >= 40, feature.name
        assert rows[feature.name].nunique() >= (2 if feature.name != "playoff_game" else 1), feature.name
        if feature.null_means != "never":
            share = season["ml_feature_store_v2"][feature.name].isna().mean()
            assert rows[feature.name].isna().any() or share < 0.01, feature.name


def test_every_value_is_in_its_declared_range(season: Frames) -> None:
    store = season["ml_feature_store_v2"]
    for feature in V2:
        assert store[feature.name].dropna().between(feature.low, feature.high).all(), feature.name
        if feature.null_means == "never":
            assert store[feature.name].notna().all(), feature.name
