"""What a computation reads of its own table's stored rows is declared, and only that is read."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

import nba_assets
from nba_assets.assets.tables import ALL_TABLES
from nba_assets.lineage.inputs import OwnRows
from nba_assets.lineage.reader import Reader
from nba_assets.lineage.table import Follows
from nba_assets.quality.gate import Gate
from nba_assets.schemas.catalog import TABLES
from nba_assets.storage.lake import Lake, Stamp
from nba_assets.storage.object_store import open_store

DAYS = [dt.date(2024, 1, day) for day in (1, 2, 3)]
SCHEMA = TABLES["model_registry"]


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """A registry of three dates: decided by hand on the second, empty on the third."""
    lake = Lake(open_store(str(tmp_path)))
    rows = [
        {"game_date": day, "system": system, "by_hand": by_hand}
        for day, system, by_hand in ((DAYS[0], "a", False), (DAYS[1], "a", True), (DAYS[1], "b", None))
    ]
    table = pa.Table.from_pylist(rows, schema=SCHEMA.arrow_with_date)
    lake.write("model_registry", table, dict.fromkeys(DAYS, Stamp("c", "s", "i")))
    return Reader(lake, Gate(lake))


def test_own_rows_are_those_of_the_dates(reader: Reader) -> None:
    found = reader.own("model_registry", OwnRows(), DAYS[:2])
    assert found["system"].tolist() == ["a", "a", "b"] and tuple(found) == SCHEMA.columns
    assert list(reader.own("model_registry", OwnRows(("system",)), DAYS)) == ["game_date", "system"]
    nothing = reader.own("model_registry", OwnRows(), [dt.date(2024, 1, 9)])
    assert nothing.empty and tuple(nothing) == SCHEMA.columns


def test_of_a_flag_whole_dates_are_read(reader: Reader) -> None:
    found = reader.own("model_registry", OwnRows(only="by_hand"), DAYS)
    assert found["system"].tolist() == ["a", "b"]
    assert (found["game_date"].dt.date == DAYS[1]).all()


def test_a_table_that_follows_others_asks_where_they_have_rows(reader: Reader) -> None:
    assert reader.with_rows("model_registry", DAYS) == set(DAYS[:2])


def test_what_is_declared_of_own_rows_exists() -> None:
    reading = {table.name: table.own for table in ALL_TABLES if table.own is not None}
    assert {"player_prop_predictions", "model_registry", "xgboost_v1"} <= set(reading)
    for name, own in reading.items():
        columns = TABLES[name].columns
        assert set(own.columns or ()) <= set(columns) and (own.only is None or own.only in columns)
    following = [table.plan for table in ALL_TABLES if isinstance(table.plan, Follows)]
    assert following and all(set(plan.tables) <= set(TABLES) for plan in following)


COMPUTING = (
    "analytics", "evaluations", "feature_drift", "grading", "precompute", "predictions",
    "training/ensembles", "training/minutes_model", "training/models",
)  # fmt: skip


@pytest.mark.parametrize("module", COMPUTING)
def test_no_computation_opens_the_lake(module: str) -> None:
    """Only the raw tables, which claim the lake for their source, and the ledger open it."""
    source = (Path(nba_assets.__file__).parent / "assets" / f"{module}.py").read_text()
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    assert not names & {"open_lake", "Lake", "read_table"}
