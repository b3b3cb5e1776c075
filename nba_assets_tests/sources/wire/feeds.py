"""Every parser with a miniature document, as the fuzzer and the tests of bad documents call them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nba_assets.schemas import raw
from nba_assets.schemas.columns import TableSchema
from nba_assets.sources.wire.boxes.live_box import parse_live_box
from nba_assets.sources.wire.boxes.stats_boxes import (
    parse_player_log,
    parse_team_log,
)
from nba_assets.sources.wire.documents import Parsed
from nba_assets.sources.wire.events.bigdataball import parse_bigdataball
from nba_assets.sources.wire.events.live_events import parse_live_events
from nba_assets.sources.wire.events.stats_events import parse_stats_events
from nba_assets.sources.wire.odds.game_odds import parse_game_lines
from nba_assets.sources.wire.odds.points_odds import parse_points_lines
from nba_assets.sources.wire.schedule import parse_schedule
from nba_assets.sources.wire.scoreboard import parse_scoreboard
from nba_assets.sources.wire.shot_chart import parse_shot_chart
from nba_assets_tests.sources.wire import miniatures as mini

SCHEDULE, PLAYERS = mini.schedule(), mini.players()
Tables = list[tuple[TableSchema, pd.DataFrame]]


@dataclass(frozen=True)
class Feed:
    """A document (JSON, or the text of a CSV) and what becomes of its bytes."""

    name: str
    document: Any
    parse: Callable[[bytes], tuple[Tables, int]]

    @property
    def body(self) -> bytes:
        return self.document.encode() if isinstance(self.document, str) else mini.body(self.document)


def _one(table: TableSchema, parse: Callable[..., Parsed], *args: Any, **more: Any) -> Callable[[bytes], Any]:
    def run(body: bytes) -> tuple[Tables, int]:
        parsed = parse(body, *args, file="f", **more)
        return [(table, parsed.rows)], len(parsed.problems)

    return run


def _box(parse: Callable[..., Any]) -> Callable[[bytes], Any]:
    def run(body: bytes) -> tuple[Tables, int]:
        box = parse(body, SCHEDULE, file="f", game_id=mini.GAME)
        return [(raw.RAW_PLAYER_BOXSCORES, box.players), (raw.RAW_TEAM_BOXSCORES, box.teams)], 0

    return run


GAME = {"game_id": mini.GAME}
DUE = {"due": [mini.GAME]}
FEEDS = [
    Feed("schedule", mini.schedule_document(), _one(raw.RAW_SCHEDULE, parse_schedule)),
    Feed("scoreboard", mini.scoreboard_document(), _one(raw.RAW_SCHEDULE, parse_scoreboard)),
    Feed(
        "player_log",
        mini.log_document("P"),
        _one(raw.RAW_PLAYER_BOXSCORES, parse_player_log, SCHEDULE, **DUE),
    ),
    Feed("team_log", mini.log_document("T"), _one(raw.RAW_TEAM_BOXSCORES, parse_team_log, SCHEDULE, **DUE)),
    Feed("live_box", mini.live_box_document(), _box(parse_live_box)),
    Feed(
        "live_events",
        mini.live_events_document(),
        _one(raw.RAW_PLAY_BY_PLAY, parse_live_events, SCHEDULE, **GAME),
    ),
    Feed(
        "stats_events",
        mini.stats_events_document(),
        _one(raw.RAW_PLAY_BY_PLAY, parse_stats_events, SCHEDULE, **GAME),
    ),
    Feed(
        "bigdataball",
        mini.bigdataball_text(),
        _one(raw.RAW_PLAY_BY_PLAY, parse_bigdataball, SCHEDULE, PLAYERS, **GAME),
    ),
    Feed(
        "shot_chart", mini.shot_chart_document(), _one(raw.RAW_SHOT_CHART, parse_shot_chart, SCHEDULE, **DUE)
    ),
    Feed("game_lines", mini.odds_document(), _one(raw.RAW_GAME_LINES, parse_game_lines, SCHEDULE)),
    Feed(
        "points_lines",
        mini.odds_document(),
        _one(raw.RAW_PLAYER_POINTS_LINES, parse_points_lines, SCHEDULE, PLAYERS),
    ),
]
