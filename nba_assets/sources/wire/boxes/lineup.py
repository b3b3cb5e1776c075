"""Lineups of the live box score: who starts, who is on the bench, and who does not play, and why."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from nba_assets.schemas.raw import RAW_LINEUPS
from nba_assets.sources.wire.boxes.live_box import parse_live_roster
from nba_assets.sources.wire.documents import Parsed, Place, finished_rows, read_json, same_game
from nba_assets.sources.wire.games import FINAL, game_id_of, scheduled_game

_STARTERS: Final = 5


def parse_lineups(
    body: bytes,
    schedule: pd.DataFrame,
    *,
    file: str,
    game_id: str,
    captured_at: pd.Timestamp,
    source: str = "live",
) -> Parsed:
    """raw_lineups of a live box: ``final`` once the game is over, ``confirmed`` before.

    A suspended player is ACTIVE in the box and does not play: whoever has a reason is inactive. A team
    without five starters has not handed in its lineup yet: its starters are left out.

    Args:
        body: the document.
        schedule: raw_schedule that has the game.
        file: name of the document, for people.
        game_id: the requested game.
        captured_at: when the document was fetched, UTC.
        source: value of the rows' column ``source``.

    Returns:
        Rows keyed by captured_at, game_id, team and player_id. Notes: ``teams_without_lineup``.

    Raises:
        BadInput: another game, one that the schedule does not have, a player who is duplicated.
    """
    place = Place(file, game_id)
    game = read_json(body, place).node("game")
    same_game(game_id_of(game), place)
    final = game.whole("gameStatus") == FINAL
    roster = parse_live_roster(body, file=file, game_id=game_id)
    starters = roster["is_starter"].groupby(roster["team"]).transform("sum").eq(_STARTERS)
    missing = sorted(roster.loc[~starters, "team"].unique())
    absent = roster["status"].eq("INACTIVE") | (roster["reason"].notna() & ~roster["played"])
    rows = roster.assign(
        game_date=scheduled_game(schedule, place).game_date,
        captured_at=captured_at,
        kind="final" if final else "confirmed",
        role=np.select([absent, roster["is_starter"]], ["inactive", "starter"], "bench"),
        position=None,
        source=source,
    )
    known = rows[starters | rows["role"].eq("inactive")]
    notes = {"teams_without_lineup": len(missing)} if missing else {}
    return Parsed(finished_rows(known, RAW_LINEUPS, place), notes=notes)
