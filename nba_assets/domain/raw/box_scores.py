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
DISPENSABLE_COLUMNS = ("MATCHUP", "PLUS_MINUS")  # what an export may lack: NULL then
PERCENTAGES = (("FGM", "FGA", "FG_PCT"), ("FG3M", "FG3A", "FG3_PCT"), ("FTM", "FTA", "FT_PCT"))
CONTRADICTED = "contradicted"  # flag of rows whose percentages are not those of their counts
TEAMS_IN_A_GAME = 2
PLAYERS_PER_GAME = (10, 32)  # six a side has happened
NUMERIC = ("MIN", *COUNTS, "PLUS_MINUS")
_PARTS_OF = (("FGM", "FGA"), ("FG3M", "FG3A"), ("FTM", "FTA"), ("FG3M", "FGM"), ("FG3A", "FGA"))
_TEXT = "string[pyarrow]"
FETCH_AGAIN = "fetch the game again, or correct the row at its source"


def check_columns(columns: Iterable[str], needed: tuple[str, ...], file: str) -> None:
    """Hold a file's columns to what a box score needs.

    Raises:
        BadInput: a column is missing.
    """
    found = {*columns, *DISPENSABLE_COLUMNS}
    missing = [name for name in needed if name not in found]
    if missing:
        raise BadInput(
            file=file, game=None, field=", ".join(missing), reason="column missing",
            remedy="export the file again with all columns of leaguegamelog",
        )  # fmt: skip


def impossible_rows(
    rows: pd.DataFrame,
    key: list[str],
    schedule: pd.DataFrame,
    file: str,
    unreadable: pd.DataFrame | None = None,
) -> list[tuple[str, BadInput]]:
    """What cannot be true in box rows.

    Args:
        rows: leaguegamelog rows of one file.
        key: columns that name a row.
        schedule: raw_schedule of every date in question.
        file: name of the file, for people.
        unreadable: rows with a number that cannot be read, as ``box_reading.read_box_rows`` finds them.

    Returns:
        (date, problem) for each kind of fault, game and date, in order: a row that claims another date than
        the schedule's is a fault of both. A row that names no game spoils the game of its team on its date;
        the game is None where there is none.
    """
    unnamed = rows["GAME_ID"].isna()
    if unnamed.any():
        rows = rows.assign(GAME_ID=rows["GAME_ID"].fillna(games_of_teams(rows, schedule)))
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
    whole_id = rows["PLAYER_ID"] % 1 == 0 if "PLAYER_ID" in rows else pd.Series(True, index=rows.index)
    faults: list[tuple[str, np.ndarray, str]] = [
        ("GAME_ID", unnamed.to_numpy(), "no game named"),
        ("GAME_ID", (scheduled.isna() & ~unnamed).to_numpy(), "the schedule has no such game"),
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
        ("PLAYER_ID", ~whole_id.to_numpy(), "not a player id"),
        (
            "PLAYER_ID",
            _twice_a_day(rows, scheduled.eq(rows["GAME_DATE"]) & ~stranger),
            "the player is in two games of the date",
        ),
        ("PLAYER_NAME", _unnamed(rows), "no name, here and in the player's other rows"),
        (
            "FG_PCT, FG3_PCT, FT_PCT",
            rows.get(CONTRADICTED, pd.Series(False, rows.index)).to_numpy(bool),
            "not the percentage of the makes and attempts",
        ),
        ("WL", ~rows["WL"].isin(["W", "L"]).to_numpy(), "neither W nor L"),
        ("MIN", ~(rows["MIN"] >= 0).to_numpy(), "minutes are negative or missing"),
        ("PTS", points_identity_broken(lower), "2 FGM + FG3M + FTM is not PTS"),
        ("REB", rebounds_identity_broken(lower), "OREB + DREB is not REB"),
        *((name, (~(counts[name] >= 0) | fractional[name]).to_numpy(), "not a count") for name in COUNTS),
        *(
            (part, (counts[part] > counts[whole]).to_numpy(), f"more than {whole}")
            for part, whole in _PARTS_OF
        ),
    ]
    written = rows.copy()
    if unreadable is not None:
        for index, fault in unreadable.iterrows():
            written[fault["field"]] = written[fault["field"]].astype("object")
            written.loc[index, fault["field"]] = fault["value"]
    problems: list[tuple[str, BadInput]] = []
    for field, bad, reason in faults:
        if not bad.any():
            continue
        places = written[bad].assign(scheduled=scheduled[bad])
        for _, group in places.groupby(["GAME_DATE", "GAME_ID"], sort=True, dropna=False):
            first = group.iloc[0]
            date, game = first["GAME_DATE"], first["GAME_ID"]
            where = ", ".join(f"{name} {first[name]}" for name in key if name != "GAME_ID")
            words = f"{reason} ({len(group)} rows; first: {where}"
            words += f", value {first[field]})" if field in group else ")"
            game_id = str(game) if pd.notna(game) else None
            problem = BadInput(file=file, game=game_id, field=field, reason=words, remedy=FETCH_AGAIN)
            days = {str(day) for day in (date, first["scheduled"]) if pd.notna(day)}
            problems += [(day, problem) for day in sorted(days)]
    return problems


