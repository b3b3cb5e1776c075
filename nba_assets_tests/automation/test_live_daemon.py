"""A date through a real daemon and webserver, in which nobody touches anything after the clicks.

On Sunday one game begins at noon, one in the evening, and one is postponed; the books do not answer from
three to six, a run is killed, and the daemon crashes. On Monday the date is complete; on Tuesday a box score
of it is corrected, which Wednesday morning finds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from nba_assets.automation.fetching import FETCH_JOB
from nba_assets.automation.jobs import MAIN_JOB, PREDICT_JOB
from nba_assets.cli.main import app
from nba_assets.definitions import ALL_TABLES
from nba_assets.lineage.graph import TableGraph
from nba_assets.modeling.systems.versions import counting
from nba_assets.quality.gate import Gate
from nba_assets.reports.reading import read_table
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.simulation.server.incidents import Incidents, Outage
from nba_assets.simulation.server.world import EASTERN, Match, World
from nba_assets_tests.support.live_daemon import LiveDaemon

RUNNER = CliRunner()
FIRST = dt.date(2024, 10, 22)
SATURDAY, SUNDAY, MONDAY = dt.date(2024, 11, 23), dt.date(2024, 11, 24), dt.date(2024, 11, 25)
WEDNESDAY = dt.date(2024, 11, 27)
SILENT = (15, 18)  # hours of Sunday in which the books do not answer
ONE_MODEL = {
    "systems": ["xgboost_v1"], "retrain_calendar": "every_date", "first_date": str(SATURDAY),
    "override_reason": "a small league",
}  # fmt: skip


def _season(_: str) -> list[dt.date]:
    """Thursday to Sunday: the week is trained on its Thursday, which is none of the days played here."""
    days = (FIRST + dt.timedelta(n) for n in range(42))
    return [day for day in days if day.weekday() > WEDNESDAY.weekday()]


class Scenario:
    """The league, and what happens in it."""

    def __init__(self, folder: Path):
        simulate(folder, seasons=1, teams=6, seed=10, season_dates=_season, matinees=True)
        self.league = folder
        self.noon, self.evening, self.postponed = World(folder).on(SUNDAY)
        self.seed = next(seed for seed in range(99) if _has_mistake(World(folder, seed), self.noon))
        day = dt.datetime.combine(SUNDAY, dt.time(), EASTERN)
        first, last = (day + dt.timedelta(hours=hour) for hour in SILENT)
        self.incidents = Incidents(
            postponed={self.postponed.game_id: first},
            corrected_days={self.noon.game_id: 2},
            outages=(Outage("/v4/", first, last),),
        )


def _has_mistake(world: World, match: Match) -> bool:
    return world.log(match, match.ends) != world.log(match, match.corrected)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return Scenario(tmp_path_factory.mktemp("scenario") / "league")


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory, scenario: Scenario) -> Iterator[LiveDaemon]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("daemon")
        patch.setenv("DAGSTER_HOME", str(folder / "dagster"))
        archive = Settings(  # type: ignore[call-arg]
            lake=str(folder / "lake"), archive_dir=scenario.league, DAGSTER_HOME=folder / "dagster"
        )
        past = materialize(archive, FIRST, SATURDAY, progress=False, retrain=ONE_MODEL)
        assert past.success
        morning = dt.datetime.combine(SUNDAY, dt.time(9), EASTERN)
        daemon = LiveDaemon(folder, scenario.league, morning, scenario.incidents, scenario.seed)
        try:
            _play(daemon)
            yield daemon
        finally:
            daemon.close()


def _play(daemon: LiveDaemon) -> None:
    daemon.start_all()
    daemon.rest()
    daemon.turn(SUNDAY, 9, 30)
    daemon.rest()
    daemon.turn(SUNDAY, 10)
    daemon.until(lambda: [run for run in daemon.runs(PREDICT_JOB, SUNDAY) if _started(run)], "a first run")
    daemon.kill(daemon.runs(PREDICT_JOB, SUNDAY)[0])
    daemon.until(lambda: len(daemon.runs(PREDICT_JOB, SUNDAY)) > 1, "it is launched again")
    daemon.rest()
    daemon.turn(SUNDAY, 16)
    daemon.rest()
    daemon.restart()
    daemon.turn(SUNDAY, 18, 30)
    daemon.rest()
    daemon.turn(MONDAY, 0, 30)
    daemon.rest()
    daemon.turn(WEDNESDAY, 10, 30)
    daemon.rest()


def _started(run: dg.DagsterRun) -> bool:
    return run.status is dg.DagsterRunStatus.STARTED


def test_every_tick_has_a_reason_and_takes_no_time(days: LiveDaemon) -> None:
    reasons = {name: {words for _, words in ticks.values()} for name, ticks in days.ticks.items()}
    assert set(reasons) == {one.name for one in days.dagster.webserver.automations()}
    for name, found in reasons.items():
        assert not [words for words in found if "empty result" in words or "locked" in words], name
    failed = {name for name, ticks in days.ticks.items() if any(s == "FAILURE" for s, _ in ticks.values())}
    assert failed == set()


def test_every_game_was_predicted_before_tipoff_and_graded(days: LiveDaemon, scenario: Scenario) -> None:
    rows = counting(read_table(days.lake, "player_prop_predictions", dates=[SUNDAY]))
    games = read_table(days.lake, "raw_schedule", dates=[SUNDAY]).set_index("game_id")
    assert games["status"].to_dict() == {
        scenario.noon.game_id: "final", scenario.evening.game_id: "final",
        scenario.postponed.game_id: "postponed",
    }  # fmt: skip
    played = set(games.index[games["status"].eq("final")])
    early = rows[rows["is_pregame"].fillna(False).astype(bool)]
    assert set(early["game_id"]) >= played
    assert (early["predicted_at"] < early["game_id"].map(games["tipoff_utc"])).all()
    graded = read_table(days.lake, "prediction_accuracy", dates=[SUNDAY])
    assert set(graded.loc[graded["actual_points"].notna(), "game_id"]) == played


def test_the_date_is_complete_green_and_explained(days: LiveDaemon) -> None:
    gate, names = Gate(days.lake), TableGraph.of(ALL_TABLES).names
    assert [table for table in names if not gate.open(table, [SUNDAY])] == []
    ledger = read_table(days.lake, "coverage", dates=[SUNDAY])
    assert not set(ledger["status"]) & {"FAIL", "BLOCKED", "PENDING", "OVERRIDDEN"}
    explained = RUNNER.invoke(app, ["explain", str(SUNDAY), "--lake", days.settings.lake])
    assert explained.exit_code == 0, explained.output


def test_a_correction_two_days_later_reaches_the_box_score_and_the_grades(
    days: LiveDaemon, scenario: Scenario
) -> None:
    world, match = World(scenario.league, scenario.seed, scenario.incidents), scenario.noon
    before, after = (assists(world.log(match, moment)) for moment in (match.ends, days.now))
    assert before != after
    boxes = read_table(days.lake, "raw_player_boxscores", dates=[SUNDAY])
    mine = boxes[boxes["game_id"].eq(match.game_id)]
    assert mine.set_index("player_id")["ast"].to_dict() == after
    last = days.runs(MAIN_JOB, SUNDAY)[-1]
    assert {"raw_player_boxscores", "player_game_summary", "prediction_accuracy"} <= set(made(days, last))


def assists(rows: list[dict]) -> dict[int, int]:
    return {row["PLAYER_ID"]: row["AST"] for row in rows}


def made(days: LiveDaemon, run: dg.DagsterRun) -> dict[str, bool]:
    """Tables that a run made of Sunday, and whether their bytes changed."""
    logs = days.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    events = [entry.get_dagster_event().step_materialization_data.materialization for entry in logs]
    return {one.asset_key.to_user_string(): bool(one.metadata["changed"].value) for one in events}


def test_nothing_is_made_twice_unless_data_changed(days: LiveDaemon) -> None:
    """A table is made again only in a run in which a raw table among its ancestors has changed."""
    graph, seen = TableGraph.of(ALL_TABLES), set[str]()
    runs = sorted(
        (run for job in (PREDICT_JOB, MAIN_JOB) for run in days.runs(job, SUNDAY)), key=_started_at(days)
    )
    for run in runs:
        tables = made(days, run)
        reached = graph.dependants({name for name in graph.raw if tables.get(name)})
        assert seen.intersection(tables) <= {*reached, "coverage"}, run.tags
        seen |= set(tables)


def _started_at(days: LiveDaemon) -> Callable[[dg.DagsterRun], float]:
    return lambda run: days.instance.get_run_stats(run.run_id).start_time or 0.0


def test_a_killed_run_is_launched_again_and_reported(days: LiveDaemon) -> None:
    first, second, *_ = days.runs(PREDICT_JOB, SUNDAY)
    assert (first.status, second.status) == (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS)
    assert len([words for words in days.alerts if first.run_id in words]) == 1


def test_alerts_are_of_the_killed_run_and_of_feeds(days: LiveDaemon) -> None:
    killed = days.runs(PREDICT_JOB, SUNDAY)[0].run_id
    failed = {
        run.run_id: run.job_name
        for run in days.instance.get_runs()
        if run.status is dg.DagsterRunStatus.FAILURE
    }
    silent = {run for run, job in failed.items() if job == FETCH_JOB}
    assert silent and set(failed) - silent == {killed}, "fetches fail only while the books do not answer"
    # A clock that is turned by hours leaves feeds unasked for as long: such an alarm is the test's own doing.
    feeds = [words for words in days.alerts if words.startswith("feeds:")]
    assert any("odds_events late: " in words for words in feeds)
    assert any("odds_events" in words and words.endswith("healthy again") for words in feeds)
    assert [words for words in days.alerts if words not in feeds and killed not in words] == []


def test_nothing_is_made_twice_without_new_data(days: LiveDaemon) -> None:
    """Another look in the same moment asks for nothing, whatever the daemon forgot when it was killed."""
    before = days.instance.get_runs_count()
    days.rest()
    assert days.instance.get_runs_count() == before


def test_the_command_line_stops_starts_and_shows_automations(days: LiveDaemon) -> None:
    url, names = days.dagster.webserver.url, sorted(days.ticks)
    shown = RUNNER.invoke(app, ["automation", "status", "--url", url], env={"COLUMNS": "300"})
    assert shown.exit_code == 0, shown.output
    assert [name for name in names if name not in shown.output] == []
    for verb, word in (("stop", "stopped"), ("start", "started"), ("start", "already running")):
        changed = RUNNER.invoke(app, ["automation", verb, "freshness", "--url", url])
        assert changed.output == f"{word}: freshness\n"
    unknown = RUNNER.invoke(app, ["automation", "start", "weather", "--url", url])
    assert "no automation weather; known: " in str(unknown.exception)
