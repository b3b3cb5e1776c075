"""Bad states are alerted on once, advise a new fit, and take a blocked champion out of service."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from nba_assets.automation.alerts import Alerts
from nba_assets.automation.sensors import model_states
from nba_assets.automation.sensors.model_states import ModelStates
from nba_assets.settings import Settings
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.publish.small_lake import put

PLAYED, TONIGHT = dt.date(2024, 12, 24), dt.date(2024, 12, 25)


def performance(state: str, mae: float) -> list[dict]:
    return [
        {"game_date": PLAYED, "system": system, "population": "with_line", "window": "30_days", "rows": 50,
         "mae": error, "bias": 0.0, "picks": 40, "state": found, "retrain_advised": found == "BLOCKED"}
        for system, error, found in (("market_anchored", mae, state), ("core_average", 5.0, "OK"))
    ]  # fmt: skip


def registry() -> list[dict]:
    return [{
        "game_date": PLAYED, "system": "market_anchored", "model_id": "m", "trained_for": str(PLAYED),
        "state": "champion", "since": str(PLAYED), "reason": "good", "criteria": "[]", "share": 1.0,
    }]  # fmt: skip


@pytest.fixture
def ticks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Evaluates the sensor on a state of the champion; before tonight's games."""
    settings = Settings(lake=str(tmp_path / "lake"))
    lake = Lake(open_store(settings.lake))
    put(lake, "model_registry", registry())
    sent: list[str] = []
    alerts = Alerts(settings)
    monkeypatch.setattr(alerts, "send", lambda text, log: sent.append(text))
    monkeypatch.setattr(model_states, "tonight", lambda instance, desk: TONIGHT)
    sensor = ModelStates(settings, FetchDesk(settings), alerts)

    def tick(state: str, mae: float, cursor: str | None = None) -> tuple[dg.SensorResult, list[str]]:
        put(lake, "model_performance", performance(state, mae))
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_sensor_context(instance, cursor=cursor, sensor_name="model_states")
            result = sensor.evaluate(context)
        assert isinstance(result, dg.SensorResult)
        return result, sent

    return tick


def test_a_blocked_champion_is_alerted_on_once_trained_anew_and_steps_down(ticks) -> None:
    result, sent = ticks("BLOCKED", 5.2)
    assert [text for text in sent if "market_anchored BLOCKED" in text] == sent and len(sent) == 1
    retrain, step_down = result.run_requests or []
    assert {"market_anchored", "xgboost_v1", "model_registry"} <= {
        key.to_user_string() for key in retrain.asset_selection or []
    }
    decided = step_down.run_config["ops"]["model_registry"]["config"]
    assert decided["champion"] == "nobody" and "core_average errs less" in decided["reason"]
    assert step_down.partition_key == retrain.partition_key == str(TONIGHT)
    again, sent = ticks("BLOCKED", 5.2, result.cursor)
    assert len(sent) == 1 and [r.run_key for r in again.run_requests or []] == [
        r.run_key for r in result.run_requests or []
    ]  # Dagster runs a key once


def test_one_that_no_baseline_beats_stays_in_service(ticks) -> None:
    result, sent = ticks("BLOCKED", 4.9)
    assert len(sent) == 1 and [r.run_key.split(":")[1] for r in result.run_requests or []] == ["retrain"]


def test_good_states_ask_for_nothing(ticks) -> None:
    result, sent = ticks("OK", 5.2)
    assert not sent and not result.run_requests
    assert pd.notna(result.cursor)
