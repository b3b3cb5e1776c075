"""Declared windows hold what the arithmetic reads: no change of a past row goes unnoticed, few cry wolf."""

import datetime as dt
import os
from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pytest

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.lineage.reader import Reader
from nba_assets.lineage.windows import (
    OWN,
    Reach,
    Window,
    history_hashes,
)
from nba_assets.quality.gate import Gate
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.lineage.perturbation import (
    Outcome,
    outcomes,
)

LOOKING_BACK = (
    "upcoming_team_game_context", "upcoming_player_game_context", "team_defense_zone_analysis",
    "player_shot_zone_analysis", "player_daily_cache", "ml_feature_store_v3",
)  # fmt: skip
NEEDED = [table.name for table in ALL_TABLES[: [t.name for t in ALL_TABLES].index(LOOKING_BACK[-1]) + 1]]
CHANGES = 12
DAYS = [dt.date(2024, 1, n) for n in range(1, 8)]


@pytest.fixture(scope="module")
def seasons(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reader, list[dt.date]]]:
    """A small league's lake over two seasons, and the dates of the second."""
    folder = tmp_path_factory.mktemp("seasons")
    simulate(folder / "archive", seasons=2, teams=4, seed=5, dates_per_season=20)
    games = pd.concat([pd.read_parquet(path) for path in (folder / "archive").glob("schedule/*.parquet")])
    home = folder / "dagster"
    settings = Settings(lake=str(folder / "lake"), archive_dir=folder / "archive", DAGSTER_HOME=home)  # type: ignore[call-arg]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
        for _, days in games.groupby("season")["game_date"]:
            first, last = dt.date.fromisoformat(days.min()), dt.date.fromisoformat(days.max())
            report = materialize(settings, first, last, NEEDED, progress=False)
            assert report.success
            assert not report.blocked
        lake = Lake(open_store(settings.lake))
        yield Reader(lake, Gate(lake)), finished_seasons().between(first, last)


@pytest.fixture(scope="module")
def tried(seasons: tuple[Reader, list[dt.date]]) -> dict[str, list[Outcome]]:
    reader, dates = seasons
    tables = [table for table in ALL_TABLES if table.name in LOOKING_BACK]
    return {table.name: list(outcomes(table, reader, dates, CHANGES, seed=7)) for table in tables}


@pytest.mark.parametrize("name", LOOKING_BACK)
def test_a_date_whose_rows_change_has_another_hash(tried: dict[str, list[Outcome]], name: str) -> None:
    assert len(tried[name]) > CHANGES / 2
    assert any(outcome.rows for outcome in tried[name])
    unnoticed = [(outcome.change, outcome.rows - outcome.hashes) for outcome in tried[name]]
    assert [(change, dates) for change, dates in unnoticed if dates] == []


@pytest.mark.parametrize("name", LOOKING_BACK)
def test_some_changes_leave_dates_alone(
    tried: dict[str, list[Outcome]], seasons: tuple[Reader, list[dt.date]], name: str
) -> None:
    """A hash of the whole history would change on every later date, whatever changes."""
    dates = seasons[1]
    assert sum(len(outcome.hashes) for outcome in tried[name]) < 0.75 * len(dates) * len(tried[name])


def _past(*rows: tuple[dt.date, str, float]) -> pa.Table:
    days, who, what = zip(*rows, strict=True)
    return pa.table({"game_date": pa.array(days, pa.date32()), "who": who, "points": what, "other": what})


SUBJECTS = _past(*[(day, who, 0.0) for day in DAYS for who in ("a", "b")]).select(["game_date", "who"])
ROWS = [(day, who, float(n)) for n, day in enumerate(DAYS) for who in ("a", "b")]


def _changed_dates(window: Window, at: int, value: float | None, reach: int = 30) -> list[int]:
    """Days of the month whose hash is another one when a row has another value, or is gone."""
    other = [row if n != at else (row[0], row[1], value) for n, row in enumerate(ROWS)]
    kept = [row for row in other if row[2] is not None]
    hashes = [
        history_hashes(_past(*rows), (window,), Reach(reach, False), DAYS, {OWN: SUBJECTS})
        for rows in (ROWS, kept)
    ]
    return [day.day for day, was, now in zip(DAYS, *hashes, strict=True) if was != now]


@pytest.mark.parametrize(
    ("window", "dates"),
    [
        (Window(("who",), ("points",)), [3, 4, 5, 6, 7]),
        (Window(("who",), ("points",), last=2), [3, 4]),
        (Window(("who",), ("points",), days=3), [3, 4, 5]),
        (Window(columns=("points",), days=1), [3]),
        (Window(columns=("points",), last=2), [3]),
        (Window(("who",), last=2), []),
    ],
)
def test_a_changed_value_shows_in_the_windows_that_hold_it(window: Window, dates: list[int]) -> None:
    assert _changed_dates(window, 2, 99.0) == dates


def test_a_missing_row_shows_where_only_its_presence_counts() -> None:
    assert _changed_dates(Window(("who",)), 2, None) == [3, 4, 5, 6, 7]
    assert _changed_dates(Window(("who",)), 2, None, reach=2) == [3, 4]


def test_subjects_may_call_the_entity_by_another_name() -> None:
    renamed = SUBJECTS.rename_columns(["game_date", "player"])
    same = [
        history_hashes(_past(*ROWS), (window,), Reach(30, False), DAYS, {OWN: subjects}).tolist()
        for window, subjects in (
            (Window(("who",), ("points",)), SUBJECTS),
            (Window(("who",), ("points",), named=("player",)), renamed),
        )
    ]
    assert same[0] == same[1]


def test_a_date_alone_has_the_hash_it_has_in_a_range() -> None:
    window = Window(("who",), ("points",), last=3)
    whole = history_hashes(_past(*ROWS), (window,), Reach(3, False), DAYS, {OWN: SUBJECTS})
    for number, day in enumerate(DAYS[1:], 1):
        past = _past(*[row for row in ROWS if day - dt.timedelta(days=3) <= row[0] < day])
        own = SUBJECTS.filter(pa.compute.equal(SUBJECTS["game_date"], pa.scalar(day, pa.date32())))
        assert history_hashes(past, (window,), Reach(3, False), [day], {OWN: own})[0] == whole[number]
