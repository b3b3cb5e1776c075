"""What a person launches from the lineage page, through a real webserver and daemon, on a small league."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.automation.game_dates import GameDates
from nba_assets.definitions import defs
from nba_assets.instance.dagster_dev import DagsterDev
from nba_assets.instance.home import prepare_home
from nba_assets.modeling.systems.catalog import MODELS, RULES
from nba_assets.quality.gate import check_key
from nba_assets.quality.verdict import Verdict
from nba_assets.reports.reading import read_table
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.support import league
from nba_assets_tests.support.launch_pad import LaunchPad

DATES = 12
PLAYERS = "leaguegamelog/players_2024-25_regular.parquet"
REASON = "the league has published no box score"


@dataclass
class World:
    """A league, a lake that the page has filled, and the page."""

    archive: Path
    lake: Lake
    instance: dg.DagsterInstance
    page: LaunchPad
    dates: list[str]

    def statuses(self, table: str, *dates: str) -> set[str]:
        """Newest statuses of a table's checks, as the Checks tab shows them."""
        found = self.instance.event_log_storage.get_asset_check_partition_info(
            [check_key(table)], partition_keys=list(dates or self.dates)
        )
        return {row.latest_execution_status.value for row in found}

    def words(self, table: str, date: str) -> str:
        """What a table's check says of a date."""
        records = self.instance.event_log_storage.get_asset_check_execution_history(
            check_key(table), limit=99
        )
        evaluations = [record.evaluation for record in records]
        return next(one.description or "" for one in evaluations if one and one.partition == date)

    def verdicts(self, table: str) -> dict[str, str]:
        """Status of each stored date of a table."""
        stamps, _ = self.lake.stamps(table, self.lake.dates(table))
        return {str(date): Verdict.of_record(stamp.coverage).status for date, stamp in stamps.items()}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The small league, all of it materialized from the page over the whole range."""
    folder = tmp_path_factory.mktemp("launched")
    summary = simulate(folder / "league", seasons=1, teams=4, seed=10, dates_per_season=DATES)
    settings = Settings(
        lake=str(folder / "lake"), archive_dir=folder / "league", DAGSTER_HOME=folder / "dagster"
    )  # type: ignore[call-arg]
    with socket.socket() as free, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
        prepare_home(settings)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        # As in a checkout after make demo: Dagster lets a file .env of its directory win over everything.
        (folder / "checkout").mkdir()
        patch.chdir(folder / "checkout")
        Path(".env").write_text("NBA_LAKE=.nba/demo/lake\nDAGSTER_HOME=.nba/demo/dagster\n")
        dagster = DagsterDev(settings, port=port, log=folder / "dagster.log")
        dagster.wait()
        schedule = pd.concat(map(pd.read_parquet, (folder / "league").glob("schedule/*.parquet")))
        dates = sorted(schedule["game_date"].astype(str).unique())
        assert dates[-1] == str(summary.tonight)
        with dg.DagsterInstance.get() as instance:
            GameDates(settings).add_known(instance)
            lake = Lake(open_store(settings.lake))
            yield World(folder / "league", lake, instance, LaunchPad(dagster.webserver, instance), dates)
        dagster.stop()


@pytest.fixture(scope="module")
def filled(world: World) -> World:
    """After "Materialize all" as one run over every date."""
    run = world.page.run(world.page.everything(), world.dates[0], world.dates[-1], {})
    assert run.status is dg.DagsterRunStatus.SUCCESS
    return world


def test_everything_leaves_no_date_behind_and_nothing_failed(filled: World) -> None:
    for table in ALL_TABLES:
        assert filled.instance.get_materialized_partitions(dg.AssetKey(table.name)) == set(filled.dates)
        if table.name not in {"minutes_model", *(model.name for model in MODELS)}:  # too few rows here
            assert filled.statuses(table.name) == {"SUCCEEDED"}, table.name


def test_systems_train_by_the_calendar_and_a_no_go_is_theirs_alone(filled: World) -> None:
    months = [date for n, date in enumerate(filled.dates) if not n or date[:7] != filled.dates[n - 1][:7]]
    for model in MODELS:
        found = filled.verdicts(model.name)
        assert [date for date, status in found.items() if status == "NO_GO"] == months
        assert set(found.values()) == {"NO_GO", "EMPTY_OK"}
        assert filled.words(model.name, months[0]).startswith("NO-GO: ")
    tonight = pd.Timestamp(filled.dates[-1]).date()
    predictions = read_table(filled.lake, "player_prop_predictions", dates=[tonight])
    assert set(predictions["system"]) <= {rule.name for rule in RULES} and len(predictions)
    words = filled.words("player_prop_predictions", filled.dates[-1])
    assert "systems: " in words and "missing catboost_" in words


def test_a_run_is_planned_by_one_event_a_table(filled: World) -> None:
    planned = filled.instance.get_records_for_run(
        filled.instance.get_runs()[-1].run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED
    ).records
    assert len(planned) == len(filled.page.everything())


def test_a_table_and_what_is_made_from_it_as_a_backfill(filled: World) -> None:
    graph = defs.resolve_asset_graph()
    key = dg.AssetKey("player_composite_factors")
    tables = [one.to_user_string() for one in dg.AssetSelection.assets(key).downstream().resolve(graph)]
    partitioned = [name for name in tables if name != "coverage_page"]
    assert "xgboost_v1" in partitioned and "prediction_accuracy" in partitioned
    before = {name: filled.verdicts(name) for name in partitioned}
    keys = [filled.dates[3], filled.dates[4], filled.dates[8]]
    assert filled.page.backfill(partitioned, keys) == "COMPLETED_SUCCESS"
    assert {name: filled.verdicts(name) for name in partitioned} == before


def test_a_date_is_let_through_once_for_all_tables_and_the_next_run_keeps_it(filled: World) -> None:
    day = filled.dates[-3]
    league.edit(filled.archive, PLAYERS, lambda rows: rows[rows["GAME_DATE"].astype(str) != day])
    tables = ["raw_player_boxscores", "player_game_events"]
    assert filled.page.run(tables, day, day, {}).status is dg.DagsterRunStatus.FAILURE
    words = filled.words("raw_player_boxscores", day)
    assert " at " in words.split(". Because: ")[0] and "not published" in words
    assert "To do: add it to the source; or let it through" in words
    config = {"resources": {"allow_partial": {"config": {"dates": [day], "reason": REASON}}}}
    assert filled.page.run(tables, day, day, config).status is dg.DagsterRunStatus.SUCCESS
    assert filled.words("raw_player_boxscores", day).startswith(f"let through: {REASON}")
    assert filled.page.backfill(tables, [day]) == "COMPLETED_SUCCESS"
    assert filled.verdicts("raw_player_boxscores")[day] == "OVERRIDDEN"
