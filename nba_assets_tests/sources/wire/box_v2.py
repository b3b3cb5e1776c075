"""The players of a boxscoretraditionalv2 response: an oracle for boxes that are rebuilt from events."""

import pandas as pd

from nba_assets.domain.raw import box_scores
from nba_assets.sources.wire.boxes.game_box import (
    GameBox,
    game_box,
    roster_frame,
)
from nba_assets.sources.wire.clocks import clock_minutes
from nba_assets.sources.wire.documents import Place, read_json
from nba_assets.sources.wire.result_sets import result_set


def box_v2(body: bytes, schedule: pd.DataFrame, *, file: str, game_id: str) -> GameBox:
    """Box of a game; its roster has the players who played."""
    place = Place(file, game_id)
    document = read_json(body, place)
    players, teams, roster = [], [], []
    for row in (*result_set(document, "PlayerStats"), *result_set(document, "TeamStats")):
        if not row.has("MIN"):
            continue
        line = {name: row.whole("TO" if name == "TOV" else name) for name in box_scores.COUNTS}
        line |= {"GAME_ID": game_id, "TEAM_ABBREVIATION": row.text("TEAM_ABBREVIATION")}
        line |= {"MIN": clock_minutes(row, "MIN"), "PLUS_MINUS": row.number_or_none("PLUS_MINUS")}
        if "PLAYER_ID" in row.value:
            player_id, name = row.whole("PLAYER_ID"), row.text("PLAYER_NAME")
            start = row.text_or_none("START_POSITION")
            players.append(line | {"PLAYER_ID": player_id, "PLAYER_NAME": name, "START_POSITION": start})
            roster.append(
                {"game_id": game_id, "player_id": player_id, "player_name": name, "status": None}
                | {"team": row.text("TEAM_ABBREVIATION"), "is_starter": start is not None}
                | {"played": True, "reason": None}
            )
        else:
            teams.append(line)
    return game_box(players, teams, roster_frame(roster, place), schedule, place, "live")
