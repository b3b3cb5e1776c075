"""From an archive's schedule files to games: what cannot be read costs its game, a tip-off only itself."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from nba_assets.calendar.tipoffs import eastern_date
from nba_assets.domain.raw.readings import readings
from nba_assets.domain.teams import TEAM_BY_TRICODE
from nba_assets.tabular.problems import BadInput

COLUMNS = ("game_id", "game_date", "season", "season_type", "home_team_tricode", "away_team_tricode")
PARTS = {"Regular Season": "regular", "PlayIn": "playin", "Playoffs": "playoffs", "Cup": "cup"}
_REMEDY = "correct the row of the schedule"


def read_games(rows: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[tuple[dt.date, BadInput]]]:
    """Games of schedule rows.

    Args:
        rows: rows of one file: ``COLUMNS``, and tipoff_utc and source where the file has them.
        file: name of the file, for people.

    Returns:
        Readable games, one row per game_id (the last of its rows): game_date, season, season_type, home_team,
        away_team, tipoff_utc (UTC; NULL where unreadable or of another day than the game's), source; and
        (date, problem) of what was left out. A game without a readable date is missed where its box is.
    """
    rows = rows.reset_index(drop=True)
    if "tipoff_utc" not in rows:
        rows = rows.assign(tipoff_utc=None)
    read, _ = readings(rows, moments=["tipoff_utc"], days=["game_date"])
    off = read["tipoff_utc"].notna() & eastern_date(read["tipoff_utc"]).ne(read["game_date"])
    read["tipoff_utc"] = read["tipoff_utc"].mask(off)
    faults = {
        "game_date": read["game_date"].isna(),
        "game_id": ~rows["game_id"].astype("string").str.fullmatch(r"\d{10}").fillna(False),
        "season": ~rows["season"].astype("string").str.fullmatch(r"\d{4}-\d{2}").fillna(False),
        "season_type": ~rows["season_type"].isin(list(PARTS)),
        "home_team_tricode": ~rows["home_team_tricode"].isin(list(TEAM_BY_TRICODE)),
        "away_team_tricode": ~rows["away_team_tricode"].isin(list(TEAM_BY_TRICODE)),
    }
    bad = pd.concat(faults, axis=1).any(axis=1)
    faults["tipoff_utc"] = rows["tipoff_utc"].notna() & read["tipoff_utc"].isna()
    problems = [
        (date.date(), _problem(file, rows.loc[index], field))
        for field, wrong in faults.items()
        for index, date in read.loc[wrong & read["game_date"].notna(), "game_date"].items()
    ]
    named = read.rename(columns={"home_team_tricode": "home_team", "away_team_tricode": "away_team"})
    games = named[~bad].drop_duplicates("game_id", keep="last")
    games = games.assign(source=games.get("source", "archive"))
    kept = ["game_date", "game_id", "season", "season_type", "home_team", "away_team", "tipoff_utc", "source"]
    return games[kept].reset_index(drop=True), problems


def _problem(file: str, row: pd.Series, field: str) -> BadInput:
    lost = "the tip-off is left out" if field == "tipoff_utc" else "the game is left out"
    return BadInput(
        file=file, game=str(row["game_id"]), field=field, reason=f"{row[field]!r} cannot be read; {lost}",
        remedy=_REMEDY,
    )  # fmt: skip
