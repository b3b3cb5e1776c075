"""Who is served is who the registry says: every way in which that is not so fails the same day."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from nba_assets.modeling.systems.catalog import LEARNED_SYSTEMS
from nba_assets.quality.expected_sets import Frames
from nba_assets.quality.measures import judge
from nba_assets.quality.model_expectations import MODEL_EXPECTATIONS
from nba_assets.quality.thresholds import thresholds

DAY = pd.Timestamp("2025-01-10")
NOON = pd.Timestamp("2025-01-10 17:00", tz="UTC")


def frames(champion: str | None = "xgboost_v1", model_id: str = "x2") -> Frames:
    players = pd.DataFrame({"game_date": DAY, "game_id": "1", "player_id": [7, 8], "is_late_addition": False})
    context = players.assign(injury_status="Available")
    past = {name: pd.DataFrame({"game_date": [DAY], "model_id": ["m"]}) for name in LEARNED_SYSTEMS}
    past["model_registry"] = pd.DataFrame([
        {"game_date": DAY, "system": name, "model_id": model,
         "state": "champion" if name == champion else "shadow", "share": None, "replaced": None}
        for name, model in (("xgboost_v1", model_id), ("catboost_v8", "c2"))
    ])  # fmt: skip
    return Frames({"ml_feature_store_v2": players, "upcoming_player_game_context": context}, past)


def rows(roles: dict[str, str], models: dict[str, str | None] | None = None) -> pd.DataFrame:
    """Predictions of two players by xgboost_v1 (model x2), catboost_v8 (c2) and hand_rules."""
    named = {"xgboost_v1": "x2", "catboost_v8": "c2", "hand_rules": None} | (models or {})
    return pd.DataFrame([
        {"game_date": DAY, "game_id": "1", "player_id": player, "system": system, "model_id": model,
         "role": roles.get(system, "shadow"), "predicted_at": NOON, "is_pregame": True}
        for player in (7, 8) for system, model in named.items()
    ])  # fmt: skip


def verdict(frame: pd.DataFrame, inputs: Any) -> SimpleNamespace:
    measured = MODEL_EXPECTATIONS["player_prop_predictions"]["champion"](
        frame, inputs, pd.DatetimeIndex([DAY])
    )
    (row,) = judge(measured, thresholds().root["player_prop_predictions"]).to_dict("records")
    return SimpleNamespace(**row)


SERVED = {"xgboost_v1": "champion", "hand_rules": "baseline"}


def test_the_champion_of_the_registry_is_served() -> None:
    found = verdict(rows(SERVED), frames())
    assert (found.status, found.expected, found.actual) == ("PASS", 2, 2)


@pytest.mark.parametrize(
    ("frame", "inputs"),
    [
        pytest.param(rows({}), frames(), id="the champion is not served"),
        pytest.param(rows({"catboost_v8": "champion"}), frames(), id="another is served"),
        pytest.param(rows(SERVED | {"catboost_v8": "champion"}), frames(), id="two are served"),
        pytest.param(rows(SERVED), frames(champion=None), id="one is served although none is champion"),
        pytest.param(rows(SERVED), frames(model_id="x3"), id="an older model of the champion is served"),
        pytest.param(rows(SERVED, {"xgboost_v1": None}), frames(), id="the champion's model was refused"),
        pytest.param(rows({}).query("system != 'xgboost_v1'"), frames(), id="the champion says nothing"),
    ],
)
def test_everything_else_fails_and_names_the_players(frame: pd.DataFrame, inputs: Any) -> None:
    found = verdict(frame, inputs)
    assert (found.status, found.expected, found.actual, found.missing) == ("FAIL", 2, 0, "1/7|1/8")


def test_one_player_is_enough_to_fail() -> None:
    frame = rows(SERVED)
    frame.loc[(frame["player_id"] == 8) & (frame["system"] == "xgboost_v1"), "role"] = "shadow"
    assert (verdict(frame, frames()).status, verdict(frame, frames()).missing) == ("FAIL", "1/8")


def test_without_a_champion_no_system_serves() -> None:
    assert verdict(rows({"hand_rules": "baseline"}), frames(champion=None)).status == "PASS"


def test_the_version_that_counts_is_compared() -> None:
    before = rows(SERVED).assign(predicted_at=NOON - pd.Timedelta(hours=1))
    after = rows({"catboost_v8": "champion", "hand_rules": "baseline"})
    both = pd.concat([before, after], ignore_index=True)
    assert verdict(both, frames(champion="catboost_v8")).status == "PASS"
    assert verdict(both, frames()).status == "FAIL"


@pytest.mark.parametrize(
    ("points", "games", "status"),
    [
        ([21.5, None], 10, "PASS"),
        ([None, None], 10, "FAIL"),
        ([None, None], 9, None),
    ],
    ids=["one prediction", "no prediction", "nobody has ten games"],
)
def test_a_slate_without_a_prediction_is_red(
    points: list[float | None], games: int, status: str | None
) -> None:
    inputs = frames()
    inputs["ml_feature_store_v2"]["games_in_history"] = games
    frame = rows(SERVED).query("system == 'xgboost_v1'").assign(predicted_points=points)
    measured = MODEL_EXPECTATIONS["player_prop_predictions"]["slate"](frame, inputs, pd.DatetimeIndex([DAY]))
    found = judge(measured, thresholds().root["player_prop_predictions"]).to_dict("records")
    assert [row["status"] for row in found if row["expected"]] == ([status] if status else [])
