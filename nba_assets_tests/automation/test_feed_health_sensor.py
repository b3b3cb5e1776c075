"""A changed address and a revoked key, through a local league: red within hours, and one alert each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import pytest
from rich.console import Console

from nba_assets.automation.feed_checks import FEED_CHECK, feed_checks
from nba_assets.automation.fetching import FETCH_JOB
from nba_assets.cli.daily.feeds import print_red_feeds
from nba_assets.settings import SourceKind
from nba_assets.simulation.server.incidents import Incidents, Outage
from nba_assets.simulation.server.world import EASTERN, World
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets_tests.support.live_days import LiveDays

WATCHED = ("slate_every_half_hour", "failed_runs", "feed_health")
MOVED, ANSWERS, REVOKED = (
    13,
    17,
    16,
)  # hours: the reports' address changes and changes back, the key is revoked
HOUR = dt.timedelta(hours=1)


@dataclass
class Day:
    """A day of the league and what was told of it, by hours after its midnight."""

    days: LiveDays
    date: dt.date
    alerts: dict[float, list[str]] = field(default_factory=dict)

    def look(self, hour: float) -> None:
        """Let every watched automation tick at an hour, and keep the alerts."""
        self.days.now = midnight(self.date) + hour * HOUR
        for name in WATCHED:
            self.days.tick(name)
        self.alerts[hour] = list(self.days.alerts)
        self.days.alerts.clear()

    def verdicts(self, table: str) -> list[bool]:
        """Results of a table's check, in order."""
        return [one.passed for one in self.days.evaluations if one.asset_key == dg.AssetKey(table)]


def midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), EASTERN)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, league: Path) -> Iterator[Day]:
    match = next(m for m in World(league).matches.values() if m.tipoff.astimezone(EASTERN).hour >= 19)
    start = midnight(match.date)
    incidents = Incidents(
        outages=(
            Outage("/referee/", start + MOVED * HOUR, start + ANSWERS * HOUR, 403),
            Outage("/v4/", start + REVOKED * HOUR, start + 99 * HOUR, 401),
        )
    )
    days = LiveDays(tmp_path_factory.mktemp("feeds"), league, start + 11 * HOUR, incidents)
    found = Day(days, match.date)
    before_tipoff = (match.tipoff - start) / HOUR - 0.5
    for hour in (11, 12, 13, 14, 15, 16, 17, 18, before_tipoff, 26):
        found.look(hour)
    yield found
    days.close()


def told(day: Day) -> dict[float, list[str]]:
    return {hour: words for hour, words in day.alerts.items() if words}


def test_each_incident_is_told_once_and_in_time(day: Day) -> None:
    assert set(told(day)) == {15, 16, 17}
    (late,), (refused,), (healed,) = told(day)[15], told(day)[16], told(day)[17]
    assert late.startswith("feeds: injury_report late: no document for 120 minutes, last at ")
    assert "not_published" in late
    assert refused.startswith("feeds: odds_events refused: ")
    assert "odds refused: " in refused and "lift _hosts/odds_api" in refused
    assert healed == "feeds: injury_report healthy again"


def test_a_dead_feed_is_not_well_again_because_the_evening_is_over(day: Day) -> None:
    assert day.alerts[26] == []
    assert day.verdicts("raw_game_lines") == [True, False]
    assert day.verdicts("raw_player_points_lines") == [True, False]


def test_the_raw_tables_show_it_as_a_failed_check(day: Day) -> None:
    assert day.verdicts("raw_injury_reports") == [True, False, True]
    evaluations = [one for one in day.days.evaluations if one.asset_key == dg.AssetKey("raw_injury_reports")]
    words = [one.description or "" for one in evaluations]
    assert words[0] == words[2] == "every feed is well"
    assert words[1].startswith("injury_report late: ")
    key = dg.AssetCheckKey(dg.AssetKey("raw_game_lines"), FEED_CHECK)
    stored = day.days.instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert stored.evaluation is not None
    assert not stored.evaluation.passed


def test_a_fetch_fails_when_a_publisher_refuses_all_and_not_while_it_waits(day: Day) -> None:
    fetched = {run.at.astimezone(EASTERN).hour: run.success for run in day.days.runs if run.job == FETCH_JOB}
    assert len(fetched) > 6
    assert all(succeeded == (hour < REVOKED) for hour, succeeded in fetched.items()), fetched


def test_status_names_red_feeds_and_the_budget(day: Day) -> None:
    console = Console(width=200, force_terminal=False)
    settings = day.days.settings.model_copy(update={"odds_budget": 300})
    with console.capture() as shown:
        assert print_red_feeds(console, settings)
    assert "of the month's 300 credits spent" in shown.get()
    assert "red feed: odds refused: odds_api refuses: unauthorized" in shown.get()
    assert not print_red_feeds(console, settings.model_copy(update={"source": SourceKind.ARCHIVE}))


def test_a_check_can_be_executed_by_hand_and_is_no_part_of_a_run_over_dates(day: Day) -> None:
    checks = {
        one.check_key.asset_key.to_user_string(): one for one in feed_checks(FetchDesk(day.days.settings))
    }
    assert set(checks) == set(day.days.graph.raw)
    by_hand = checks["raw_game_lines"]()
    assert isinstance(by_hand, dg.AssetCheckResult)
    assert not by_hand.passed
    assert "lift _hosts/odds_api" in (by_hand.description or "")
    for job in ("everything", "predict"):
        steps = day.days.defs.resolve_job_def(job).graph.node_names()
        assert "raw_game_lines" in steps
        assert [name for name in steps if FEED_CHECK in name] == []
