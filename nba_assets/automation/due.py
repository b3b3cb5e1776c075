"""What is due on a date, from what has landed and what has been made of it.

The stamp of each raw date names the documents that it was made from. A date is due when these differ now, so
nothing runs twice over the same documents, whoever ran it first: a sensor, a schedule or a person.

A date has three phases. Before tip-off a first run makes its predictions, and new documents renew them.
While games are on, only lines and injury reports of later games do. Once all are final, and the results have
landed, the whole date is made.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

import dagster as dg
import pandas as pd

from nba_assets.automation.fetching import FETCH_JOB
from nba_assets.calendar.seasons import season_of
from nba_assets.calendar.tipoffs import EASTERN
from nba_assets.instance.private_api import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)
from nba_assets.lineage.graph import PREDICTIONS, TableGraph
from nba_assets.lineage.inputs import SOURCE
from nba_assets.quality.gate import Gate
from nba_assets.sources.feeds.catalog import wanted
from nba_assets.sources.landed.boxes import SEASON_TYPES
from nba_assets.sources.landed.source import (
    LiveSource,
    games_fingerprint,
)
from nba_assets.sources.league_clock import eastern
from nba_assets.storage.lake import Lake

LINES = ("raw_game_lines", "raw_player_points_lines")
FROM_ARCHIVE = "archive"
UNTIL_TIPOFF = (*LINES, "raw_injury_reports", "raw_lineups")
_NIGHT_ENDS = dt.time(5)
# A date whose results have not landed by then is made without them, with the reason.
_PATIENCE_ENDS = dt.time(6)
_WITHOUT_TIPOFF = dt.time(18)


_UNDER_WAY = (
    dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING,
)  # fmt: skip


class Phase(StrEnum):
    """Phase of a date."""

    BEFORE = "before tip-off"
    PLAYING = "games are on"
    OVER = "over"


@dataclass(frozen=True)
class Made:
    """Stored state of a date: the documents that its raw tables were made from, and which tables it has."""

    documents: Mapping[str, str]
    tables: frozenset[str]


class Idle(StrEnum):
    """Why a date asks for nothing."""

    NOTHING_NEW = "nothing new has landed"
    NOT_PREDICTED = "its first predictions are still to come"
    RESULTS_MISSING = "its results have not landed"
    REFUSED = "its tables were refused, until something new lands"


@dataclass(frozen=True)
class Due:
    """Tables to make of a date, and a name for the state that asks for them."""

    date: dt.date
    tables: tuple[str, ...]
    state: str


def phase(games: pd.DataFrame, date: dt.date, now: dt.datetime) -> Phase:
    """Phase of a date; ``games`` are its rows of raw_schedule."""
    played = games[~games["is_postponed"].to_numpy(bool)]
    if played.empty:
        return Phase.OVER if now >= _next_morning(date, _NIGHT_ENDS) else Phase.BEFORE
    if played["status"].eq("final").all() or now >= patience_ends(date):
        return Phase.OVER
    return Phase.BEFORE if now < first_tipoff(games, date) else Phase.PLAYING


def first_tipoff(games: pd.DataFrame, date: dt.date) -> dt.datetime:
    """When the first game of a date begins; at six in the evening where no tip-off is known."""
    first = games[~games["is_postponed"].to_numpy(bool)]["tipoff_utc"].min()
    unknown = dt.datetime.combine(date, _WITHOUT_TIPOFF, ZoneInfo(EASTERN))
    return unknown if pd.isna(first) else eastern(first.to_pydatetime())


def patience_ends(date: dt.date) -> dt.datetime:
    """When a date is made without what is still missing: six in the morning after, in New York."""
    return _next_morning(date, _PATIENCE_ENDS)


def unfinished(games: pd.DataFrame, date: dt.date, now: dt.datetime) -> pd.DataFrame:
    """Games of a date that should long be final and are not: the date is made without them."""
    played = games[~games["is_postponed"].to_numpy(bool)]
    return (
        played[played["status"].ne("final").to_numpy(bool)] if now >= patience_ends(date) else played.iloc[:0]
    )


def results_landed(source: LiveSource, games: pd.DataFrame, date: dt.date) -> bool:
    """Whether the players' log of every part of a season that played on a date has landed."""
    kinds = set(games.loc[~games["is_postponed"].to_numpy(bool), "season_type"])
    values = [{"season": season_of(date), "season_type": SEASON_TYPES[kind]} for kind in sorted(kinds)]
    expected = [wanted("player_game_log", date, **one).document.key for one in values]
    return not source.documents.landing.missing("player_game_log", date, expected)


