"""A column that a file lacks costs nothing where others determine it, and the repair is counted."""

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from nba_assets.domain.teams import TEAM_BY_TRICODE
from nba_assets.simulation.league import simulate
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets_tests.sources.archive.test_trifles import EVENTS, PLAYERS, SCHEDULE, TEAMS, rows_of
from nba_assets_tests.support.league import edit

SHOTS = "shotchart/2024-25_regular.parquet"
FEEDS = ("schedule", "player_boxscores", "team_boxscores", "play_by_play", "shot_chart")
IDS = {tricode: team.team_id for tricode, team in TEAM_BY_TRICODE.items()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small league, in the columns that an export of stats.nba.com has."""
    folder = tmp_path_factory.mktemp("whole") / "league"
    simulate(folder, seasons=1, teams=4, seed=3, dates_per_season=4)
    keep_played(folder)
    for name in (PLAYERS, TEAMS):
        edit(folder, name, lambda rows: rows.assign(TEAM_ID=rows["TEAM_ABBREVIATION"].map(IDS)))
    edit(folder, SHOTS, lambda rows: rows.assign(
        EVENT_TYPE=rows["SHOT_MADE"].map({True: "Made Shot", False: "Missed Shot"})
    ))  # fmt: skip
    edit(folder, EVENTS, lambda rows: rows.assign(
        description=rows["description"].fillna("").mask(rows["shotResult"].eq("Missed"), "MISS of a shot")
    ))  # fmt: skip
    return folder


@pytest.fixture
def league(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "league")


def keep_played(folder: Path) -> None:
    """Leave out the games that have no box score, or are at a neutral site."""
    rows = pd.read_parquet(folder / TEAMS)
    played = set(rows.loc[rows["MATCHUP"].str.contains("vs"), "GAME_ID"])
    for name in (SCHEDULE, PLAYERS, TEAMS, EVENTS, SHOTS):
        edit(
            folder, name, lambda rows: rows[rows["GAME_ID" if "GAME_ID" in rows else "game_id"].isin(played)]
        )


def read(folder: Path, dates: Sequence[dt.date] = ()) -> dict[str, tuple[pd.DataFrame, str, dict]]:
    """Rows, notes and shortfalls of each feed, by default on the dates of the schedule."""
    source = ArchiveSource(folder)
    dates = dates or source.seasons()["2024-25"]
    games = source.schedule(dates)
    schedule = pd.DataFrame(games.rows)
    found = {name: getattr(source, name)(dates, schedule) for name in FEEDS[1:]}
    return {
        name: (rows_of(one), str(one.notes), dict(one.shortfalls))
        for name, one in ({"schedule": games} | found).items()
    }


LACKING = {
    "team of players": (PLAYERS, ("TEAM_ABBREVIATION",), "player_boxscores", "TEAM_ABBREVIATION by TEAM_ID"),
    "team of players and its id": (
        PLAYERS, ("TEAM_ABBREVIATION", "TEAM_ID"), "player_boxscores", "TEAM_ABBREVIATION by MATCHUP",
    ),
    "team of teams": (TEAMS, ("TEAM_ABBREVIATION",), "team_boxscores", "TEAM_ABBREVIATION by TEAM_ID"),
    "points": (PLAYERS, ("PTS",), "player_boxscores", "PTS by FGM, FG3M, FTM"),
    "field goals": (PLAYERS, ("FGM",), "player_boxscores", "FGM by PTS, FG3M, FTM"),
    "free throws": (TEAMS, ("FTM",), "team_boxscores", "FTM by PTS, FGM, FG3M"),
    "rebounds": (PLAYERS, ("DREB",), "player_boxscores", "DREB by REB, OREB"),
    "winners": (PLAYERS, ("WL",), "player_boxscores", "winners by their points"),
    "days of players": (PLAYERS, ("GAME_DATE",), "player_boxscores", "dates by their games"),
    "games of players": (PLAYERS, ("GAME_ID",), "player_boxscores", "games by their teams and dates"),
    "days of events": (EVENTS, ("game_date",), "play_by_play", "dates by their games"),
    "days of shots": (SHOTS, ("GAME_DATE",), "shot_chart", "dates by their games"),
    "field goals of events": (EVENTS, ("isFieldGoal",), "play_by_play", "isFieldGoal by actionType"),
    "results of events": (EVENTS, ("shotResult",), "play_by_play", "shotResult by actionType, description"),
    "results of shots": (SHOTS, ("SHOT_MADE",), "shot_chart", "SHOT_MADE by EVENT_TYPE"),
    "season": (SCHEDULE, ("season",), "schedule", "season by game_id"),
    "type of season": (SCHEDULE, ("season_type",), "schedule", "season_type by game_id"),
    "days of the schedule": (SCHEDULE, ("game_date",), "schedule", "game_date by the box score"),
    "ids of the schedule": (SCHEDULE, ("game_id",), "schedule", "game_id by the box score"),
    "hosts": (SCHEDULE, ("home_team_tricode",), "schedule", "home_team_tricode by the box score"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "columns", "feed", "repair"), LACKING.values(), ids=list(LACKING))
def test_what_other_columns_determine_costs_nothing(
    whole: Path, league: Path, file: str, columns: tuple[str, ...], feed: str, repair: str
) -> None:
    edit(league, file, lambda rows: rows.drop(columns=[*columns]))
    before, after = read(whole), read(league)
    for name, (rows, notes, shortfalls) in after.items():
        pd.testing.assert_frame_equal(rows, before[name][0], check_dtype=False)
        assert not shortfalls
        assert (f"repaired: {repair}" in notes) if name == feed else "repaired" not in notes


@pytest.mark.parametrize(
    ("file", "column", "feed", "field"),
    [
        (EVENTS, "actionNumber", "play_by_play", "action_number"),
        (SHOTS, "QUARTER", "shot_chart", "period"),
        (SHOTS, "SECS_LEFT", "shot_chart", "clock_seconds_left"),
        (SHOTS, "ACTION_TYPE", "shot_chart", "action_type"),
    ],
)
def test_what_nothing_needs_is_null_and_named(
    whole: Path, league: Path, file: str, column: str, feed: str, field: str
) -> None:
    """Events without their number stopped every date with a KeyError that named no file."""
    edit(league, file, lambda rows: rows.drop(columns=[column]))
    before, after = read(whole)[feed][0], read(league)
    rows, _, shortfalls = after[feed]
    assert rows[field].isna().all()
    pd.testing.assert_frame_equal(rows.drop(columns=field), before.drop(columns=field))
    assert {(p.file, p.field, p.reason) for found in shortfalls.values() for p in found} == {
        (file, column, "column missing")
    }


def test_a_cell_that_the_box_score_knows_costs_nothing(whole: Path, league: Path) -> None:
    first = read(whole)["schedule"][0]["game_id"].iloc[0]
    for column, value in (("home_team_tricode", "XYZ"), ("game_date", None), ("game_id", None)):
        edit(league, SCHEDULE, lambda rows, column=column, value=value: rows.assign(
            **{column: rows[column].mask(rows["game_id"].eq(first), value)}
        ))  # fmt: skip
        rows, notes, shortfalls = read(league)["schedule"]
        pd.testing.assert_frame_equal(rows, read(whole)["schedule"][0], check_dtype=False)
        assert f"'repaired: {column} by the box score': 1" in notes and not shortfalls
        shutil.copy(whole / SCHEDULE, league / SCHEDULE)
