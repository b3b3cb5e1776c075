"""Injury sources and lineups of an archive: what is there is read, what is absent or broken costs itself."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from nba_assets.simulation.league import simulate
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.sources.base import Fetched
from nba_assets_tests.support.league import edit

NOBODY = pd.DataFrame(
    {
        "player_id": pd.Series(dtype="int64"),
        "player_name": pd.Series(dtype="object"),
        "team": pd.Series(dtype="object"),
        "game_date": pd.Series(dtype="datetime64[ns]"),
    }
)


@pytest.fixture
def league(tmp_path: Path) -> Path:
    simulate(tmp_path, seasons=1, teams=4, seed=5, dates_per_season=10)
    return tmp_path


def dates_of(source: ArchiveSource) -> list[dt.date]:
    return source.seasons()["2024-25"]


def lineups(folder: Path) -> Fetched:
    source = ArchiveSource(folder)
    return source.lineups(dates_of(source), pd.DataFrame(), NOBODY)


def test_an_archive_without_projected_fives_has_the_fives_of_its_events(league: Path) -> None:
    found = lineups(league)
    assert set(found.rows["kind"]) == {"first_event"} and not found.shortfalls
    assert found.rows.groupby(["game_id", "team"]).size().eq(5).all()
    assert set(found.rows["source"]) == {"simulated"}


def test_projected_fives_are_beside_them_with_their_captures(league: Path) -> None:
    first = lineups(league).rows
    game = first["game_id"].iloc[0]
    five = first[first["game_id"].eq(game)].head(5)
    rows = pd.DataFrame(
        {
            "game_date": five["game_date"].dt.strftime("%Y-%m-%d"), "GAME_ID": five["game_id"],
            "team": five["team"].str.lower(), "player": five["player_name"], "PLAYER_ID": five["player_id"],
            "captured_at": pd.Timestamp("2024-10-22T22:00Z"),
        }
    )  # fmt: skip
    unknown = rows.head(1).assign(PLAYER_ID=None, player="Sam Nobody")
    (league / "lineups").mkdir()
    pd.concat([unknown, rows]).to_parquet(league / "lineups/projected_fives_2024-10.parquet")
    found = lineups(league)
    assert found.rows.groupby("kind").size().to_dict() == {"first_event": len(first), "projected": 5}
    date = five["game_date"].iloc[0].date()
    assert found.notes[date] == {"repaired: tricodes of another publisher": 6, "refused: no_player_id": 1}
    (problem,) = found.refused[date]
    assert problem.field == "PLAYER_ID"
    assert "no player id in lineups/projected_fives_2024-10.parquet: " in problem.reason
    assert "player Sam Nobody" in problem.reason


def test_a_broken_file_costs_its_own_rows_and_is_named(league: Path) -> None:
    (league / "lineups").mkdir()
    (league / "lineups/projected_fives_2024-10.parquet").write_bytes(b"no parquet")
    found = lineups(league)
    assert set(found.rows["kind"]) == {"first_event"}
    problems = {problem.file for problems in found.shortfalls.values() for problem in problems}
    assert problems == {"lineups/projected_fives_2024-10.parquet"}


def test_a_file_without_a_column_is_named_and_the_lists_are_read(league: Path) -> None:
    pd.DataFrame({"game_date": ["2024-10-22"], "team": ["ATL"]}).to_parquet(
        league / "injuries/official_reports_2024-25.parquet"
    )
    source = ArchiveSource(league)
    found = source.injury_reports(dates_of(source), pd.DataFrame(), NOBODY)
    assert set(found.rows["kind"]) == {"list"}
    (problem,) = found.shortfalls[dates_of(source)[0]]
    assert problem.reason == "column missing"


@pytest.mark.parametrize(
    ("form", "kept", "note"),
    [
        ("%m/%d/%y %I:%M %p EST", True, "repaired: snapshot_at"),
        ("%b %d, %Y %I:%M:%S %p ET", True, "repaired: snapshot_at"),
        ("%d-%m captured", False, ""),
        ("captured on the %dth", False, ""),
    ],
)
def test_captures_by_the_clock_of_a_publisher(league: Path, form: str, kept: bool, note: str) -> None:
    """A file of such moments had no row, and no date said so."""

    def reports() -> Fetched:
        source = ArchiveSource(league)
        return source.injury_reports(dates_of(source), pd.DataFrame(), NOBODY)

    before = reports()
    for path in league.glob("injuries/injury_snapshots_*"):

        def clocks(rows: pd.DataFrame) -> pd.DataFrame:
            moments = pd.to_datetime(rows["snapshot_at"], utc=True, format="ISO8601")
            return rows.assign(snapshot_at=moments.dt.tz_convert("America/New_York").dt.strftime(form))

        edit(league, path.relative_to(league).as_posix(), clocks)
    after = reports()
    assert len(after.rows) == (len(before.rows) if kept else 0) and len(before.rows)
    assert note in str(after.notes)
    named = {problem.field for found in after.shortfalls.values() for problem in found}
    assert named == {"snapshot_at"} and (
        kept or len(after.shortfalls) == len(dates_of(ArchiveSource(league)))
    )


def test_tipoffs_come_from_closing_lines_where_the_schedule_has_none(league: Path) -> None:
    path = next(league.glob("schedule/games_*.parquet"))
    games = pd.read_parquet(path)
    known = ArchiveSource(league).schedule(dates_of(ArchiveSource(league))).rows["tipoff_utc"]
    games.assign(tipoff_utc=None).to_parquet(path)
    lines = next(league.glob("odds/game_closing_lines*.parquet"))
    odd = pd.read_parquet(lines)
    odd.loc[0, "commence_time"] = "20241022_190000"
    odd.to_parquet(lines)
    for other in league.glob("odds/player_points_lines_*.parquet"):
        other.unlink()
    source = ArchiveSource(league)
    stated = source.schedule(dates_of(source)).rows["tipoff_utc"]
    assert stated.isna().sum() == 1, "a statement that cannot be read states nothing"
    assert (stated.dropna() == known[stated.notna()]).all()
