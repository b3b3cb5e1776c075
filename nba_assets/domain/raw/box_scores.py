"""From leaguegamelog rows to raw box scores, and what makes a row impossible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
import pandas as pd

from nba_assets.domain.possessions import (
    OVERTIME_MINUTES,
    minutes_impossible,
    points_identity_broken,
    rebounds_identity_broken,
)
from nba_assets.tabular.problems import BadInput

COUNTS = (
    "FGM",
    "FGA",
    "FG3M",
    "FG3A",
    "FTM",
    "FTA",
    "OREB",
    "DREB",
    "REB",
    "AST",
    "STL",
    "BLK",
    "TOV",
    "PF",
    "PTS",
)
_COMMON = ("GAME_ID", "GAME_DATE", "TEAM_ABBREVIATION", "MATCHUP", "WL", "MIN", *COUNTS, "PLUS_MINUS")
PLAYER_COLUMNS = ("PLAYER_ID", "PLAYER_NAME", *_COMMON)
TEAM_COLUMNS = _COMMON
OPTIONAL_COLUMNS = ("START_POSITION", "source")
TEAMS_IN_A_GAME = 2
_NUMERIC = ("MIN", *COUNTS, "PLUS_MINUS")
_TEXT = "string[pyarrow]"
_FETCH = "fetch the game again, or correct the row at its source"


def check_columns(columns: Iterable[str], types: Iterable[str], needed: tuple[str, ...], file: str) -> None:
    """Hold a file's columns to what a box score needs.

    Raises:
        BadInput: a column is missing, or a number column holds text.
    """
    found = dict(zip(columns, types, strict=True))
    missing = [name for name in needed if name not in found]
    if missing:
        raise BadInput(
            file=file, game=None, field=", ".join(missing), reason="column missing",
            remedy="export the file again with all columns of leaguegamelog",
        )  # fmt: skip
    wrong = [name for name in _NUMERIC if not found[name].startswith(("int", "double", "float", "null"))]
    if wrong:
        raise BadInput(
            file=file, game=None, field=", ".join(wrong),
            reason=f"type {found[wrong[0]]} where a number belongs",
            remedy="export the file again with numeric columns",
        )  # fmt: skip


def impossible_rows(
    rows: pd.DataFrame, key: list[str], schedule: pd.DataFrame, file: str
) -> list[tuple[str, BadInput]]:
    """What cannot be true in box rows.

    Args:
        rows: leaguegamelog rows of one file.
        key: columns that name a row.
        schedule: raw_schedule of every date in question.
        file: name of the file, for people.

    Returns:
        (date, problem) for each kind of fault and game, in order.
    """
    games = schedule.set_index("game_id")
    scheduled = rows["GAME_ID"].map(games["game_date"].dt.strftime("%Y-%m-%d"))
    sides = rows[["GAME_ID", "TEAM_ABBREVIATION"]].merge(
        games[["home_team", "away_team"]], left_on="GAME_ID", right_index=True, how="left"
    )
    stranger = (sides["TEAM_ABBREVIATION"] != sides["home_team"]) & (
        sides["TEAM_ABBREVIATION"] != sides["away_team"]
    )
    counts = rows[list(COUNTS)]
    lower = rows.rename(columns=str.lower)
    fractional = (counts % 1 != 0) & counts.notna()
    faults: list[tuple[str, np.ndarray, str]] = [
        ("GAME_ID", scheduled.isna().to_numpy(), "the schedule has no such game"),
        (
            "GAME_DATE",
            (scheduled.notna() & (scheduled != rows["GAME_DATE"])).to_numpy(),
            "the schedule has another date",
        ),
        (
            "TEAM_ABBREVIATION",
            (stranger & scheduled.notna()).to_numpy(bool),
            "the team does not play in this game",
        ),
        (", ".join(key), rows.duplicated(key, keep=False).to_numpy(), "the key repeats"),
        ("MIN", ~(rows["MIN"] >= 0).to_numpy(), "minutes are negative or missing"),
        ("PTS", points_identity_broken(lower), "2 FGM + FG3M + FTM is not PTS"),
        ("REB", rebounds_identity_broken(lower), "OREB + DREB is not REB"),
        *((name, (~(counts[name] >= 0) | fractional[name]).to_numpy(), "not a count") for name in COUNTS),
    ]
    problems: list[tuple[str, BadInput]] = []
    for field, bad, reason in faults:
        if not bad.any():
            continue
        for (date, game), group in rows[bad].groupby(["GAME_DATE", "GAME_ID"], sort=True):
            where = ", ".join(f"{name} {group.iloc[0][name]}" for name in key if name != "GAME_ID")
            value = group.iloc[0].get(field)
            words = (
                f"{reason} ({len(group)} rows; first: {where}"
                + ("" if value is None else f", value {value}")
                + ")"
            )
            problems.append(
                (str(date), BadInput(file=file, game=str(game), field=field, reason=words, remedy=_FETCH))
            )
    return problems


def incomplete_games(rows: pd.DataFrame) -> list[tuple[dt.date, BadInput]]:
    """Games of which players are missing.

    Args:
        rows: raw_player_boxscores.

    Returns:
        (date, problem) of each game that has not both teams, or a team whose players' minutes no number of
        overtimes explains, or two teams with different numbers of overtimes.
    """
    teams = rows.groupby(["game_date", "game_id", "team"], as_index=False, observed=True).agg(
        minutes=("minutes", "sum"), players=("player_id", "count")
    )
    teams["impossible"] = minutes_impossible(teams["minutes"])
    games = teams.groupby("game_id")
    uneven = games["minutes"].transform("max") - games["minutes"].transform("min") >= OVERTIME_MINUTES / 2
    alone = games["team"].transform("size") != TEAMS_IN_A_GAME
    bad = teams[uneven | alone | games["impossible"].transform("any")]
    found: list[tuple[dt.date, BadInput]] = []
    for (date, game), sides in bad.groupby(["game_date", "game_id"]):
        listed = sides[["players", "team", "minutes"]].itertuples(index=False)
        words = ", ".join(f"{players} players of {team} with {minutes:g} minutes"
                          for players, team, minutes in listed)  # fmt: skip
        problem = BadInput(
            file="raw_player_boxscores", game=str(game), field="minutes",
            reason=f"the box score is incomplete: {words}; a team has 240, and 25 an overtime",
            remedy=_FETCH,
        )  # fmt: skip
        found.append((pd.Timestamp(str(date)).date(), problem))
    return found


def neutral_games(rows: pd.DataFrame) -> pd.Series:
    """Whether each game was at a neutral site, where MATCHUP has @ for both teams.

    Args:
        rows: GAME_ID and MATCHUP of player or team rows.

    Returns:
        Flag by game id.
    """
    return ~rows["MATCHUP"].str.contains(" vs. ", regex=False).groupby(rows["GAME_ID"]).any()


def raw_player_rows(rows: pd.DataFrame, schedule: pd.DataFrame, source: str) -> pd.DataFrame:
    """raw_player_boxscores of leaguegamelog rows.

    Args:
        rows: possible rows only.
        schedule: raw_schedule of their games.
        source: value of the rows' column ``source``.
    """
    start = rows["START_POSITION"] if "START_POSITION" in rows else pd.Series(pd.NA, index=rows.index)
    return _common(rows, schedule, source).assign(
        player_id=rows["PLAYER_ID"].to_numpy("int64"),
        player_name=rows["PLAYER_NAME"].astype(_TEXT).to_numpy(),
        start_position=start.astype(_TEXT).replace("", pd.NA).array,
    )


def raw_team_rows(rows: pd.DataFrame, schedule: pd.DataFrame, source: str) -> pd.DataFrame:
    """raw_team_boxscores of leaguegamelog rows; arguments as in :func:`raw_player_rows`."""
    return _common(rows, schedule, source)


def _common(rows: pd.DataFrame, schedule: pd.DataFrame, source: str) -> pd.DataFrame:
    games = rows[["GAME_ID"]].merge(
        schedule[["game_id", "home_team", "away_team"]], left_on="GAME_ID", right_on="game_id", how="left"
    )
    team = rows["TEAM_ABBREVIATION"].astype(_TEXT).reset_index(drop=True)
    home, away = games["home_team"].astype(_TEXT), games["away_team"].astype(_TEXT)
    data = {
        "game_date": pd.to_datetime(rows["GAME_DATE"]).to_numpy("datetime64[ns]"),
        "game_id": rows["GAME_ID"].astype(_TEXT).array,
        "team": team.array,
        "opponent": home.where(away == team, away).array,
        "won": rows["WL"].eq("W").to_numpy(bool),
        "minutes": rows["MIN"].to_numpy("float64"),
        "plus_minus": rows["PLUS_MINUS"].to_numpy("float64"),
        "source": source,
    }
    return pd.DataFrame(data | {name.lower(): rows[name].to_numpy("int64") for name in COUNTS})
