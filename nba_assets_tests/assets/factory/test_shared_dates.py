"""Dates that a second process works out: the lake and every check are those of one process."""

import datetime as dt
import os
import shutil
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dagster_gcp.gcs import GCSResource
from hypothesis import given
from hypothesis import strategies as st

from nba_assets import definitions
from nba_assets.assets import resources
from nba_assets.assets.factory import shared_dates
from nba_assets.assets.factory.shared_dates import Answer, SharedDates, evenly, shared, taken, work_out
from nba_assets.assets.published_predictions import NAME as PUBLISHED
from nba_assets.assets.published_predictions import PublishedDates, PublishedPages
from nba_assets.assets.tables import ALL_TABLES
from nba_assets.instance.second_process import SecondProcess, SecondProcessError
from nba_assets.publish.publication import Publication
from nba_assets.runs.materialize import RunReport, materialize
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.storage.object_store import open_store
from nba_assets_tests.support.league import edit

DATES = 16
PLAYERS = "leaguegamelog/players_*"
DAY = dt.date(2024, 1, 1)


def _settings(folder: Path) -> Settings:
    return Settings(
        lake=str(folder / "lake"), archive_dir=folder / "archive", DAGSTER_HOME=folder / "dagster"
    )  # type: ignore[call-arg]


def _bytes(folder: Path) -> dict[str, bytes]:
    """Every partition and refusal."""
    store = open_store(str(folder / "lake"))
    tables = [place for table in ALL_TABLES for place in (f"{table.name}/", f"_refused/{table.name}/")]
    return {name: store.read(name) for place in tables for name in store.list(place)}


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small league; on its third date a player's row is missing, on the fourth one breaks an identity."""
    folder = tmp_path_factory.mktemp("league")
    simulate(folder, seasons=1, teams=4, seed=3, dates_per_season=DATES)
    days = [str(day) for day in ArchiveSource(folder).seasons()["2024-25"]]

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        date = rows["GAME_DATE"].astype(str)
        rows.loc[rows.index[date.eq(days[3])][:1], "PTS"] = 99
        return rows.drop(rows.index[date.eq(days[2])][:1])

    for path in folder.glob(PLAYERS):
        edit(folder, path.relative_to(folder).as_posix(), change)
    return folder


@dataclass(frozen=True)
class Made:
    """What a run made of the league, and where."""

    folder: Path
    report: RunReport
    stored: dict[str, bytes]


