"""Who served when and why: spans of the registry, errors of what was served meanwhile."""

from pathlib import Path

import pandas as pd
import pytest

from nba_assets.reports.models.champions import champions, champions_picture, reigns
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.publish.small_lake import put

DAYS = pd.date_range("2024-12-01", periods=6)
SERVING = [None, "a", "a", "b", "b", "b"]
SHARES = [None, 1.0, 1.0, 0.1, 0.1, 1.0]


def registry() -> list[dict]:
    """A serves from the second date, b a tenth of the games from the fourth, all from the sixth."""
    return [
        {"game_date": day.date(), "system": system, "model_id": f"{system}_m",
         "state": "champion" if system == served else "shadow", "share": share if system == served else None,
         "replaced": "a" if system == "b" else None, "reason": f"{system} is good", "by_hand": False,
         "trained_for": "2024-12-01", "since": "2024-12-01", "criteria": "[]", "stage_dates": 0}
        for day, served, share in zip(DAYS, SERVING, SHARES, strict=True) for system in ("a", "b")
    ]  # fmt: skip


def test_a_reign_ends_where_another_system_or_another_share_begins() -> None:
    found = reigns(pd.DataFrame(registry()).assign(game_date=lambda f: pd.to_datetime(f["game_date"])))
    assert found["system"].fillna("").tolist() == ["", "a", "b", "b"]
    assert found["since"].tolist() == [DAYS[0], DAYS[1], DAYS[3], DAYS[5]]
    assert found["until"].tolist() == [DAYS[0], DAYS[2], DAYS[4], DAYS[5]]
    assert found["share"].tolist()[1:] == [1.0, 0.1, 1.0] and pd.isna(found["share"][0])
    assert found["reason"].tolist()[1:] == ["a is good", "b is good", "b is good"]


def test_each_reign_has_the_errors_of_what_was_served(tmp_path: Path) -> None:
    """A errs by 1, b by 3, the core average by 2, the line by 2.5."""
    lake = Lake(open_store(str(tmp_path)))
    put(lake, "model_registry", registry())
    keys = [
        {"game_date": day.date(), "game_id": f"00224{number:05d}", "player_id": player}
        for number, day in enumerate(DAYS) for player in (1, 2)
    ]  # fmt: skip
    errors = {"a": 1.0, "b": 3.0, "core_average": 2.0, "season_average": 2.0}
    put(lake, "prediction_accuracy", [
        {**key, "system": system, "predicted_points": 10 + error, "actual_points": 10.0,
         "line": 12.5 if key["player_id"] == 1 else None}
        for key in keys for system, error in errors.items()
    ])  # fmt: skip
    put(
        lake,
        "ml_feature_store_v2",
        [{**key, "is_bootstrap": False, "is_late_addition": False} for key in keys],
    )
    found, rows = champions(lake)
    assert found["mae"].tolist()[1] == 1.0 and found["mae"].tolist()[3] == 3.0
    assert found["rows"].tolist()[1:] == [4, 4, 2]
    assert found["to_core_average"].tolist()[1] == pytest.approx(-1.0)
    assert found["to_market_line"].tolist()[1] == pytest.approx(-1.5)
    assert champions_picture(found, rows).startswith(b"\x89PNG")
    assert champions_picture(found, rows) == champions_picture(found, rows)
