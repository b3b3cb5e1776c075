"""Who started, who was assisted and who scored, read from the events of a game.

Facts per player and game that only the play-by-play has, or that can be checked by it.
Does not belong here: shot zones (shot_zones.py), possessions and rates (analytics of the box).
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import pandas as pd

from nba_assets.domain.raw.event_text import SHOT_TYPES
from nba_assets.tabular.problems import BadInput

SHOT_POINTS: Final = {"freethrow": 1, "2pt": 2, "3pt": 3}
# Official corrections move the points of one or two players of a game, at most 11 % of them in five seasons.
MOST_CORRECTED: Final = 0.2


def starters(events: pd.DataFrame) -> pd.DataFrame:
    """Return the ten starters of each game whose first ten on the floor are five a side.

    In: raw_play_by_play (game_id, event_index, period, event_type, person_id, team, players_on). Out:
    game_id, player_id (int64), team, sorted by game_id, team, player_id; no rows for an untold game.
    The first ten are the `players_on` of the first event of period 1 with ten ids, which must come before the
    first substitution: after it, the ten on the floor are no longer those who started. A player's team is the
    one he acts for in the events of that game, substitutions included.
    """
    opening = events.loc[events["period"] == 1, ["game_id", "event_index", "event_type", "players_on"]]
    substitutions = opening[opening["event_type"] == "substitution"]
    first_substitution = substitutions.groupby("game_id")["event_index"].min()
    before = opening["event_index"] < opening["game_id"].map(first_substitution).fillna(float("inf"))
    early = opening[before.astype(bool)]
    # NULL players_on has no count and so never ten.
    full = early[(early["players_on"].str.count(r"\|") == 9).fillna(False).astype(bool)]
    tens = full.sort_values(["game_id", "event_index"]).drop_duplicates("game_id")[["game_id", "players_on"]]
    players = tens.assign(player_id=tens["players_on"].astype("object").str.split("|")).explode("player_id")
    players["player_id"] = players["player_id"].astype("int64")
    acted = events.loc[events["person_id"].notna() & events["team"].notna(), ["game_id", "person_id", "team"]]
    acted = acted[acted["game_id"].isin(tens["game_id"].unique())].drop_duplicates()
    acted = acted.astype({"person_id": "int64"}).rename(columns={"person_id": "player_id"})
    sided = players[["game_id", "player_id"]].merge(acted, on=["game_id", "player_id"], how="left")
    return _five_a_side(sided)


def shots_of_players(
    events: pd.DataFrame, kinds: tuple[str, ...], columns: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Shots of the kinds by a known player: game_id, person_id, event_type, shot_made, the named columns."""
    taken = events["event_type"].isin(list(kinds)) & events["person_id"].notna()
    return events.loc[taken, ["game_id", "person_id", "event_type", "shot_made", *columns]]


def assisted_field_goals(events: pd.DataFrame) -> pd.DataFrame:
    """Count each shooter's made field goals that had an assist.

    In: raw_play_by_play (game_id, event_type, person_id, shot_made, assist_person_id). Out: game_id,
    player_id (int64), assisted_fgm (Int64; 0 for a shooter without one), one row per player with an attempt,
    sorted by key.
    """
    shots = shots_of_players(events, SHOT_TYPES, ("assist_person_id",))
    assisted = shots["shot_made"].fillna(False).astype(bool) & shots["assist_person_id"].notna()
    return _sum_by_player(shots, assisted.astype("int64"), "assisted_fgm")


def points_from_events(events: pd.DataFrame) -> pd.DataFrame:
    """Sum each player's points: 1, 2 or 3 for a made free throw, two or three.

    In: raw_play_by_play (game_id, event_type, person_id, shot_made). Out: game_id, player_id (int64), pts
    (Int64), one row per player with an attempt from the field or the line, sorted by key. Against the box 3
    to 10 player-games a regular season differ: official corrections that the feed never got.
    """
    shots = shots_of_players(events, tuple(SHOT_POINTS))
    points = shots["event_type"].map(SHOT_POINTS).astype("int64")
    return _sum_by_player(shots, points * shots["shot_made"].fillna(False).astype("int64"), "pts")


def contradicted_games(box: pd.DataFrame, points: pd.DataFrame) -> list[tuple[dt.date, BadInput]]:
    """Games whose events are not those of their box: counted twice, torn, or of another game.

    In: raw_player_boxscores (game_date, game_id, player_id, pts); `points_from_events`. Out: (date, problem)
    of each game in which the events give more than MOST_CORRECTED of the box's players other points.
    """
    rows = box.loc[
        box["game_id"].isin(points["game_id"].unique()), ["game_date", "game_id", "player_id", "pts"]
    ]
    counted = rows[["game_id", "player_id"]].merge(points, on=["game_id", "player_id"], how="left")["pts"]
    wrong = rows["pts"].ne(counted.fillna(0).set_axis(rows.index))
    games = rows.assign(wrong=wrong).groupby(["game_date", "game_id"], as_index=False)
    counts = games.agg(players=("wrong", "size"), wrong=("wrong", "sum"))
    return [
        (
            game["game_date"].date(),
            BadInput(
                file="raw_play_by_play", game=game["game_id"], field="points",
                reason=f"its events give {game['wrong']} of {game['players']} players "
                "other points than the box",
                remedy="correct the play-by-play of the game; until then its events are left out",
            ),
        )
        for game in counts[counts["wrong"] > MOST_CORRECTED * counts["players"]].to_dict("records")
    ]  # fmt: skip


def _five_a_side(sided: pd.DataFrame) -> pd.DataFrame:
    by_game = sided.groupby("game_id")["team"]
    side = sided.groupby(["game_id", "team"])["player_id"].transform("nunique")
    # A player without team has no side, one who acts for two makes eleven rows: both leave the game out.
    complete = side.eq(5) & by_game.transform("nunique").eq(2) & by_game.transform("size").eq(10)
    known = complete.groupby(sided["game_id"]).transform("all").astype(bool)
    found = sided.loc[known, ["game_id", "player_id", "team"]]
    return found.sort_values(["game_id", "team", "player_id"], ignore_index=True)


def _sum_by_player(shots: pd.DataFrame, values: pd.Series, name: str) -> pd.DataFrame:
    keys = {"game_id": shots["game_id"], "player_id": shots["person_id"].astype("int64")}
    summed = pd.DataFrame(keys | {name: values}).groupby(["game_id", "player_id"])[name].sum()
    return summed.astype("Int64").reset_index()
