"""What holds of dates that are over, whoever made them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.lineage.graph import TableGraph
from nba_assets.modeling.evaluation.grading import GAME_POSTPONED
from nba_assets.modeling.systems.versions import counting
from nba_assets.quality.gate import Gate
from nba_assets.reports.reading import read_table
from nba_assets.storage.lake import Lake

_NOT_GREEN = {"FAIL", "BLOCKED", "PENDING", "OVERRIDDEN"}


def assert_complete(lake: Lake, dates: Sequence[dt.date]) -> None:
    """Every table lets every date through, and the ledger has every date and nothing red."""
    gate = Gate(lake)
    assert {name: shut for name in TableGraph.of(ALL_TABLES).names
            if (shut := sorted({*dates} - {*gate.open(name, dates)}))} == {}  # fmt: skip
    ledger = read_table(lake, "coverage", dates=dates)
    assert set(ledger["game_date"].dt.date) == set(dates)
    assert not set(ledger["status"]) & _NOT_GREEN


def assert_predicted_and_graded(lake: Lake, dates: Sequence[dt.date]) -> None:
    """Every game that was played was predicted before its tip-off, and graded."""
    games = read_table(lake, "raw_schedule", dates=dates)
    played = games[~games["is_postponed"].astype(bool)]
    assert set(played["game_date"].dt.date) == set(dates)
    assert set(played["status"]) == {"final"}
    rows = counting(read_table(lake, "player_prop_predictions", dates=dates))
    early = rows[rows["is_pregame"].fillna(False).astype(bool)]
    assert set(early["game_id"]) >= set(played["game_id"])
    tipoffs = early["game_id"].map(games.set_index("game_id")["tipoff_utc"])
    assert (early["predicted_at"] < tipoffs).all()
    graded = read_table(lake, "prediction_accuracy", dates=dates)
    postponed = graded["void_reason"].eq(GAME_POSTPONED).fillna(False).astype(bool)
    assert set(graded.loc[~postponed, "game_id"]) == set(played["game_id"])
