"""The classic case on real games: half of a season's team rows are missing, and the players' table is blamed.

A platform before this one reported usage_rate 47 % for weeks and searched the players' table, while half of
the team rows that it divides by had never been loaded.
"""

import datetime as dt
import os
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from rich.console import Console

from nba_assets.assets.tables import GRAPH
from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.cli.daily.explain import print_explanation
from nba_assets.cli.dates import parse_range
from nba_assets.quality.causes import INCOMPLETE, NOT_RUN_YET
from nba_assets.quality.ledger import entries
from nba_assets.reports.reading import read_table
from nba_assets.runs.materialize import materialize
from nba_assets.runs.selection import chosen_tables
from nba_assets.schemas.catalog import TABLES
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

FIRST, LAST = dt.date(2022, 10, 18), dt.date(2023, 4, 9)
TEAMS, PLAYERS = "team_offense_game_summary", "player_game_summary"
BELOW = (
    "raw_schedule,raw_player_boxscores,raw_team_boxscores,raw_play_by_play,raw_shot_chart,player_game_events"
)
DATES = finished_seasons().between(FIRST, LAST)


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory, archive_dir: Path) -> Settings:
    """The regular season of 2022-23, raw to players, half of its games without team rows."""
    folder = tmp_path_factory.mktemp("classic")
    settings = Settings(  # type: ignore[call-arg]
        lake=str(folder / "lake"), archive_dir=archive_dir, DAGSTER_HOME=folder / "dagster"
    )
    patched = pytest.MonkeyPatch()
    patched.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
    tables = chosen_tables(f"{BELOW},{TEAMS},{PLAYERS}")
    assert materialize(settings, FIRST, LAST, tables, progress=False).success
    yield settings  # type: ignore[misc]
    patched.undo()


def _lose_half(lake: Lake) -> dict[dt.date, set[str]]:
    """Take the team rows of a random half of the games away, behind Dagster's back."""
    chance = random.Random(2022)  # noqa: S311 - a sample, not a secret
    lost: dict[dt.date, set[str]] = {}
    for date in DATES:
        rows = lake.read(TEAMS, [date], TABLES[TEAMS].arrow).table
        games = sorted(set(rows.column("game_id").to_pylist()))
        gone = {game for game in games if chance.random() < 0.5}
        stamp = lake.stamp(TEAMS, date)
        if gone:
            lost[date] = gone
        if len(gone) == len(games):
            lake.store.delete(lake.name(TEAMS, date))
        elif gone:
            kept = rows.filter(pc.invert(pc.is_in(rows.column("game_id"), pa.array(sorted(gone)))))
            lake.write(TEAMS, kept, {date: stamp})
    return lost


def _bytes(lake: Lake) -> dict[str, bytes]:
    return {
        name: lake.store.read(name) for table in (TEAMS, PLAYERS) for name in lake.store.list(f"{table}/")
    }


def _said(settings: Settings) -> str:
    console = Console(width=400, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    print_explanation(console, settings, parse_range(f"{FIRST}..{LAST}"), PLAYERS)
    return console.export_text()


def test_the_half_loaded_team_table_is_found_named_and_healed(season: Settings) -> None:
    lake = Lake(open_store(season.lake))
    before = _bytes(lake)
    lost = _lose_half(lake)
    report = materialize(season, FIRST, LAST, [PLAYERS, "coverage"], progress=False)
    assert report.success  # the other dates go on
    assert set(report.blocked.get(PLAYERS, {})) <= {date.isoformat() for date in lost}

    box = read_table(lake, "raw_player_boxscores", ["game_id", "minutes"], DATES)
    played = box[box["minutes"] > 0]
    without = played["game_id"].isin({game for games in lost.values() for game in games})
    ledger = entries(lake, GRAPH, DATES)
    usage = ledger[ledger["table"].eq(PLAYERS) & ledger["metric"].eq("usage_rate")]
    assert usage["expected"].sum() == len(played)
    assert usage["actual"].sum() == len(played) - without.sum()

    blamed = usage[usage["cause_table"].notna()]
    assert set(blamed["cause_table"]) == {TEAMS}
    assert set(blamed["cause"].str.split(": ").str[0]) == {INCOMPLETE, NOT_RUN_YET}
    assert set(blamed["game_date"].dt.date) == set(lost)
    assert "usage_rate" in _said(season)
    assert f"{TEAMS}: {INCOMPLETE}" in _said(season)

    assert f"--tables {TEAMS}" in _said(season)
    # Of what is made from the table, this lake holds these.
    healing = [table for table in chosen_tables(f"{TEAMS}+") if table in (TEAMS, PLAYERS, "coverage")]
    assert materialize(season, min(lost), max(lost), healing, progress=False).success

    healed = entries(lake, GRAPH, DATES)
    mine = healed[healed["table"].isin([TEAMS, PLAYERS])]
    assert set(mine["status"]) <= {"PASS", "WARN"}
    refused = set(report.blocked.get(PLAYERS, {}))
    assert set(mine.loc[mine["healed_at"].notna(), "game_date"].dt.date.astype(str)) == refused
    assert f"{len(refused)} dates had gaps and are healed" in _said(season)
    assert _bytes(lake) == before