def _twice_a_day(rows: pd.DataFrame, own: pd.Series) -> np.ndarray:
    """Rows of players who are in two games of a date, among those that belong to their games."""
    found = pd.Series(False, rows.index)
    if "PLAYER_ID" in rows:
        keys = ["GAME_DATE", "PLAYER_ID", "GAME_ID"]
        mine = pd.DataFrame(rows[own.to_numpy(bool)][keys]).drop_duplicates()
        twice = mine.duplicated(subset=keys[:2], keep=False) & mine["PLAYER_ID"].notna()
        found[mine.index] = twice
    return found.to_numpy(bool)


def blank(names: pd.Series) -> pd.Series:
    """Whether each text is missing, empty, or has letters that could not be read."""
    texts = names.astype("string")
    return names.isna() | (texts.str.strip().eq("") | texts.str.contains("\ufffd", regex=False)).fillna(True)


def _unnamed(rows: pd.DataFrame) -> np.ndarray:
    return blank(rows["PLAYER_NAME"]).to_numpy() if "PLAYER_NAME" in rows else np.zeros(len(rows), bool)


def games_of_teams(rows: pd.DataFrame, schedule: pd.DataFrame) -> pd.Series:
    """The game of each row's team on its date; NULL where the team does not play.

    Args:
        rows: GAME_DATE and TEAM_ABBREVIATION.
        schedule: raw_schedule of the dates.
    """
    sides = schedule.assign(day=schedule["game_date"].dt.strftime("%Y-%m-%d")).melt(
        id_vars=["day", "game_id"], value_vars=["home_team", "away_team"], value_name="team"
    )
    games = sides.drop_duplicates(["day", "team"]).set_index(["day", "team"])["game_id"].astype("object")
    places = games.index.get_indexer(pd.MultiIndex.from_frame(rows[["GAME_DATE", "TEAM_ABBREVIATION"]]))
    found = np.where(places >= 0, games.to_numpy()[places], None)
    return pd.Series(found, index=rows.index, dtype="object")


def incomplete_games(rows: pd.DataFrame) -> list[tuple[dt.date, BadInput]]:
    """Games of which players are missing.

    Args:
        rows: raw_player_boxscores.

    Returns:
        (date, problem) of each game that has not both teams, too few or too many players, a team whose
        players' minutes no number of overtimes explains, or two teams with different numbers of overtimes.
    """
    teams = rows.groupby(["game_date", "game_id", "team"], as_index=False, observed=True).agg(
        minutes=("minutes", "sum"), players=("player_id", "count")
    )
    teams["impossible"] = minutes_impossible(teams["minutes"])
    games = teams.groupby("game_id")
    uneven = games["minutes"].transform("max") - games["minutes"].transform("min") >= OVERTIME_MINUTES / 2
    alone = games["team"].transform("size") != TEAMS_IN_A_GAME
    few_or_many = ~games["players"].transform("sum").between(*PLAYERS_PER_GAME)
    bad = teams[uneven | alone | few_or_many | games["impossible"].transform("any")]
    found: list[tuple[dt.date, BadInput]] = []
    for (date, game), sides in bad.groupby(["game_date", "game_id"]):
        listed = sides[["players", "team", "minutes"]].itertuples(index=False)
        words = ", ".join(f"{players} players of {team} with {minutes:g} minutes"
                          for players, team, minutes in listed)  # fmt: skip
        problem = BadInput(
            file="raw_player_boxscores", game=str(game), field="minutes",
            reason=f"the box score is incomplete: {words}; a team has 240, and 25 an overtime",
            remedy=FETCH_AGAIN,
        )  # fmt: skip
        found.append((pd.Timestamp(str(date)).date(), problem))
    return found


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
