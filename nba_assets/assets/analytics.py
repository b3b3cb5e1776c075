"""Analytics assets: comparable box lines, and the situation before a game."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import dagster as dg
import pandas as pd

from nba_assets.calendar.seasons import by_season
from nba_assets.domain.analytics import (
    player_game_context as player_context,
)
from nba_assets.domain.analytics import (
    player_game_events as on_floor,
)
from nba_assets.domain.analytics import (
    player_game_summary as player_games,
)
from nba_assets.domain.analytics import (
    shot_zones,
)
from nba_assets.domain.analytics import (
    team_game_context as schedule_context,
)
from nba_assets.domain.analytics import (
    team_game_summary as team_games,
)
from nba_assets.domain.analytics.announced_lineups import announced_lineups
from nba_assets.domain.analytics.points_lines_as_of import points_lines_as_of
from nba_assets.domain.raw.availability.injuries import (
    injuries_as_of,
    injury_report_coverage,
)
from nba_assets.domain.raw.odds.game_lines import game_lines_as_of
from nba_assets.domain.zones import columns
from nba_assets.lineage.feature_tables import history_of_windows
from nba_assets.lineage.inputs import Input, Inputs
from nba_assets.lineage.table import (
    Built,
    ColumnGroup,
    Compute,
    Table,
)
from nba_assets.lineage.windows import OWN
from nba_assets.quality.validation import Unit
from nba_assets.tabular.problems import Problems

_SCHEDULE = Input("raw_schedule")
_PLAYER_BOX = Input("raw_player_boxscores")
_EVENT_COLUMNS = (
    "game_id", "event_index", "period", "clock_seconds_left", "event_type", "qualifiers", "person_id",
    "assist_person_id", "team", "shot_made", "is_field_goal", "area", "area_detail", "y", "players_on",
)  # fmt: skip
_SHOT_COLUMNS = ("game_id", "player_id", "shot_index", "zone", "y", "made", "value")
_OFFENSE_SEEN = (
    "game_id", "team", "opponent", "season", "season_type", "is_home", "pts", "possessions", "pace", "tov",
    "stl", "blk", *columns(), "source",
)  # fmt: skip


def _events(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    box, events = inputs["raw_player_boxscores"], inputs["raw_play_by_play"]
    points = on_floor.points_from_events(events)
    wrong = on_floor.contradicted_games(box, points)
    games = [problem.game for _, problem in wrong]
    events = events[~events["game_id"].isin(games)]
    shortfalls: Problems = defaultdict(list)
    for date, problem in wrong:
        shortfalls[date].append(problem)
    rows = player_games.player_game_events(
        box,
        shot_zones.choose_zones(
            box,
            shot_zones.zones_from_shot_chart(inputs["raw_shot_chart"]),
            shot_zones.zones_from_play_by_play(events),
        ),
        on_floor.starters(events),
        on_floor.assisted_field_goals(events),
        points[~points["game_id"].isin(games)],
        events,
    )
    return Built(rows, shortfalls=shortfalls)


def _offense(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
    return team_games.team_offense(
        inputs["raw_team_boxscores"],
        inputs["raw_player_boxscores"],
        inputs["player_game_events"],
        inputs["raw_schedule"],
    )


def _defense(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
    return team_games.team_defense(inputs["team_offense_game_summary"])


def _summary(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    rows = player_games.player_game_summary(
        inputs["raw_player_boxscores"],
        inputs["player_game_events"],
        inputs["team_offense_game_summary"],
        inputs["raw_schedule"],
    )
    counts = player_games.oddities(rows).reset_index().to_dict("records")
    return Built(rows, notes={row.pop("game_date").date(): row for row in counts})


def _team_context(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
    return schedule_context.upcoming_team_games(
        inputs["raw_schedule"],
        inputs.as_of(schedule_context.WINDOWS),
        game_lines_as_of(inputs["raw_game_lines"], inputs["raw_schedule"]),
    )


def _player_context(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
    tonight = inputs["raw_schedule"]
    reports, lines = inputs["raw_injury_reports"], inputs["raw_player_points_lines"]
    return player_context.upcoming_player_games(
        tonight,
        inputs["upcoming_team_game_context"],
        inputs.as_of((*player_context.WINDOWS, *player_context.MENTION_WINDOWS)),
        inputs["raw_player_boxscores"],
        injuries_as_of(reports, tonight),
        injury_report_coverage(reports, tonight),
        points_lines_as_of(lines),
        lines[lines["captured_before_tipoff"].fillna(False).astype(bool)],
    )


def _lineups(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
    players = inputs["upcoming_player_game_context"]
    return announced_lineups(players, inputs["raw_lineups"], inputs["raw_schedule"])


def _analytics(
    name: str, compute: Compute, versioned: tuple, inputs: tuple, history: tuple = (), **more: Any
) -> Table:
    return Table(
        name,
        group="analytics",
        kinds=frozenset({"pandas", "parquet"}),
        compute=compute,
        versioned=versioned,
        inputs=inputs,
        history=history,
        refuses=Unit.GAME,
        **more,
    )


ANALYTICS = (
    _analytics(
        "player_game_events",
        _events,
        (
            player_games.player_game_events,
            shot_zones.choose_zones,
            on_floor.starters,
            on_floor.contradicted_games,
        ),
        (
            _PLAYER_BOX,
            Input("raw_play_by_play", _EVENT_COLUMNS, whole=True),
            Input("raw_shot_chart", _SHOT_COLUMNS, whole=True),
        ),
        in_parts=by_season,
    ),
    _analytics(
        "team_offense_game_summary",
        _offense,
        (team_games.team_offense,),
        (_SCHEDULE, Input("raw_team_boxscores"), _PLAYER_BOX, Input("player_game_events")),
    ),
    _analytics(
        "team_defense_game_summary",
        _defense,
        (team_games.team_defense,),
        (_SCHEDULE, Input("team_offense_game_summary", _OFFENSE_SEEN)),
    ),
    _analytics(
        "player_game_summary",
        _summary,
        (player_games.player_game_summary,),
        (
            _SCHEDULE,
            _PLAYER_BOX,
            Input("player_game_events"),
            Input("team_offense_game_summary", ("game_id", "team", "fga", "fta", "tov", "minutes")),
        ),
        groups=(
            ColumnGroup(("shot_zones",), player_games.without_zones, ("quality_score",)),
            ColumnGroup(("usage_rate",), player_games.without_usage, ("quality_score", "production_ready")),
        ),
    ),
    _analytics(
        "upcoming_team_game_context",
        _team_context,
        (schedule_context.upcoming_team_games, game_lines_as_of),
        (_SCHEDULE, Input("raw_game_lines")),
        history_of_windows({OWN: schedule_context.WINDOWS}),
    ),
    _analytics(
        "upcoming_player_game_context",
        _player_context,
        (player_context.upcoming_player_games, injuries_as_of, points_lines_as_of),
        (
            _SCHEDULE,
            Input("raw_player_boxscores", ("game_id", "player_id", "player_name", "team", "source")),
            Input("raw_injury_reports"),
            Input("raw_player_points_lines"),
            Input("upcoming_team_game_context", tuple(player_context.TEAM_FACTS)),
        ),
        history_of_windows({
            OWN: player_context.WINDOWS,
            "raw_player_points_lines": player_context.MENTION_WINDOWS,
            "raw_injury_reports": player_context.MENTION_WINDOWS,
        }),
    ),
    _analytics(
        "announced_lineups",
        _lineups,
        (announced_lineups,),
        (
            _SCHEDULE,
            Input("raw_lineups", ("captured_at", "game_id", "team", "player_id", "kind", "role")),
            Input("upcoming_player_game_context", ("game_id", "player_id", "team", "source")),
        ),
    ),
)  # fmt: skip
