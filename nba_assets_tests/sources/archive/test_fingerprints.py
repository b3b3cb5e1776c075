"""A corrected file shows on the corrected dates, and on no others."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from nba_assets.simulation.league import simulate
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets_tests.support.league import (
    edit,
    set_value,
)

PLAYERS = "leaguegamelog/players_2024-25_regular.parquet"
TEAMS = "leaguegamelog/teams_2024-25_regular.parquet"
EVENTS = "playbyplay/2024-25_regular.parquet"
SHOTS = "shotchart/2024-25_regular.parquet"
LINES = "odds/game_closing_lines.parquet"
BY_DATE = {
    "raw_player_boxscores": (PLAYERS, "PTS", 1),
    "raw_team_boxscores": (TEAMS, "PTS", 1),
    "raw_play_by_play": (EVENTS, "description", "another"),
    "raw_shot_chart": (SHOTS, "LOC_X", 1.5),
}
RAW = (*BY_DATE, "raw_schedule", "raw_injury_reports", "raw_game_lines", "raw_player_points_lines")


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("league") / "archive"
    simulate(folder, seasons=1, teams=4, seed=3, dates_per_season=20)
    return folder


@pytest.fixture
def archive(league: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(league, tmp_path / "archive"))


@pytest.fixture(scope="module")
def dates(league: Path) -> list[dt.date]:
    rows = pd.read_parquet(league / PLAYERS, columns=["GAME_DATE"])
    return [dt.date.fromisoformat(day) for day in sorted(rows["GAME_DATE"].unique())]


def said(archive: Path, table: str, dates: list[dt.date]) -> dict[dt.date, str]:
    return ArchiveSource(archive).fingerprint(table, dates)


def changed(league: Path, archive: Path, table: str, dates: list[dt.date]) -> list[dt.date]:
    before, after = said(league, table, dates), said(archive, table, dates)
    return [date for date in dates if before[date] != after[date]]


@pytest.mark.parametrize("table", RAW)
def test_a_date_alone_has_its_fingerprint_of_a_range(league: Path, table: str, dates: list[dt.date]) -> None:
    whole = said(league, table, dates)
    assert list(whole) == dates
    for date in dates[3:6]:
        assert said(league, table, [date]) == {date: whole[date]}


@pytest.mark.parametrize(("table", "edited"), BY_DATE.items(), ids=list(BY_DATE))
def test_a_corrected_value_shows_on_its_date(
    league: Path, archive: Path, dates: list[dt.date], table: str, edited: tuple[str, str, object]
) -> None:
    file, column, value = edited
    edit(archive, file, set_value(dates[7].isoformat(), column, value))
    assert changed(league, archive, table, dates) == [dates[7]]
    # Boxes of players and teams are held against each other: a correction of one may change the other's rows.
    together = {PLAYERS, TEAMS} if file in (PLAYERS, TEAMS) else {file}
    others = [name for name in RAW if BY_DATE.get(name, ("",))[0] not in together]
    assert {name: changed(league, archive, name, dates) for name in others} == {name: [] for name in others}


def _without(date: dt.date) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda rows: rows.drop(rows.index[rows["GAME_DATE"] == date.isoformat()][0])


def test_a_row_that_is_gone_shows_on_its_date(league: Path, archive: Path, dates: list[dt.date]) -> None:
    edit(archive, PLAYERS, _without(dates[2]))
    assert changed(league, archive, "raw_player_boxscores", dates) == [dates[2]]


def test_events_in_another_order_are_another_game(league: Path, archive: Path, dates: list[dt.date]) -> None:
    """The order of a file of events is the order of play."""
    edit(archive, EVENTS, lambda rows: rows.iloc[[1, 0, *range(2, len(rows))]])
    assert len(changed(league, archive, "raw_play_by_play", dates)) == 1


def test_a_writer_that_stores_whole_numbers_as_floats_corrects_nothing(
    league: Path, archive: Path, dates: list[dt.date]
) -> None:
    edit(archive, PLAYERS, lambda rows: rows.astype({"PTS": "float64", "FGM": "int32"}))
    assert changed(league, archive, "raw_player_boxscores", dates) == []


def test_a_line_shows_on_the_dates_it_may_be_filed_under(
    league: Path, archive: Path, dates: list[dt.date]
) -> None:
    first = pd.read_parquet(archive / LINES)["commence_time"].sort_values().iloc[0]

    def move(rows: pd.DataFrame) -> pd.DataFrame:
        rows.loc[rows["commence_time"] == first, "home_ml"] = -999
        return rows

    edit(archive, LINES, move)
    found = changed(league, archive, "raw_game_lines", dates)
    assert dates[0] in found
    assert max(found) <= dates[0] + dt.timedelta(days=4)


def test_a_feed_without_rows_has_no_fingerprint(archive: Path, dates: list[dt.date]) -> None:
    for path in archive.glob("injuries/*"):
        path.unlink()
    assert set(said(archive, "raw_injury_reports", dates).values()) == {""}


def test_a_file_that_cannot_be_read_has_another_fingerprint(
    league: Path, archive: Path, dates: list[dt.date]
) -> None:
    (archive / SHOTS).write_bytes(b"torn")
    assert changed(league, archive, "raw_shot_chart", dates) == dates


def test_a_moved_game_shows_where_it_was_and_where_it_is(
    league: Path, archive: Path, dates: list[dt.date]
) -> None:
    schedule = next(archive.glob("schedule/*.parquet")).relative_to(archive).as_posix()

    def move(rows: pd.DataFrame) -> pd.DataFrame:
        rows.loc[rows.index[rows["game_date"] == dates[4].isoformat()][0], "game_date"] = dates[5].isoformat()
        return rows

    edit(archive, schedule, move)
    (game,) = set(pd.read_parquet(league / schedule).merge(
        pd.read_parquet(archive / schedule), on=["game_id", "game_date"], how="left", indicator=True
    ).query("_merge == 'left_only'")["game_id"])  # fmt: skip
    for boxes in archive.glob("leaguegamelog/*"):  # they would tell the date
        name = boxes.relative_to(archive).as_posix()
        edit(archive, name, lambda rows: rows[rows["GAME_ID"].ne(game)])
    assert changed(league, archive, "raw_schedule", dates) == dates[4:6]
