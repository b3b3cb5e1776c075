"""The command that a red date names makes the lake equal to one that never had the defect."""

import datetime as dt
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from nba_assets.cli.main import app
from nba_assets.definitions import ALL_TABLES
from nba_assets.runs.materialize import materialize
from nba_assets.runs.selection import LEDGER
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.support.league import edit, set_value

RUNNER = CliRunner()
PLAYERS = "leaguegamelog/players_2024-25_regular.parquet"
TABLE = "raw_player_boxscores"
TABLES = [table.name for table in ALL_TABLES if table.name != LEDGER]
REASON = "four teams teach nobody"  # and the gate says so
SYSTEM = "xgboost_v5"
DAYS = 20
Change = Callable[[pd.DataFrame], pd.DataFrame]


def _without(**values: object) -> Callable[[str], Change]:
    """Rows of the date without those that hold some values, or without all."""

    def on(day: str) -> Change:
        def change(rows: pd.DataFrame) -> pd.DataFrame:
            mine = rows["GAME_DATE"] == day
            for name, value in values.items():
                mine &= rows[name] == (rows.loc[mine, name].max() if value == "largest" else value)
            return rows[~mine]

        return change

    return on


def _set(column: str, value: object) -> Callable[[str], Change]:
    return lambda day: set_value(day, column, value)


# Each on a date of its own: the number of the date, and the change.
DEFECTS: dict[str, tuple[int, Callable[[str], Change]]] = {
    "a row that breaks an identity": (14, _set("PTS", 99)),
    "a number that cannot be read": (15, _set("STL", None)),
    "a box score without a player": (16, _without(MIN="largest")),
    "a date that is absent": (17, _without()),
}
TRAINED = 18  # the number of the date on which a model is trained: later than any defect
FIRST = min(number for number, _ in DEFECTS.values())


@dataclass(frozen=True)
class Lakes:
    """Bytes of every partition and refusal: without the defects, with them, and healed."""

    days: list[str]
    clean: dict[str, bytes]
    broken: dict[str, bytes]
    healed: dict[str, bytes]
    explained: dict[str, str]


def _settings(folder: Path) -> Settings:
    return Settings(
        lake=str(folder / "lake"), archive_dir=folder / "archive", DAGSTER_HOME=folder / "dagster"
    )  # type: ignore[call-arg]


def _backfill(folder: Path, days: list[str]) -> None:
    """Every table on the days, and a model on the last."""
    retrain = {
        "retrain_calendar": "every_date", "first_date": days[-1], "systems": [SYSTEM],
        "override_reason": REASON,
    }  # fmt: skip
    materialize(_settings(folder), *_span(days), TABLES, progress=False, retrain=retrain)


def _span(days: list[str]) -> tuple[dt.date, dt.date]:
    return dt.date.fromisoformat(days[0]), dt.date.fromisoformat(days[-1])


def _bytes(folder: Path) -> dict[str, bytes]:
    """Every partition and refusal of the tables; what was healed is history."""
    store = Lake(open_store(str(folder / "lake"))).store
    names = [
        name for table in TABLES for name in (*store.list(f"{table}/"), *store.list(f"_refused/{table}/"))
    ]
    return {name: store.read(name) for name in names}


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lakes]:
    """A small league that first had every defect and then was healed, and the same without any."""
    folder = tmp_path_factory.mktemp("clean")
    simulate(folder / "archive", seasons=1, teams=4, seed=3, dates_per_season=DAYS)
    days = [str(day) for day in ArchiveSource(folder / "archive").seasons()["2024-25"]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
        patch.setenv("COLUMNS", "400")
        materialize(_settings(folder), *_span(days[:FIRST]), TABLES, progress=False)  # before any defect
        defective = shutil.copytree(folder, folder.with_name("defective"))
        _backfill(folder, days[FIRST : TRAINED + 1])
        for number, change in DEFECTS.values():
            edit(defective / "archive", PLAYERS, change(days[number]))
        _backfill(defective, days[FIRST : TRAINED + 1])
        broken = _bytes(defective)
        places = ["--lake", str(defective / "lake")]
        explained = {
            name: " ".join(RUNNER.invoke(app, ["explain", days[number], *places]).output.split())
            for name, (number, *_) in DEFECTS.items()
        }
        shutil.copy(folder / "archive" / PLAYERS, defective / "archive" / PLAYERS)
        patch.setenv("DAGSTER_HOME", str(defective / "dagster"))
        dates = [days[number] for number, _ in DEFECTS.values()]
        healing = ["heal", *dates, "--tables", TABLE, "--reason", REASON, *places]
        result = RUNNER.invoke(app, [*healing, "--source", str(defective / "archive")])
        assert result.exit_code == 0, result.output
        yield Lakes(days, _bytes(folder), broken, _bytes(defective), explained)


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_red_on_its_date_with_the_command_that_heals_it(lakes: Lakes, defect: str) -> None:
    day = lakes.days[DEFECTS[defect][0]]
    stored, refusal = f"{TABLE}/game_date={day}/part.parquet", f"_refused/{TABLE}/{day}.json"
    assert stored not in lakes.broken and refusal in lakes.broken
    commands = set(re.findall(rf"nba-assets (heal \S+ --tables {TABLE})", lakes.explained[defect]))
    assert commands == {f"heal {day} --tables {TABLE}"}
    assert lakes.healed[stored] == lakes.clean[stored] and refusal not in lakes.healed


def test_healing_makes_the_lake_equal_to_one_that_never_had_the_defects(lakes: Lakes) -> None:
    """The dates, what is made of them, later dates whose windows lacked them, models and predictions."""
    assert lakes.healed.keys() == lakes.clean.keys()
    assert [name for name in lakes.clean if lakes.healed[name] != lakes.clean[name]] == []
    later = f"game_date={lakes.days[TRAINED]}"
    suffered = {
        name.split("/")[0]
        for name in lakes.clean
        if later in name and lakes.broken.get(name) != lakes.clean[name]
    }
    assert {"player_daily_cache", "ml_feature_store_v2", SYSTEM, "player_prop_predictions"} <= suffered
