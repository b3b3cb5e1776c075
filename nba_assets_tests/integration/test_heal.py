"""The command that a red date names makes the lake equal to one that never had the defect."""

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.calendar.tipoffs import eastern_date
from nba_assets.cli.main import app
from nba_assets.runs.materialize import materialize
from nba_assets.runs.selection import LEDGER
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.sources.base import Fetched
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.support.league import edit

RUNNER = CliRunner()
TABLES = [table.name for table in ALL_TABLES if table.name != LEDGER]
REASON = "four teams teach nobody"  # and the gate says so
SYSTEM = "xgboost_v1"
DAYS = 20
Change = Callable[[pd.DataFrame, pd.Series], pd.DataFrame]
BOXES, TEAM_BOXES, SUMMARY = "raw_player_boxscores", "raw_team_boxscores", "player_game_summary"


def _set(column: str, value: object, rows: int = 1) -> Change:
    """Put a value into the first rows of the date."""

    def change(frame: pd.DataFrame, mine: pd.Series) -> pd.DataFrame:
        frame.loc[frame.index[mine][:rows], column] = value
        return frame

    return change


def _largest(frame: pd.DataFrame, mine: pd.Series) -> pd.DataFrame:
    """Remove the players with the most minutes of the date."""
    return frame[~(mine & frame["MIN"].eq(frame.loc[mine, "MIN"].max()))]


def _none(frame: pd.DataFrame, mine: pd.Series) -> pd.DataFrame:
    """Remove the date."""
    return frame[~mine]


@dataclass(frozen=True)
class Defect:
    """What is wrong with a date of the archive.

    Attributes:
        day: number of the date.
        table: table to blame.
        red: whether its date is refused; it warns otherwise.
        file: pattern of the files that change.
        date_column: column that dates the rows.
        change: changes the rows of a file, given those of the date.
    """

    day: int
    table: str
    red: bool
    file: str
    date_column: str
    change: Change


PLAYERS, EVENTS, SHOTS = "leaguegamelog/players_*", "playbyplay/*", "shotchart/*"
DEFECTS = {
    "a row that breaks an identity": Defect(14, BOXES, True, PLAYERS, "GAME_DATE", _set("PTS", 99)),
    "a box score without a player": Defect(15, BOXES, True, PLAYERS, "GAME_DATE", _largest),
    "a date that is absent": Defect(16, BOXES, True, PLAYERS, "GAME_DATE", _none),
    "a clock that cannot be read": Defect(
        15, "raw_play_by_play", False, EVENTS, "game_date", _set("clock", "noon")
    ),
    "shots that are absent": Defect(14, "raw_shot_chart", False, SHOTS, "GAME_DATE", _none),
    "lines that are none": Defect(
        14, "raw_player_points_lines", False, "odds/player_points_lines_*", "snapshot_at",
        _set("line", -1.0, 40),
    ),
    "a spread that is none": Defect(
        15, "raw_game_lines", False, "odds/game_closing_lines*", "commence_time", _set("spread_point", 999.0)
    ),
    "a list of injuries without names": Defect(
        15, "raw_injury_reports", False, "injuries/injury_snapshots_*", "snapshot_at", _set("Player", None, 3)
    ),
}  # fmt: skip
RAISES = 17  # the number of the date on which reading the box scores raises an error of its own
FLIPPED = 13  # the number of a date of which a byte flips on disk
TRAINED = 18  # the number of the date on which a model is trained: later than any defect
FIRST = min(defect.day for defect in DEFECTS.values())
HEALED = sorted({defect.table for defect in DEFECTS.values()} | {TEAM_BOXES, SUMMARY})


@dataclass(frozen=True)
class Lakes:
    """Bytes of every partition and refusal: without the defects, with them, and healed."""

    days: list[str]
    clean: dict[str, bytes]
    broken: dict[str, bytes]
    healed: dict[str, bytes]
    explained: dict[int, str]
    verified: str


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


def _on(written: pd.Series, day: str) -> pd.Series:
    """Which days, or moments by the clock of the league, are on a day."""
    texts = written.astype(str)
    if texts.str.len().eq(len(day)).all():
        return texts.eq(day)
    return eastern_date(pd.to_datetime(texts, utc=True, format="ISO8601")).eq(pd.Timestamp(day))


