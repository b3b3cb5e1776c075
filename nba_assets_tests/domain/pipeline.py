"""The graph's own computations over frames in memory: no run, no lake, no gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from nba_assets.assets.analytics import ANALYTICS
from nba_assets.assets.precompute import PRECOMPUTE
from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.lineage.inputs import (
    Gathered,
    Inputs,
)
from nba_assets.lineage.table import (
    Built,
    Table,
)
from nba_assets.schemas.catalog import TABLES
from nba_assets.sources.archive.source import ArchiveSource

Frames = dict[str, pd.DataFrame]

_BY_NAME = {table.name: table for table in (*ANALYTICS, *PRECOMPUTE)}
RESULTS = (
    "player_game_events", "team_offense_game_summary", "team_defense_game_summary", "player_game_summary",
)  # fmt: skip
PREGAME = (
    "upcoming_team_game_context", "upcoming_player_game_context", "announced_lineups",
    "team_defense_zone_analysis",
    "player_shot_zone_analysis", "player_daily_cache", "player_composite_factors", "ml_feature_store_v2",
)  # fmt: skip


def stored(name: str, rows: Any) -> pd.DataFrame:
    """Rows as they come back from the lake: sorted, typed, cut to the schema."""
    schema = TABLES[name]
    if isinstance(rows, pd.DataFrame):
        return schema.to_pandas(schema.to_arrow(schema.conform(rows)))
    return schema.to_pandas(schema.stored(rows))


@dataclass(frozen=True)
class Spans:
    """First and last date of each kind of raw table; the rest is as absent as in a half-filled lake."""

    box: tuple[dt.date, dt.date]
    shots: tuple[dt.date, dt.date]
    events: tuple[dt.date, dt.date]
    evidence: tuple[dt.date, dt.date]


def read_raw(archive: Path, spans: Spans) -> Frames:
    """Raw tables of the archive over some spans."""
    source = ArchiveSource(archive)
    dates = {
        name: finished_seasons().between(*getattr(spans, name))
        for name in ("box", "shots", "events", "evidence")
    }
    schedule = stored("raw_schedule", source.schedule(dates["box"]).rows)
    raw = {"raw_schedule": schedule}
    for table, feed, span in (
        ("raw_player_boxscores", source.player_boxscores, "box"),
        ("raw_team_boxscores", source.team_boxscores, "box"),
        ("raw_shot_chart", source.shot_chart, "shots"),
        ("raw_play_by_play", source.play_by_play, "events"),
        ("raw_game_lines", source.game_lines, "evidence"),
    ):
        raw[table] = stored(table, feed(dates[span], schedule).rows)
    return raw | read_evidence(archive, schedule, raw["raw_player_boxscores"], dates["evidence"])


def read_evidence(archive: Path, schedule: pd.DataFrame, box: pd.DataFrame, dates: list[dt.date]) -> Frames:
    """The raw tables whose rows depend on earlier box scores: they name players without ids."""
    source = ArchiveSource(archive)
    appearances = box[["game_date", "game_id", "player_id", "player_name", "team"]]
    appearances = appearances[appearances["game_date"] < pd.Timestamp(dates[-1])]
    return {
        name: stored(name, feed(dates, schedule, appearances).rows)
        for name, feed in (
            ("raw_injury_reports", source.injury_reports),
            ("raw_player_points_lines", source.points_lines),
            ("raw_lineups", source.lineups),
        )
    }


def add_results(tables: Mapping[str, pd.DataFrame]) -> Frames:
    """Add what follows from each game alone: box lines made comparable."""
    frames = dict(tables)
    for name in RESULTS:
        table = _BY_NAME[name]
        same_date = {item.table: _columns(frames[item.table], item.columns) for item in table.inputs}
        frames[name] = _computed(table, Inputs([], same_date, {}))
    return frames


def pregame(tables: Mapping[str, pd.DataFrame], dates: list[dt.date]) -> Frames:
    """What is known before the games of some dates, in one go, with the history each asset declares."""
    frames: Frames = {}
    for name in PREGAME:
        table = _BY_NAME[name]
        same_date: Frames = {}
        for item in table.inputs:
            known = frames[item.table] if item.table in frames else tables[item.table]
            same_date[item.table] = _columns(_on(known, dates), item.columns)
        past = {
            item.table: _columns(_between(tables[item.table], dates, item.days), item.columns)
            for item in table.history
        }
        open_dates = {name: _calendar(frame) for name, frame in past.items()}
        frames[name] = _computed(
            table, Inputs(dates, same_date, past, Gathered(dates, {}, {}, {}, open_dates))
        )
    return frames


def features(tables: Mapping[str, pd.DataFrame], dates: list[dt.date]) -> pd.DataFrame:
    """ml_feature_store_v2 of some dates."""
    return pregame(tables, dates)["ml_feature_store_v2"]


def extended(
    tables: Mapping[str, pd.DataFrame], tonight: Frames, before: Frames, dates: list[dt.date]
) -> pd.DataFrame:
    """ml_feature_store_v3 of some dates.

    Args:
        tables: raw tables and results.
        tonight: what ``pregame`` made of the dates.
        before: what it made of earlier dates, as far as past nights are to be known.
        dates: the dates.
    """
    table = _BY_NAME["ml_feature_store_v3"]
    same_date = {i.table: _columns(_on(tonight[i.table], dates), i.columns) for i in table.inputs}
    past: Frames = {}
    for item in table.history:
        known = before[item.table] if item.table in before else tables[item.table]
        past[item.table] = _columns(_between(known, dates, item.days, item.and_same_date), item.columns)
    return _computed(table, Inputs(dates, same_date, past))


def dates_of(schedule: pd.DataFrame, first: str, last: str) -> list[dt.date]:
    """Dates with a game, both ends included."""
    days = schedule.loc[schedule["game_date"].between(first, last), "game_date"]
    return sorted(day.date() for day in days.unique())


def _computed(table: Table, inputs: Inputs) -> pd.DataFrame:
    compute: Callable[..., Any] = table.compute
    made = compute(None, inputs)
    return stored(table.name, made.rows if isinstance(made, Built) else made)


def _calendar(past: pd.DataFrame) -> list[dt.date]:
    """Dates that a lake filled without a gap would have open: game dates from first to last row."""
    if past.empty:
        return []
    first, last = past["game_date"].iloc[[0, -1]]
    return finished_seasons().between(first.date(), last.date())


def _columns(frame: pd.DataFrame, columns: tuple[str, ...] | None) -> pd.DataFrame:
    return frame if columns is None else frame[["game_date", *columns]]


def _on(frame: pd.DataFrame, dates: list[dt.date]) -> pd.DataFrame:
    return frame[frame["game_date"].isin(pd.to_datetime(dates))].reset_index(drop=True)


def _between(
    frame: pd.DataFrame, dates: list[dt.date], days: int, and_same_date: bool = False
) -> pd.DataFrame:
    first, last = pd.Timestamp(dates[0]) - pd.Timedelta(days=days), pd.Timestamp(dates[-1])
    last += pd.Timedelta(days=1) if and_same_date else pd.Timedelta(0)
    start, stop = frame["game_date"].searchsorted([first, last])  # stored rows lie in order of their dates
    return frame.iloc[start:stop].reset_index(drop=True)
