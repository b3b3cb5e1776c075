"""The season's schedule: scheduleLeagueV2 of cdn.nba.com and scheduleleaguev2int of stats.nba.com."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from nba_assets.schemas.raw import RAW_SCHEDULE
from nba_assets.sources.wire.clocks import calendar_day
from nba_assets.sources.wire.documents import Node, Parsed, Place, finished_rows, read_json
from nba_assets.sources.wire.games import rows_of_games


def parse_schedule(body: bytes, *, file: str, source: str = "live") -> Parsed:
    """raw_schedule of a schedule response.

    Exhibitions and games whose teams are not known yet are counted in the notes. A duplicated game is among
    the problems unless all but one of its rows are postponed.

    Raises:
        BadInput: no schedule, or one without games.
    """
    place = Place(file)
    games = _games(read_json(body, place))
    notes: Counter[str] = Counter()
    rows, problems = rows_of_games(games, lambda node: calendar_day(node, "gameDateEst"), notes)
    frame = pd.DataFrame(rows, columns=[*RAW_SCHEDULE.columns, "in_play"]).assign(source=source)
    played = frame.loc[~frame["is_postponed"].astype("bool")]
    repeated = played.loc[played["game_id"].duplicated(), "game_id"].unique()
    problems += [Place(file, str(game)).problem("gameId", "the game is duplicated") for game in repeated]
    frame = frame[~frame["game_id"].isin(repeated)]
    return Parsed(finished_rows(frame, RAW_SCHEDULE, place), tuple(problems), dict(notes))


def _games(document: Node) -> list[Node]:
    league = document.node("leagueSchedule")
    games = [game for date in league.nodes("gameDates") for game in date.nodes("games")]
    if not games:
        league.refuse("gameDates", "an empty list where a season's games were due")
    return games