@pytest.fixture(scope="module")
def alone(league: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """What one process makes of it."""
    return _made(league, tmp_path_factory.mktemp("alone"))


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let a second process work on any four dates, from the first table on; requests as it gets them."""
    requests: list[Any] = []
    is_ready, asked = SecondProcess.is_ready, SecondProcess.asked

    def ready_at_last(process: SecondProcess) -> bool:
        if not process._ready and not process._has_ended:
            wait([process._connection])
        return is_ready(process)

    def noted(process: SecondProcess, request: Any) -> Any:
        requests.append(request)
        return asked(process, request)

    monkeypatch.setattr(definitions, "_SECOND_PROCESS_FROM", 4)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(SecondProcess, "is_ready", ready_at_last)
    monkeypatch.setattr(SecondProcess, "asked", noted)
    return requests


def _made(league: Path, folder: Path, tables: list[str] | None = None) -> Made:
    shutil.copytree(league, folder / "archive")
    report = _run(folder, tables)
    return Made(folder, report, _bytes(folder))


def _run(folder: Path, tables: list[str] | None = None) -> RunReport:
    days = ArchiveSource(folder / "archive").seasons()["2024-25"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
        # Not the night to come: its predictions hold the moment at which they are made.
        return materialize(_settings(folder), days[0], days[-2], tables, progress=False)


def _told(report: RunReport) -> tuple[Any, ...]:
    return report.success, report.materialized, report.rows, report.blocked, report.no_go, report.errors


def _kill_at(work: str | type, patch: pytest.MonkeyPatch) -> None:
    """Kill the second process in the middle of its request about a table, or of some kind."""
    asked = SecondProcess.asked

    def killed(process: SecondProcess, request: Any) -> Any:
        found = asked(process, request)
        if work in (getattr(request, "table", None), type(request)):
            process._process.kill()
        return found

    patch.setattr(SecondProcess, "asked", killed)


def test_the_lake_and_what_is_told_of_it_are_those_of_one_process(
    league: Path, alone: Made, second: list[Any], tmp_path: Path
) -> None:
    both = _made(league, tmp_path)
    assert _told(both.report) == _told(alone.report)
    assert len(both.report.blocked["raw_player_boxscores"]) == 2  # both in the half of the second process
    assert both.stored == alone.stored
    # A table that reads itself is worked out in order, here.
    assert len(second) > 20
    assert "model_registry" not in {request.table for request in second}


def test_a_second_process_that_dies_costs_nothing_but_time(
    league: Path, alone: Made, second: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _kill_at("player_game_summary", monkeypatch)
    tables = [table.name for table in ALL_TABLES if table.group in ("raw", "analytics")]
    found = _made(league, tmp_path, tables)
    assert found.report.blocked == {name: alone.report.blocked[name] for name in found.report.blocked}
    assert found.report.materialized == {name: alone.report.materialized[name] for name in tables}
    assert found.stored == {
        name: data for name, data in alone.stored.items() if {*name.split("/")[:2]} & {*tables}
    }
    assert second[-1].table == "player_game_summary"  # no other is started in this run


def test_what_it_has_answered_before_it_dies_stays_and_the_rest_is_worked_out_here(
    league: Path, alone: Made, second: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of every table it answers the first two dates, and dies at the next ones."""
    answered: list[int] = []

    @contextmanager
    def dying(_: SecondProcess, request: SharedDates) -> Iterator[Iterator[Answer]]:
        def answers() -> Iterator[Answer]:
            [table] = [table for table in ALL_TABLES if table.name == request.table]
            first = next(work_out(request, table))
            answered.append(len(first.prepared.verdicts))
            yield first
            raise SecondProcessError("it died")

        yield answers()

    monkeypatch.setattr(SecondProcess, "asked", dying)
    monkeypatch.setattr(shared_dates, "_AT_ONCE", 2)
    tables = [table.name for table in ALL_TABLES if table.group == "raw"]
    found = _made(league, tmp_path, tables)
    assert answered == [2] * len(answered) and len(answered) > 5
    assert found.report.materialized == {name: alone.report.materialized[name] for name in tables}
    assert found.stored == {
        name: data for name, data in alone.stored.items() if {*name.split("/")[:2]} & {*tables}
    }


def test_a_second_process_that_cannot_start_is_named_and_missed_by_nobody(
    league: Path,
    alone: Made,
    second: list[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(resources, "_WORKER", "nba_assets.no_such_module")
    tables = [table.name for table in ALL_TABLES if table.group == "raw"]
    report = _made(league, tmp_path, tables).report
    assert not report.errors
    assert report.materialized == {name: alone.report.materialized[name] for name in tables}
    assert not second
    assert caplog.text.count("ended with exit code 1 before it was ready") == 1


@pytest.mark.parametrize("dies", [None, PublishedDates, PublishedPages])
def test_documents_and_pages_are_those_of_one_process(
    alone: Made, second: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies: type | None
) -> None:
    found: list[Any] = []
    for number in (1, 2):
        folder = shutil.copytree(alone.folder, tmp_path / str(number))
        if number == 2 and dies:
            _kill_at(dies, monkeypatch)
        with monkeypatch.context() as patch:
            patch.setattr(definitions, "_SECOND_PROCESS_FROM", 4 if number == 2 else 0)
            assert _run(folder, [PUBLISHED]).success
        publication = Publication(open_store(_settings(folder).published_root))
        dates = publication.manifest().dates
        pages = {name: publication.store.read(name) for name in publication.store.list("")
                 if name.endswith((".html", ".css", ".js"))}  # fmt: skip
        found.append({day: [entry, publication.read("slate", f"{entry.folder}/slate.json")]
                      for day, entry in dates.items()} | pages)  # fmt: skip
    asked = [PublishedDates] if dies is PublishedDates else [PublishedDates, PublishedPages]
    assert [type(request) for request in second] == asked
    assert sum(entry.players > 0 for entry in dates.values()) > DATES / 2
    assert len(pages) > 50 and "index.html" in pages
    assert found[0] == found[1]


@given(st.integers(1, 400), st.floats(0, 1))
def test_the_earlier_dates_go_to_the_second_process_and_none_is_lost(count: int, share: float) -> None:
    dates = [DAY + dt.timedelta(number) for number in range(count)]
    theirs, ours = shared(dates, share)
    assert theirs + ours == dates
    assert abs(len(theirs) - share * count) <= 0.5


@given(st.integers(2, 1500))
def test_dates_that_take_long_are_shared_evenly_and_few_are_left_between(count: int) -> None:
    dates = [DAY + dt.timedelta(days=number) for number in range(count)]
    parts = evenly(dates)
    assert [date for part in parts for date in part] == dates
    assert len(parts[0]) == len(parts[-1]) and len(parts) <= 3
    assert sum(map(len, parts[1:-1])) <= count / 20 + 1


def test_two_processes_take_every_part_once_from_both_ends() -> None:
    left = deque([[DAY + dt.timedelta(number)] for number in range(5)])
    theirs, ours = taken(left, left.popleft, 2), taken(left, left.pop, 2)
    found = [next(theirs), next(ours), next(theirs), next(ours), next(ours)]
    assert [(part[0] - DAY).days for part in found] == [0, 4, 1, 3, 2]
    assert (next(theirs, None), next(ours, None)) == (None, None)


def test_the_last_part_is_halved_until_it_is_short() -> None:
    days = [DAY + dt.timedelta(number) for number in range(12)]
    left = deque([days[:2], days[2:4], days[4:]])
    theirs, ours = taken(left, left.popleft, 4), taken(left, left.pop, 4)
    found = [next(ours), next(theirs), next(theirs)]  # short ones are not, and there are others beside
    assert found == [days[4:], days[:2], days[2:4]] and next(theirs, None) is None
    left.append(days)
    assert next(ours) == days[6:]
    theirs = taken(left, left.popleft, 4)
    assert [next(theirs), next(ours), next(theirs, None)] == [days[3:6], days[:3], None]


def test_two_processes_share_the_processors(second: list[Any], tmp_path: Path) -> None:
    lake = resources.LakeResource(root=str(tmp_path), gcs=GCSResource(), second_process_from=4)
    assert lake.processors() == 2
    process = lake.second_process(4)
    assert process is not None
    assert (lake.processors(), resources.lake_again(lake.model_dump()).processors()) == (1, 1)
    process.end()
    assert lake.processors() == 2
