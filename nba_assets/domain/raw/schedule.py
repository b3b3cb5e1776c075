"""From an archive's schedule files to games.

What cannot be read costs its game, a tip-off only itself, and season and type nothing: the id names both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import numpy as np
import pandas as pd

from nba_assets.calendar.seasons import season_of_id
from nba_assets.calendar.tipoffs import eastern_date
from nba_assets.domain.raw.readings import readings
from nba_assets.domain.teams import TEAM_BY_TRICODE
from nba_assets.tabular.problems import BadInput

COLUMNS = ("game_id", "game_date", "season", "season_type", "home_team_tricode", "away_team_tricode")
PARTS = {"Regular Season": "regular", "PlayIn": "playin", "Playoffs": "playoffs", "Cup": "cup"}
EXHIBITION_ID = r"^00[13]\d{7}$"  # preseason, All-Star
SEASON_TYPE_OF_ID = {"002": "Regular Season", "004": "Playoffs", "005": "PlayIn", "006": "Cup"}
_KEPT = ["game_date", "game_id", "season", "season_type", "home_team", "away_team", "tipoff_utc", "source"]
_REMEDY = "correct the row of the schedule"
_COSTS = {
    "tipoff_utc": "the tip-off is left out",
    "season": "taken from the id of the game",
    "season_type": "taken from the id of the game",
}


def read_games(rows: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[tuple[dt.date, BadInput]]]:
    """Games of schedule rows.

    Args:
        rows: rows of one file: ``COLUMNS``, and tipoff_utc and source where the file has them.
        file: name of the file, for people.

    Returns:
        Readable games, one row per game_id (the last of its rows): game_date, season, season_type, home_team,
        away_team, tipoff_utc (UTC; NULL where unreadable or of another day than the game's), source; and
        (date, problem) of what was left out. Exhibition games are left out without a problem. A game without
        a readable date is missed where its box is.
    """
    rows = rows.reset_index(drop=True)
    if "tipoff_utc" not in rows:
        rows = rows.assign(tipoff_utc=None)
    read, _ = readings(rows, moments=["tipoff_utc"], days=["game_date"])
    off = read["tipoff_utc"].notna() & eastern_date(read["tipoff_utc"]).ne(read["game_date"])
    read["tipoff_utc"] = read["tipoff_utc"].mask(off)
    ids = rows["game_id"].astype("string")
    named = ids.str.fullmatch(r"\d{10}").fillna(False)
    # Preseason and All-Star games have ids of their own, and are no games of the season.
    exhibition = ids.str.match(EXHIBITION_ID).fillna(False)
    known = ids[named & ids.str[:3].isin(list(SEASON_TYPE_OF_ID))]
    unreadable = {
        "season": ~rows["season"].astype("string").str.fullmatch(r"\d{4}-\d{2}").fillna(False),
        "season_type": ~rows["season_type"].isin(list(PARTS)),
        "tipoff_utc": rows["tipoff_utc"].notna() & read["tipoff_utc"].isna(),
    }
    by_id = {"season": known.map(season_of_id), "season_type": known.str[:3].map(SEASON_TYPE_OF_ID)}
    for field, values in by_id.items():
        read[field] = rows[field].astype("object").mask(unreadable[field], values)
    left_out = {
        "game_date": read["game_date"].isna(),
        "game_id": ~named,
        "season": read["season"].isna(),
        "season_type": read["season_type"].isna(),
        "home_team_tricode": ~rows["home_team_tricode"].isin(list(TEAM_BY_TRICODE)),
        "away_team_tricode": ~rows["away_team_tricode"].isin(list(TEAM_BY_TRICODE))
        | rows["away_team_tricode"].eq(rows["home_team_tricode"]),
    }
    mended = {field: wrong & read[field].notna() for field, wrong in unreadable.items() if field in by_id}
    mended["tipoff_utc"] = unreadable["tipoff_utc"]
    problems = [
        (read["game_date"].iloc[place].date(), _problem(file, rows.iloc[place], field, cost))
        for faults, costs in ((left_out, {}), (mended, _COSTS))
        for field, wrong in faults.items()
        for cost in [costs.get(field, "the game is left out")]
        for place in np.flatnonzero((wrong & ~exhibition & read["game_date"].notna()).to_numpy(bool)).tolist()
    ]
    bad = exhibition | pd.concat(left_out, axis=1).any(axis=1)
    games = read.rename(columns={"home_team_tricode": "home_team", "away_team_tricode": "away_team"})
    games = games[~bad].drop_duplicates("game_id", keep="last")
    games = games.assign(source=games.get("source", "archive"))
    return games[_KEPT].reset_index(drop=True), problems


def second_games(games: pd.DataFrame, played: Collection[str]) -> pd.DataFrame:
    """Games of a date on which a team of theirs plays another one, which no team does.

    Args:
        games: game_id, game_date, home_team, away_team.
        played: ids of games that have a box score: these are kept before the others.

    Returns:
        The rows of the games to leave out; of several the last ones.
    """
    order = games.assign(played=games["game_id"].isin(played))
    order = order.sort_values(["game_date", "played"], ascending=[True, False], kind="stable")
    order["place"] = range(len(order))
    sides = order.melt(["game_date", "place"], ["home_team", "away_team"], value_name="team")
    first = sides.groupby(["game_date", "team"])["place"].transform("min")
    return order[order["place"].isin(sides.loc[sides["place"].ne(first), "place"])]


def no_games() -> pd.DataFrame:
    """Games of no file, in the columns of :func:`read_games`."""
    return read_games(pd.DataFrame(columns=[*COLUMNS]), "")[0]


def _problem(file: str, row: pd.Series, field: str, cost: str) -> BadInput:
    return BadInput(
        file=file, game=str(row["game_id"]), field=field, reason=f"{row[field]!r} cannot be read; {cost}",
        remedy=_REMEDY,
    )  # fmt: skip