def landed_documents(
    source: LiveSource, graph: TableGraph, games: pd.DataFrame, date: dt.date
) -> dict[str, str]:
    """What raw tables of a date would be made from now."""
    found = {name: source.landed(name, date) for name in graph.raw if name != "raw_schedule"}
    return {"raw_schedule": games_fingerprint(games, date), **found}


def due(
    graph: TableGraph,
    date: dt.date,
    current: Phase,
    landed: Mapping[str, str],
    made: Made,
    *,
    results: bool,
    refused: Collection[str],
    now: dt.datetime,
) -> Due | Idle:
    """What new documents ask for, or why they ask for nothing.

    Args:
        graph: the tables.
        date: game date.
        current: its phase.
        landed: documents in the landing zone, by raw table.
        made: what has been made.
        results: whether the results have landed.
        refused: tables that were refused on the date, whoever made them.
        now: the league's moment.
    """
    # For a date that was made from an archive no landing zone speaks.
    changed = {name for name in landed if made.documents.get(name, "") not in (landed[name], FROM_ARCHIVE)}
    if current is Phase.OVER:
        if not results and now < patience_ends(date):
            return Idle.RESULTS_MISSING
        missing = set(graph.names) - made.tables
        if not changed and missing.intersection(refused):
            return Idle.REFUSED
        tables = set(graph.dependants(changed)) | missing
        if tables:
            tables |= {"coverage"}
    else:
        # Until their run has left a verdict, killed runs included, single tables of the date lack the others.
        if PREDICTIONS not in made.tables.union(refused):
            return Idle.NOT_PREDICTED
        changed &= set(UNTIL_TIPOFF) if current is Phase.PLAYING else set(graph.before_tipoff)
        tables = set(graph.dependants(changed)) & set(graph.before_tipoff)
    if not tables:
        return Idle.NOTHING_NEW
    state = f"{current}|{sorted(tables)}|{sorted(landed.items())}"
    ordered = tuple(name for name in graph.names if name in tables)
    return Due(date, ordered, hashlib.sha256(state.encode()).hexdigest()[:16])


def made_of(
    lake: Lake, source: LiveSource, graph: TableGraph, dates: Sequence[dt.date]
) -> dict[dt.date, Made]:
    """Which tables of dates are made and undamaged, and the documents that their stamps name."""
    gate = Gate(lake)
    tables: dict[dt.date, set[str]] = {date: set() for date in dates}
    documents: dict[dt.date, dict[str, str]] = {date: {} for date in dates}
    for name in graph.names:
        stamps, _ = lake.stamps(name, gate.open(name, dates))
        for date, stamp in stamps.items():
            tables[date].add(name)
            if name in graph.raw:
                documents[date][name] = json.loads(stamp.inputs).get(SOURCE, "")
    for names in documents.values():
        if any(text and not source.recognises(text) for text in names.values()):
            names |= dict.fromkeys(names, FROM_ARCHIVE)
    return {date: Made(documents[date], frozenset(tables[date])) for date in dates}


@dataclass(frozen=True)
class Active:
    """Dates of which runs make tables, and of which they fetch documents."""

    made: frozenset[dt.date]
    fetched: frozenset[dt.date]


def active(instance: dg.DagsterInstance, dates: Sequence[dt.date]) -> Active:
    """Dates that runs are at work on, now or soon: their state is about to change.

    Whoever launched them: a sensor, a schedule, the UI, or a backfill of a range.
    """
    made: set[dt.date] = set()
    fetched: set[dt.date] = set()
    for run in instance.get_runs(dg.RunsFilter(statuses=list(_UNDER_WAY))):
        tags, found = run.tags, fetched if run.job_name == FETCH_JOB else made
        first = tags.get(PARTITION_NAME_TAG, tags.get(ASSET_PARTITION_RANGE_START_TAG))
        last = tags.get(PARTITION_NAME_TAG, tags.get(ASSET_PARTITION_RANGE_END_TAG))
        if first and last:
            found |= {date for date in dates if first <= date.isoformat() <= last}
    return Active(frozenset(made), frozenset(fetched))


def active_dates(instance: dg.DagsterInstance, dates: Sequence[dt.date]) -> frozenset[dt.date]:
    """Dates of which a run makes tables, see :func:`active`."""
    return active(instance, dates).made


def _next_morning(date: dt.date, at: dt.time) -> dt.datetime:
    return dt.datetime.combine(date + dt.timedelta(1), at, ZoneInfo(EASTERN))
