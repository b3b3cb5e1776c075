"""What is due on a date, phase by phase; when it is predicted first; what is overdue, and when nothing is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.automation.due import FROM_ARCHIVE, Due, Idle, Made, Phase, due, phase, unfinished
from nba_assets.automation.freshness import overdue, unknown_season
from nba_assets.automation.sensors.first_predictions import due_at
from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.definitions import defs
from nba_assets.lineage.graph import (
    REGISTRY,
    TableGraph,
)
from nba_assets.simulation.server.world import EASTERN

DATE = dt.date(2025, 1, 15)
GRAPH = TableGraph.of(ALL_TABLES)
DOCUMENTS = dict.fromkeys(GRAPH.raw, "a")
EVERYTHING = Made(DOCUMENTS, frozenset(GRAPH.names))
AT_NOON = Made(dict.fromkeys(GRAPH.raw, "a"), frozenset(GRAPH.before_tipoff))


def at(hour: int, minute: int = 0, day: int = 0) -> dt.datetime:
    return dt.datetime.combine(DATE + dt.timedelta(day), dt.time(hour, minute), EASTERN)


TIPOFF, AFTERNOON = at(19, 30), at(16)


def games(*statuses: str, tipoff: dt.datetime | None = TIPOFF, postponed: bool = False) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "game_date": pd.Timestamp(DATE),
            "status": list(statuses),
            "tipoff_utc": pd.Series([tipoff] * len(statuses), dtype="datetime64[ns, UTC]"),
            "is_postponed": postponed,
        }
    )


@pytest.mark.parametrize(
    ("rows", "now", "expected"),
    [
        (games("scheduled"), at(19, 29), Phase.BEFORE),
        (games("scheduled"), at(19, 30), Phase.PLAYING),
        (games("scheduled", "final"), at(23), Phase.PLAYING),
        (games("final", "final"), at(23), Phase.OVER),
        (games("scheduled", tipoff=None), at(17), Phase.BEFORE),
        (games("scheduled", tipoff=None), at(18), Phase.PLAYING),
        (games(), at(23), Phase.BEFORE),
        (games(), at(5, day=1), Phase.OVER),
        (games("postponed", postponed=True), at(5, day=1), Phase.OVER),
    ],
)
def test_phases(rows: pd.DataFrame, now: dt.datetime, expected: Phase) -> None:
    assert phase(rows, DATE, now) is expected


def _due(
    current: Phase,
    made: Made,
    *,
    results: bool = True,
    refused: tuple[str, ...] = (),
    now: dt.datetime = AFTERNOON,
    **new: str,
) -> Any:
    found = due(GRAPH, DATE, current, DOCUMENTS | new, made, results=results, refused=refused, now=now)
    return set(found.tables) if isinstance(found, Due) else found


def test_a_date_waits_for_its_first_run_and_nothing_new_asks_for_nothing() -> None:
    assert _due(Phase.BEFORE, Made({}, frozenset())) is Idle.NOT_PREDICTED
    assert _due(Phase.BEFORE, AT_NOON) is Idle.NOTHING_NEW
    assert _due(Phase.OVER, EVERYTHING) is Idle.NOTHING_NEW


def test_a_refused_date_is_made_again_when_something_lands_and_a_missing_table_at_once() -> None:
    """A date of the archive that was refused was requested from the landing zone, which has nothing of it."""
    table = "upcoming_player_game_context"
    lacking = Made(DOCUMENTS, EVERYTHING.tables - {table})
    assert _due(Phase.OVER, lacking) == {table, "coverage"}
    assert _due(Phase.OVER, lacking, refused=(table,)) is Idle.REFUSED
    assert table in _due(Phase.OVER, lacking, refused=(table,), raw_lineups="b")


def test_before_tipoff_a_report_renews_predictions_and_what_lies_between() -> None:
    tables = _due(Phase.BEFORE, AT_NOON, raw_injury_reports="b")
    assert {"raw_injury_reports", "upcoming_player_game_context", "player_prop_predictions"} <= tables
    assert not tables & {"raw_schedule", "player_game_summary", "prediction_accuracy", "coverage"}


def test_while_games_are_on_results_of_some_change_nothing() -> None:
    assert _due(Phase.PLAYING, AT_NOON, raw_schedule="b", raw_player_boxscores="b") is Idle.NOTHING_NEW
    assert "player_prop_predictions" in _due(Phase.PLAYING, AT_NOON, raw_game_lines="b")


def test_results_make_the_whole_date_once_they_have_landed() -> None:
    late = {"raw_schedule": "b", "raw_player_boxscores": "b"}
    whole = set(GRAPH.names) - {REGISTRY}  # results of a date say nothing of who serves on it
    assert _due(Phase.OVER, AT_NOON, results=False, now=at(23), **late) is Idle.RESULTS_MISSING
    assert _due(Phase.OVER, AT_NOON, now=at(23), **late) == whole
    assert _due(Phase.OVER, AT_NOON, results=False, now=at(6, day=1), **late) == whole


def test_a_correction_remakes_what_depends_on_it() -> None:
    tables = _due(Phase.OVER, EVERYTHING, now=at(12, day=1), raw_shot_chart="b")
    assert {"raw_shot_chart", "player_game_summary", "prediction_accuracy", "coverage"} <= tables
    assert not tables & {"raw_schedule", "raw_injury_reports", "upcoming_team_game_context"}


def test_dates_of_the_archive_are_left_alone() -> None:
    made = Made(dict.fromkeys(GRAPH.raw, FROM_ARCHIVE), frozenset(GRAPH.names))
    assert _due(Phase.OVER, made, now=at(12, day=1), raw_shot_chart="b") is Idle.NOTHING_NEW


def test_the_state_names_the_documents() -> None:
    states = {
        due(
            GRAPH,
            DATE,
            Phase.BEFORE,
            DOCUMENTS | {"raw_game_lines": result},
            AT_NOON,
            results=False,
            refused=(),
            now=at(16),
        ).state  # type: ignore[union-attr]
        for result in ("b", "c", "b")
    }
    assert len(states) == 2


# --- first predictions and games that never end --------------------------------------------------------
@pytest.mark.parametrize(
    ("tipoff", "expected"),
    [
        (at(19, 30), at(12)),
        (at(14), at(12)),
        (at(13, 30), at(11, 30)),
        (at(12), at(10)),  # Christmas
        (at(9), at(7)),  # Europe
        (None, at(12)),
    ],
)
def test_a_date_is_predicted_two_hours_before_its_first_tipoff_or_at_noon(
    tipoff: dt.datetime | None, expected: dt.datetime
) -> None:
    evening = games("scheduled", tipoff=at(22)) if tipoff else games("scheduled", tipoff=None)
    assert due_at(pd.concat([evening, games("scheduled", tipoff=tipoff)]), DATE) == expected


def test_a_game_that_never_ends_is_named_at_six_and_the_date_goes_on_without_it() -> None:
    rows = games("final", "scheduled")
    late, morning = at(5, 59, day=1), at(6, day=1)
    assert (phase(rows, DATE, late), len(unfinished(rows, DATE, late))) == (Phase.PLAYING, 0)
    assert (phase(rows, DATE, morning), len(unfinished(rows, DATE, morning))) == (Phase.OVER, 1)
    assert unfinished(games("postponed", postponed=True), DATE, morning).empty


# --- freshness -----------------------------------------------------------------------------------------
def _late(rows: pd.DataFrame, now: dt.datetime, **present: set[dt.date]) -> list[str]:
    known = {"player_game_summary": set(), "prediction_accuracy": set()} | present
    return [table for one in overdue(rows, now, known) for table in one.tables]


def test_no_alarm_before_the_deadline_on_days_off_or_once_all_is_stored() -> None:
    both = {"player_game_summary": {DATE}, "prediction_accuracy": {DATE}}
    assert _late(games("final"), at(7, day=1)) == []
    assert _late(games("final"), at(9, day=1), **both) == []
    assert _late(games(), at(9, day=3)) == []
    assert _late(games("postponed", postponed=True), at(9, day=3)) == []


def test_alarm_when_games_are_over_and_tables_are_missing() -> None:
    assert _late(games("final"), at(8, day=1)) == ["player_game_summary", "prediction_accuracy"]
    assert _late(games("final"), at(8, day=1), player_game_summary={DATE}) == ["prediction_accuracy"]
    # Nobody has fetched since: the schedule still says scheduled, and that must not be silence.
    assert _late(games("scheduled"), at(8, day=1)) == ["player_game_summary", "prediction_accuracy"]


@pytest.mark.parametrize(
    ("today", "alarm"),
    [
        (dt.date(2024, 10, 22), False),  # the first game date: its fetch is still to come
        (dt.date(2024, 10, 23), True),
        (dt.date(2025, 6, 25), False),  # a finished season's calendar ends with its Finals
        (dt.date(2026, 8, 10), False),
        (dt.date(2026, 10, 17), False),
        (dt.date(2026, 10, 18), False),
        (dt.date(2026, 10, 19), True),
        (dt.date(2026, 11, 3), True),
        (dt.date(2027, 7, 21), False),
    ],
    ids=str,
)
def test_summers_are_silent_and_a_season_without_schedule_is_not(today: dt.date, alarm: bool) -> None:
    days = finished_seasons().possible(today - dt.timedelta(8), today)
    assert bool(unknown_season(days, today, landed=False)) is alarm
    assert unknown_season(days, today, landed=True) is None


# --- definitions ----------------------------------------------------------------------------------------
def test_all_that_starts_runs_is_shown_stopped() -> None:
    repository = defs.get_repository_def()
    running = {one.name for one in repository.sensor_defs if one.default_status.value == "RUNNING"}
    assert running == {"game_dates"}
    assert repository.schedule_defs == [], "the league's clock drives schedules: they are sensors"
    names = {sensor.name for sensor in repository.sensor_defs}
    assert {
        "new_landing_files",
        "line_moves",
        "final_games",
        "failed_checks",
        "failed_runs",
        "freshness",
    } <= names


def test_one_pool_a_publisher() -> None:
    job = defs.get_job_def("fetch")
    pools = {node.name: node.definition.pool for node in job.nodes}  # type: ignore[union-attr]
    assert pools == {
        "fetch_schedule": "nba_cdn", "fetch_statistics": "nba_stats", "fetch_games": "nba_cdn",
        "fetch_second_events": "nba_stats", "take_bought_events": "bigdataball",
        "fetch_lineups": "nba_cdn", "fetch_injury_reports": "nba_reports", "fetch_lines": "odds_api",
        "every_publisher_answers": None,  # it requests nothing
    }  # fmt: skip
