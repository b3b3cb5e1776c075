"""Sensors that watch the landing zone: new documents, lines that move, games that are final.

Each keeps in its cursor, date by date, the state it last asked for: the same news never asks twice, and a
date that failed is asked for again only when something new has landed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping

import dagster as dg
import pandas as pd

from nba_assets.automation.due import (
    LINES,
    Made,
    Phase,
    active_dates,
    due,
    landed_documents,
    made_of,
    phase,
    results_landed,
)
from nba_assets.automation.fetching import FETCH_JOB, fetch_config
from nba_assets.automation.jobs import MAIN_JOB
from nba_assets.automation.line_moves import moved_lines
from nba_assets.automation.row_changes import changed_rows
from nba_assets.automation.watched_dates import watched_days
from nba_assets.lineage.graph import TableGraph
from nba_assets.settings import Settings
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.fetch.fetch_plan import RESULTS
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.league_clock import eastern
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

FINALS_DAYS = 2
_STOPPED = dg.DefaultSensorStatus.STOPPED


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
                minimum_interval_seconds=60,
                default_status=_STOPPED,
                description="Makes tables of dates whose documents are new, and their dependants.",
            ),
            dg.SensorDefinition(
                name="line_moves",
                evaluation_fn=self.line_moves,
                job_name=MAIN_JOB,
                minimum_interval_seconds=120,
                default_status=_STOPPED,
                description="Predicts tonight again when a book has moved a line.",
            ),
            dg.SensorDefinition(
                name="final_games",
                evaluation_fn=self.final_games,
                job_name=FETCH_JOB,
                minimum_interval_seconds=300,
                default_status=_STOPPED,
                description="Fetches the results of a date once its last game is final.",
            ),
        ]

    def new_files(self, context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Requests for dates whose documents are not those their tables were made from."""
        return self._ask(context, set(self._graph.raw), lines=False)

    def line_moves(self, context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Requests for dates before or during play whose lines have moved."""
        return self._ask(context, set(LINES), lines=True)

    def final_games(self, context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Requests to fetch the results of dates whose games are all final; once an hour until they land."""
        now, source = self._desk.now(), self._desk.source()
        hour = eastern(now).strftime("%Y-%m-%dT%H")
        requests = [
            dg.RunRequest(
                run_key=f"{date}:{hour}", partition_key=date.isoformat(), run_config=fetch_config(RESULTS)
            )
            for date, games in watched_days(source, now, FINALS_DAYS)
            if not games.empty
            and phase(games, date, now) is Phase.OVER
            and not results_landed(source, games, date)
        ]
        asked = json.loads(context.cursor or "[]")
        fresh = [request for request in requests if request.run_key not in asked]
        if not fresh:
            return dg.SkipReason("no date has become final, or its results have landed")
        return dg.SensorResult(run_requests=fresh, cursor=json.dumps([r.run_key for r in requests]))

    def _ask(
        self, context: dg.SensorEvaluationContext, watched: set[str], *, lines: bool
    ) -> dg.SensorResult | dg.SkipReason:
        cursor: dict[str, str] = json.loads(context.cursor or "{}")
        seen: dict[str, str] = {}
        requests: list[dg.RunRequest] = []
        for date, state, tables in self._news(context.instance, watched, cursor, lines=lines):
            key = date.isoformat()
            seen[key] = state
            if tables:
                requests.append(
                    dg.RunRequest(
                        run_key=f"{context.sensor_name}:{key}:{state}",
                        partition_key=key,
                        asset_selection=[dg.AssetKey(name) for name in tables],
                    )
                )
        if not requests and seen == cursor:
            return dg.SkipReason("nothing new has landed")
        return dg.SensorResult(run_requests=requests, cursor=json.dumps(seen))

    def _news(
        self, instance: dg.DagsterInstance, watched: set[str], cursor: Mapping[str, str], *, lines: bool
    ) -> Iterator[tuple[dt.date, str, tuple[str, ...]]]:
        """Each watched date, the state it is in, and the tables that it asks for and did not before."""
        now, source = self._desk.now(), self._desk.source()
        days = list(watched_days(source, now))
        lake = Lake(open_store(self._settings.lake))
        made = made_of(lake, source, self._graph, [date for date, _ in days])
        busy = active_dates(instance, [date for date, _ in days])
        for date, games in days:
            before = cursor.get(date.isoformat(), "")
            stands = phase(games, date, now)
            if date in busy or (lines and stands is Phase.OVER):
                yield date, before, ()
                continue
            every = landed_documents(source, self._graph, games, date)
            # Lines of a game to come are the other sensor's; once all is over they are part of the date.
            mine = watched if lines or stands is Phase.OVER else watched - set(LINES)
            landed = {name: said for name, said in every.items() if name in mine}
            results = results_landed(source, games, date)
            asks = due(self._graph, date, stands, landed, made[date], results=results, now=now)
            if asks is None or asks.state == before:
                yield date, before, ()
                continue
            new = _really_new(source, lake, games, date, landed, made[date], lines=lines)
            asked = due(self._graph, date, stands, new, made[date], results=results, now=now)
            yield date, asks.state, asked.tables if asked else ()


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
    """The documents, those that say nothing new taken for the ones before."""
    changed = {name for name in landed if landed[name] != made.documents.get(name)}
    known = changed & made.tables
    new = moved_lines(source, lake, games, date) if lines else changed_rows(source, lake, games, date, known)
    same = known - new
    return {name: made.documents[name] if name in same else said for name, said in landed.items()}
