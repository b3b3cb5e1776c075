"""The scoreboard of a date: todaysScoreboard of cdn.nba.com."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from nba_assets.schemas.raw import RAW_SCHEDULE
from nba_assets.sources.wire.clocks import calendar_day
from nba_assets.sources.wire.documents import Parsed, Place, finished_rows, read_json
from nba_assets.sources.wire.games import rows_of_games


@dataclass(frozen=True, kw_only=True)
class Scoreboard(Parsed):
    """raw_schedule rows of one date; a game in play is still ``scheduled``.

    Attributes:
        game_date: US Eastern date of the scoreboard.
        in_play: ids of the games that have started and are not final.
    """

    game_date: pd.Timestamp
    in_play: tuple[str, ...]


def parse_scoreboard(body: bytes, *, file: str, source: str = "live") -> Scoreboard:
    """The scoreboard of a date. A date without games is legal: the schedule decides whether games were due.

    Only gameStatus 3 is final: after the last whistle a game has ``Final`` at status 2 for a while.

    Raises:
        BadInput: no scoreboard, or a game that is duplicated.
    """
    place = Place(file)
    board = read_json(body, place).node("scoreboard")
    date = calendar_day(board, "gameDate")
    notes: Counter[str] = Counter()
    rows, problems = rows_of_games(board.nodes("games"), lambda _: date, notes)
    frame = pd.DataFrame(rows, columns=[*RAW_SCHEDULE.columns, "in_play"]).assign(source=source)
    in_play = tuple(sorted(frame.loc[frame["in_play"].astype("bool"), "game_id"]))
    table = finished_rows(frame, RAW_SCHEDULE, place)
    return Scoreboard(
        rows=table, problems=tuple(problems), notes=dict(notes), game_date=date, in_play=in_play
    )
