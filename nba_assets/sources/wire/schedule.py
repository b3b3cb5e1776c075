"""The season's schedule: scheduleLeagueV2 of cdn.nba.com and scheduleleaguev2int of stats.nba.com.

What belongs here: the document, and the records it states. What does not: the row of a game (games.py).
The times whose name ends in ``Est`` end in Z and are Eastern; ``gameDateEst`` is the game date.
"""

from __future__ import annotations

from collections import Counter

import pandas as pd

from nba_assets.schemas.raw import RAW_SCHEDULE
from nba_assets.sources.wire.clocks import calendar_day
from nba_assets.sources.wire.documents import Node, Parsed, Place, finished_rows, read_json
from nba_assets.sources.wire.games import SEASON_TYPE_OF_ID, game_id_of, rows_of_games, tricode_of

_COUNTED_IN_RECORDS = "002"


def parse_schedule(body: bytes, *, file: str, source: str = "live") -> Parsed:
    """raw_schedule of a schedule response.

    Exhibitions and games whose teams are not known yet are counted in the notes. A game that stands twice
    is refused unless all but one of its rows are postponed.

    Raises:
        BadInput: no schedule, or one without games.
    """
    place = Place(file)
    games = _games(read_json(body, place))
    notes: Counter[str] = Counter()
    rows, problems = rows_of_games(games, lambda node: calendar_day(node, "gameDateEst"), notes)
    frame = pd.DataFrame(rows, columns=[*RAW_SCHEDULE.columns, "in_play"]).assign(source=source)
    played = frame.loc[~frame["is_postponed"].astype("bool")]
    if played["game_id"].duplicated().any():
        repeated = str(played.loc[played["game_id"].duplicated(), "game_id"].iloc[0])
        Place(file, repeated).refuse("gameId", "the game stands twice")
    return Parsed(finished_rows(frame, RAW_SCHEDULE, place), tuple(problems), dict(notes))


def parse_records(body: bytes, *, file: str) -> pd.DataFrame:
    """The records that a schedule response states: wins and losses of each team after each final game.

    Out: game_id*, team*, wins, losses (int64), regular season only.

    Raises:
        BadInput: no schedule, or a final game without records.
    """
    records = []
    for node in _games(read_json(body, Place(file))):
        game_id = game_id_of(node)
        if game_id[:3] != _COUNTED_IN_RECORDS or node.whole("gameStatus") != 3:
            continue
        for side in ("homeTeam", "awayTeam"):
            team = node.at(game_id).node(side)
            records.append((game_id, tricode_of(team), team.whole("wins"), team.whole("losses")))
    return pd.DataFrame(records, columns=["game_id", "team", "wins", "losses"])


def records_from_scores(schedule: pd.DataFrame) -> pd.DataFrame:
    """Wins and losses of each team after each final regular-season game, counted from the scores.

    In: raw_schedule of a whole season. Out: as ``parse_records``, sorted by (game_date, game_id, team).
    """
    final = schedule.loc[
        schedule["status"].eq("final") & schedule["season_type"].eq(SEASON_TYPE_OF_ID["002"])
    ]
    home_won = final["home_score"] > final["away_score"]
    sides = pd.concat(
        [
            final[["game_date", "game_id"]].assign(team=final["home_team"], won=home_won),
            final[["game_date", "game_id"]].assign(team=final["away_team"], won=~home_won),
        ]
    ).sort_values(["game_date", "game_id", "team"], kind="stable", ignore_index=True)
    won = sides["won"].astype("int64")
    by_team = won.groupby(sides["team"])
    wins = by_team.cumsum()
    return sides[["game_id", "team"]].assign(wins=wins, losses=by_team.cumcount() + 1 - wins)


def _games(document: Node) -> list[Node]:
    league = document.node("leagueSchedule")
    games = [game for date in league.nodes("gameDates") for game in date.nodes("games")]
    if not games:
        league.refuse("gameDates", "an empty list where a season's games were due")
    return games
