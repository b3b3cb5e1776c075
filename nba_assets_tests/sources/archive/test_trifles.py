"""Trifles in an archive's files that cost nothing: what is meant is plain, and repairs are counted."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from nba_assets.domain.raw.box_scores import COUNTS
from nba_assets.simulation.league import simulate
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.sources.base import Fetched
from nba_assets_tests.support.league import edit

PLAYERS = "leaguegamelog/players_2024-25_regular.parquet"
TEAMS = "leaguegamelog/teams_2024-25_regular.parquet"
EVENTS = "playbyplay/2024-25_regular.parquet"
SCHEDULE = "schedule/games_2024-25_to_2024-25.parquet"
Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small league, with the percentages that stats.nba.com gives."""
    folder = tmp_path_factory.mktemp("whole") / "league"
    simulate(folder, seasons=1, teams=4, seed=3, dates_per_season=3)
    for name in (PLAYERS, TEAMS):
        edit(folder, name, lambda rows: rows.assign(FG_PCT=(rows["FGM"] / rows["FGA"]).round(3)))
    return folder


@pytest.fixture
def league(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "league")


def fetched(folder: Path) -> dict[str, Fetched]:
    source = ArchiveSource(folder)
    dates = source.seasons()["2024-25"]
    games = source.schedule(dates)
    schedule = pd.DataFrame(games.rows)
    return {
        "games": games,
        "players": source.player_boxscores(dates, schedule),
        "teams": source.team_boxscores(dates, schedule),
        "events": source.play_by_play(dates, schedule),
    }


def rows_of(found: Fetched) -> pd.DataFrame:
    return found.rows.to_pandas() if isinstance(found.rows, pa.Table) else pd.DataFrame(found.rows)


def on_first_date(column: str, value: object) -> Change:
    """A change of a column on the whole first date."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        first = rows["GAME_DATE"] == rows["GAME_DATE"].min()
        return rows.assign(**{column: rows[column].astype("object").mask(first, value)})

    return change


def unnamed(value: str | None) -> Change:
    """No names on the first date, but for players who have no other row."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        first = rows["GAME_DATE"] == rows["GAME_DATE"].min()
        again = rows["PLAYER_ID"].isin(rows.loc[~first, "PLAYER_ID"])
        return rows.assign(PLAYER_NAME=rows["PLAYER_NAME"].astype("object").mask(first & again, value))

    return change


