"""Sensors that watch the landing zone: new documents, lines that move, games that are final.

Each keeps in its cursor, date by date, the state it last requested, so the same documents never cause two
requests. A date whose tables were refused is requested again when something new has landed; one whose run has
died, sooner.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

import dagster as dg
import pandas as pd

from nba_assets.automation.attempts import Attempts
from nba_assets.automation.due import (
    FROM_ARCHIVE,
    LINES,
    Due,
    Idle,
    Made,
    Phase,
    active,
    due,
    landed_documents,
    made_of,
    phase,
    results_landed,
)
from nba_assets.automation.fetching import FETCH_JOB, fetch_config
from nba_assets.automation.jobs import MAIN_JOB
from nba_assets.automation.line_moves import moved_lines
from nba_assets.automation.pulse import pulse
from nba_assets.automation.row_changes import changed_rows
from nba_assets.automation.watched_dates import tick_result, watched_days
from nba_assets.lineage.graph import TableGraph
from nba_assets.quality.refusals import Refusals
from nba_assets.settings import Settings
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.fetch.fetch_plan import RESULTS
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.league_clock import eastern
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

FINALS_DAYS = 2
_SAME_ROWS = "same rows: "
_NOTHING_IN_THEM = "its documents are new, with the rows that are stored"
_STOPPED = dg.DefaultSensorStatus.STOPPED


@dataclass(frozen=True)
class _Decision:
    """What a tick finds on a date: tables to request, or why none."""

    date: dt.date
    reason: str = ""
    tables: tuple[str, ...] = ()
    attempt: str = ""


class LandingSensors:
    """The three sensors over one landing zone and one lake."""

    def __init__(self, settings: Settings, graph: TableGraph, desk: FetchDesk):
        self._settings, self._graph, self._desk = settings, graph, desk

    def definitions(self) -> list[dg.SensorDefinition]:
        """The sensors, stopped."""
        return [
            dg.SensorDefinition(
                name="new_landing_files",
                evaluation_fn=self.new_files,
                job_name=MAIN_JOB,
                minimum_interval_seconds=pulse(self._settings, 60),
                default_status=_STOPPED,
                description="Makes tables of dates whose documents are new, and their dependants.",
            ),
            dg.SensorDefinition(
                name="line_moves",
                evaluation_fn=self.line_moves,
                job_name=MAIN_JOB,
                minimum_interval_seconds=pulse(self._settings, 120),
                default_status=_STOPPED,
                description="Predicts tonight again when a book has moved a line.",
            ),
            dg.SensorDefinition(
                name="final_games",
                evaluation_fn=self.final_games,
                job_name=FETCH_JOB,
                minimum_interval_seconds=pulse(self._settings, 300),
                default_status=_STOPPED,
                description="Fetches the results of a date once its last game is final.",
            ),
        ]

    def new_files(self, context: dg.SensorEvaluationContext) -> dg.SensorResult:
        """Requests for dates whose documents are not those their tables were made from."""
        return self._run_requests(context, set(self._graph.raw), lines=False)

    def line_moves(self, context: dg.SensorEvaluationContext) -> dg.SensorResult:
        """Requests for dates before or during play whose lines have moved."""
        return self._run_requests(context, set(LINES), lines=True)

    def final_games(self, context: dg.SensorEvaluationContext) -> dg.SensorResult:
        """Requests to fetch the results of dates whose games are all final; once an hour until they land."""
        now, source = self._desk.now(), self._desk.source()
        hour = eastern(now).strftime("%Y-%m-%dT%H")
        before: list[str] = json.loads(context.cursor or "[]")
        keys: list[str] = []
        reasons: dict[dt.date, str] = {}
        requests: list[dg.RunRequest] = []
        days = list(watched_days(context.instance, source, now, FINALS_DAYS))
        lake = Lake(open_store(self._settings.lake))
        made = made_of(lake, source, self._graph, [date for date, _ in days])
        for date, games in days:
            if games.empty:
                reasons[date] = "no game"
            elif FROM_ARCHIVE in made[date].documents.values():
                reasons[date] = "made from an archive"
            elif phase(games, date, now) is not Phase.OVER:
                reasons[date] = "not every game is final"
            elif results_landed(source, games, date):
                reasons[date] = "its results have landed"
            else:
                keys.append(f"{date}:{hour}")
                reasons[date] = "fetched this hour already"
                if keys[-1] not in before:
                    requests.append(
                        dg.RunRequest(
                            run_key=keys[-1],
                            partition_key=date.isoformat(),
                            run_config=fetch_config(RESULTS),
                        )
                    )
        return tick_result(requests, reasons, json.dumps(keys))

    def _run_requests(
        self, context: dg.SensorEvaluationContext, watched: set[str], *, lines: bool
    ) -> dg.SensorResult:
        attempts = Attempts(context.cursor)
        tick = _Tick(self._settings, self._graph, self._desk, context.instance, attempts)
        decisions = [tick.decision(date, games, watched, lines=lines) for date, games in tick.days]
        requests = [
            dg.RunRequest(
                run_key=f"{context.sensor_name}:{one.date}:{one.attempt}",
                partition_key=one.date.isoformat(),
                asset_selection=[dg.AssetKey(name) for name in one.tables],
            )
            for one in decisions
            if one.tables
        ]
        reasons = {one.date: one.reason for one in decisions}
        return tick_result(requests, reasons, attempts.cursor({str(date) for date in reasons}))


class _Tick:
    """What has landed, what has been made, and who is at work, at one moment."""

    def __init__(
        self,
        settings: Settings,
        graph: TableGraph,
        desk: FetchDesk,
        instance: dg.DagsterInstance,
        attempts: Attempts,
    ):
        self._graph, self._attempts = graph, attempts
        self._now, self._source = desk.now(), desk.source()
        self._lake = Lake(open_store(settings.lake))
        self.days = list(watched_days(instance, self._source, self._now))
        dates = [date for date, _ in self.days]
        self._made = made_of(self._lake, self._source, graph, dates)
        self._active = active(instance, dates)
        self._refused = Refusals(self._lake.store).listed()

    def decision(self, date: dt.date, games: pd.DataFrame, watched: set[str], *, lines: bool) -> _Decision:
        """Tables that a date asks for, or why it asks for none."""
        current = phase(games, date, self._now)
        if date in self._active.made:
            return _Decision(date, "a run makes its tables")
        if lines and current is Phase.OVER:
            return _Decision(date, "its games are over")
        if current is Phase.OVER and date in self._active.fetched and not self._have_results(games, date):
            return _Decision(date, "its results are being fetched")
        every = landed_documents(self._source, self._graph, games, date)
        # Lines of a game to come are the other sensor's; once all is over they are part of the date.
        mine = watched if lines or current is Phase.OVER else watched - set(LINES)
        landed = {name: document for name, document in every.items() if name in mine}
        found = self._due(date, games, current, landed)
        if isinstance(found, Idle):
            return _Decision(date, found.value)
        if reason := self._reason_to_wait(found):
            return _Decision(date, reason)
        new = _really_new(self._source, self._lake, games, date, landed, self._made[date], lines=lines)
        wanted = self._due(date, games, current, new)
        if isinstance(wanted, Idle):
            self._attempts.begin(str(date), f"{_SAME_ROWS}{found.state}", self._now)
            return _Decision(date, _NOTHING_IN_THEM)
        number = self._attempts.begin(str(date), found.state, self._now)
        return _Decision(date, "", wanted.tables, f"{found.state}:{number}")

    def _due(
        self, date: dt.date, games: pd.DataFrame, current: Phase, landed: Mapping[str, str]
    ) -> Due | Idle:
        return due(
            self._graph, date, current, landed, self._made[date],
            results=self._have_results(games, date), refused=self._refused_on(date), now=self._now,
        )  # fmt: skip

    def _have_results(self, games: pd.DataFrame, date: dt.date) -> bool:
        return results_landed(self._source, games, date)

    def _refused_on(self, date: dt.date) -> set[str]:
        return {table for table, dates in self._refused.items() if date in dates}

    def _reason_to_wait(self, found: Due) -> str:
        """Why what is due is not requested, or not requested again; empty if it is."""
        key = str(found.date)
        before = self._attempts.state(key)
        if before == f"{_SAME_ROWS}{found.state}":
            return _NOTHING_IN_THEM
        if before == found.state and self._refused_on(found.date).intersection(found.tables):
            return Idle.REFUSED.value
        return "" if self._attempts.may_begin(key, found.state, self._now) else self._attempts.words(key)


def _really_new(
    source: LiveSource,
    lake: Lake,
    games: pd.DataFrame,
    date: dt.date,
    landed: Mapping[str, str],
    made: Made,
    *,
    lines: bool,
) -> dict[str, str]:
    """The landed documents; one with the same rows is replaced by the document before it."""
    changed = {name for name in landed if landed[name] != made.documents.get(name)}
    known = changed & made.tables
    new = moved_lines(source, lake, games, date) if lines else changed_rows(source, lake, games, date, known)
    same = known - new
    return {name: made.documents[name] if name in same else document for name, document in landed.items()}
