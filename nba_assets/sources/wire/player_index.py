"""The league's player index of stats.nba.com: ids of players who have no box score yet."""

from __future__ import annotations

import pandas as pd

from nba_assets.domain.teams import TEAM_TRICODES
from nba_assets.sources.wire.documents import Place, read_json
from nba_assets.sources.wire.result_sets import result_set

_TEXT = pd.StringDtype("pyarrow")


def parse_player_index(body: bytes, *, file: str, known_on: pd.Timestamp) -> pd.DataFrame:
    """Players who have a team, as appearances of the day on which the index was fetched.

    Out: player_id* (int64), player_name, team, game_date (= `known_on`), sorted by player_id. They count for
    game dates after that day only, as every appearance does.

    Raises:
        BadInput: no index, an empty one, a player who is duplicated.
    """
    place = Place(file)
    rows: list[tuple[int, str, str]] = []
    for node in result_set(read_json(body, place), "PlayerIndex"):
        team_id = node.whole_or_none("TEAM_ID")
        if not team_id:
            continue  # a player without a team does not play, and is never looked up
        team = TEAM_TRICODES.get(team_id) or node.refuse("TEAM_ID", f"{team_id} is no team of the league")
        names = (node.text_or_none("PLAYER_FIRST_NAME"), node.text("PLAYER_LAST_NAME"))
        rows.append((node.whole("PERSON_ID"), " ".join(name for name in names if name), team))
    if not rows:
        place.refuse("PlayerIndex.rowSet", "an empty list where the league's players were due")
    frame = pd.DataFrame(rows, columns=["player_id", "player_name", "team"])
    if frame["player_id"].duplicated().any():
        place.refuse(
            "PERSON_ID", f"{frame.loc[frame['player_id'].duplicated(), 'player_id'].iloc[0]} is duplicated"
        )
    frame = frame.astype({"player_id": "int64", "player_name": _TEXT, "team": _TEXT})
    dated = frame.assign(game_date=known_on.normalize()).astype({"game_date": "datetime64[ns]"})
    return dated.sort_values("player_id", ignore_index=True)
