"""Two simulated days in one process, on a clock that jumps: every date complete, graded, green, made once.

The same days through a real daemon, with what may go wrong, are test_live_daemon.py's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from nba_assets.automation.jobs import MAIN_JOB, champion_config, training_config
from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.definitions import build_defs
from nba_assets.lineage.staleness import Staleness
from nba_assets.modeling.systems.versions import counting
from nba_assets.quality.gate import Gate
from nba_assets.reports.reading import read_table
from nba_assets.settings import Settings
from nba_assets.simulation.server.world import World
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.storage.cached_lake import RememberingLake
from nba_assets_tests.support.finished_dates import assert_complete
from nba_assets_tests.support.live_days import (
    QUIET,
    LiveDays,
)
from nba_assets_tests.support.workbench import (
    RANGE_END,
    RANGE_START,
)

FIRST_PAST, LAST_PAST = "2024-10-22", "2024-11-09"
DAYS = [dt.date(2024, 11, 10) + dt.timedelta(days) for days in range(2)]  # Sunday and Monday
LINES_MOVE = (DAYS[0],)  # evenings on which somebody looks at lines again
DAY = dt.timedelta(1)
MODEL = "xgboost_v1"
BEFORE_TIPOFF = {"ml_feature_store_v2", "player_prop_predictions"}


def _past(days: LiveDays, league: Path) -> None:
    """The season so far, from the archive's files, as the demo leaves it."""
    archive = Settings(lake=days.settings.lake, archive_dir=league)
    one_model = training_config([MODEL], "every_date", LAST_PAST, "a small league")
    result = (
        build_defs(archive)
        .resolve_job_def(MAIN_JOB)
        .execute_in_process(
            instance=days.instance,
            run_config=one_model | QUIET,
            tags={RANGE_START: FIRST_PAST, RANGE_END: LAST_PAST},
        )
    )
    assert result.success


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory, league: Path) -> Iterator[LiveDays]:
    days = LiveDays(tmp_path_factory.mktemp("days"), league, dt.datetime(2024, 11, 10, 8, tzinfo=dt.UTC))
    _past(days, league)
    for date in DAYS:
        days.turn(date, 5)
        days.turn(date, 11, 30)
        days.turn(date, 12)
        if date in LINES_MOVE:
            days.turn(date, 18, 30)
        days.turn(date + DAY, 0, 30)
    days.turn(DAYS[-1] + DAY, 5)
    days.turn(DAYS[-1] + 2 * DAY, 5)  # the corrections of the last evening
    yield days
    days.close()


def test_every_run_is_good(days: LiveDays) -> None:
    assert [run for run in days.runs if not run.success] == []
    assert {run.job for run in days.runs} == {"fetch", "predict", "everything", "retrain"}


def test_every_date_is_complete_and_green(days: LiveDays) -> None:
    assert_complete(days.lake, DAYS)


def test_every_game_was_predicted_before_tipoff_and_graded(days: LiveDays) -> None:
    output = counting(read_table(days.lake, "player_prop_predictions", dates=DAYS))
    games = read_table(days.lake, "raw_schedule", dates=DAYS)
    assert set(games["status"]) == {"final"}
    assert set(output["game_date"]) == set(games["game_date"]) == set(pd.to_datetime(DAYS))
    before = output[output["is_pregame"].fillna(False).astype(bool)]
    late = output[~output.index.isin(before.index)]
    assert before["predicted_at"].notna().all()
    assert len(late) <= 0.1 * len(output), "who was listed after noon"
    assert before.loc[before["system"].eq(MODEL), "predicted_points"].notna().mean() > 0.9
    graded = read_table(days.lake, "prediction_accuracy", dates=DAYS)
    assert len(graded) == len(output)
    assert set(graded["source"]) == {"simulated"}


