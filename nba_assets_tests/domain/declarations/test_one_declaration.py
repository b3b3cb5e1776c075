"""One declaration is all that a new feature takes: everything else follows from it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from nba_assets.domain.declarations.feature import Feature, FeatureTable, covered
from nba_assets.domain.declarations.sources import Stored
from nba_assets.domain.declarations.statistics import Mean
from nba_assets.domain.declarations.trace import trace, traced_windows
from nba_assets.lineage.feature_tables import history_of, inputs_of
from nba_assets.lineage.windows import Window
from nba_assets.schemas.features import feature_field
from nba_assets_tests.domain.box_frames import frame

STEALS = Feature(
    "steals_avg_last_3",
    Mean("stl", last=3, needs=2),
    "mean steals, last 3",
    unit="steals",
    range=(0, 12),
    null_means="fewer than 2 games",
)
TABLE = FeatureTable("defenders", Stored("upcoming_player_game_context"), ("game_id", "player_id"), (STEALS,))
TONIGHT = frame([{"game_date": "2024-01-31", "player_id": n} for n in (1, 2)], game_id="g")
GAMES = frame(
    [{"game_date": f"2024-01-{10 + n}", "player_id": 1, "stl": stl} for n, stl in enumerate((9, 1, 2, 6))]
    + [{"game_date": "2024-01-20", "player_id": 2, "stl": 5}],
    game_id="h",
    opponent="MIA",
)


def test_it_is_computed() -> None:
    rows = TABLE.compute(
        {"upcoming_player_game_context": TONIGHT}, {"player_game_summary": GAMES}, pd.Timestamp("2024-01-31")
    )
    assert rows["steals_avg_last_3"].tolist() == [3.0, pytest.approx(float("nan"), nan_ok=True)]


def test_what_it_reads_and_which_rows_make_it_stale_follow() -> None:
    (same,) = inputs_of(TABLE)
    (past,) = history_of(TABLE)
    assert (same.table, same.columns) == ("upcoming_player_game_context", ("game_id", "player_id"))
    assert (past.table, past.columns, past.days) == ("player_game_summary", ("player_id", "stl"), 1096)
    assert past.uses == (Window(("player_id",), ("stl",), last=3, of="upcoming_player_game_context"),)


def test_its_column_and_its_coverage_follow() -> None:
    field = feature_field(STEALS)
    assert (field.name, field.kind, field.unit, field.low, field.high, field.nullable) == (
        "steals_avg_last_3", "number", "steals", 0, 12, True,
    )  # fmt: skip
    assert field.description == "Mean steals, last 3. NULL: fewer than 2 games."
    assert covered(TABLE.features) == {"steals_avg_last_3": "games"}


def test_its_games_follow() -> None:
    statistic = STEALS.value
    assert isinstance(statistic, Mean)
    assert [window.names for window in traced_windows(statistic)] == [("stl", "game_id", "opponent")]
    found = trace(statistic, {"player_game_summary": GAMES}, TONIGHT.iloc[0])
    assert found.value == 3.0 and found.words == "mean of stl over the last 3"
    assert found.games["stl"].tolist() == [1, 2, 6] and found.games["adds"].sum() == pytest.approx(3.0)


def test_another_declaration_is_another_version() -> None:
    def version(feature: Feature) -> str:
        return replace(TABLE, features=(feature,)).declaration

    assert version(replace(STEALS, value=Mean("stl", last=4, needs=2))) != TABLE.declaration
    assert version(replace(STEALS, definition="steals per game lately")) == TABLE.declaration
