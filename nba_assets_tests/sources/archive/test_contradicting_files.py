"""Files of an archive that contradict each other about a game's date or host: most of them are believed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from nba_assets.simulation.league import simulate
from nba_assets_tests.sources.archive.test_lacking_columns import SHOTS, keep_played, read
from nba_assets_tests.sources.archive.test_trifles import EVENTS, PLAYERS, SCHEDULE, TEAMS
from nba_assets_tests.support.league import edit

FEED_OF = {
    PLAYERS: "player_boxscores", TEAMS: "team_boxscores", EVENTS: "play_by_play", SHOTS: "shot_chart",
    SCHEDULE: "schedule",
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "league"
    simulate(folder, seasons=1, teams=4, seed=3, dates_per_season=12)
    keep_played(folder)
    return folder


@pytest.fixture
def league(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "league")


def off_by(days: int, game: str | None) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """A change of the date of a game, of every game without one."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        games, column = ("GAME_ID", "GAME_DATE") if "GAME_ID" in rows else ("game_id", "game_date")
        moved = (pd.to_datetime(rows[column]) + pd.Timedelta(days=days)).dt.strftime("%Y-%m-%d")
        return rows.assign(**{column: rows[column].mask(rows[games].eq(game) | (game is None), moved)})

    return change


def swapped(game: str | None) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """A schedule that has visitors as hosts in a game, in every game without one."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        sides = ["home_team_tricode", "away_team_tricode"]
        mine = rows["game_id"].eq(game) | (game is None)
        return rows.assign(**{a: rows[a].mask(mine, rows[b]) for a, b in (sides, sides[::-1])})

    return change


def first_game(folder: Path) -> str:
    return read(folder)["schedule"][0]["game_id"].iloc[0]


@pytest.mark.parametrize("days", [-1, 1])
@pytest.mark.parametrize("every", [False, True], ids=["a game", "every game"])
@pytest.mark.parametrize("file", [PLAYERS, TEAMS, EVENTS, SHOTS])
def test_games_of_one_feed_that_are_filed_a_day_off_are_dated_by_the_schedule(
    whole: Path, league: Path, file: str, every: bool, days: int
) -> None:
    edit(league, file, off_by(days, None if every else first_game(whole)))
    before, after = read(whole), read(league)
    for name, (rows, notes, shortfalls) in after.items():
        pd.testing.assert_frame_equal(rows, before[name][0])
        assert not shortfalls
        assert ("repaired: dates by their games" in notes) == (name == FEED_OF[file])


@pytest.mark.parametrize("days", [-1, 1])
@pytest.mark.parametrize("every", [False, True], ids=["a game", "every game"])
def test_a_schedule_that_is_a_day_off_is_corrected_by_the_other_feeds(
    whole: Path, league: Path, every: bool, days: int
) -> None:
    edit(league, SCHEDULE, off_by(days, None if every else first_game(whole)))
    before, after = read(whole), read(league)
    for name, (rows, notes, shortfalls) in after.items():
        kept = [column for column in rows if column != "tipoff_utc"]
        pd.testing.assert_frame_equal(rows[kept], before[name][0][kept])
        assert "repaired" not in notes
        games = {p.game for found in shortfalls.values() for p in found if "has moved" in p.reason}
        assert len(games) == (0 if name != "schedule" else len(rows) if every else 1)


@pytest.mark.parametrize("every", [False, True], ids=["a game", "every game"])
def test_swapped_sides_of_a_schedule_are_those_of_both_boxes(whole: Path, league: Path, every: bool) -> None:
    """They were believed: home and away of the game were the wrong way round in every table."""
    edit(league, SCHEDULE, swapped(None if every else first_game(whole)))
    before, after = read(whole), read(league)
    for name, (rows, _, shortfalls) in after.items():
        pd.testing.assert_frame_equal(rows, before[name][0])
        named = {p.game for found in shortfalls.values() for p in found}
        assert len(named) == (0 if name != "schedule" else len(rows) if every else 1)


def test_sides_on_which_two_documents_disagree_cost_that_game(whole: Path, league: Path) -> None:
    first = first_game(whole)
    (league / TEAMS).unlink()
    shutil.rmtree(league / "odds")
    edit(league, SCHEDULE, swapped(first))
    before = read(whole)["schedule"][0]
    dates = [day.date() for day in before["game_date"].unique()]
    rows, _, shortfalls = read(league, dates)["schedule"]
    pd.testing.assert_frame_equal(rows, before[before["game_id"].ne(first)].reset_index(drop=True))
    ((problem,),) = shortfalls.values()
    assert problem.game == first and "the game is left out" in problem.reason
