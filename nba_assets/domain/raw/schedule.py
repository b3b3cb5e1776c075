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
_SIDES = {"home_team_tricode": "home_team", "away_team_tricode": "away_team"}
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


def with_boxes(rows: pd.DataFrame, boxes: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    """Schedule rows whose missing or unreadable id, date and teams are those of the box score that fits them.

    Args:
        rows: rows of one file, on a unique index; columns of ``COLUMNS`` may be missing.
        boxes: game_id*, game_date (YYYY-MM-DD), teams (both tricodes, sorted, joined by a blank), home_team
            and away_team, as far as box scores state them.

    Returns:
        The rows, and the flag of those that were filled in, by column.
    """
    rows = rows.reindex(columns=[*rows.columns, *(name for name in COLUMNS if name not in rows)])
    rows[[*COLUMNS]] = rows[[*COLUMNS]].astype("object")
    named = {name: rows[name].isin(list(TEAM_BY_TRICODE)) for name in _SIDES}
    teams = [" ".join(sorted(pair)) for pair in rows[[*_SIDES]].astype("str").to_numpy().tolist()]
    keys = rows[["game_date"]].assign(teams=teams, row=rows.index)
    ids = keys.merge(boxes.dropna(subset=["game_date", "teams"]), on=["game_date", "teams"])
    by_teams = ids.drop_duplicates("row", keep=False).set_index("row")["game_id"]
    filled = {"game_id": rows["game_id"].isna() & rows.index.isin(by_teams.index)}
    rows["game_id"] = rows["game_id"].mask(filled["game_id"], by_teams)
    stated = rows[["game_id"]].merge(boxes.dropna(subset="game_id"), on="game_id", how="left")
    stated = stated.set_axis(rows.index)
    days = pd.to_datetime(rows["game_date"].astype("string"), format="%Y-%m-%d", errors="coerce")
    known = {"game_date": stated["game_date"].where(days.isna())}
    for name, other in zip(_SIDES, reversed(_SIDES), strict=True):
        alone = [_other(teams, team) for teams, team in zip(stated["teams"], rows[other], strict=True)]
        by_other = pd.Series(alone, rows.index, dtype="object").where(named[other])
        by_site = stated[_SIDES[name]].where(~named[other])
        known[name] = by_other.where(by_other.notna(), by_site).mask(named[name])
    for name, values in known.items():
        filled[name] = values.notna()
        rows[name] = values.where(filled[name], rows[name])
    return rows, {name: flag for name, flag in filled.items() if flag.any()}


def _other(teams: object, team: object) -> str | None:
    """The other of two teams; None where the one is none of them."""
    both = teams.split() if isinstance(teams, str) else []
    return next(one for one in both if one != team) if team in both else None


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
