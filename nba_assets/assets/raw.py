"""Raw assets: what the source says, typed and validated."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import dagster as dg
import pandas as pd

from nba_assets.assets.resources import open_lake, open_source
from nba_assets.assets.unresolved_names import with_unresolved
from nba_assets.lineage.inputs import (
    THREE_YEARS,
    History,
    Input,
    Inputs,
)
from nba_assets.lineage.table import (
    Built,
    Compute,
    Table,
)
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.sources.base import Fetched, Source
from nba_assets.sources.landed.source import LiveSource

_SCHEDULE = Input("raw_schedule")
_APPEARANCES = History("raw_player_boxscores", THREE_YEARS, ("player_id", "player_name", "team"))


def _built(fetched: Fetched, said: dict[dt.date, str]) -> Built:
    return Built(fetched.rows, fetched.problems, fetched.notes, said, fetched.shortfalls)


def _source(context: dg.AssetExecutionContext) -> Source:
    """The run's source, once the lake has agreed to take its kind of rows."""
    source = open_source(context)
    open_lake(context).claim(source.kind)
    return source


def _schedule(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    source = _source(context)
    known = pd.DataFrame({"game_date": pd.to_datetime(source.accounted_days(inputs.dates))})
    inputs.add_past("season_days", known)  # the proof that a date without games is empty
    return _built(source.schedule(inputs.dates), source.fingerprint("raw_schedule", inputs.dates))


def _feed(table: str, feed: str, *, named: bool) -> Compute:
    """Rows of a feed; one that names players without their ids needs earlier appearances to find them."""

    def compute(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
        source = _source(context)
        said = source.fingerprint(table, inputs.dates)
        appearances = [inputs.past["raw_player_boxscores"]] if named else []
        fetched = getattr(source, feed)(inputs.dates, inputs["raw_schedule"], *appearances)
        if "match_method" in fetched.rows:
            fetched = replace(fetched, notes=with_unresolved(fetched.notes, fetched.rows))
        return _built(fetched, said)

    return compute


def _raw(name: str, feed: str = "", *, named: bool = False, by_season: bool = False) -> Table:
    return Table(
        name,
        group="raw",
        kinds=frozenset({"pandas", "parquet", "source"}),
        compute=_feed(name, feed, named=named) if feed else _schedule,
        versioned=(ArchiveSource, LiveSource),
        inputs=(_SCHEDULE,) if feed else (),
        history=(_APPEARANCES,) if named else (),
        by_season=by_season,
    )


RAW = (
    _raw("raw_schedule"),
    _raw("raw_player_boxscores", "player_boxscores"),
    _raw("raw_team_boxscores", "team_boxscores"),
    _raw("raw_play_by_play", "play_by_play", by_season=True),
    _raw("raw_shot_chart", "shot_chart", by_season=True),
    _raw("raw_injury_reports", "injury_reports", named=True),
    _raw("raw_lineups", "lineups", named=True),
    _raw("raw_game_lines", "game_lines"),
    _raw("raw_player_points_lines", "points_lines", named=True),
)