def absent(minutes: str | None) -> Change:
    """A row of a player who did not play, in the box score of every team."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        more = rows.drop_duplicates(["GAME_ID", "TEAM_ABBREVIATION"]).copy()
        more["PLAYER_ID"] += 5_000_000
        more[list(COUNTS)] = 0
        rows["MIN"] = rows["MIN"].astype("object" if minutes is None else "str")
        return pd.concat([rows, more.assign(MIN=minutes)])

    return change


def exhibition(rows: pd.DataFrame) -> pd.DataFrame:
    """The first game again, as an All-Star game."""
    first = "GAME_ID" if "GAME_ID" in rows else "game_id"
    more = rows[rows[first] == rows[first].min()]
    again = more.assign(**{first: "0032400001"})
    return pd.concat([rows, again.assign(season_type="All-Star") if first == "game_id" else again])


TRIFLES: dict[str, tuple[tuple[str, ...], Change, str]] = {
    "names missing on a date": ((PLAYERS,), unnamed(None), "names by other rows"),
    "names empty on a date": ((PLAYERS,), unnamed(" "), "names by other rows"),
    "winners missing on a date": ((PLAYERS, TEAMS), on_first_date("WL", None), "winners by their points"),
    "minutes as 34:00": ((PLAYERS, TEAMS), lambda rows: rows.assign(MIN=rows["MIN"].astype(str) + ":00"), ""),
    "minutes as PT34M": ((PLAYERS,), lambda rows: rows.assign(MIN="PT" + rows["MIN"].astype(str) + "M"), ""),
    "minutes as PT34M00.00S": (
        (PLAYERS,), lambda rows: rows.assign(MIN="PT" + rows["MIN"].astype(str) + "M00.00S"), "",
    ),
    "rows of DNP": ((PLAYERS,), absent("DNP - Coach's Decision"), "players who did not play"),
    "rows without minutes": ((PLAYERS,), absent(None), "players who did not play"),
    "codes of another publisher": (
        (PLAYERS, TEAMS),
        lambda rows: rows.assign(TEAM_ABBREVIATION=rows["TEAM_ABBREVIATION"].replace("NOP", "NOH")), "",
    ),
    "codes of another publisher in the schedule": (
        (SCHEDULE,), lambda rows: rows.replace({"home_team_tricode": {"NOP": "NOH"}}), "",
    ),
    "dates as 20241022": (
        (PLAYERS, EVENTS),
        lambda rows: rows.rename(columns=str).pipe(_with_days, lambda days: days.str.replace("-", "")), "",
    ),
    "everything as text": ((PLAYERS, TEAMS), lambda rows: rows.astype(str), ""),
    "numbers with a point": ((EVENTS,), lambda rows: rows.astype({"period": float, "teamId": float}), ""),
    "exhibition games": ((PLAYERS, TEAMS, SCHEDULE), exhibition, ""),
    "events twice": ((EVENTS,), lambda rows: pd.concat([rows, rows.head(50)]), ""),
}  # fmt: skip


def _with_days(rows: pd.DataFrame, change: Callable[[pd.Series], pd.Series]) -> pd.DataFrame:
    name = "GAME_DATE" if "GAME_DATE" in rows else "game_date"
    return rows.assign(**{name: change(rows[name])})


@pytest.mark.parametrize(("files", "change", "repaired"), TRIFLES.values(), ids=list(TRIFLES))
def test_a_trifle_costs_nothing(
    whole: Path, league: Path, files: tuple[str, ...], change: Change, repaired: str
) -> None:
    for name in files:
        edit(league, name, change)
    before, after = fetched(whole), fetched(league)
    for name, found in after.items():
        pd.testing.assert_frame_equal(rows_of(found), rows_of(before[name]), check_dtype=False)
        assert not found.shortfalls and not found.problems
    notes = " ".join(str(after["players"].notes).split())
    assert (f"repaired: {repaired}" in notes) if repaired else "repaired" not in notes


@pytest.mark.parametrize("unit", [1, 100], ids=["fractions", "percent"])
@pytest.mark.parametrize("everywhere", [False, True], ids=["one row", "every row"])
def test_attempts_of_a_team_that_break_its_percentage_cost_the_team_box_alone(
    whole: Path, league: Path, unit: int, everywhere: bool
) -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        more = rows["FGA"] + 3 * (everywhere | (rows.index == 0))
        return rows.assign(FGA=more, FG_PCT=rows["FG_PCT"] * unit)

    edit(league, TEAMS, change)
    before, after = fetched(whole), fetched(league)
    pd.testing.assert_frame_equal(rows_of(after["players"]), rows_of(before["players"]))
    lost = set(rows_of(before["teams"])["game_id"]) - set(rows_of(after["teams"])["game_id"])
    assert len(lost) == (len(set(rows_of(before["teams"])["game_id"])) if everywhere else 1)
    assert lost == {problem.game for found in after["teams"].shortfalls.values() for problem in found}


def test_a_column_that_can_be_missed_costs_itself(league: Path, whole: Path) -> None:
    edit(league, EVENTS, lambda rows: rows.drop(columns=["players_on", "qualifier"]))
    edit(league, PLAYERS, lambda rows: rows.drop(columns=["PLUS_MINUS"]))
    before, after = fetched(whole), fetched(league)
    for name, columns in {"events": ["players_on", "qualifiers"], "players": ["plus_minus"]}.items():
        rows = rows_of(after[name])
        assert rows[columns].isna().all(axis=None)
        kept = [column for column in rows if column not in columns]
        pd.testing.assert_frame_equal(rows[kept], rows_of(before[name])[kept])
        found = next(iter(after[name].shortfalls.values()))
        assert all(problem.reason == "column missing" for problem in found)


def test_a_typing_error_in_a_date_plays_no_game_to_come(league: Path) -> None:
    """A box row of the year 2205 made every game of a schedule final, and a NULL stopped the schedule."""
    edit(league, PLAYERS, lambda rows: rows[rows["GAME_DATE"] < rows["GAME_DATE"].max()])
    before = rows_of(fetched(league)["games"])
    assert set(before["status"]) == {"final", "scheduled"}
    for value in ("2205-10-29", "soon", None):

        def change(rows: pd.DataFrame, value: str | None = value) -> pd.DataFrame:
            rows.loc[0, "GAME_DATE"] = value
            return rows

        edit(league, PLAYERS, change)
        found = fetched(league)
        assert rows_of(found["games"])["status"].tolist() == before["status"].tolist()
        assert sum(map(len, found["players"].shortfalls.values())) == 1


def test_a_schedule_that_cannot_be_read_costs_its_own_dates(league: Path) -> None:
    before = rows_of(fetched(league)["games"])
    (league / "schedule/games_2023-24.parquet").write_bytes(b"torn")
    pd.testing.assert_frame_equal(rows_of(fetched(league)["games"]), before)
    unknown = dt.date(2023, 12, 6)
    (problem,) = ArchiveSource(league).schedule([unknown]).shortfalls[unknown]
    assert problem.file == "schedule/games_2023-24.parquet"


def test_a_file_that_names_no_part_of_its_season_is_found(whole: Path, league: Path) -> None:
    before = fetched(whole)
    for name in (PLAYERS, TEAMS, EVENTS):
        (league / name).rename(league / name.replace("_regular", ""))
    for name, found in fetched(league).items():
        pd.testing.assert_frame_equal(rows_of(found), rows_of(before[name]))
