"""Each level at which real games go missing: the players' table is red, the table that caused it is named."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nba_assets.assets.coverage import ledger_graph
from nba_assets.assets.tables import ALL_TABLES
from nba_assets.quality.causes import NOT_RUN_YET
from nba_assets.quality.ledger import entries
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.sources.base import Fetched
from nba_assets.tabular.problems import (
    NOT_PUBLISHED,
    REFUSED_BY_SOURCE,
    UNPARSEABLE,
    BadInput,
)
from nba_assets_tests.support.league import (
    FIRST,
    LAST,
    PLAYERS,
    edit,
    set_value,
)
from nba_assets_tests.support.workbench import Workbench

BAD = "2023-12-05"
BOX, TEAMS, SUMMARY = "raw_player_boxscores", "team_offense_game_summary", "player_game_summary"
NAMES = (
    "raw_schedule", BOX, "raw_team_boxscores", "raw_play_by_play", "raw_shot_chart", "player_game_events",
    TEAMS, SUMMARY,
)  # fmt: skip
TABLES = [table for table in ALL_TABLES if table.name in NAMES]


@pytest.fixture
def bench(source: Path, tmp_path: Path) -> Iterator[Workbench]:
    bench = Workbench(tmp_path, TABLES, source)
    yield bench
    bench.close()


def _blame(bench: Workbench) -> tuple[str, str]:
    """Table and kind of cause that the ledger gives for the players' table on the bad date."""
    ledger = entries(bench.lake, ledger_graph(TABLES), [dt.date.fromisoformat(BAD)])
    (pair,) = {
        (row["cause_table"], row["cause"].split(": ")[0])
        for _, row in ledger[ledger["table"].eq(SUMMARY) & ledger["cause"].notna()].iterrows()
    }
    return pair


def _without_first_game(rows: pd.DataFrame) -> pd.DataFrame:
    game = rows.loc[rows["GAME_DATE"].eq(BAD), "GAME_ID"].iloc[0]
    return rows[rows["GAME_ID"] != game]


def _four_players_a_side(rows: pd.DataFrame) -> pd.DataFrame:
    here = rows["GAME_DATE"].eq(BAD)
    place = rows.groupby(["GAME_ID", "TEAM_ABBREVIATION"]).cumcount()
    return rows[~here | (place < 4)]


# What is wrong with the players' file on one date, and the kind of cause.
FILES: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "a document is missing": (_without_first_game, NOT_PUBLISHED),
    "a document cannot be parsed": (set_value(BAD, "PTS", 99), UNPARSEABLE),
    "a box score lacks players": (_four_players_a_side, UNPARSEABLE),
}


@pytest.mark.parametrize(("change", "reason"), FILES.values(), ids=list(FILES))
def test_a_fault_of_the_file_is_blamed_on_the_raw_table(
    bench: Workbench, source: Path, change: Callable[[pd.DataFrame], pd.DataFrame], reason: str
) -> None:
    edit(source, PLAYERS, change)
    bench.run(FIRST, LAST, NAMES)
    assert BAD not in bench.materialized(SUMMARY)
    assert _blame(bench) == (BOX, reason)


def test_a_refusal_of_the_source_is_blamed_on_the_raw_table(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = ArchiveSource.player_boxscores

    def refused(self: ArchiveSource, dates: Any, schedule: pd.DataFrame) -> Fetched:
        found = served(self, dates, schedule)
        problem = BadInput(
            file="leaguegamelog",
            game=None,
            field=None,
            reason="403",
            remedy="ask later",
            cause=REFUSED_BY_SOURCE,
        )
        return Fetched(found.rows, {dt.date.fromisoformat(BAD): [problem]}, found.notes)

    monkeypatch.setattr(ArchiveSource, "player_boxscores", refused)
    bench.run(FIRST, LAST, NAMES)
    assert _blame(bench) == (BOX, REFUSED_BY_SOURCE)


def test_a_table_that_was_not_run_is_blamed_and_heals(bench: Workbench) -> None:
    bench.run(FIRST, LAST, [name for name in NAMES if name != TEAMS])
    assert _blame(bench) == (TEAMS, NOT_RUN_YET)
    bench.run(FIRST, LAST, [TEAMS, SUMMARY])
    ledger = entries(bench.lake, ledger_graph(TABLES), [dt.date.fromisoformat(BAD)])
    assert ledger.loc[ledger["table"].eq(SUMMARY), "cause"].isna().all()