def test_the_days_from_monday_on_have_a_model_of_monday(days: LiveDays) -> None:
    trained = [run.date for run in days.runs if run.job == "retrain"]
    assert trained == ["2024-11-11"]
    used = read_table(days.lake, "player_prop_predictions", dates=DAYS)
    models = used[used["system"].eq(MODEL) & used["is_pregame"].fillna(False).astype(bool)]
    by_date = models.groupby("game_date")["model_id"].nunique()
    assert (by_date == 1).all()
    assert models["model_id"].nunique() == 2


def test_nothing_is_made_twice_unless_data_changed(days: LiveDays) -> None:
    """A table is made again only in a run in which a raw table among its ancestors has changed."""
    seen: set[tuple[str, str]] = set()
    for run in days.runs:
        reached = days.graph.dependants({name for name in days.graph.raw if run.materialized.get(name)})
        for table in run.materialized:
            if (table, run.date) in seen:
                assert table in reached, (table, run)
            seen.add((table, run.date))
    # A quiet date: predicted once, made once more with its results, and at most again with the final lineups.
    quiet = [str(date) for date in DAYS if date not in LINES_MOVE]
    counts = days.made()
    assert {counts["player_prop_predictions", date] for date in quiet} <= {2, 3}
    assert {counts["team_defense_game_summary", date] for date in quiet} <= {1, 2}


def _is_corrected(world: World, date: dt.date, now: dt.datetime) -> bool:
    (match,) = world.on(date)
    return world.published_events(match, match.ends) != world.published_events(match, now)


def test_a_correction_remakes_its_date_and_nothing_else(days: LiveDays, league: Path) -> None:
    world = World(league)
    now = days.now
    for date in DAYS:
        made = days.made()["raw_player_boxscores", str(date)]
        assert made == 2 + _is_corrected(world, date, now), date
    past = [run for run in days.runs if run.date <= LAST_PAST and run.job != "fetch"]
    assert past == [], "dates of the archive are left alone"


def test_no_alert_was_sent(days: LiveDays) -> None:
    assert days.alerts == []


def test_nothing_is_stale_afterwards(days: LiveDays) -> None:
    """Neither what was made in these days nor what the archive had made before it went live."""
    lake = RememberingLake(days.lake.store)
    look = Staleness(lake, Gate(lake), FetchDesk(days.settings).source())
    past = finished_seasons().between(dt.date.fromisoformat(FIRST_PAST), dt.date.fromisoformat(LAST_PAST))
    found = [item for table in days.graph.derived for item in look.stale(table, [*past, *DAYS])]
    raw = [table for table in days.graph.tables if table.name in days.graph.raw]
    found += [item for table in raw for item in look.stale(table, past)]
    assert found == []


def test_another_tick_requests_nothing(days: LiveDays) -> None:
    before = len(days.runs)
    days.turn(DAYS[-1] + 2 * DAY, 6)
    assert len(days.runs) == before
    assert dg.AssetKey("raw_schedule") in {spec.key for spec in days.defs.resolve_all_asset_specs()}


def test_another_champion_is_served_tonight_and_requested_once(days: LiveDays) -> None:
    """Last of all: a person promotes another system in the afternoon, and tonight is predicted again."""
    tonight = DAYS[-1] + 2 * DAY
    days.turn(tonight, 12)
    registry = read_table(days.lake, "model_registry", dates=[tonight])
    others = registry.loc[~registry["state"].isin(["champion", "retired"]), "system"]
    days.turn(tonight, 13)
    before = len(days.runs)
    promotion = champion_config(str(others.iloc[0]), "to see it served")
    assert days.run("retrain", str(tonight), promotion, [dg.AssetKey("model_registry")]).success
    days.turn(tonight, 13, 10)
    (again,) = days.runs[before + 1 :]
    assert set(again.materialized) == {"player_prop_predictions"}
    output = counting(read_table(days.lake, "player_prop_predictions", dates=[tonight]))
    assert set(output.loc[output["role"].eq("champion"), "system"]) == {others.iloc[0]}
    days.turn(tonight, 13, 20)
    assert len(days.runs) == before + 2