def _plant(archive: Path, days: list[str]) -> None:
    for defect in DEFECTS.values():
        for path in archive.glob(defect.file):

            def change(rows: pd.DataFrame, defect: Defect = defect) -> pd.DataFrame:
                return defect.change(rows, _on(rows[defect.date_column], days[defect.day]))

            edit(archive, path.relative_to(archive).as_posix(), change)


def _raising(day: str) -> Callable[..., Fetched]:
    """Box scores of the source, but for a date on which reading them raises."""
    read = ArchiveSource.player_boxscores

    def player_boxscores(source: ArchiveSource, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        if dt.date.fromisoformat(day) in dates:
            raise ZeroDivisionError("a fault of the parser")
        return read(source, dates, schedule)

    return player_boxscores


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _cli(*command: str) -> str:
    return " ".join(RUNNER.invoke(app, [*command]).output.split())


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lakes]:
    """A small league that first had every defect and then was healed, and the same without any."""
    folder = tmp_path_factory.mktemp("clean")
    simulate(folder / "archive", seasons=1, teams=4, seed=3, dates_per_season=DAYS)
    days = [str(day) for day in ArchiveSource(folder / "archive").seasons()["2024-25"]][: TRAINED + 1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
        patch.setenv("COLUMNS", "400")
        materialize(_settings(folder), *_span(days[:FIRST]), TABLES, progress=False)  # before any defect
        defective = shutil.copytree(folder, folder.with_name("defective"))
        _backfill(folder, days[FIRST:])
        _plant(defective / "archive", days)
        with pytest.MonkeyPatch.context() as fault:
            fault.setattr(ArchiveSource, "player_boxscores", _raising(days[RAISES]))
            _backfill(defective, days[FIRST:])
        places = ["--lake", str(defective / "lake")]
        numbers = sorted({RAISES, *(defect.day for defect in DEFECTS.values())})
        explained = {number: _cli("explain", days[number], *places) for number in numbers}
        _flip(defective / "lake" / SUMMARY / f"game_date={days[FLIPPED]}" / "part.parquet")
        verified, broken = _cli("verify", *places), _bytes(defective)
        shutil.rmtree(defective / "archive")
        shutil.copytree(folder / "archive", defective / "archive")
        patch.setenv("DAGSTER_HOME", str(defective / "dagster"))
        span = f"{days[FLIPPED]}..{days[RAISES]}"
        healing = ["heal", span, "--tables", ",".join(HEALED), "--reason", REASON, *places]
        result = RUNNER.invoke(app, [*healing, "--source", str(defective / "archive")])
        assert result.exit_code == 0, result.output
        yield Lakes(days, _bytes(folder), broken, _bytes(defective), explained, verified)


def _command(lakes: Lakes, number: int, table: str) -> str:
    return f"nba-assets heal {lakes.days[number]} --tables {table}"


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=list(DEFECTS))
def test_a_defect_is_named_on_its_date_with_the_command_that_heals_it(lakes: Lakes, defect: Defect) -> None:
    day = lakes.days[defect.day]
    stored, refusal = f"{defect.table}/game_date={day}/part.parquet", f"_refused/{defect.table}/{day}.json"
    assert ((stored not in lakes.broken), (refusal in lakes.broken)) == (defect.red, defect.red)
    assert lakes.broken.get(stored) != lakes.clean[stored]
    assert _command(lakes, defect.day, defect.table) in lakes.explained[defect.day]


def test_a_fault_of_the_parser_is_named_on_its_date(lakes: Lakes) -> None:
    assert "a fault of the parser" in lakes.explained[RAISES]
    for table in (BOXES, TEAM_BOXES):  # each box is held against the other
        assert _command(lakes, RAISES, table) in lakes.explained[RAISES]
    assert f"_refused/{BOXES}/{lakes.days[RAISES]}.json" in lakes.broken


def test_a_flipped_byte_is_named_with_the_command_that_heals_it(lakes: Lakes) -> None:
    assert f"{SUMMARY}/game_date={lakes.days[FLIPPED]}/part.parquet: not as it was written" in lakes.verified
    assert _command(lakes, FLIPPED, SUMMARY) in lakes.verified


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
