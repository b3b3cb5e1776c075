"""Ids and dates that a tool has written in another form are read for what they mean, and no other."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from nba_assets.simulation.league import simulate
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.sources.archive.text_keys import with_text_keys
from nba_assets_tests.support.league import edit

PLAYERS = "leaguegamelog/players_2024-25_regular.parquet"
EVENTS = "playbyplay/2024-25_regular.parquet"
SCHEDULE = "schedule/games_2024-25_to_2024-25.parquet"
MIDNIGHT, EVENING = dt.datetime(2024, 10, 22), dt.datetime(2024, 10, 22, 19)
SAME = {
    "a number": ("GAME_ID", [22400061, None], ["0022400061", None]),
    "a number with a point": ("game_id", [22400061.0, None], ["0022400061", None]),
    "text": ("game_id", ["0022400061", "22400061", "61"], ["0022400061", "0022400061", "61"]),
    "a date as a number": ("GAME_DATE", [20241022, None], ["2024-10-22", None]),
    "dates in other orders": (
        "GAME_DATE",
        ["20241022", "10/22/2024", "OCT 22, 2024"],
        ["2024-10-22"] * 3,
    ),
    "a date that may be two": ("GAME_DATE", ["22/10/2024", "2024-10-22_1"], ["22/10/2024", "2024-10-22_1"]),
    "codes of other publishers": (
        "TEAM_ABBREVIATION",
        ["BRK", "CHO", "PHO", "BOS", None, "ZZZ"],
        ["BKN", "CHA", "PHX", "BOS", None, "ZZZ"],
    ),
    "codes in lower case": ("team", ["noh ", "Utah Jazz"], ["NOP", "Utah Jazz"]),
    "opponents": ("opp", ["@GS", "SA"], ["@GSW", "SAS"]),
    "a date": ("GAME_DATE", [MIDNIGHT.date(), None], ["2024-10-22", None]),
    "a moment at midnight": ("game_date", [MIDNIGHT, None], ["2024-10-22", None]),
    "a text of midnight": ("GAME_DATE", ["2024-10-22T00:00:00", None], ["2024-10-22", None]),
    "midnight, the date before it": ("effective_date", ["2024-10-22 00:00", "soon"], ["2024-10-22", "soon"]),
    "an evening": ("GAME_DATE", [EVENING, None], [EVENING, None]),
    "a text of an evening": ("GAME_DATE", ["2024-10-22T19:00:00"], ["2024-10-22T19:00:00"]),
    "a fraction": ("game_id", [22400061.5], [22400061.5]),
    "another column": ("PLAYER_ID", [203999], [203999]),
}


@pytest.mark.parametrize(("name", "given", "wanted"), SAME.values(), ids=list(SAME))
def test_a_form_that_means_the_same(name: str, given: list[object], wanted: list[object]) -> None:
    column = pa.chunked_array([pa.array(given)])
    assert with_text_keys(pa.table({name: column})).column(name).to_pylist() == wanted
    if pa.types.is_string(column.type):
        encoded = pa.table({name: column.dictionary_encode()})
        assert with_text_keys(encoded).column(name).to_pylist() == wanted


def test_a_moment_of_a_time_zone_has_lost_its_day() -> None:
    column = pa.array([MIDNIGHT], pa.timestamp("us", "UTC"))
    assert with_text_keys(pa.table({"GAME_DATE": column})).column(0).type == column.type


def _numbers(name: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda rows: rows.assign(**{name: pd.to_numeric(rows[name])})


def _moments(name: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda rows: rows.assign(**{name: pd.to_datetime(rows[name])})


def _categories(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype(dict.fromkeys(rows.select_dtypes("object"), "category"))


def test_a_league_exported_by_another_tool_has_the_same_rows(tmp_path: Path) -> None:
    simulate(tmp_path, seasons=1, teams=4, seed=3, dates_per_season=3)
    before = _rows(tmp_path)
    for change in (_numbers("GAME_ID"), _moments("GAME_DATE")):
        edit(tmp_path, PLAYERS, change)
    for change in (_numbers("game_id"), _moments("game_date")):
        edit(tmp_path, EVENTS, change)
    for name in (PLAYERS, EVENTS):
        edit(tmp_path, name, _categories)
    edit(tmp_path, SCHEDULE, _moments("game_date"))
    edit(tmp_path, SCHEDULE, lambda games: games.assign(season="2024-2025", season_type="regular"))
    after = _rows(tmp_path)
    for name, rows in before.items():
        assert len(rows)
        pd.testing.assert_frame_equal(after[name], rows)


def test_a_season_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    simulate(tmp_path, seasons=1, teams=4, seed=3, dates_per_season=3)
    edit(tmp_path, SCHEDULE, lambda games: games.assign(season="2024-2025"))
    source = ArchiveSource(tmp_path)
    (day, *_) = source.seasons()["2024-25"]
    problem = source.schedule([day]).shortfalls[day][0]
    assert (problem.field, problem.file) == ("season", SCHEDULE)
    assert "'2024-2025' cannot be read; taken from the id of the game" in str(problem)


def _rows(folder: Path) -> dict[str, pd.DataFrame]:
    source = ArchiveSource(folder)
    dates = source.seasons()["2024-25"]
    games = pd.DataFrame(source.schedule(dates).rows)
    feeds = {"players": source.player_boxscores, "events": source.play_by_play}
    found = {name: read(dates, games).rows for name, read in feeds.items()}
    tables = {
        name: rows.to_pandas() if isinstance(rows, pa.Table) else pd.DataFrame(rows)
        for name, rows in found.items()
    }
    return tables | {"games": games}
