"""Raw assets: rows of the source, typed and validated."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

import dagster as dg
import pandas as pd

from nba_assets.assets.resources import open_source
from nba_assets.assets.unresolved_names import with_unresolved
from nba_assets.calendar.seasons import by_season
from nba_assets.domain.raw.box_contradictions import (
    UNDECIDED,
    Blame,
    Contradiction,
    contradictions,
    with_witness,
)
from nba_assets.domain.raw.box_scores import incomplete_games
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
from nba_assets.quality.validation import Unit
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.sources.base import Fetched, Source
from nba_assets.sources.landed.source import LiveSource
from nba_assets.tabular.problems import BadInput

_SCHEDULE = Input("raw_schedule")
_JUDGES = (contradictions, with_witness, incomplete_games)  # of box scores
_APPEARANCES = History("raw_player_boxscores", THREE_YEARS, ("player_id", "player_name", "team"))


def _built(fetched: Fetched, fingerprints: dict[dt.date, str]) -> Built:
    return Built(
        fetched.rows, fetched.problems, fetched.notes, fingerprints, fetched.shortfalls, fetched.refused
    )


def _schedule(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    source = open_source(context)
    known = pd.DataFrame({"game_date": pd.to_datetime(source.accounted_days(inputs.dates))})
    inputs.add_past("season_days", known)  # the proof that a date without games is empty
    return _built(source.schedule(inputs.dates), source.fingerprint("raw_schedule", inputs.dates))


def _feed(table: str, feed: str, *, named: bool) -> Compute:
    """Rows of a feed; one that names players without their ids needs earlier appearances to find them."""

    def compute(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
        source = open_source(context)
        fingerprints = source.fingerprint(table, inputs.dates)
        appearances = [inputs.past["raw_player_boxscores"]] if named else []
        fetched = getattr(source, feed)(inputs.dates, inputs["raw_schedule"], *appearances)
        if "match_method" in fetched.rows:
            fetched = replace(fetched, notes=with_unresolved(fetched.notes, fetched.rows))
        return _built(fetched, fingerprints)

    return compute


def _boxes(table: Blame) -> Compute:
    """Box scores of players or teams, without the games whose box is incomplete or contradicts the other."""

    def compute(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
        source, schedule = open_source(context), inputs["raw_schedule"]
        fingerprints = source.fingerprint(table, inputs.dates)
        players = _without_incomplete(source.player_boxscores(inputs.dates, schedule))
        teams = source.team_boxscores(inputs.dates, schedule)
        fetched = players if table is Blame.PLAYERS else teams
        found = _contradictions(source, schedule, pd.DataFrame(players.rows), pd.DataFrame(teams.rows))
        wrong = [(date, problem) for date, problem, blamed in found if table in blamed]
        return _built(_without(fetched, wrong), fingerprints)

    return compute


def _contradictions(
    source: Source, schedule: pd.DataFrame, players: pd.DataFrame, teams: pd.DataFrame
) -> list[Contradiction]:
    """Games whose boxes contradict each other; the play-by-play is read where nothing else decides."""
    found = contradictions(players, teams)
    if dates := sorted({date for date, _, blamed in found if blamed == UNDECIDED}):
        plays = source.play_by_play(dates, schedule).rows
        frame = plays if isinstance(plays, pd.DataFrame) else plays.to_pandas()
        return with_witness(found, players, teams, frame)
    return found


def _without_incomplete(players: Fetched) -> Fetched:
    return _without(players, incomplete_games(pd.DataFrame(players.rows)))


def _without(fetched: Fetched, wrong: Sequence[tuple[dt.date, BadInput]]) -> Fetched:
    """Box scores without some games, each a shortfall of its date."""
    rows = pd.DataFrame(fetched.rows)
    shortfalls = defaultdict(list, {date: list(found) for date, found in fetched.shortfalls.items()})
    for date, problem in wrong:
        shortfalls[date].append(problem)
    games = {problem.game for _, problem in wrong}
    return replace(fetched, rows=rows[~rows["game_id"].isin(games)], shortfalls=shortfalls)


def _raw(
    name: str,
    feed: str = "",
    refuses: Unit = Unit.ROW,
    *,
    compute: Compute | None = None,
    versioned: tuple[Callable, ...] = (),
    named: bool = False,
    long: bool = False,
) -> Table:
    return Table(
        name,
        group="raw",
        kinds=frozenset({"pandas", "parquet", "source"}),
        compute=compute or _feed(name, feed, named=named),
        versioned=(ArchiveSource, LiveSource, *versioned),
        inputs=() if name == _SCHEDULE.table else (_SCHEDULE,),
        history=(_APPEARANCES,) if named else (),
        in_parts=by_season if long else None,
        takes_long=long,
        refuses=refuses,
    )


RAW = (
    _raw("raw_schedule", refuses=Unit.ROW, compute=_schedule),
    _raw("raw_player_boxscores", refuses=Unit.GAME, compute=_boxes(Blame.PLAYERS), versioned=_JUDGES),
    _raw("raw_team_boxscores", refuses=Unit.GAME, compute=_boxes(Blame.TEAMS), versioned=_JUDGES),
    _raw("raw_play_by_play", "play_by_play", Unit.GAME, long=True),
    _raw("raw_shot_chart", "shot_chart", long=True),
    _raw("raw_injury_reports", "injury_reports", named=True),
    _raw("raw_lineups", "lineups", named=True),
    _raw("raw_game_lines", "game_lines"),
    _raw("raw_player_points_lines", "points_lines", named=True),
)
